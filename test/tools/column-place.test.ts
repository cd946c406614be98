import { expect, test } from "vitest";
import { columnTools } from "../../src/tools/columns.ts";
import { copyProjectSetup } from "../../src/tools/projects/copy-project-setup.ts";
import { columnsOf } from "../sandbox/data.ts";
import { addProject } from "../sandbox/routes/projects.ts";
import { addColumn } from "../support/board-rows.ts";
import { type SmallBoard, startSmallBoard } from "../support/small-board.ts";
import { toolNamed } from "../support/tool-named.ts";
import { until } from "../support/until.ts";

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

test.each([
  [
    403,
    "Insufficient permissions",
    /^The column was created; not put into its place: Kaneo refused/,
  ],
  [500, "Broken", /^The column was created; whether it is in its place is uncertain: /],
])(
  "create_column says that the column is there when its place gets a %i",
  async (status, body, said) => {
    await using board = await startSmallBoard();
    const path = `/api/column/reorder/${board.projectId}`;
    board.sandbox.fail({ method: "PUT", path }, { kind: "answer", status, body });

    const call = board.call(createColumn, { project: "WEB", name: "QA", after: "to-do" });

    await expect(call).rejects.toMatchObject({
      message: expect.stringMatching(said),
      hint: "Do not create it again; reorder_columns moves it.",
    });
    expect(slugsIn(board).at(-1)).toBe("qa");
  },
);

/** Creates QA behind In progress; `change` is what somebody else does while that is under way. */
async function createWhile(board: SmallBoard, change: () => void): Promise<string> {
  const path = `/api/column/${board.projectId}`;
  board.sandbox.fail({ method: "POST", path }, { kind: "delay", ms: 300 });
  const call = board.call(createColumn, { project: "WEB", name: "QA", after: "in-progress" });
  await until(() => board.requests().includes(`POST ${path}`));
  change();
  return call;
}

test("create_column finds the place among the columns as they are when it is created", async () => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;

  const answer = await createWhile(board, () => {
    data.columns.delete(columnsOf(data, board.projectId)[0]?.id ?? "");
    addColumn(data, board.projectId, "Late");
  });

  expect(answer).toBe("Columns of WEB: in-progress, qa, in-review, done [final], late");
});

test("create_column says so when the column to stand behind is deleted meanwhile", async () => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;

  const call = createWhile(board, () => {
    data.columns.delete(columnsOf(data, board.projectId)[1]?.id ?? "");
  });

  await expect(call).rejects.toMatchObject({
    message:
      "The column was created; not put into its place: the column in-progress was deleted meanwhile.",
    hint: "Do not create it again; reorder_columns moves it.",
  });
  expect(slugsIn(board)).toEqual(["to-do", "in-review", "done", "qa"]);
});

test("create_column creates nothing where the column to stand behind is not there", async () => {
  await using board = await startSmallBoard();

  const call = board.call(createColumn, { project: "WEB", name: "QA", after: "nowhere" });

  await expect(call).rejects.toMatchObject({ kind: "not_found" });
  expect(slugsIn(board)).toHaveLength(4);
});

test("columns that somebody adds or deletes while a set-up is copied are ordered along", async () => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;
  const fields = { name: "Operations", slug: "OPS", icon: "Cog", workspaceId: board.workspaceId };
  const ops = addProject(data, fields);
  addColumn(data, board.projectId, "QA");
  Object.assign(columnsOf(data, board.projectId)[3] ?? {}, { position: 100 });
  board.sandbox.fail({ method: "POST", path: `/api/column/${ops.id}` }, { kind: "delay", ms: 300 });

  const copying = board.call(copyProjectSetup, { from: "WEB", to: "OPS" });
  await until(() => board.requests().includes(`POST /api/column/${ops.id}`));
  data.columns.delete(columnsOf(data, ops.id)[0]?.id ?? "");
  addColumn(data, ops.id, "Late");
  const answer = await copying;

  expect(answer).toContain("has the set-up of WEB: added column QA, the order of the columns.");
  expect(columnsOf(data, ops.id).map(({ slug }) => slug)).toEqual([
    ...["in-progress", "in-review", "qa", "late", "done"],
  ]);
});
