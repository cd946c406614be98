import { expect, test } from "vitest";
import { columnTools } from "../../src/tools/columns.ts";
import { columnsOf } from "../sandbox/data.ts";
import { type SmallBoard, startSmallBoard } from "../support/small-board.ts";
import { toolNamed } from "../support/tool-named.ts";

const createColumn = toolNamed(columnTools, "create_column");

function slugsIn({ sandbox: { data }, projectId }: SmallBoard): string[] {
  return columnsOf(data, projectId).map(({ slug }) => slug);
}

test.each([
  ["in review", "to-do, in-progress, in-review, qa, done [final]"],
  ["none", "qa, to-do, in-progress, in-review, done [final]"],
])("create_column puts a column after %s", async (after, order) => {
  await using board = await startSmallBoard();

  const answer = await board.call(createColumn, { project: "WEB", name: "QA", after });

  expect(answer).toBe(`Columns of WEB: ${order}`);
});

test("create_column says that the column is there when it could not be put into its place", async () => {
  await using board = await startSmallBoard();
  const path = `/api/column/reorder/${board.projectId}`;
  board.sandbox.fail({ method: "PUT", path }, { kind: "answer", status: 500, body: "Broken" });

  const call = board.call(createColumn, { project: "WEB", name: "QA", after: "to-do" });

  await expect(call).rejects.toMatchObject({
    message: expect.stringMatching(/^The column was created, as the last one; it was not put/),
    hint: "Do not create it again; reorder_columns moves it.",
  });
  expect(slugsIn(board).at(-1)).toBe("qa");
});

test("create_column creates nothing where the column to stand behind is not there", async () => {
  await using board = await startSmallBoard();

  const call = board.call(createColumn, { project: "WEB", name: "QA", after: "nowhere" });

  await expect(call).rejects.toMatchObject({ kind: "not_found" });
  expect(slugsIn(board)).toHaveLength(4);
});
