/** Where a move takes a task whose column the other project has not by its slug. */
import { expect, test } from "vitest";
import { updateTask } from "../../../src/tools/tasks/update-task.ts";
import { addProject } from "../../sandbox/routes/projects.ts";
import { startSmallBoard } from "../../support/small-board.ts";

test.for([
  [{ slug: "at-the-printer", name: "DONE", isFinal: false }, "done"],
  [{ slug: "printed", name: "Printed", isFinal: true }, "done"],
] as const)("a move takes a task of the column %j to %s", async ([column, expected]) => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;
  addProject(data, { name: "Shop", slug: "SHOP", icon: "X", workspaceId: board.workspaceId });
  const own = [...data.columns.values()].find(({ slug }) => slug === "in-review");
  Object.assign(own ?? {}, column);
  Object.assign(data.tasks.get(board.taskId(1)) ?? {}, { status: column.slug });

  const answer = await board.call(updateTask, { task: "WEB-1", project: "SHOP" });

  expect(answer).toContain(`\nSHOP-1  ${expected}  `);
});

test.for(["planned", "archived"])("a task that is %s stays so when it moves", async (status) => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;
  addProject(data, { name: "Shop", slug: "SHOP", icon: "X", workspaceId: board.workspaceId });
  const task = data.tasks.get(board.taskId(1));
  Object.assign(task ?? {}, { status });

  const answer = await board.call(updateTask, { task: "WEB-1", project: "SHOP" });

  expect(answer).toContain(`\nSHOP-1  ${status}  `);
  expect(task).toMatchObject({ status });
});

test("an archived task that moves takes the status that is asked for", async () => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;
  addProject(data, { name: "Shop", slug: "SHOP", icon: "X", workspaceId: board.workspaceId });
  const task = data.tasks.get(board.taskId(1));
  Object.assign(task ?? {}, { status: "archived" });

  await board.call(updateTask, { task: "WEB-1", project: "SHOP", status: "to do" });

  expect(task).toMatchObject({ status: "to-do" });
});
