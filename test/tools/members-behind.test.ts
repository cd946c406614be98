/** What is known of members, after it has changed behind the memory of this process, or by it, and to whom. */
import { expect, test } from "vitest";
import { allTools } from "../../src/tools/index.ts";
import { createId } from "../sandbox/data.ts";
import { commentOn, taskRow } from "../support/board-rows.ts";
import { happen } from "../support/history.ts";
import { startSmallBoard } from "../support/small-board.ts";
import { startToolHarness } from "../support/tool-harness.ts";
import { toolNamed } from "../support/tool-named.ts";

test("a role is changed from what it is now, not from what it was a moment ago", async () => {
  await using harness = await startToolHarness({ seed: "demo" });
  const { data, people } = harness.sandbox;
  const args = { member: "bob", role: "admin", workspace: "acme" };
  await harness.call(toolNamed(allTools, "list_members"), { workspace: "acme" });
  for (const row of data.members) if (row.userId === people.bob.id) row.role = "admin";

  const answer = await harness.call(toolNamed(allTools, "change_role"), args);

  expect(answer).toContain("is admin already; nothing was changed.");
});

test("who has left a workspace finds none of its projects by a memory of them", async () => {
  await using harness = await startToolHarness({ seed: "demo", person: "bob" });
  const getProject = toolNamed(allTools, "get_project");
  await harness.call(getProject, { project: "WEB" });
  const me = { member: "me", confirm_email: "bob@example.com" };

  await harness.call(toolNamed(allTools, "remove_member"), me);
  const call = harness.call(getProject, { project: "WEB" });

  await expect(call).rejects.toThrow('No project "WEB". There are none.');
});

test("who has left a workspace is found by the tasks that are still theirs, to list them and to look back", async () => {
  await using board = await startSmallBoard({ nowMs: Date.parse("2026-03-02T12:00:00Z") });
  const { data, people } = board.sandbox;
  Object.assign(taskRow(board, 2), { userId: people.bob.id });
  commentOn(board, 2, "Still mine");
  const place = data.members.findIndex(({ userId }) => userId === people.bob.id);
  data.members.splice(place, 1);
  const bob = { person: "@bob", since: "2020-01-01" };

  const tasks = await board.call(toolNamed(allTools, "list_tasks"), { assignee: "bob" });
  const byId = await board.call(toolNamed(allTools, "list_tasks"), { assignee: people.bob.id });
  const activity = await board.call(toolNamed(allTools, "list_activity"), bob);
  const time = await board.call(toolNamed(allTools, "report_time"), bob);
  const assigning = board.call(toolNamed(allTools, "update_task"), {
    task: "WEB-1",
    assignee: "bob",
  });

  expect(tasks).toContain("WEB-2  @Bob");
  expect(byId).toBe(tasks.replace("assignee bob", `assignee ${people.bob.id}`));
  expect(activity).toContain("Still mine");
  expect(time).toMatch(/by @Bob Ünïcode 🦊: no time was logged/);
  await expect(assigning).rejects.toThrow('No member "bob" in this workspace.');
});

test("who has left keeps the name in the newest events where the rest is read task by task", async () => {
  await using board = await startSmallBoard({ nowMs: Date.parse("2026-03-02T12:00:00Z") });
  const { data, people } = board.sandbox;
  for (let index = 0; index < 60; index += 1)
    happen(board, 2, { type: "created", at: "2026-03-02T09:00:00.000Z", userId: people.alice.id });
  happen(board, 1, { type: "comment", at: "2026-03-02T10:00:00.000Z", content: "Hm" });
  data.members.splice(0, 9, ...data.members.filter(({ userId }) => userId !== people.bob.id));

  const activity = await board.call(toolNamed(allTools, "list_activity"), { count_by: "person" });

  expect(activity).toMatch(/\n@Alice Doe {2}60 on 1 task\n@Bob Ünïcode 🦊 {2}1\n/);
});

test("two who have left are told apart, and where the boards cannot be read, who is no member is told all the same", async () => {
  await using board = await startSmallBoard();
  const { people } = board.sandbox;
  Object.assign(taskRow(board, 1), { userId: people.carol.id });
  Object.assign(taskRow(board, 2), { userId: people.dan.id });
  const listTasks = toolNamed(allTools, "list_tasks");

  const several = await board.call(listTasks, { assignee: "ne" }).catch(String);
  board.sandbox.fail({ path: /task.tasks/, times: 9 }, { kind: "answer", status: 503 });
  const nobody = board.call(listTasks, { assignee: "Zoe" });

  expect(several).toContain(`"ne" fits 2 members: Carol Jones, Dan O'Neill.`);
  await expect(nobody).rejects.toMatchObject({
    message: expect.stringMatching(/^No member "Zoe" in this workspace\./),
    hint: expect.stringContaining(
      "Somebody who left is found by name while tasks are still theirs",
    ),
  });
});

/** Bob's calls, in a role of the workspace's own with these permissions. */
async function startAsReviewer(permissions: Record<string, string[]>) {
  const harness = await startToolHarness({ seed: "demo", person: "bob" });
  const { auth, members, workspaces } = harness.sandbox.data;
  const organizationId = workspaces.find(({ slug }) => slug === "acme")?.id ?? "";
  const permission = JSON.stringify(permissions);
  const role = { id: createId(), organizationId, role: "reviewer", permission };
  Object.assign(auth.organizationRole, { [auth.organizationRole.length]: role });
  for (const row of members)
    if (row.userId === harness.sandbox.people.bob.id) row.role = "reviewer";
  return harness;
}

test("who has a role that was made on Kaneo's page sees the members, though not what roles may do", async () => {
  // That page offers nothing of roles, members and invitations.
  await using harness = await startAsReviewer({ project: ["read"], task: ["read"] });

  const answer = await harness.call(toolNamed(allTools, "list_members"), { workspace: "acme" });

  expect(answer).toContain(" <bob@example.com>  reviewer\n");
  expect(answer).toContain("\nThis account's role may not see what each role may do.");
});

test("who may invite invites also where the roles are not told, and Kaneo judges the role", async () => {
  await using harness = await startAsReviewer({ task: ["read"], invitation: ["create"] });
  const invite = toolNamed(allTools, "invite_member");

  const answer = await harness.call(invite, { email: "eve@example.com", role: " Viewer" });
  const unknown = harness.call(invite, { email: "zoe@example.com", role: "superman" });

  expect(answer).toContain("Invited eve@example.com to Acme as viewer, until ");
  await expect(unknown).rejects.toThrow("ROLE_NOT_FOUND: superman");
});

test("who may not invite is told so, not that the roles are not told", async () => {
  await using harness = await startAsReviewer({ task: ["read"] });

  const call = harness.call(toolNamed(allTools, "invite_member"), { email: "eve@example.com" });

  await expect(call).rejects.toThrow(
    "The role reviewer of this account in Acme lacks the permission invitation: create.",
  );
});

test("who joined or left a moment ago is, or is not, mentioned and made the assignee", async () => {
  await using board = await startSmallBoard();
  const { data, people } = board.sandbox;
  const addComment = toolNamed(allTools, "add_comment");
  const updateTask = toolNamed(allTools, "update_task");
  await board.call(addComment, { task: "WEB-1", content: "@bob" });
  for (const member of data.members) {
    if (member.userId === people.bob.id) member.userId = people.dan.id;
  }
  await board.kaneo.sleep(3_000);

  const comment = await board.call(addComment, { task: "WEB-1", content: "@dan and @bob" });
  const toDan = await board.call(updateTask, { task: "WEB-1", assignee: "dan" });
  const toBob = board.call(updateTask, { task: "WEB-1", assignee: "bob" });

  expect(comment).toMatch(/which mentions @Dan O'Neill; not a mention, .*: @bob$/);
  expect(toDan).toContain("Changed: assignee none → Dan O'Neill.");
  await expect(toBob).rejects.toMatchObject({ message: expect.stringMatching(/^No member "bob"/) });
});
