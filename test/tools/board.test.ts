import { expect, test } from "vitest";
import { workflowRulesOf } from "../../src/kaneo/workflow-rules.ts";
import { renderWorkflowRule } from "../../src/text/workflow-rules.ts";
import { boardTools } from "../../src/tools/board.ts";
import { columnsOf } from "../sandbox/data.ts";
import { type SmallBoard, startSmallBoard } from "../support/small-board.ts";
import { toolNamed } from "../support/tool-named.ts";

const createColumn = toolNamed(boardTools, "create_column");
const updateColumn = toolNamed(boardTools, "update_column");
const reorderColumns = toolNamed(boardTools, "reorder_columns");
const deleteColumn = toolNamed(boardTools, "delete_column");
const setRule = toolNamed(boardTools, "set_workflow_rule");
const deleteRule = toolNamed(boardTools, "delete_workflow_rule");
const deleteProject = toolNamed(boardTools, "delete_project");

function columnsIn({ sandbox: { data }, projectId }: SmallBoard): string[] {
  return columnsOf(data, projectId).map(({ slug, name }) => `${slug}: ${name}`);
}

async function rulesIn(board: SmallBoard): Promise<string[]> {
  return (await workflowRulesOf(board.kaneo, board.projectId)).map(renderWorkflowRule);
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

test("set_workflow_rule makes a rule and replaces the one of the same event", async () => {
  await using board = await startSmallBoard();
  const event = { project: "WEB", integration: "github", event: "pr_merged" };
  await board.call(setRule, { ...event, column: "in-review" });

  const answer = await board.call(setRule, { ...event, column: "Done" });

  expect(answer).toBe("Rule of WEB: github pr_merged -> done");
  expect(await rulesIn(board)).toEqual(["github pr_merged -> done"]);
});

test("delete_workflow_rule deletes the rule of an event and else names the rules there are", async () => {
  await using board = await startSmallBoard();
  await board.call(setRule, {
    project: "WEB",
    integration: "github",
    event: "pr_merged",
    column: "done",
  });

  const unknown = board.call(deleteRule, {
    project: "WEB",
    integration: "gitea",
    event: "pr_merged",
  });
  await expect(unknown).rejects.toMatchObject({
    kind: "not_found",
    message: "WEB has no rule for gitea pr_merged. It has rules for: github pr_merged.",
  });
  const answer = await board.call(deleteRule, {
    project: "WEB",
    integration: "github",
    event: "pr_merged",
  });

  expect(answer).toBe("Deleted from WEB: github pr_merged -> done");
  expect(await rulesIn(board)).toEqual([]);
});

test("delete_project deletes nothing unless the slug is confirmed", async () => {
  await using board = await startSmallBoard();

  const call = board.call(deleteProject, { project: board.projectId, confirm_slug: "OPS" });

  await expect(call).rejects.toMatchObject({
    kind: "invalid_input",
    message: 'Nothing was deleted: the slug of Website is WEB, not "OPS".',
  });
  expect(board.sandbox.data.projects.has(board.projectId)).toBe(true);
});

test("delete_project deletes the project and forgets it", async () => {
  await using board = await startSmallBoard();

  const answer = await board.call(deleteProject, { project: "Website", confirm_slug: "web" });

  expect(answer).toBe("Deleted project WEB (Website) with 4 tasks.");
  expect(board.sandbox.data.projects.size).toBe(0);
  const again = board.call(deleteProject, { project: "WEB", confirm_slug: "WEB" });
  await expect(again).rejects.toMatchObject({ kind: "not_found" });
});

test("a member who may not change the board is told that the role does not allow it", async () => {
  await using board = await startSmallBoard({ person: "bob" });

  const call = board.call(createColumn, { project: "WEB", name: "QA" });

  await expect(call).rejects.toMatchObject({
    kind: "forbidden",
    message: expect.stringContaining("role of this account"),
  });
});
