import { expect, test } from "vitest";
import { relationsOf, withDueDates } from "../../src/kaneo/relations/relations.ts";
import { findTask } from "../../src/kaneo/tasks/find.ts";
import { relationTools, renderRelations } from "../../src/tools/relations.ts";
import { createTask } from "../../src/tools/tasks/create-task.ts";
import { updateTask } from "../../src/tools/tasks/update-task.ts";
import { addProject } from "../sandbox/routes/projects.ts";
import { addTask } from "../sandbox/routes/tasks.ts";
import { addWorkspace, type SmallBoard, startSmallBoard } from "../support/small-board.ts";
import { toolNamed } from "../support/tool-named.ts";

const linkTasks = toolNamed(relationTools, "link_tasks");
const unlinkTasks = toolNamed(relationTools, "unlink_tasks");

function relationsIn(board: SmallBoard) {
  const number = (id: string) => board.sandbox.data.tasks.get(id)?.number;
  return [...board.sandbox.data.relations.values()].map(
    ({ sourceTaskId, relationType, targetTaskId }) =>
      `${number(sourceTaskId)} ${relationType} ${number(targetTaskId)}`,
  );
}

async function seenFrom(board: SmallBoard, key: string): Promise<string> {
  const relations = await relationsOf(board.kaneo, await findTask(board.kaneo, key));
  return renderRelations(await withDueDates(board.kaneo, relations), "Europe/Berlin");
}

test("a task that is done blocks nothing and waits for nothing, which whoever links it is told", async () => {
  await using board = await startSmallBoard();
  const done = board.sandbox.data.tasks.get(board.taskId(2));
  Object.assign(done ?? {}, { status: "done" });

  const linked = await board.call(linkTasks, { task: "WEB-1", relation: "blocks", other: "WEB-2" });
  const below = { task: "WEB-1", relation: "parent_of", other: "WEB-2" };
  const updated = await board.call(updateTask, { task: "WEB-3", blocked_by: ["WEB-1", "WEB-2"] });
  const created = await board.call(createTask, { project: "WEB", title: "New", blocks: "WEB-2" });

  expect(linked).toMatch(/ blocks WEB-2 "Landing page hero"\. Nothing waits: WEB-2 is done\.$/);
  expect(await board.call(linkTasks, below)).toMatch(/ is the parent of WEB-2 "[^"]+"\.$/);
  expect(updated).toMatch(/^Changed: added blocked by WEB-1; added blocked by WEB-2 \(done\)\./);
  expect(created).toContain("(blocks WEB-2 (done))");
});

test("related tasks have keys also outside the default workspace", async () => {
  await using board = await startSmallBoard({ defaults: { workspace: "second" } });
  addWorkspace(board, "Second");
  await board.call(linkTasks, { task: "WEB-1", relation: "blocks", other: "WEB-2" });

  expect(await seenFrom(board, "WEB-1")).toBe('Blocks:\n  WEB-2  to-do  "Landing page hero"');
});

test.for([
  ["blocks", "1 blocks 2", 'WEB-1 "Fix login redirect loop" blocks WEB-2 "Landing page hero".'],
  [
    "blocked_by",
    "2 blocks 1",
    'WEB-1 "Fix login redirect loop" is blocked by WEB-2 "Landing page hero".',
  ],
  [
    "parent_of",
    "1 subtask 2",
    'WEB-1 "Fix login redirect loop" is the parent of WEB-2 "Landing page hero".',
  ],
  [
    "subtask_of",
    "2 subtask 1",
    'WEB-1 "Fix login redirect loop" is a subtask of WEB-2 "Landing page hero".',
  ],
  [
    "related_to",
    "1 related 2",
    'WEB-1 "Fix login redirect loop" is related to WEB-2 "Landing page hero".',
  ],
])(
  "link_tasks with %s stores the direction that Kaneo means by it",
  async ([relation, stored, text]) => {
    await using board = await startSmallBoard();

    const answer = await board.call(linkTasks, { task: "WEB-1", relation, other: "WEB-2" });

    expect(relationsIn(board)).toEqual([stored]);
    expect(answer).toBe(text);
  },
);

test("linking twice is no error and says that it was so already", async () => {
  await using board = await startSmallBoard();
  await board.call(linkTasks, { task: "WEB-1", relation: "blocks", other: "WEB-2" });

  const again = await board.call(linkTasks, {
    task: "WEB-2",
    relation: "blocked_by",
    other: "WEB-1",
  });

  expect(again).toMatch(/WEB-2 .* is blocked by WEB-1 .*\. That was so already\.$/);
  expect(relationsIn(board)).toEqual(["1 blocks 2"]);
});

test("the opposite of a relation is a conflict that names the one there is", async () => {
  await using board = await startSmallBoard();
  await board.call(linkTasks, { task: "WEB-1", relation: "blocks", other: "WEB-2" });

  const call = board.call(linkTasks, { task: "WEB-2", relation: "blocks", other: "WEB-1" });

  await expect(call).rejects.toMatchObject({
    kind: "conflict",
    message: expect.stringContaining("the other way round: blocked_by"),
  });
});

test("a task cannot be linked to itself", async () => {
  await using board = await startSmallBoard();

  const call = board.call(linkTasks, { task: "WEB-1", relation: "blocks", other: "web-1" });

  await expect(call).rejects.toMatchObject({ message: "WEB-1 cannot be related to itself." });
});

test("unlink_tasks removes only the relation that is named", async () => {
  await using board = await startSmallBoard();
  await board.call(linkTasks, { task: "WEB-1", relation: "blocks", other: "WEB-2" });
  await board.call(linkTasks, { task: "WEB-1", relation: "parent_of", other: "WEB-2" });
  await board.call(linkTasks, { task: "WEB-1", relation: "blocks", other: "WEB-3" });

  const answer = await board.call(unlinkTasks, {
    task: "WEB-2",
    other: "WEB-1",
    relation: "blocked_by",
  });

  expect(answer).toBe("Removed: WEB-2 is blocked by WEB-1.");
  expect(relationsIn(board)).toEqual(["1 subtask 2", "1 blocks 3"]);
});

test("unlink_tasks without a relation removes all between the two tasks", async () => {
  await using board = await startSmallBoard();
  await board.call(linkTasks, { task: "WEB-1", relation: "blocks", other: "WEB-2" });
  await board.call(linkTasks, { task: "WEB-2", relation: "related_to", other: "WEB-1" });
  await board.call(linkTasks, { task: "WEB-1", relation: "blocks", other: "WEB-3" });

  const answer = await board.call(unlinkTasks, { task: "WEB-1", other: "WEB-2" });

  expect(answer).toBe("Removed: WEB-1 blocks WEB-2; WEB-1 is related to WEB-2.");
  expect(relationsIn(board)).toEqual(["1 blocks 3"]);
});

test("unlink_tasks says when there was nothing to remove", async () => {
  await using board = await startSmallBoard();

  const answer = await board.call(unlinkTasks, {
    task: "WEB-1",
    other: "WEB-2",
    relation: "blocks",
  });

  expect(answer).toBe("There was no such relation between WEB-1 and WEB-2: WEB-1 blocks WEB-2.");
});

test("relations are shown from the task's own side with keys, also of other projects", async () => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;
  const { workspaceId } = board;
  const ops = addProject(data, { name: "Operations", slug: "OPS", icon: "Server", workspaceId });
  const dueDate = "2026-03-01T23:00:00.000Z";
  const userId = board.sandbox.people.bob.id;
  addTask(data, ops.id, { title: "Renew\ncertificates", status: "in-progress", dueDate, userId });
  await board.call(linkTasks, { task: "WEB-1", relation: "parent_of", other: "WEB-2" });
  await board.call(linkTasks, { task: "WEB-1", relation: "parent_of", other: "WEB-3" });
  await board.call(linkTasks, { task: "OPS-1", relation: "blocks", other: "WEB-1" });

  const shown = await seenFrom(board, "WEB-1");

  expect(shown).toBe(
    [
      "Subtasks:",
      '  WEB-2  to-do  "Landing page hero"',
      '  WEB-3  to-do  "Font loading"',
      "Blocked by:",
      '  OPS-1  in-progress  @Bob Ünïcode 🦊  due 2026-03-02  "Renew certificates"',
    ].join("\n"),
  );
  expect(await seenFrom(board, "OPS-1")).toBe('Blocks:\n  WEB-1  to-do  "Fix login redirect loop"');
});

test("what Kaneo cannot relate is refused with what does instead", async () => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;
  const workspaceId = addWorkspace(board, "Two");
  const far = addProject(data, { name: "Far", slug: "FAR", icon: "X", workspaceId });
  addTask(data, far.id, { title: "Far task", status: "to-do" });

  const call = board.call(linkTasks, { task: "WEB-1", relation: "related_to", other: "FAR-1" });

  await expect(call).rejects.toMatchObject({
    kind: "invalid_input",
    hint: "Instead, name its key in a description or a comment.",
  });
});
