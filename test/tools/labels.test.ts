import { expect, test } from "vitest";
import { labelsOf } from "../../src/kaneo/api/schemas.ts";
import { findLabels, addLabel as labelTask, removeLabel } from "../../src/kaneo/labels.ts";
import { findTask } from "../../src/kaneo/tasks/find.ts";
import { allTools } from "../../src/tools/index.ts";
import { labelTools } from "../../src/tools/labels.ts";
import { addLabel } from "../sandbox/routes/labels.ts";
import { addProject } from "../sandbox/routes/projects.ts";
import { addTask } from "../sandbox/routes/tasks.ts";
import { addBug, labelsIn } from "../support/board-labels.ts";
import { addWorkspace, startSmallBoard } from "../support/small-board.ts";
import { toolNamed } from "../support/tool-named.ts";

const createLabel = toolNamed(labelTools, "create_label");
const updateLabel = toolNamed(labelTools, "update_label");
const deleteLabel = toolNamed(labelTools, "delete_label");
const updateTask = toolNamed(allTools, "update_task");

test("labels made or deleted a moment ago are known at once", async () => {
  await using board = await startSmallBoard();
  const list = labelsOf(board.workspaceId);
  addBug(board);
  await board.kaneo.kept(list);

  await board.call(createLabel, { name: "docs" });
  const afterCreating = await board.kaneo.kept(list);
  await board.call(deleteLabel, { label: "bug" });
  const afterDeleting = await board.kaneo.kept(list);

  expect(afterCreating.map(({ name }) => name)).toEqual(["Bug", "docs"]);
  expect(afterDeleting.map(({ name }) => name)).toEqual(["docs"]);
});

test("update_label with into puts the other label on every task, then deletes the first", async () => {
  await using board = await startSmallBoard();
  addBug(board, 1, 2);
  const other = { name: "defect", color: "#111111", workspaceId: board.workspaceId };
  addLabel(board.sandbox.data, { ...other, taskId: null });
  addLabel(board.sandbox.data, { ...other, taskId: board.taskId(2) });
  addLabel(board.sandbox.data, { ...other, taskId: board.taskId(3) });

  const answer = await board.call(updateLabel, { label: "bug", into: "Defect" });

  expect(answer).toBe(
    `Merged label Bug (#ef4444) of Acme, which is deleted, into defect (#111111): 2 tasks had it: WEB-1, WEB-2.`,
  );
  expect(labelsIn(board).sort()).toEqual([
    "defect #111111",
    "defect #111111 on 1",
    "defect #111111 on 2",
    "defect #111111 on 3",
  ]);
});

test("update_label with into deletes nothing when a task could not be given the other label", async () => {
  await using board = await startSmallBoard();
  addBug(board, 1, 2);
  await board.call(createLabel, { name: "docs" });
  const refusal = { kind: "answer", status: 403, body: "Insufficient permissions" } as const;
  board.sandbox.fail({ method: "POST", path: "/api/label", after: 1 }, refusal);

  const call = board.call(updateLabel, { label: "bug", into: "docs" });

  await expect(call).rejects.toMatchObject({
    kind: "forbidden",
    message: expect.stringMatching(
      /^Bug is not deleted, since docs is not known to be on every task that carries it: Kaneo refused/,
    ),
    hint: "Repeat the call: what is done already does no harm.",
  });
  expect(labelsIn(board)).toEqual(
    expect.arrayContaining(["Bug #ef4444", "Bug #ef4444 on 1", "Bug #ef4444 on 2"]),
  );
});

test("update_label with into looks at the tasks before it deletes, whatever was answered", async () => {
  await using board = await startSmallBoard();
  addBug(board, 1);
  await board.call(createLabel, { name: "docs" });
  const docs = [...board.sandbox.data.labels.values()].find(({ name }) => name === "docs");
  const body = { ...docs, taskId: board.taskId(1) };
  board.sandbox.fail({ method: "POST" }, { kind: "answer", status: 200, body });

  const call = board.call(updateLabel, { label: "bug", into: "docs" });

  await expect(call).rejects.toMatchObject({
    message: expect.stringMatching(/^Bug is not deleted, .* Still without it: 1 task\.$/),
  });
  expect(labelsIn(board)).toContain("Bug #ef4444 on 1");
});

test.for<[Record<string, unknown>, string]>([
  [{}, "Give either name or color, or into."],
  [{ into: "docs", name: "x" }, "Give either name or color, or into."],
  [{ into: "BUG" }, "A label cannot be merged into itself."],
])("update_label refuses %o", async ([args, message]) => {
  await using board = await startSmallBoard();
  addBug(board, 1);

  const call = board.call(updateLabel, { label: "bug", ...args });

  await expect(call).rejects.toMatchObject({ kind: "invalid_input", message });
  expect(labelsIn(board)).toEqual(["Bug #ef4444", "Bug #ef4444 on 1"]);
});

test("update_label changes one field, also on the tasks that carry the label", async () => {
  await using board = await startSmallBoard();
  addBug(board, 1, 2);

  const answer = await board.call(updateLabel, { label: "bug", name: "defect" });

  expect(answer).toBe("Label Bug (#ef4444) of Acme is now defect (#ef4444).");
  expect(labelsIn(board)).toEqual(["defect #ef4444", "defect #ef4444 on 1", "defect #ef4444 on 2"]);
});

test("update_label refuses the name of another label, where Kaneo would fail", async () => {
  await using board = await startSmallBoard();
  addBug(board);
  await board.call(createLabel, { name: "docs" });

  const call = board.call(updateLabel, { label: "docs", name: "BUG" });

  await expect(call).rejects.toMatchObject({
    kind: "conflict",
    message: 'There is another label "Bug".',
  });
});

test("labels that differ only in case are told apart by how they are written", async () => {
  await using board = await startSmallBoard();
  addBug(board, 1);
  addLabel(board.sandbox.data, {
    name: "bug",
    color: "#22c55e",
    workspaceId: board.workspaceId,
    taskId: null,
  });

  const created = await board.call(createLabel, { name: "bug" });
  await board.call(updateLabel, { label: "bug", color: "#000000" });

  expect(created).toBe("There already was a label bug (#22c55e); it is as it was.");
  expect(labelsIn(board)).toEqual(["Bug #ef4444", "Bug #ef4444 on 1", "bug #000000"]);
});

test("delete_label takes the label off every task", async () => {
  await using board = await startSmallBoard();
  addBug(board, 1, 2);

  const answer = await board.call(deleteLabel, { label: "bug" });

  expect(answer).toBe("Deleted label Bug (#ef4444) of Acme: 2 tasks had it: WEB-1, WEB-2.");
  expect(labelsIn(board)).toEqual([]);
});

test("the tasks that lose a label are told apart where two projects share a slug", async () => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;
  const twin = { name: "Shop", slug: "WEB", icon: "", workspaceId: board.workspaceId };
  addTask(data, addProject(data, twin).id, { title: "Same number", status: "to-do" });
  addBug(board, 1);

  const answer = await board.call(deleteLabel, { label: "bug" });

  expect(answer).toContain(": 1 task had it: WEB-1 (Website).");
});

test("a label is deleted, and its tasks are told by their ids, where no project can be read", async () => {
  await using board = await startSmallBoard();
  addBug(board, 1);
  const failing = { kind: "answer", status: 500, body: "" } as const;
  board.sandbox.fail({ path: /\/api\/project\/[^?]/, times: Infinity }, failing);

  const answer = await board.call(deleteLabel, { label: "bug" });

  expect(answer).toContain(`: 1 task had it: ${board.taskId(1)}.`);
  expect(labelsIn(board)).toEqual([]);
});

test("an unknown label is answered with the labels there are", async () => {
  await using board = await startSmallBoard();
  addBug(board);

  const call = board.call(deleteLabel, { label: "bugs" });

  await expect(call).rejects.toMatchObject({
    kind: "not_found",
    message: 'No label "bugs". Did you mean Bug? There are: Bug.',
  });
});

test("a label put on one task stays on the others, and comes off one task alone", async () => {
  await using board = await startSmallBoard();
  addBug(board, 1);
  const [label] = await findLabels(board.kaneo, board.workspaceId, ["bug"]);
  if (label === undefined) throw new Error("The label was not found.");
  const located = await findTask(board.kaneo, "WEB-2");

  const labelled = { ...located, ...(await labelTask(label).send(board.kaneo, located)) };
  const onBoth = labelsIn(board);
  const after = await removeLabel(label).send(board.kaneo, labelled);

  expect(onBoth).toEqual(["Bug #ef4444", "Bug #ef4444 on 1", "Bug #ef4444 on 2"]);
  expect(after.task.labels).toEqual([]);
  expect(labelsIn(board)).toEqual(["Bug #ef4444", "Bug #ef4444 on 1"]);
});

test("update_label leaves the name as somebody else has changed it meanwhile", async () => {
  await using board = await startSmallBoard();
  addBug(board);
  await board.call(createLabel, { name: "bug" });
  const [bug] = [...board.sandbox.data.labels.values()];
  if (bug) bug.name = "defect";

  await board.call(updateLabel, { label: bug?.id ?? "", color: "#333333" });

  expect(labelsIn(board)).toContain("defect #333333");
});

test("a label that a workspace of a moment ago has as well is not deleted without asking", async () => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;
  const add = (workspaceId: string) =>
    addLabel(data, { name: "bug", color: "#fff", workspaceId, taskId: null });
  add(board.workspaceId);
  await board.call(createLabel, { name: "ui" });
  add(addWorkspace(board, "Second"));

  const call = board.call(deleteLabel, { label: "bug" });

  await expect(call).rejects.toMatchObject({
    kind: "ambiguous",
    message: expect.stringContaining("Which workspace?"),
  });
});

test.each([
  ["deleted", undefined],
  ["renamed", "defect"],
])("a label that somebody else has %s a moment ago is put on no task", async (_, name) => {
  await using board = await startSmallBoard();
  const { labels } = board.sandbox.data;
  addBug(board);
  await findLabels(board.kaneo, board.workspaceId, ["bug"]);
  for (const bug of [...labels.values()]) {
    if (name === undefined) labels.delete(bug.id);
    else bug.name = name;
  }
  await board.kaneo.sleep(3_000);

  const call = board.call(updateTask, { task: "WEB-1", add_labels: ["bug"] });

  await expect(call).rejects.toMatchObject({ message: expect.stringContaining('No label "bug"') });
});
