import { expect, test } from "vitest";
import { listActivity } from "../../../src/tools/activity/list-activity.ts";
import { getTask } from "../../../src/tools/tasks/get-task.ts";
import { addProject } from "../../sandbox/routes/projects.ts";
import { addTask, deleteTask } from "../../sandbox/routes/tasks.ts";
import { blindSearch, happen } from "../../support/history.ts";
import { type SmallBoard, startSmallBoard } from "../../support/small-board.ts";
import { startToolHarness } from "../../support/tool-harness.ts";

const nowMs = Date.parse("2026-03-04T12:00:00Z");

function status(oldStatus: string, newStatus: string, at: string) {
  return { type: "status_changed", at, eventData: { oldStatus, newStatus } };
}

/** One event of every kind, a minute apart, on WEB-1. */
function everyKind(board: SmallBoard): void {
  const events: [type: string, eventData: Record<string, unknown> | null, content?: string][] = [
    ["created", {}],
    ["create", null],
    ["status_changed", { oldStatus: "to-do", newStatus: "in-progress" }],
    ["status_changed", { newStatus: "done" }],
    ["priority_changed", { oldPriority: "no-priority", newPriority: "high" }],
    ["assignee_changed", { newAssignee: "Alice Doe", isSelfAssigned: false }],
    ["assignee_changed", { newAssignee: "Bob", isSelfAssigned: true }],
    ["unassigned", {}],
    ["due_date_changed", { oldDueDate: null, newDueDate: "2026-03-09T23:00:00.000Z" }],
    ["title_changed", { oldTitle: "Login", newTitle: "Fix login redirect loop" }],
    ["comment", null, "Two\n\nlines"],
  ];
  for (const [index, [type, eventData, content = null]] of events.entries()) {
    const at = `2026-03-03T10:${String(index).padStart(2, "0")}:00.000Z`;
    happen(board, 1, { type, at, eventData, content });
  }
}

function linesIn(answer: string): string[] {
  return answer.split("\n").filter((line) => line.startsWith("  "));
}

test("list_activity says the same of every kind of event by Kaneo's search and task by task", async () => {
  await using board = await startSmallBoard({ nowMs });
  everyKind(board);

  const bySearch = await board.call(listActivity);
  blindSearch(board);
  const byTask = await board.call(listActivity);

  expect(linesIn(bySearch)).toEqual(linesIn(byTask));
  const deeds = linesIn(bySearch).map((line) => line.split('loop"  ')[1]);
  expect(deeds).toEqual([
    "commented: Two lines",
    'title "Login" → "Fix login redirect loop"',
    "due none → 2026-03-10",
    "assignee → none",
    "assignee → @Bob Ünïcode 🦊",
    "assignee → @Alice Doe",
    "priority no-priority → high",
    "status → done",
    "status to-do → in-progress",
    "imported",
    "created",
  ]);
});

test("list_activity finds what was done to an archived task, and in an archived project", async () => {
  await using board = await startSmallBoard({ nowMs });
  const { data } = board.sandbox;
  const project = data.projects.get(board.projectId);
  Object.assign(project ?? {}, { archivedAt: "2026-03-01T00:00:00.000Z" });
  Object.assign(data.tasks.get(board.taskId(3)) ?? {}, { status: "archived" });
  happen(board, 3, status("done", "archived", "2026-03-03T10:00:00.000Z"));

  const answer = await board.call(listActivity, { person: "bob" });

  expect(answer).toContain('WEB-3  "Font loading"  status done → archived');
  expect(answer).toContain("Archived tasks are included.");
});

test("list_activity without a workspace asks once for each, and says which it covers", async () => {
  await using harness = await startToolHarness({ seed: "demo" });

  const answer = await harness.call(listActivity);

  expect(answer).toMatch(/^Acme, Alice's cabin: \d+ events/);
  expect(answer).toContain('CABIN-12  "Sell the old boat"  status to-do → archived');
  expect(answer).toContain('WEB-16  "A/B test of the basket button"  status to-do → archived');
  expect(harness.requests().map((request) => request.split("?")[0])).toEqual([
    "GET /api/auth/organization/list",
    "GET /api/search",
    "GET /api/search",
  ]);
});

test("list_activity asks project by project where a workspace's newest fifty do not reach back", async () => {
  await using board = await startSmallBoard({ nowMs });
  const { data, people } = board.sandbox;
  const { workspaceId } = board;
  const ops = addProject(data, { name: "Operations", slug: "OPS", icon: "Server", workspaceId });
  const { id } = addTask(data, ops.id, { title: "Old CI runners", status: "archived" });
  addProject(data, { name: "Empty", slug: "EMPTY", icon: "Box", workspaceId });
  happen(board, 1, { type: "created", at: "2026-03-01T10:00:00.000Z" });
  for (let index = 0; index < 60; index += 1) {
    const at = new Date(nowMs - index * 60_000).toISOString();
    const event = happen(board, 1, { type: "comment", at, content: `Note ${index}` });
    if (index >= 30) event.taskId = id;
  }

  const answer = await board.call(listActivity, { person: people.bob.email, limit: 100 });

  const searches = board.requests().filter((request) => request.includes("/api/search"));
  expect(answer).toContain("61 events on 2 tasks");
  expect(searches).toHaveLength(3);
  expect(board.requests().some((request) => request.includes("/api/activity/"))).toBe(false);
});

test("list_activity reads task by task where a project's newest fifty do not reach back", async () => {
  await using board = await startSmallBoard({ nowMs });
  for (let index = 0; index < 60; index += 1) {
    const at = new Date(nowMs - index * 60_000).toISOString();
    happen(board, 1 + (index % 4), { type: "comment", at, content: `Note ${index}` });
  }

  const answer = await board.call(listActivity, { project: "WEB", limit: 100 });

  const reads = board.requests().filter((request) => request.includes("/api/activity/"));
  const notes = answer.match(/Note \d+/g) ?? [];
  expect(notes).toEqual(Array.from({ length: 60 }, (_, index) => `Note ${index}`));
  expect(reads).toHaveLength(4);
});

test("list_activity leaves out a task that is deleted while it reads", async () => {
  await using board = await startSmallBoard({ nowMs });
  everyKind(board);
  happen(board, 2, { type: "created", at: "2026-03-03T10:00:00.000Z" });
  blindSearch(board);
  const gone = board.taskId(2);
  const refusal = {
    kind: "answer",
    status: 400,
    body: "Workspace ID could not be determined",
  } as const;
  board.sandbox.fail({ path: `/api/activity/${gone}` }, refusal);

  const answer = await board.call(listActivity);

  expect(answer).toContain("11 events on 1 task");
});

test("list_activity asks for one kind alone, so that others do not use up the fifty", async () => {
  await using board = await startSmallBoard({ nowMs });
  happen(board, 1, status("to-do", "done", "2026-02-26T10:00:00.000Z"));
  for (let index = 0; index < 60; index += 1) {
    const at = new Date(nowMs - index * 60_000).toISOString();
    happen(board, 2, { type: "comment", at, content: `Note ${index}` });
  }

  const answer = await board.call(listActivity, { kinds: ["done"] });

  const searches = board.requests().filter((request) => request.includes("/api/search"));
  expect(answer).toContain("1 event (done) on 1 task");
  expect(searches).toHaveLength(1);
});

test("list_activity says which tasks it did not look at, and that more may have happened", async () => {
  await using board = await startSmallBoard({ nowMs, msPerRequest: 1 });
  const { data } = board.sandbox;
  for (let index = 0; index < 230; index += 1) {
    const updatedAt = index < 220 ? "2026-03-03T10:00:00.000Z" : "2026-01-01T10:00:00.000Z";
    addTask(data, board.projectId, { title: `Task ${index}`, status: "to-do", updatedAt });
  }
  everyKind(board);
  blindSearch(board);

  const answer = await board.call(listActivity);

  expect(answer).toContain("at least 11 events on 1 task");
  expect(answer).toContain(
    "More happened in WEB than Kaneo lists at once: the 200 tasks that were changed last were looked at one by one; events until 2026-03-03 and any comments on the other 34 may be missing. Name kinds or a later since.",
  );
});

test("list_activity reads events and time together, each of which may take most of a call", async () => {
  await using board = await startSmallBoard({ nowMs, msPerRequest: 100 });
  const { data, requests } = board.sandbox;
  for (let index = 0; index < 230; index += 1) {
    const updatedAt = "2026-03-03T10:00:00.000Z";
    addTask(data, board.projectId, { title: `Task ${index}`, status: "to-do", updatedAt });
  }
  blindSearch(board);

  await board.call(listActivity, { kinds: ["moved", "time"] });

  expect(requests.length * 100).toBeLessThan(25_000);
});

test("list_activity does not say that nothing is recorded where it did not look at everything", async () => {
  await using board = await startSmallBoard({ nowMs, msPerRequest: 2_000 });
  const { data } = board.sandbox;
  for (let index = 0; index < 40; index += 1) {
    const updatedAt = "2026-03-03T10:00:00.000Z";
    addTask(data, board.projectId, { title: `Task ${index}`, status: "to-do", updatedAt });
  }
  blindSearch(board);

  const answer = await board.call(listActivity, { kinds: ["moved"] });
  const time = await board.call(listActivity, { kinds: ["time"] });

  expect(answer).toContain("nothing was found (moved) since");
  expect(time).toContain("nothing was found (time) since");
});

test("list_activity says when only comments can be missing, as the tasks have not changed", async () => {
  await using board = await startSmallBoard({ nowMs, msPerRequest: 1 });
  const { data } = board.sandbox;
  const updatedAt = "2026-01-01T10:00:00.000Z";
  for (let index = 0; index < 230; index += 1) {
    addTask(data, board.projectId, { title: `Task ${index}`, status: "to-do", updatedAt });
  }
  everyKind(board);
  blindSearch(board);

  const all = await board.call(listActivity);
  const withoutComments = await board.call(listActivity, { kinds: ["status", "created"] });

  expect(all).toContain(
    "comments on the other 34, which have not changed in this time, may be missing.",
  );
  expect(withoutComments).toContain("4 events (status, created) on 1 task");
  expect(withoutComments).not.toContain("at least");
});

test("list_activity gives a task that moved its new key, and names the projects where Kaneo does", async () => {
  await using board = await startSmallBoard({ nowMs });
  const eventData = { fromProjectName: "Operations", toProjectName: "Website", newStatus: "to-do" };
  happen(board, 4, { type: "moved", at: "2026-03-03T10:00:00.000Z", eventData });

  const bySearch = await board.call(listActivity);
  blindSearch(board);
  const byTask = await board.call(listActivity);

  expect(linesIn(bySearch).join()).toContain('WEB-4  "Dark mode"  moved here from another project');
  expect(linesIn(byTask).join()).toContain('WEB-4  "Dark mode"  moved Operations → Website');
  deleteTask(board.sandbox.data, board.taskId(4));
  expect(await board.call(listActivity)).toContain("nothing is recorded");
});

test("list_activity takes a cursor only with the arguments of the answer that gave it", async () => {
  await using board = await startSmallBoard({ nowMs });
  for (const day of [1, 2, 3]) {
    happen(board, day, { type: "comment", at: `2026-03-0${day}T09:00:00.000Z`, content: "Note" });
  }
  const first = await board.call(listActivity, { limit: 1, kinds: ["comment"] });
  const cursor = /cursor (\S+)/.exec(first)?.[1];

  const call = board.call(listActivity, { limit: 1, kinds: ["status"], cursor });

  await expect(call).rejects.toThrow("This cursor belongs to a call with other arguments");
});

test("list_activity says that there is none behind a cursor where the rest was deleted meanwhile", async () => {
  await using board = await startSmallBoard({ nowMs });
  happen(board, 1, { type: "comment", at: "2026-03-04T11:00:00.000Z", content: "Stays" });
  happen(board, 2, { type: "comment", at: "2026-03-04T10:00:00.000Z", content: "Goes" });
  const args = { kinds: ["comment"], limit: 1 };
  const first = await board.call(listActivity, args);
  deleteTask(board.sandbox.data, board.taskId(2));

  const second = await board.call(listActivity, {
    ...args,
    cursor: /cursor (\S+)/.exec(first)?.[1],
  });

  expect(second).toMatch(/^Acme: 1 event \(comment\) on 1 task .*, none after this cursor\n/);
});

test("who has left the workspace is named wherever Kaneo names them in one place", async () => {
  await using board = await startSmallBoard({ nowMs });
  const { data, people } = board.sandbox;
  const early = { type: "comment", content: "Called them", at: "2026-03-02T08:00:00.000Z" };
  happen(board, 1, early);
  for (let minute = 10; minute < 60; minute += 1) {
    const at = `2026-03-02T09:${minute}:00.000Z`;
    happen(board, 1, { ...status("to-do", "in-progress", at), userId: people.alice.id });
  }
  happen(board, 1, status("in-progress", "done", "2026-03-03T08:00:00.000Z"));
  data.members.splice(
    data.members.findIndex(({ userId }) => userId === people.bob.id),
    1,
  );

  const activity = await board.call(listActivity, { limit: 100 });
  const task = await board.call(getTask, { task: "WEB-1", include: ["activity"] });

  for (const answer of [activity, task]) {
    expect(answer).not.toContain("someone");
    expect(answer).toMatch(/@Bob .*commented/);
  }
});
