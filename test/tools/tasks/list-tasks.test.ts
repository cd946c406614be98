import { expect, test } from "vitest";
import { listTasks } from "../../../src/tools/tasks/list-tasks.ts";
import { addLabel } from "../../sandbox/routes/labels.ts";
import { addProject } from "../../sandbox/routes/projects.ts";
import { addTask } from "../../sandbox/routes/tasks.ts";
import { tieTo } from "../../support/board-rows.ts";
import { keysIn, startFullBoard } from "../../support/full-board.ts";
import { startSmallBoard } from "../../support/small-board.ts";
import type { ToolHarness } from "../../support/tool-harness.ts";

async function keysOf(harness: ToolHarness, args: Record<string, unknown>): Promise<string[]> {
  return keysIn(await harness.call(listTasks, { project: "WEB", limit: 100, ...args }));
}

test("a task is one line: key, status, priority, assignee, due date, labels, title", async () => {
  await using board = await startFullBoard();

  const answer = await board.call(listTasks, {
    project: "web",
    status: ["In Progress"],
    sort: "due",
  });

  expect(answer).toBe(
    'Website (WEB): 1 task\nWEB-5  in-progress  high  @Bob Ünïcode 🦊  due 2026-03-01  [bug, ui]  "Fix search"',
  );
});

test.for([
  [["BUG,ui"], "bug and ui"],
  [["bug", "UI"], "bug and ui"],
  [["ui or bug"], "ui or bug"],
  [["ui  OR\tbug|ui"], "ui or bug"],
  [["bug", "ui|no label"], "bug and (ui or none)"],
] as const)(
  "labels are named as they are called, and as what a task must carry: %j",
  async ([labels, said]) => {
    await using board = await startFullBoard();

    const answer = await board.call(listTasks, { project: "WEB", labels, text: "nowhere" });

    expect(answer).toContain(`: no task matches state active, labels ${said}, text nowhere.`);
  },
);

test("of labels of which one is missing, that one is told", async () => {
  await using board = await startFullBoard();

  const call = board.call(listTasks, { project: "WEB", labels: "bug or nowhere" });

  await expect(call).rejects.toMatchObject({
    kind: "not_found",
    message: expect.stringMatching(/^No label "nowhere"/),
  });
});

test("a label with or in its name is that label", async () => {
  await using board = await startFullBoard();
  const { workspaceId } = board;
  const { data } = board.sandbox;
  const label = { name: "bug or ui", color: "#fff", workspaceId };
  for (const taskId of [null, board.taskId(1)]) addLabel(data, { ...label, taskId });

  expect(await keysOf(board, { labels: "bug or ui" })).toEqual(["WEB-1"]);
});

const OPEN = ["WEB-1", "WEB-2", "WEB-3", "WEB-4", "WEB-5", "WEB-9"];
test.for<[string, Record<string, unknown>, string[]]>([
  ["nothing: all but archived ones", {}, ["WEB-7", ...OPEN, "WEB-6"]],
  ["state open, which planned tasks are not", { state: "open" }, OPEN],
  ["state done", { state: "done" }, ["WEB-6"]],
  ["state archived", { state: "archived" }, ["WEB-8"]],
  ["state all", { state: "all" }, ["WEB-7", ...OPEN, "WEB-6", "WEB-8"]],
  ["a status by slug", { status: "in-review" }, ["WEB-9"]],
  ["statuses by name in any case", { status: ["IN REVIEW", "done"] }, ["WEB-9", "WEB-6"]],
  ["statuses beside a state, which they replace", { status: "done", state: "archived" }, ["WEB-6"]],
  ["planned and archived as statuses", { status: ["planned", "archived"] }, ["WEB-7", "WEB-8"]],
  ["a priority", { priority: "high" }, ["WEB-5"]],
  ["priorities", { priority: ["urgent", "low"] }, ["WEB-7", "WEB-6"]],
  ["an assignee", { assignee: "bob" }, ["WEB-5"]],
  ["me", { assignee: "me" }, ["WEB-6"]],
  ["none", { assignee: "none", state: "open" }, ["WEB-1", "WEB-2", "WEB-3", "WEB-4", "WEB-9"]],
  ["a label", { labels: "bug" }, ["WEB-5", "WEB-6"]],
  ["labels, all of them", { labels: ["BUG", "ui"] }, ["WEB-5"]],
  ["one label or another", { labels: "ui or BUG" }, ["WEB-5", "WEB-6"]],
  ["one of two labels beside a third", { labels: ["bug", "ui|none"] }, ["WEB-5"]],
  ["a label or none", { labels: "ui or none", state: "open" }, OPEN],
  ["no label", { labels: "none", state: "open" }, ["WEB-1", "WEB-2", "WEB-3", "WEB-4", "WEB-9"]],
  ["no label, as counted", { labels: "no label", assignee: "nobody", text: "hero" }, ["WEB-2"]],
  ["no label beside one, which nothing is", { labels: ["none", "ui"] }, []],
  ["words in title or description", { text: "search" }, ["WEB-7", "WEB-5"]],
  ["all words, in any order", { text: "index some" }, ["WEB-7"]],
  ["a part of the key", { text: "web-9" }, ["WEB-9"]],
  [
    "due until a day, which is included",
    { due_until: "2026-03-01", state: "all" },
    ["WEB-5", "WEB-6"],
  ],
  ["due from a day on", { due_from: "2026-03-01", state: "all" }, ["WEB-5", "WEB-6", "WEB-8"]],
  ["due before a moment", { due_before: "2026-03-01T00:00:00+01:00" }, ["WEB-5"]],
  ["due after a moment", { due_after: "2026-02-28T23:00:00.001Z" }, ["WEB-6"]],
  [
    "a span of days",
    { due_from: "2026-03-01", due_until: "2026-03-01", state: "all" },
    ["WEB-5", "WEB-6"],
  ],
  [
    "several filters at once",
    { labels: "bug", priority: ["high", "low"], assignee: "bob" },
    ["WEB-5"],
  ],
])("list_tasks filters by %s", async ([, args, expected]) => {
  await using board = await startFullBoard();

  const keys = await keysOf(board, args);

  expect(keys).toEqual(expected);
});

test.for<[string, string | undefined, string[]]>([
  ["due", undefined, ["WEB-5", "WEB-6", "WEB-8", "WEB-1"]],
  ["due", "desc", ["WEB-8", "WEB-6", "WEB-5", "WEB-1"]],
  ["priority", undefined, ["WEB-6", "WEB-5", "WEB-9", "WEB-7"]],
  ["priority", "asc", ["WEB-1", "WEB-2", "WEB-3", "WEB-4"]],
  ["number", undefined, ["WEB-1", "WEB-2", "WEB-3", "WEB-4"]],
  ["number", "desc", ["WEB-9", "WEB-8", "WEB-7", "WEB-6"]],
  ["title", undefined, ["WEB-4", "WEB-1", "WEB-5", "WEB-3"]],
  ["title", "desc", ["WEB-6", "WEB-7", "WEB-9", "WEB-8"]],
  ["board", "desc", ["WEB-8", "WEB-6", "WEB-9", "WEB-5"]],
])("sorted by %s, order %s", async ([sort, order, expected]) => {
  await using board = await startFullBoard();

  const keys = await keysOf(board, { sort, order, state: "all" });

  expect(keys.slice(0, 4)).toEqual(expected);
  expect(keys).toHaveLength(9);
});

test("sorted by created, the newest come first by default, each with its day", async () => {
  await using board = await startSmallBoard();
  for (const number of [1, 2, 3, 4]) {
    const task = board.sandbox.data.tasks.get(board.taskId(number));
    if (task !== undefined) task.createdAt = `2026-01-0${5 - number}T00:00:00.000Z`;
  }

  const newestFirst = await board.call(listTasks, { project: "WEB", sort: "created" });
  const oldestFirst = await keysOf(board, { sort: "created", order: "asc" });

  expect(keysIn(newestFirst)).toEqual(["WEB-1", "WEB-2", "WEB-3", "WEB-4"]);
  expect(newestFirst).toContain('WEB-2  to-do  created 2026-01-03  "Landing page hero"');
  expect(oldestFirst).toEqual(["WEB-4", "WEB-3", "WEB-2", "WEB-1"]);
});

test("without a project every project of the workspace is listed, but not the archived ones, which are counted", async () => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;
  const fields = { icon: "X", workspaceId: board.workspaceId };
  const ops = addProject(data, { name: "Operations", slug: "OPS", ...fields });
  const old = addProject(data, {
    name: "Old",
    slug: "OLD",
    archivedAt: "2025-01-01T00:00:00.000Z",
    ...fields,
  });
  for (const { id } of [ops, old]) addTask(data, id, { title: "More", status: "to-do" });

  const answer = await board.call(listTasks, {});

  expect(answer).toMatch(/^Acme \(2 projects, without 1 archived\): 5 tasks\n/);
  expect(keysIn(answer)).toEqual(["WEB-1", "WEB-2", "WEB-3", "WEB-4", "OPS-1"]);
});

test("a project that was made behind the cache is in the list of all", async () => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;
  await board.call(listTasks, {});
  const fields = { name: "New", slug: "NEW", icon: "X", workspaceId: board.workspaceId };
  addTask(data, addProject(data, fields).id, { title: "First", status: "to-do" });

  const answer = await board.call(listTasks, {});

  expect(answer).toMatch(/^Acme \(2 projects\): 5 tasks\n/);
});

test("an archived project is listed when it is named", async () => {
  await using board = await startSmallBoard();
  const project = board.sandbox.data.projects.get(board.projectId);
  if (project !== undefined) project.archivedAt = "2025-01-01T00:00:00.000Z";

  const keys = await keysOf(board, {});

  expect(keys).toHaveLength(4);
});

test("a status that only one of several projects has is accepted", async () => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;
  const fields = { name: "Operations", slug: "OPS", icon: "X", workspaceId: board.workspaceId };
  const { id: projectId } = addProject(data, fields);
  const [column] = [...data.columns.values()].filter((row) => row.projectId === projectId);
  if (column !== undefined) Object.assign(column, { slug: "on-call", name: "On call" });
  addTask(data, projectId, { title: "Pager", status: "on-call" });

  const answer = await board.call(listTasks, { status: "On Call" });

  expect(keysIn(answer)).toEqual(["OPS-1"]);
});

test("a status that no project has is refused with all names of those of one slug", async () => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;
  const fields = { name: "Operations", slug: "OPS", icon: "X", workspaceId: board.workspaceId };
  const { id } = addProject(data, fields);
  const first = [...data.columns.values()].find(({ projectId }) => projectId === id);
  Object.assign(first ?? {}, { name: "未着手" });

  const call = board.call(listTasks, { status: "nope" });

  await expect(call).rejects.toThrow(
    "planned, to-do, in-progress, in-review, done, to-do (未着手)",
  );
});

test.for<[string, Record<string, unknown>, string]>([
  [
    "status",
    { status: "nope" },
    'No status "nope" in the listed projects. There are: planned, to-do, in-progress, in-review, done, archived.',
  ],
  ["label", { labels: "nope" }, 'No label "nope". There are: bug, ui.'],
  [
    "assignee",
    { assignee: "nope" },
    'No member "nope" in this workspace. There are: Alice Doe <alice@example.com>, Bob Ünïcode 🦊 <bob@example.com>.',
  ],
  ["due date", { due_before: "soon" }, 'The date "soon" is not understood. Today is '],
])("a wrong %s is refused with what would be right", async ([, args, message]) => {
  await using board = await startFullBoard();

  const call = board.call(listTasks, { project: "WEB", ...args });

  await expect(call).rejects.toMatchObject({ message: expect.stringContaining(message) });
});

test("a task is found by the address of its issue", async () => {
  await using board = await startSmallBoard();
  tieTo(board, 3, "https://github.com/acme/shop/issues/812");

  const found = [
    await keysOf(board, { text: "https://github.com/acme/shop/issues/812" }),
    await keysOf(board, { text: "issues/812" }),
    await keysOf(board, { text: "https://github.com/acme/shop/issues/812#issuecomment-9" }),
    // The address of another one begins it.
    await keysOf(board, { text: "https://github.com/acme/shop/issues/81" }),
    // A word that stands in the address of every issue means none of them.
    await keysOf(board, { text: "shop" }),
  ];

  expect(found).toEqual([["WEB-3"], ["WEB-3"], ["WEB-3"], [], []]);
});

test("when nothing matches, the filters used are named", async () => {
  await using board = await startFullBoard();

  const answer = await board.call(listTasks, {
    project: "WEB",
    assignee: "bob",
    labels: ["ui"],
    text: "pay",
  });

  expect(answer).toBe(
    "Website (WEB): no task matches state active, assignee bob, labels ui, text pay. state all has tasks of every status.",
  );
});

test("west of UTC, tomorrow's midnight there, which programs store for that day, is not overdue in the afternoon", async () => {
  const nowMs = Date.parse("2026-03-05T03:00:00.000Z");
  await using board = await startSmallBoard({ nowMs, timeZone: "America/Los_Angeles" });
  for (const dueDate of ["2026-03-05T00:00:00.000Z", "2026-03-05T01:00:00.000Z"])
    addTask(board.sandbox.data, board.projectId, { title: "Due", status: "to-do", dueDate });

  const keys = await keysOf(board, { due: "overdue" });

  expect(keys).toEqual(["WEB-6"]);
});

test("west of UTC, what lists show as due yesterday evening is overdue, though it is today's midnight in UTC", async () => {
  const nowMs = Date.parse("2026-03-05T18:00:00.000Z");
  await using board = await startSmallBoard({ nowMs, timeZone: "America/Los_Angeles" });
  for (const dueDate of ["2026-03-05T00:00:00.000Z", "2026-03-06T00:00:00.000Z"])
    addTask(board.sandbox.data, board.projectId, { title: "Due", status: "to-do", dueDate });

  const overdue = await keysOf(board, { due: "overdue" });
  const today = await keysOf(board, { due: "today" });

  expect({ overdue, today }).toEqual({ overdue: ["WEB-5"], today: ["WEB-6"] });
});
