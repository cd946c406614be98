import { expect, test } from "vitest";
import { columnTools } from "../../src/tools/columns.ts";
import { columnsOf } from "../sandbox/data.ts";
import { type SmallBoard, startSmallBoard } from "../support/small-board.ts";
import { toolNamed } from "../support/tool-named.ts";

const createColumn = toolNamed(columnTools, "create_column");
const updateColumn = toolNamed(columnTools, "update_column");
const reorderColumns = toolNamed(columnTools, "reorder_columns");
const deleteColumn = toolNamed(columnTools, "delete_column");

function columnsIn({ sandbox: { data }, projectId }: SmallBoard): string[] {
  return columnsOf(data, projectId).map(({ slug, name }) => `${slug}: ${name}`);
}

test("create_column adds a column behind the others and shows the board", async () => {
  await using board = await startSmallBoard();

  const answer = await board.call(createColumn, {
    project: "web",
    name: "QA / Überprüfung",
    final: "true",
  });

  expect(answer).toBe(
    "Columns of WEB: to-do, in-progress, in-review, done [final], qa-überprüfung (QA / Überprüfung) [final]",
  );
  expect(columnsIn(board).at(-1)).toBe("qa-überprüfung: QA / Überprüfung");
});

test("create_column passes on why Kaneo refuses a name", async () => {
  await using board = await startSmallBoard();

  const call = board.call(createColumn, { project: "WEB", name: "To Do" });

  await expect(call).rejects.toMatchObject({
    kind: "conflict",
    message: 'Kaneo refused: Column with slug "to-do" already exists in this project.',
  });
});

test("update_column changes only what is named and keeps the slug; none clears", async () => {
  await using board = await startSmallBoard();
  await board.call(updateColumn, {
    project: "WEB",
    column: "Done",
    color: "#00ff00",
    icon: "Check",
  });

  const answer = await board.call(updateColumn, {
    project: "WEB",
    column: "done",
    name: "Shipped",
    color: "none",
  });

  expect(answer).toContain("done (Shipped) [final]");
  const done = columnsOf(board.sandbox.data, board.projectId).find(({ slug }) => slug === "done");
  expect(done).toMatchObject({ name: "Shipped", color: null, icon: "Check", isFinal: true });
});

test("a column can be named by its new name at once", async () => {
  await using board = await startSmallBoard();
  await board.call(updateColumn, { project: "WEB", column: "done", name: "Shipped" });

  const answer = await board.call(updateColumn, {
    project: "WEB",
    column: "shipped",
    final: false,
  });

  expect(answer).toMatch(/done \(Shipped\)$/);
});

test("reorder_columns puts the board into the given order", async () => {
  await using board = await startSmallBoard();

  const answer = await board.call(reorderColumns, {
    project: "WEB",
    columns: ["in-progress", "To Do", "done", "in-review"],
  });

  expect(answer).toBe("Columns of WEB: in-progress, to-do, done [final], in-review");
});

test.for([[["to-do", "done"]], [["to-do", "to-do", "in-progress", "in-review", "done"]]])(
  "reorder_columns refuses %o and names the columns",
  async ([columns]) => {
    await using board = await startSmallBoard();
    const before = columnsIn(board);

    const call = board.call(reorderColumns, { project: "WEB", columns });

    await expect(call).rejects.toMatchObject({
      kind: "invalid_input",
      message:
        "Name every column of WEB exactly once. They are: to-do, in-progress, in-review, done.",
    });
    expect(columnsIn(board)).toEqual(before);
  },
);

test("delete_column deletes an empty column", async () => {
  await using board = await startSmallBoard();

  const answer = await board.call(deleteColumn, { project: "WEB", column: "In Review" });

  expect(answer).toBe("Columns of WEB: to-do, in-progress, done [final]");
});

test("delete_column leaves a column with tasks and says how to empty it", async () => {
  await using board = await startSmallBoard();

  const call = board.call(deleteColumn, { project: "WEB", column: "to-do" });

  await expect(call).rejects.toMatchObject({
    kind: "conflict",
    message: expect.stringContaining("to-do of WEB still has tasks"),
    hint: expect.stringContaining("update_tasks"),
  });
  expect(columnsIn(board)).toContain("to-do: To Do");
});

test("an unknown column is answered with the columns there are", async () => {
  await using board = await startSmallBoard();

  const call = board.call(deleteColumn, { project: "WEB", column: "planned" });

  await expect(call).rejects.toMatchObject({
    kind: "not_found",
    message: expect.stringContaining("There are: to-do, in-progress, in-review, done."),
  });
});

test("a member who may not change the board is told that the role does not allow it", async () => {
  await using board = await startSmallBoard({ person: "bob" });

  const call = board.call(createColumn, { project: "WEB", name: "QA" });

  await expect(call).rejects.toMatchObject({
    kind: "forbidden",
    message: expect.stringContaining("role of this account"),
  });
});
