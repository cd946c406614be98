/** Where a task stands in its column, and who makes room for it. */
import { expect, test } from "vitest";
import { findTask } from "../../../src/kaneo/tasks/find.ts";
import { putWhole } from "../../../src/kaneo/tasks/whole-task.ts";
import { updateTask } from "../../../src/tools/tasks/update-task.ts";
import { addTask } from "../../sandbox/routes/tasks.ts";
import { fillFirst, taskRow } from "../../support/board-rows.ts";
import { type SmallBoard, startSmallBoard } from "../../support/small-board.ts";

/** The numbers of the tasks to do, from top to bottom. */
function columnOn(board: SmallBoard): number[] {
  return [...board.sandbox.data.tasks.values()]
    .filter(({ status }) => status === "to-do")
    .sort((one, other) => one.position - other.position || one.number - other.number)
    .map(({ number }) => number);
}

test.for<[string, number[], number]>([
  ["top", [3, 1, 2, 4], 1],
  ["bottom", [1, 2, 4, 3], 1],
  ["before WEB-2", [1, 3, 2, 4], 2],
  ["after web-4", [1, 2, 4, 3], 1],
  ["after WEB-1", [1, 3, 2, 4], 2],
])(
  "place %s puts a task there and moves no more tasks than it must",
  async ([place, order, writes]) => {
    await using board = await startSmallBoard();

    const answer = await board.call(updateTask, { task: "WEB-3", place });

    const sent = board.requests().filter((request) => request.startsWith("PUT"));
    expect(columnOn(board)).toEqual(order);
    expect(sent).toHaveLength(writes);
    expect(answer).toContain("Changed: place after WEB-2 → ");
  },
);

test("tasks that an import gave the same place are told apart when one is put between them", async () => {
  await using board = await startSmallBoard();
  for (const number of [1, 2, 3, 4]) taskRow(board, number).position = 0;

  await board.call(updateTask, { task: "WEB-4", place: "after WEB-2" });

  expect(columnOn(board)).toEqual([1, 2, 4, 3]);
});

test("others who make room stand in their order at every step, also when the next one fails", async () => {
  await using board = await startSmallBoard();
  for (const title of ["Five", "Six"]) {
    addTask(board.sandbox.data, board.projectId, { title, status: "to-do" });
  }
  for (const [index, number] of [2, 1, 3, 4, 5, 6].entries())
    taskRow(board, number).position = index;
  const whole = { method: "PUT", path: /^\/api\/task\/\w+$/, after: 1 };
  board.sandbox.fail(whole, { kind: "answer", status: 500, body: "" });

  const call = board.call(updateTask, { task: "WEB-6", place: "after WEB-1" });

  await expect(call).rejects.toMatchObject({ kind: "outcome_unknown" });
  expect(columnOn(board)).toEqual([2, 1, 3, 4, 5, 6]);
});

test("a place that would move many other tasks is refused, and none is moved", async () => {
  await using board = await startSmallBoard();
  const rows = Array.from({ length: 80 }, (_, index) => ({ title: `T${index}`, status: "to-do" }));
  for (const row of rows) addTask(board.sandbox.data, board.projectId, row);
  const before = columnOn(board);

  const call = board.call(updateTask, { task: "WEB-84", place: "before WEB-42" });

  await expect(call).rejects.toMatchObject({
    kind: "conflict",
    message: expect.stringMatching(/\d+ other tasks would have to be moved .* None was moved\./),
  });
  expect(columnOn(board)).toEqual(before);
});

test("a place beside a task of another column is refused unless the status is given too", async () => {
  await using board = await startSmallBoard();
  Object.assign(taskRow(board, 2), { status: "done", position: 1 });

  const call = board.call(updateTask, { task: "WEB-1", title: "New", place: "after WEB-2" });
  await expect(call).rejects.toMatchObject({
    kind: "invalid_input",
    message: "WEB-2 is in done, which is not the task's column. Nothing was changed.",
  });
  await board.call(updateTask, { task: "WEB-1", status: "done", place: "before WEB-2" });

  expect(taskRow(board, 1)).toMatchObject({ status: "done", title: "Fix login redirect loop" });
  expect(taskRow(board, 1).position).toBeLessThan(taskRow(board, 2).position);
});

test("a task cannot be placed beside itself, and nothing of the call is done", async () => {
  await using board = await startSmallBoard();

  const call = board.call(updateTask, { task: "WEB-1", title: "New", place: "after WEB-1" });

  await expect(call).rejects.toMatchObject({
    kind: "invalid_input",
    message: "WEB-1 cannot be placed after itself. Nothing was changed.",
  });
  expect(board.requests().filter((request) => !request.startsWith("GET"))).toEqual([]);
});

test("a place leaves what somebody else has changed since the task was read", async () => {
  await using board = await startSmallBoard();
  const { task } = await findTask(board.kaneo, "WEB-1");
  Object.assign(taskRow(board, 1), { title: "Theirs", priority: "urgent" });

  const after = await putWhole(board.kaneo, task, { position: 9 });

  const theirs = { title: "Theirs", priority: "urgent", position: 9 };
  expect(after).toMatchObject(theirs);
  expect(taskRow(board, 1)).toMatchObject(theirs);
});

test("place keeps every other field, also what a full write would clear", async () => {
  await using board = await startSmallBoard();
  const { position: _was, ...before } = { ...fillFirst(board) };

  await board.call(updateTask, { task: "WEB-1", place: "top" });

  const { position: _is, updatedAt, ...after } = taskRow(board, 1);
  expect({ ...after, updatedAt: before.updatedAt }).toEqual(before);
  expect(updatedAt).not.toBe("");
});

test.each([
  ["WEB-1", "bottom"],
  ["WEB-3", "before WEB-2"],
])(
  "when %s is placed, a task that Kaneo puts nowhere else is named, and what to do",
  async (task, place) => {
    await using board = await startSmallBoard();
    const [startDate, dueDate] = ["2026-03-10T00:00:00.000Z", "2026-03-01T00:00:00.000Z"];
    Object.assign(taskRow(board, 1), { startDate, dueDate });

    const call = board.call(updateTask, { task, place });

    await expect(call).rejects.toMatchObject({
      kind: "conflict",
      message: expect.stringContaining("place: WEB-1 starts after it is due"),
      hint: "Correct start and due of WEB-1 with update_task, then call again.",
    });
    expect(columnOn(board)).toEqual([1, 2, 3, 4]);
  },
);
