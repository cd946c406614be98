import { expect, test } from "vitest";
import type { Sandbox } from "./sandbox/start-sandbox.ts";
import { startSandbox } from "./sandbox/start-sandbox.ts";
import { type ConnectedClient, connectClient } from "./support/connect-client.ts";
import { projectOf } from "./support/scenario-state.ts";
import type { SpawnOptions } from "./support/spawn-server.ts";

/** Alice has two workspaces: acme with WEB and OPS, and cabin with CABIN. */
function connectAlice(
  { url, people }: Sandbox,
  { env, ...options }: SpawnOptions = {},
): Promise<ConnectedClient> {
  const account = { KANEO_API_URL: url, KANEO_API_KEY: people.alice.apiKey };
  return connectClient({ ...options, env: { ...account, ...env } });
}

async function namesOf({ client }: ConnectedClient): Promise<string[]> {
  return (await client.listTools()).tools.map(({ name }) => name);
}

test.each<[string, string[], string[]]>([
  ["time", ["log_time", "update_time_entry"], ["list_tasks", "create_column"]],
  ["default", ["list_tasks", "create_project", "log_time"], ["create_column", "delete_project"]],
  ["default,board", ["list_tasks", "create_column", "delete_project"], []],
  ["all", ["list_tasks", "create_column", "delete_project"], []],
])("KANEO_TOOLSETS=%s decides which tools exist", async (toolsets, there, absent) => {
  await using server = await connectClient({ env: { KANEO_TOOLSETS: toolsets } });

  const names = await namesOf(server);

  expect(names.slice(0, 3)).toEqual(["whoami", "sign_in", "sign_out"]);
  expect(names).toEqual(expect.arrayContaining(there));
  for (const name of absent) expect(names).not.toContain(name);
  for (const name of absent) {
    await expect(server.call(name)).rejects.toThrow(`Unknown tool "${name}"`);
  }
});

test("flags do the same as their variables, and win over them", async () => {
  await using server = await connectClient({
    env: { KANEO_TOOLSETS: "all" },
    args: ["--toolsets", "labels,comments", "--read-only"],
  });

  expect(await namesOf(server)).toEqual(["whoami", "sign_in", "sign_out"]);
});

test("with two workspaces and none named, what needs one says which there are", async () => {
  await using sandbox = await startSandbox();
  await using server = await connectAlice(sandbox);

  const { text, isError } = await server.call("create_label", { name: "ios" });

  expect(isError).toBe(true);
  expect(text).toContain("acme");
  expect(text).toContain("cabin");
  expect([...sandbox.data.labels.values()].map(({ name }) => name)).not.toContain("ios");
});

test("KANEO_WORKSPACE stands in for the argument, which wins when it is given", async () => {
  await using sandbox = await startSandbox();
  await using server = await connectAlice(sandbox, { env: { KANEO_WORKSPACE: "cabin" } });

  const byDefault = await server.call("list_tasks");
  const named = await server.call("list_tasks", { workspace: "acme" });
  await server.call("create_label", { name: "garden" });

  expect(byDefault.text).toContain("CABIN-1");
  expect(byDefault.text).not.toContain("WEB-");
  expect(named.text).toContain("WEB-1");
  expect(named.text).not.toContain("CABIN-");
  expect([...sandbox.data.labels.values()].at(-1)).toMatchObject({
    name: "garden",
    workspaceId: projectOf(sandbox, "CABIN").workspaceId,
  });
});

test("KANEO_PROJECT stands in for the argument, which wins when it is given", async () => {
  await using sandbox = await startSandbox();
  await using server = await connectAlice(sandbox, { env: { KANEO_PROJECT: "ops" } });

  const byDefault = await server.call("list_tasks");
  const named = await server.call("list_tasks", { project: "WEB" });
  const created = await server.call("create_task", { title: "Test the pager" });

  expect(byDefault.text).toContain("Operations (OPS)");
  expect(byDefault.text).not.toContain("WEB-");
  expect(named.text).toContain("Website (WEB)");
  expect(created).toMatchObject({ isError: false });
  expect([...sandbox.data.tasks.values()].at(-1)).toMatchObject({
    title: "Test the pager",
    projectId: projectOf(sandbox, "OPS").id,
  });
});

test.each([
  ["Pacific/Auckland", "2026-02-28T11:00:00.000Z"],
  ["America/New_York", "2026-03-01T05:00:00.000Z"],
])("in KANEO_TIMEZONE=%s a day is that day's midnight there", async (timeZone, stored) => {
  await using sandbox = await startSandbox();
  await using server = await connectAlice(sandbox, { env: { KANEO_TIMEZONE: timeZone } });
  await using elsewhere = await connectAlice(sandbox, { env: { KANEO_TIMEZONE: "Asia/Tokyo" } });
  const task = { project: "CABIN", title: "Pay the rent", due: "2026-03-01" };

  const created = await server.call("create_task", task);
  const query = { project: "CABIN", text: "rent" };
  const [here, there] = await Promise.all([
    server.call("list_tasks", { ...query, due_before: "2026-03-01", due_after: "2026-03-01" }),
    elsewhere.call("list_tasks", query),
  ]);

  expect(created.text).toContain("due 2026-03-01  ");
  expect([...sandbox.data.tasks.values()].at(-1)?.dueDate).toBe(stored);
  expect(here.text).toContain("due 2026-03-01  ");
  expect(there.text).toMatch(/due 2026-\d\d-\d\d \d\d:00 \+09:00/);
});
