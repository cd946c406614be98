/** What a task leaves when it is closed: others set free, subtasks that are still open. */
import { expect, test } from "vitest";
import { getTask } from "../../../src/tools/tasks/get-task.ts";
import { updateTask } from "../../../src/tools/tasks/update-task.ts";
import { updateTasks } from "../../../src/tools/tasks/update-tasks.ts";
import { relate, taskRow } from "../../support/board-rows.ts";
import { startSmallBoard } from "../../support/small-board.ts";

test("a closed task names what it set free, but not what something else still blocks", async () => {
  await using board = await startSmallBoard();
  relate(board, "blocks", [1, 3]);
  relate(board, "blocks", [1, 4]);
  relate(board, "blocks", [2, 4]);

  const first = await board.call(updateTask, { task: "WEB-1", status: "done" });
  const second = await board.call(updateTasks, { tasks: ["WEB-2"], status: "archived" });

  expect(first).toContain('\nWEB-3 "Font loading" is no longer blocked.');
  expect(first).not.toContain("WEB-4");
  expect(second).toContain('\nWEB-4 "Dark mode" is no longer blocked.');
});

test("a closed task names those of its subtasks that are still open", async () => {
  await using board = await startSmallBoard();
  relate(board, "subtask", [1, 2]);
  relate(board, "subtask", [1, 3]);
  relate(board, "subtask", [1, 4]);
  taskRow(board, 2).status = "done";

  const one = await board.call(updateTask, { task: "WEB-1", status: "done" });
  await board.call(updateTask, { task: "WEB-1", status: "to-do" });
  const both = await board.call(updateTasks, { tasks: ["WEB-1", "WEB-3"], status: "done" });
  const changed = await board.call(updateTask, { task: "WEB-1", priority: "low" });

  expect(one.split("\n").at(-1)).toBe("Still open below WEB-1: WEB-3, WEB-4.");
  expect(both.split("\n").at(-1)).toBe("Still open below WEB-1: WEB-4.");
  expect(changed).not.toContain("Still open");
});

test("when what was set free cannot be read, the change is told all the same", async () => {
  await using board = await startSmallBoard();
  board.sandbox.fail({ path: /task-relation/, times: Infinity }, { kind: "html" });

  const answer = await board.call(updateTask, { task: "WEB-1", status: "done" });

  expect(answer).toMatch(/^Changed: status to-do → done\./);
  expect(answer).toContain("\nWhat waited for it could not be read: ");
});

test("of a task and those around it get_task says which columns are final, and what they are called", async () => {
  await using board = await startSmallBoard();
  relate(board, "subtask", [1, 2]);
  for (const number of [1, 2]) taskRow(board, number).status = "in-review";
  for (const column of board.sandbox.data.columns.values()) {
    if (column.slug === "in-review") Object.assign(column, { name: "Watching", isFinal: true });
  }

  const answer = await board.call(getTask, { task: ["WEB-2"] });

  expect(answer).toContain("\nStatus: in-review (Watching) [final]\n");
  expect(answer).toContain("\nSubtask of:\n  WEB-1  in-review (Watching) [final]  ");
});
