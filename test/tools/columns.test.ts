import { expect, test } from "vitest";
import { columnTools } from "../../src/tools/columns.ts";
import { workflowRuleTools } from "../../src/tools/workflow-rules.ts";
import { columnsOf } from "../sandbox/data.ts";
import { type SmallBoard, startSmallBoard } from "../support/small-board.ts";
import { toolNamed } from "../support/tool-named.ts";

const createColumn = toolNamed(columnTools, "create_column");
const updateColumn = toolNamed(columnTools, "update_column");
const reorderColumns = toolNamed(columnTools, "reorder_columns");
const deleteColumn = toolNamed(columnTools, "delete_column");
const setRule = toolNamed(workflowRuleTools, "set_workflow_rule");

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

test.for<[string, string]>([
  ["to do", 'WEB has a column "To Do" (to-do) already. Nothing was changed.'],
  ["in-review", 'WEB has a column "In Review" (in-review) already. Nothing was changed.'],
  ["Planned", '"Planned" is the status of tasks that are in no column. Nothing was changed.'],
  ["archived", '"archived" is the status of tasks that are in no column. Nothing was changed.'],
])("create_column refuses the name %s and says why", async ([name, message]) => {
  await using board = await startSmallBoard();
  const before = columnsIn(board);

  const call = board.call(createColumn, { project: "WEB", name });

  await expect(call).rejects.toMatchObject({
    kind: "conflict",
    message,
    hint: "Choose another name; get_project lists the columns.",
  });
  expect(columnsIn(board)).toEqual(before);
});

test("update_column refuses the name of another column, and takes its own in another case", async () => {
  await using board = await startSmallBoard();

  const taken = board.call(updateColumn, { project: "WEB", column: "in-review", name: "DONE" });
  await expect(taken).rejects.toMatchObject({
    kind: "conflict",
    message: 'WEB has a column "Done" (done) already. Nothing was changed.',
  });
  await board.call(updateColumn, { project: "WEB", column: "in-review", name: "IN REVIEW" });

  expect(columnsIn(board)).toContain("in-review: IN REVIEW");
  expect(columnsIn(board)).toContain("done: Done");
});

test.for<[string, string]>([
  ["Dark grey", "dark-gray"],
  ["red", "red"],
  ["3B82F6", "#3B82F6"],
  ["#abc", "#abc"],
  ["blue", "#3b82f6"],
])("a column can have the color %s", async ([color, stored]) => {
  await using board = await startSmallBoard();

  await board.call(updateColumn, { project: "WEB", column: "done", color });
  await board.call(createColumn, { project: "WEB", name: "QA", color });

  const columns = columnsOf(board.sandbox.data, board.projectId);
  expect(columns.filter((column) => column.color === stored)).toHaveLength(2);
});

test.for(["banana", "#12345", "url(x)", "0"])("no column gets the color %s", async (color) => {
  await using board = await startSmallBoard();

  const results = await Promise.allSettled([
    board.call(updateColumn, { project: "WEB", column: "done", color }),
    board.call(createColumn, { project: "WEB", name: "QA", color }),
  ]);

  const reason = {
    kind: "invalid_input",
    message: `"${color}" is not a color.`,
    hint: expect.stringContaining("Give one such as #3b82f6, or gray, "),
  };
  expect(results).toMatchObject([{ reason }, { reason }]);
  expect(board.requests()).toEqual([]);
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

  expect(answer).toMatch(/done \(Shipped\)\nfinal: true → false$/);
});

test("reorder_columns puts the board into the given order", async () => {
  await using board = await startSmallBoard();

  const answer = await board.call(reorderColumns, {
    project: "WEB",
    columns: ["in-progress", "To Do", "done", "in-review"],
  });

  expect(answer).toBe(
    "Columns of WEB: in-progress, to-do, done [final], in-review\nBefore: to-do, in-progress, in-review, done [final]",
  );
});

test("reorder_columns takes columns that are written as one text", async () => {
  await using board = await startSmallBoard();
  const columns = "done, In Progress, to-do, in-review";

  const answer = await board.call(reorderColumns, { project: "WEB", columns });

  expect(answer).toContain("Columns of WEB: done [final], in-progress, to-do, in-review\n");
});

test.for([
  [["to-do", "done"]],
  [["to-do", "to-do", "in-review", "done"]],
  [["to-do", "to-do", "in-progress", "in-review", "done"]],
])("reorder_columns refuses %o and names the columns", async ([columns]) => {
  await using board = await startSmallBoard();
  const before = columnsIn(board);

  const call = board.call(reorderColumns, { project: "WEB", columns });

  await expect(call).rejects.toMatchObject({
    kind: "invalid_input",
    message:
      "Name every column of WEB exactly once. They are: to-do, in-progress, in-review, done.",
  });
  expect(columnsIn(board)).toEqual(before);
});

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

test.for<[string, string]>([
  ["planned", "planned is the status of tasks that are in no column."],
  ["qa", "get_project lists the columns of a project."],
])("the unknown column %s is answered with the columns there are", async ([column, hint]) => {
  await using board = await startSmallBoard();

  const call = board.call(deleteColumn, { project: "WEB", column });

  await expect(call).rejects.toMatchObject({
    kind: "not_found",
    message: `No column "${column}" in WEB. There are: to-do, in-progress, in-review, done.`,
    hint,
  });
});

test("a misspelt column is answered with the nearest", async () => {
  await using board = await startSmallBoard();

  const call = board.call(deleteColumn, { project: "WEB", column: "In Progres" });

  await expect(call).rejects.toMatchObject({
    kind: "not_found",
    message: expect.stringContaining("Did you mean in-progress? There are: to-do"),
  });
});

test("a column that was deleted behind the memory of this process is not found", async () => {
  await using board = await startSmallBoard();
  await board.call(updateColumn, { project: "WEB", column: "in-review", final: true });
  const { columns } = board.sandbox.data;
  for (const [id, { slug }] of columns) if (slug === "in-review") columns.delete(id);

  const call = board.call(updateColumn, { project: "WEB", column: "in-review", final: false });

  await expect(call).rejects.toMatchObject({
    kind: "not_found",
    message: 'No column "in-review" in WEB. There are: to-do, in-progress, done.',
  });
});

test.for(["PUT", "DELETE"])(
  "a column that is deleted right before the %s is said to be gone",
  async (method) => {
    await using board = await startSmallBoard();
    const body = "Workspace ID could not be determined";
    board.sandbox.fail({ method }, { kind: "answer", status: 400, body });

    const tool = method === "PUT" ? updateColumn : deleteColumn;
    const changes = method === "PUT" ? { final: true } : {};
    const call = board.call(tool, { project: "WEB", column: "in-review", ...changes });

    await expect(call).rejects.toMatchObject({
      kind: "not_found",
      message: expect.stringMatching(/^The column in-review of WEB was deleted meanwhile/),
      hint: "get_project lists the columns.",
    });
  },
);

test("delete_column says which workflow rules went with the column", async () => {
  await using board = await startSmallBoard();
  const rule = { project: "WEB", integration: "github" };
  await board.call(setRule, { ...rule, event: "pr_opened", column: "in-review" });
  await board.call(setRule, { ...rule, event: "issue_reopened", column: "in-review" });
  await board.call(setRule, { ...rule, event: "pr_merged", column: "done" });

  const answer = await board.call(deleteColumn, { project: "WEB", column: "in-review" });

  expect(answer).toBe(
    "Columns of WEB: to-do, in-progress, done [final]\nDeleted with it, its rules: github pr_opened → in-review, github issue_reopened → in-review",
  );
  expect(board.sandbox.data.workflowRules.size).toBe(1);
});

test("a board without columns is said to have none", async () => {
  await using board = await startSmallBoard();
  const { columns, tasks } = board.sandbox.data;
  tasks.clear();
  for (const [id, { slug }] of columns) if (slug !== "done") columns.delete(id);

  const answer = await board.call(deleteColumn, { project: "WEB", column: "done" });

  expect(answer).toBe("Columns of WEB: none");
});

test("a member who may not change the board is told that the role does not allow it", async () => {
  await using board = await startSmallBoard({ person: "bob" });

  const call = board.call(createColumn, { project: "WEB", name: "QA" });

  await expect(call).rejects.toMatchObject({
    kind: "forbidden",
    message: expect.stringContaining("role of this account"),
  });
});
