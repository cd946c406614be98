import { CompleteResultSchema } from "@modelcontextprotocol/sdk/types.js";
import { expect, test } from "vitest";
import { addProject } from "../sandbox/routes/projects.ts";
import { addTask } from "../sandbox/routes/tasks.ts";
import { eras, type KaneoServer, serveKaneo } from "../support/serve-kaneo.ts";

const ofProject = { ref: { type: "ref/resource", uri: "kaneo://project/{slug}" }, name: "slug" };
const ofBoard = {
  ref: { type: "ref/resource", uri: "kaneo://project/{slug}/board" },
  name: "slug",
};
const ofTask = { ref: { type: "ref/resource", uri: "kaneo://task/{key}" }, name: "key" };
const ofPerson = { ref: { type: "ref/prompt", name: "standup" }, name: "person" };

const bob = "Bob Ünïcode 🦊";

async function complete(
  server: KaneoServer,
  { ref, name }: { ref: object; name: string },
  value: string,
) {
  const [legacy, modern] = [
    await server.ask("2025-11-25", "completion/complete", { ref, argument: { name, value } }),
    await server.ask("2026-07-28", "completion/complete", { ref, argument: { name, value } }),
  ];
  const { completion } = CompleteResultSchema.parse(legacy.result);
  expect(modern.result).toMatchObject({ resultType: "complete", completion });
  return completion;
}

test.each([
  [ofProject, "", ["WEB", "SHOP"]],
  [ofBoard, "w", ["WEB"]],
  [ofProject, "sho", ["SHOP"]],
  [ofProject, "shópping", ["SHOP"]],
  [{ ref: { type: "ref/prompt", name: "triage" }, name: "project" }, "WEB", ["WEB"]],
  [ofProject, "nothing", []],
  [ofTask, "", []],
  [ofTask, "web-2", ["WEB-2"]],
  [ofTask, "login", ["WEB-1"]],
  [{ ref: { type: "ref/prompt", name: "break_down" }, name: "task" }, "SHOP-1", ["SHOP-1"]],
  [ofPerson, "", ["me", "Alice Doe", bob]],
  [ofPerson, "m", ["me"]],
  [ofPerson, "UNI", [bob]],
  [ofPerson, "bob@", [bob]],
])("completes %j after %j", async (what, typed, values) => {
  await using server = await serveKaneo();
  const { data } = server.sandbox;
  const fields = { icon: "X", workspaceId: server.workspaceId };
  const { id } = addProject(data, { name: "Shopping", slug: "SHOP", ...fields });
  addTask(data, id, { title: "Cart", status: "to-do" });

  const completion = await complete(server, what, typed);

  expect(completion.values).toEqual(values);
  expect(completion).toMatchObject({ total: values.length, hasMore: false });
});

test("offers people who share a name by their e-mails, and somebody in two workspaces by name", async () => {
  await using server = await serveKaneo();
  const { data, people } = server.sandbox;
  const workspace = { id: "other", name: "Other", slug: "other", description: null };
  data.workspaces.push({ ...workspace, createdAt: new Date() });
  for (const { id: userId } of [people.alice, people.carol])
    data.members.push({ id: `other-${userId}`, organizationId: "other", userId, role: "member" });
  for (const user of data.users) if (user.id === people.carol.id) user.name = bob.toUpperCase();

  const { values } = await complete(server, ofPerson, "");

  expect(values).toEqual(["me", "Alice Doe", people.bob.email, people.carol.email]);
});

test("offers no project that is put away", async () => {
  await using server = await serveKaneo();
  const { data } = server.sandbox;
  const fields = { icon: "X", workspaceId: server.workspaceId };
  const old = addProject(data, { name: "Old web", slug: "OLD", ...fields });
  Object.assign(old, { archivedAt: "2026-01-01T00:00:00.000Z" });

  const completion = await complete(server, ofProject, "");

  expect(completion.values).toEqual(["WEB"]);
});

test("gives at most 100 values and says how many there are", async () => {
  await using server = await serveKaneo();
  for (let count = 0; count < 120; count += 1) {
    const fields = { name: `P${count}`, slug: `P${count}`, icon: "X" };
    addProject(server.sandbox.data, { ...fields, workspaceId: server.workspaceId });
  }

  const completion = await complete(server, ofProject, "P");

  expect(completion).toMatchObject({ total: 120, hasMore: true });
  expect(completion.values).toHaveLength(100);
});

test("completes nothing that a person cannot see", async () => {
  await using server = await serveKaneo();
  const fields = { icon: "X", workspaceId: server.workspaceId };
  addProject(server.sandbox.data, { name: "Odd", slug: "ODD\u{E0041}\u2065\uFFF0", ...fields });

  const completion = await complete(server, ofProject, "odd");

  expect(completion.values).toEqual(["ODD"]);
});

test("has nothing to say about free text", async () => {
  await using server = await serveKaneo();
  const ofSince = { ref: { type: "ref/prompt", name: "weekly_report" }, name: "since" };

  expect((await complete(server, ofSince, "mon")).values).toEqual([]);
});

test("asks nothing of Kaneo before anybody has signed in", async () => {
  const state = async () => ({ kind: "signed_out" }) as const;
  const session = { state, signIn: state, signOut: async () => ({ outcome: "nothing" }) as const };
  await using server = await serveKaneo({ session: { instance: "", ...session } });

  expect((await complete(server, ofProject, "")).values).toEqual([]);
  expect(server.sandbox.requests).toEqual([]);
});

const argument = { name: "slug", value: "" };
test.each([
  [{}],
  [{ ref: ofProject.ref }],
  [{ ref: ofProject.ref, argument: { name: "slug", value: 7 } }],
  [{ ref: ofProject.ref, argument: { name: "slug", value: "x".repeat(501) } }],
  [{ ref: ofProject.ref, argument: { name: "key", value: "" } }],
  [{ ref: ofProject.ref, argument: { name: "slug}", value: "" } }],
  [{ ref: { type: "ref/resource", uri: "kaneo://project/WEB" }, argument }],
  [{ ref: { type: "ref/resource" }, argument }],
  [{ ref: { type: "ref/prompt", name: "nothing" }, argument }],
  [{ ref: { type: "ref/prompt", name: "standup" }, argument }],
  [{ ref: { type: "ref/tool", name: "get_task" }, argument }],
  [{ ref: "ref/prompt", argument }],
])("says that there is nothing to complete in %j", async (params) => {
  await using server = await serveKaneo();

  for (const era of eras) {
    const { error } = await server.ask(era, "completion/complete", params);

    expect(error).toMatchObject({ code: -32602 });
  }
});
