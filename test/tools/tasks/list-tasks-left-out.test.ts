/** What list_tasks leaves out though nobody named a status, and says so: planned and archived tasks. */
import { expect, test } from "vitest";
import { listTasks } from "../../../src/tools/tasks/list-tasks.ts";
import { addTask } from "../../sandbox/routes/tasks.ts";
import { startDue } from "../../support/small-board.ts";

test.for<[string, Record<string, unknown>, string]>([
  ["due", { due: "today" }, "1 planned task by the same filters; status planned lists those."],
  ["state open", { state: "open" }, "2 planned tasks by the same filters; status planned lists"],
  ["counts", { state: "open", count_by: "priority" }, "2 planned tasks by the same filters;"],
  ["blocked", { blocked: true }, "2 planned tasks by the same filters without blocked;"],
])("where %s leaves planned tasks out, the answer says how many", async ([, args, expected]) => {
  await using board = await startDue("2026-03-04");
  const { data } = board.sandbox;
  for (const dueDate of ["2026-03-03T23:00:00.000Z", null])
    addTask(data, board.projectId, { title: "Later", status: "planned", dueDate });

  const answer = await board.call(listTasks, { project: "WEB", ...args });

  expect(answer.split("\n").at(-1)).toContain(`Not among them: ${expected}`);
});

test.for<[string, Record<string, unknown>, string]>([
  ["state done", { state: "done" }, "2 archived tasks"],
  ["a filter", { text: "over" }, "2 archived tasks"],
  ["counts", { priority: ["low"], count_by: "status" }, "1 archived task"],
])("where %s leaves archived tasks out, the answer says how many", async ([, args, expected]) => {
  await using board = await startDue("2026-03-04");
  const { data } = board.sandbox;
  for (const priority of ["low", "high"])
    addTask(data, board.projectId, { title: "Over", status: "archived", priority });

  const answer = await board.call(listTasks, { project: "WEB", ...args });

  expect(answer.split("\n").at(-1)).toBe(
    `Not among them: ${expected} by the same filters; status archived lists those.`,
  );
});

test.for<[Record<string, unknown>]>([
  [{ state: "open", text: "over" }],
  [{ state: "all" }],
  [{ status: ["to-do"], text: "over" }],
  [{ sort: "due" }],
  [{ state: "active", untouched_since: "2026-03-01" }],
  [{ state: "done", untouched_since: "2026-03-01" }],
])("%j says nothing of archived tasks", async ([args]) => {
  await using board = await startDue("2026-03-04");
  const over = addTask(board.sandbox.data, board.projectId, { title: "Over", status: "archived" });
  over.updatedAt = "2026-02-01T00:00:00.000Z";

  const answer = await board.call(listTasks, { project: "WEB", ...args });

  expect(answer).not.toContain("Not among them");
});

test.for([
  ["in the first page", { state: "open", sort: "number" }],
  ["read status by status", { due: "none", sort: "number" }],
] as const)("planned tasks of a big project are counted, too: %s", async ([, args]) => {
  await using board = await startDue();
  const { data } = board.sandbox;
  for (let index = 0; index < 600; index += 1)
    addTask(data, board.projectId, { title: "More", status: index < 7 ? "planned" : "to-do" });

  const answer = await board.call(listTasks, { project: "WEB", ...args });

  expect(answer).toMatch(/^Website \(WEB\): 597 tasks, 1–25 shown\n/);
  expect(answer).toContain("Not among them: 7 planned tasks by the same filters;");
});

test.for<[Record<string, unknown>]>([
  [{ due_from: "2026-03-04" }],
  [{ state: "open", status: "to-do" }],
  [{ state: "open", priority: "urgent" }],
])("%j leaves no planned task out, and says nothing of them", async ([args]) => {
  await using board = await startDue("2026-03-04");
  addTask(board.sandbox.data, board.projectId, { title: "Later", status: "planned" });

  const answer = await board.call(listTasks, { project: "WEB", ...args });

  expect(answer).not.toContain("Not among them");
});
