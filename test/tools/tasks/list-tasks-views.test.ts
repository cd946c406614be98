/** list_tasks as a board, by due date, with blockers, and as counts. */
import { expect, test } from "vitest";
import { showBoard } from "../../../src/tools/board/show-board.ts";
import { listTasks } from "../../../src/tools/tasks/list-tasks.ts";
import { addProject } from "../../sandbox/routes/projects.ts";
import { addRelation } from "../../sandbox/routes/relations.ts";
import { addTask } from "../../sandbox/routes/tasks.ts";
import { keysIn, startFullBoard } from "../../support/full-board.ts";
import { type SmallBoard, startDue, startSmallBoard } from "../../support/small-board.ts";

function block({ sandbox, taskId }: SmallBoard, sourceTaskId: string, number: number): void {
  const targetTaskId = taskId(number);
  addRelation(sandbox.data, { sourceTaskId, targetTaskId, relationType: "blocks" });
}

test("a list shows when a task starts or has started", async () => {
  await using board = await startDue(null, "2026-03-20");
  const startDates = ["2026-03-03T23:00:00.000Z", "2026-03-10T23:00:00.000Z"];
  for (const [index, startDate] of startDates.entries())
    Object.assign(board.sandbox.data.tasks.get(board.taskId(index + 1)) ?? {}, { startDate });

  const list = await board.call(listTasks, { project: "WEB", sort: "due" });
  const shown = await board.call(showBoard, { project: "WEB" });

  const row = 'start 2026-03-11  due 2026-03-20  "Landing page hero"';
  expect(list).toContain(`\nWEB-2  to-do  ${row}`);
  expect(list).toContain('\nWEB-1  to-do  start 2026-03-04  "Fix login redirect loop"');
  expect(shown).toContain(`\nWEB-2  ${row}`);
});

test("sorted by board, tasks stand below their columns with counts, empty columns too", async () => {
  await using board = await startFullBoard();
  const { data } = board.sandbox;
  for (const column of data.columns.values()) if (column.slug === "done") column.name = "Shipped";

  const answer = await board.call(listTasks, { project: "WEB", priority: ["high", "urgent"] });

  expect(answer.split("\n")).toEqual([
    "Website (WEB): 2 tasks",
    "to-do: 0",
    "in-progress: 1",
    'WEB-5  high  @Bob Ünïcode 🦊  due 2026-03-01  [bug, ui]  "Fix search"',
    "in-review: 0",
    "done (Shipped): 1",
    'WEB-6  urgent  @Alice Doe  due 2026-03-01 23:59  [bug]  "Tell people"',
  ]);
});

test.for([
  [2, ["to-do: 3"], ["to-do: 3", "in-progress: 0", "in-review: 0", "done: 1"]],
  [3, ["to-do: 3"], ["in-progress: 0", "in-review: 0", "done: 1"]],
] as const)("an empty column is named once, also with pages of %i", async ([limit, ...heads]) => {
  await using board = await startSmallBoard();
  Object.assign(board.sandbox.data.tasks.get(board.taskId(4)) ?? {}, { status: "done" });
  const args = { project: "WEB", limit };

  const pages = [await board.call(listTasks, args)];
  for (let cursor: string | undefined; ; ) {
    [, cursor] = /cursor (\S+)$/.exec(pages.at(-1) ?? "") ?? [];
    if (cursor === undefined) break;
    pages.push(await board.call(listTasks, { ...args, cursor }));
  }

  expect(pages.map((page) => page.match(/^[a-z-]+: \d+$/gm))).toEqual(heads);
});

test("each page of a board names the columns of its own tasks with their whole counts", async () => {
  await using board = await startFullBoard();
  const args = { project: "WEB", limit: 6 };

  const first = await board.call(listTasks, args);
  const [, cursor] = /cursor (\S+)$/.exec(first) ?? [];
  const second = await board.call(listTasks, { ...args, cursor });

  const heads = (answer: string) => answer.match(/^[a-z-]+: \d+$/gm);
  expect(heads(first)).toEqual(["planned: 1", "to-do: 4", "in-progress: 1"]);
  expect(heads(second)).toEqual(["in-review: 1", "done: 1"]);
});

test.for([
  ["overdue", ["WEB-1"]],
  ["today", ["WEB-2"]],
  ["this_week", ["WEB-1", "WEB-2", "WEB-3"]],
  ["none", ["WEB-5"]],
] as const)("due %s leaves out what is done or planned", async ([due, expected]) => {
  await using board = await startDue("2026-03-03", "2026-03-04", "2026-03-08", "2026-03-09");
  const { data } = board.sandbox;
  addTask(data, board.projectId, { title: "Undated", status: "to-do" });
  for (const status of ["done", "planned"]) {
    for (const dueDate of ["2026-03-02T23:00:00.000Z", "2026-03-03T23:00:00.000Z", null])
      addTask(data, board.projectId, { title: status, status, dueDate });
  }

  const answer = await board.call(listTasks, { project: "WEB", due });

  expect(keysIn(answer)).toEqual(expected);
});

test("what was due at a time of today is overdue from then on, a day of today only tomorrow", async () => {
  await using board = await startDue("2026-03-04", "2026-03-05");
  // Programs store a plain day as its midnight in UTC.
  const dues = ["2026-03-04T00:00:00.000Z", "2026-03-04T00:30:00.000Z", "2026-03-04T22:00:00.000Z"];
  for (const dueDate of dues)
    addTask(board.sandbox.data, board.projectId, { title: "Timed", status: "to-do", dueDate });

  const answer = await board.call(listTasks, { project: "WEB", due: "overdue" });

  expect(keysIn(answer)).toEqual(["WEB-6"]);
});

test("filters name the days that words were read as", async () => {
  await using board = await startDue();
  await using dated = await startDue("2026-03-04");
  const args = { due_from: "1 march", due_until: "end of month" };

  const answer = await board.call(listTasks, args);
  const listed = await dated.call(listTasks, args);

  expect(listed).toContain("1 task, due from 2026-03-01 until 2026-03-31\n");
  expect(answer).toContain(
    "no task matches state active, due_from 2026-03-01, due_until 2026-03-31.",
  );
});

test.for([
  [{ due_from: "2026-03-10", due_until: "2026-03-09" }, "2026-03-09, before it begins 2026-03-10"],
  [{ due_from: "20 dec", due_until: "10 dec" }, "2025-12-10, before it begins 2025-12-20"],
  [{ due_from: "monday", due_until: "friday" }, "2026-03-06, before it begins 2026-03-09"],
] as const)("days that are not in order are refused as they were read: %o", async ([args, why]) => {
  await using board = await startDue("2026-03-04");

  const call = board.call(listTasks, args);

  await expect(call).rejects.toMatchObject({
    kind: "invalid_input",
    message: `The period would end ${why}.`,
    hint: "Give both ends in order, as 2026-03-01, or leave one of them out.",
  });
});

test("due narrows the days that are given beside it", async () => {
  await using board = await startDue("2026-03-03", "2026-03-04", "2026-03-08");

  const later = await board.call(listTasks, { due: "this_week", due_from: "2026-03-04" });
  const earlier = await board.call(listTasks, { due: "this_week", due_until: "2026-03-04" });

  expect(keysIn(later)).toEqual(["WEB-2", "WEB-3"]);
  expect(keysIn(earlier)).toEqual(["WEB-1", "WEB-2"]);
});

test("due_before and due_after, as they were called before, are still read", async () => {
  await using board = await startDue("2026-03-03", "2026-03-04", "2026-03-08");
  // Clients fill in what they leave out.
  const args = { due_from: "", due_after: "2026-03-04", due_before: "2026-03-07", due_until: null };

  const answer = await board.call(listTasks, args);

  expect(keysIn(answer)).toEqual(["WEB-2"]);
});

test("a due date is shown as its day in the person's zone, with the time where it has one", async () => {
  await using board = await startDue();
  const moments = ["04T23:00:00.000Z", "04T23:30:00.000Z", "05T17:00:00.000Z", "06T00:00:00.000Z"];
  for (const [index, moment] of moments.entries()) {
    const dueDate = `2026-03-${moment}`;
    Object.assign(board.sandbox.data.tasks.get(board.taskId(index + 1)) ?? {}, { dueDate });
  }

  const answer = await board.call(listTasks, { due_from: "2026-03-05", sort: "due" });

  // The last one is a day's midnight in UTC, as programs store a plain day.
  expect([...answer.matchAll(/due (.*?) {2}/g)].map(([, due]) => due)).toEqual([
    "2026-03-05",
    "2026-03-05 00:30",
    "2026-03-05 18:00",
    "2026-03-06",
  ]);
});

test("blocked keeps what an open task blocks, whose key the row names; done and archived ones block nothing", async () => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;
  const { workspaceId } = board;
  const fields = { name: "Operations", slug: "OPS", icon: "X", workspaceId };
  const { id: ops } = addProject(data, fields);
  const add = (status: string) => addTask(data, ops, { title: status, status }).id;
  block(board, add("to-do"), 1);
  block(board, add("done"), 2);
  block(board, add("archived"), 3);

  const blocked = await board.call(listTasks, { project: "WEB", blocked: true, sort: "number" });
  const free = await board.call(listTasks, { project: "WEB", blocked: false, sort: "number" });

  expect(blocked.split("\n")).toEqual([
    "Website (WEB): 1 task",
    'WEB-1  to-do  blocked by OPS-1  "Fix login redirect loop"',
    "Blockers:",
    '  OPS-1  to-do  "to-do"',
  ]);
  expect(keysIn(free)).toEqual(["WEB-2", "WEB-3", "WEB-4"]);
});

test("what blocks a task is named once below the list, where it is not in the list itself", async () => {
  await using board = await startSmallBoard();
  block(board, board.taskId(1), 2);
  block(board, board.taskId(1), 3);
  block(board, board.taskId(3), 4);

  const args = { project: "WEB", blocked: true, sort: "number" };
  const answer = await board.call(listTasks, args);
  const counts = await board.call(listTasks, { ...args, count_by: "status" });

  expect(answer.split("\n").slice(-3)).toEqual([
    'WEB-4  to-do  blocked by WEB-3  "Dark mode"',
    "Blockers:",
    '  WEB-1  to-do  "Fix login redirect loop"',
  ]);
  expect(counts).not.toContain("Blockers");
});

test("two tasks that block each other are both in the list, and nothing is named below it", async () => {
  await using board = await startSmallBoard();
  block(board, board.taskId(1), 2);
  block(board, board.taskId(2), 1);

  const answer = await board.call(listTasks, { project: "WEB", blocked: true, sort: "number" });

  expect(keysIn(answer)).toEqual(["WEB-1", "WEB-2"]);
  expect(answer).not.toContain("Blockers");
});

test("of very many blockers 25 are named", async () => {
  await using board = await startSmallBoard();
  for (let index = 0; index < 30; index += 1) {
    const { id } = addTask(board.sandbox.data, board.projectId, { title: "More", status: "to-do" });
    block(board, id, 1);
  }

  const answer = await board.call(listTasks, { project: "WEB", blocked: true });

  expect(answer.match(/^ {2}WEB-/gm)).toHaveLength(25);
  expect(answer.split("\n").at(-1)).toMatch(/^5 more blockers; get_task /);
});

test.for([
  [{ due: "overdue", state: "all" }],
  [{ due: "overdue", due_from: "2026-03-01", state: "all" }],
])("with %j, a row says what the task is blocked by and blocks, if it is open", async ([args]) => {
  await using board = await startDue("2026-03-01", "2026-03-02", null, "2026-03-03");
  block(board, board.taskId(1), 2);
  block(board, board.taskId(2), 3);
  block(board, board.taskId(4), 3);
  Object.assign(board.sandbox.data.tasks.get(board.taskId(4)) ?? {}, { status: "done" });

  const answer = await board.call(listTasks, { project: "WEB", sort: "due", ...args });

  expect(answer).toContain(
    'WEB-1  to-do  due 2026-03-01  blocks WEB-2  "Fix login redirect loop"\n' +
      'WEB-2  to-do  due 2026-03-02  blocked by WEB-1  blocks WEB-3  "Landing page hero"\n' +
      'WEB-4  done  due 2026-03-03  "Dark mode"',
  );
  // The board was read with its columns.
  expect(board.requests().filter((request) => request.includes("/api/column/"))).toEqual([]);
});

test("blockers are asked for only where they matter, and at most 200 times; the rest is said", async () => {
  await using board = await startSmallBoard({ msPerRequest: 1 });
  const dueDate = "2026-03-01T23:00:00.000Z";
  for (let index = 0; index < 197; index += 1) {
    addTask(board.sandbox.data, board.projectId, { title: "More", status: "to-do", dueDate });
  }
  const asked = () => board.requests().filter((request) => request.includes("task-relation"));

  await board.call(listTasks, { project: "WEB" });
  await board.call(listTasks, { project: "WEB", due_from: "2026-03-01", due_until: "2026-03-07" });
  const before = asked().length;
  const answer = await board.call(listTasks, { project: "WEB", blocked: false, limit: 1 });

  expect(before).toBe(0);
  expect(asked()).toHaveLength(200);
  expect(answer).toContain(
    "The blockers of 1 more task by these filters were not looked up; narrow them for those.",
  );
});
