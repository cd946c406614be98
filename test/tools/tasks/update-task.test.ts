import { expect, test } from "vitest";
import { createTask } from "../../../src/tools/tasks/create-task.ts";
import { deleteTask } from "../../../src/tools/tasks/delete-task.ts";
import { updateTask } from "../../../src/tools/tasks/update-task.ts";
import type { Task } from "../../sandbox/data.ts";
import { addLabel } from "../../sandbox/routes/labels.ts";
import { addProject } from "../../sandbox/routes/projects.ts";
import { addTask } from "../../sandbox/routes/tasks.ts";
import { addLabels, fillFirst, labelsOn, taskRow } from "../../support/board-rows.ts";
import { addWorkspace, startSmallBoard } from "../../support/small-board.ts";

test.for<[string, Record<string, unknown>, Partial<Task>]>([
  ["title", { title: "New" }, { title: "New" }],
  ["description", { description: "New\n" }, { description: "New\n" }],
  ["description none", { description: "none" }, { description: "" }],
  ["status", { status: "done" }, { status: "done" }],
  ["priority", { priority: "low" }, { priority: "low" }],
  ["assignee", { assignee: "me" }, {}],
  ["assignee none", { assignee: "none" }, { userId: null }],
  ["due", { due: "2026-04-01" }, { dueDate: "2026-03-31T22:00:00.000Z" }],
  ["due none", { due: " none " }, { dueDate: null }],
  ["start", { start: "2026-03-03" }, { startDate: "2026-03-02T23:00:00.000Z" }],
  ["start none", { start: "none" }, { startDate: null }],
  [
    "start and due, both later",
    { start: "2026-05-01", due: "2026-05-02" },
    { startDate: "2026-04-30T22:00:00.000Z", dueDate: "2026-05-01T22:00:00.000Z" },
  ],
  [
    "start and due, both earlier",
    { start: "2026-01-01", due: "2026-01-02" },
    { startDate: "2025-12-31T23:00:00.000Z", dueDate: "2026-01-01T23:00:00.000Z" },
  ],
])("update_task with %s leaves every other field as it was", async ([, args, changed]) => {
  await using board = await startSmallBoard();
  const before = { ...fillFirst(board) };
  const expected = args["assignee"] === "me" ? { userId: board.sandbox.people.alice.id } : changed;

  await board.call(updateTask, { task: "WEB-1", ...args });

  const { updatedAt: _u, columnId: _c, ...after } = taskRow(board, 1);
  const { updatedAt: _v, columnId: _d, ...unchanged } = before;
  expect(after).toEqual({ ...unchanged, ...expected });
});

test("update_task says what it changed, what was so already, and the state that the server has", async () => {
  await using board = await startSmallBoard();
  fillFirst(board);

  const answer = await board.call(updateTask, {
    task: "WEB-1",
    priority: "high",
    status: "in progress",
    due: "none",
  });

  expect(answer).toBe(
    'Changed: due 2026-03-21 → none; status to-do → in-progress; already so: priority.\nWEB-1  in-progress  high  @Bob Ünïcode 🦊  start 2026-03-02  "Fix login redirect loop"',
  );
});

test("update_task with what is so already sends no write", async () => {
  await using board = await startSmallBoard();
  fillFirst(board);

  const answer = await board.call(updateTask, {
    task: "WEB-1",
    start: "2026-03-02",
    assignee: "bob",
  });

  expect(answer).toMatch(/^Nothing had to change; already so: assignee, start\./);
  expect(board.requests().filter((request) => !request.startsWith("GET"))).toEqual([]);
});

test("update_task without a field to change is refused without a request", async () => {
  await using board = await startSmallBoard();

  const call = board.call(updateTask, { task: "WEB-1" });

  await expect(call).rejects.toMatchObject({ kind: "invalid_input" });
  expect(board.requests()).toEqual([]);
});

test("a member who may not assign is told so, and nothing else is changed", async () => {
  await using board = await startSmallBoard({ person: "bob" });
  const before = { ...fillFirst(board) };

  const call = board.call(updateTask, {
    task: "WEB-1",
    assignee: "alice",
    status: "done",
    title: "X",
  });

  await expect(call).rejects.toMatchObject({
    kind: "forbidden",
    message:
      "WEB-1, assignee: Kaneo refused: the role of this account in the workspace does not allow it (Insufficient permissions). Nothing was changed before. Not changed: assignee. Not tried: title, status.",
  });
  expect(taskRow(board, 1)).toEqual(before);
});

test("a member who may not assign can change the start date of another person's task", async () => {
  await using board = await startSmallBoard({ person: "bob" });
  fillFirst(board).userId = board.sandbox.people.alice.id;

  await board.call(updateTask, { task: "WEB-1", start: "none" });

  expect(taskRow(board, 1)).toMatchObject({
    startDate: null,
    userId: board.sandbox.people.alice.id,
  });
});

test("when a change in the middle is refused, what was changed and what was not is said", async () => {
  await using board = await startSmallBoard();
  fillFirst(board).description = "Old *text*";
  board.sandbox.fail(
    { path: /\/api\/task\/priority\// },
    { kind: "answer", status: 403, body: "Insufficient permissions" },
  );

  const call = board.call(updateTask, {
    task: "WEB-1",
    title: "New",
    description: "New",
    priority: "low",
    status: "done",
  });

  await expect(call).rejects.toMatchObject({
    kind: "forbidden",
    message: expect.stringMatching(
      /^WEB-1, priority: .* Changed before: title "Fix .*" → "New"; description\. Not changed: priority\. Not tried: status\.\nThe description was:\n[\s\S]*\nOld \*text\*\n/,
    ),
  });
  expect(taskRow(board, 1)).toMatchObject({ title: "New", status: "to-do", priority: "high" });
});

test("a change whose answer is lost and which the task does not show is called uncertain", async () => {
  await using board = await startSmallBoard();
  board.sandbox.fail({ path: /\/api\/task\/priority\// }, { kind: "reset", when: "before" });

  const call = board.call(updateTask, {
    task: "WEB-1",
    title: "New",
    priority: "low",
    status: "done",
  });

  await expect(call).rejects.toMatchObject({
    kind: "outcome_unknown",
    message: expect.stringMatching(
      / Changed before: title ".*" → "New"\. Uncertain: priority\. Not tried: status\.$/,
    ),
  });
});

test("update_task moves a task to another project, says its new key and sets the status there", async () => {
  await using board = await startSmallBoard();
  const fields = { name: "Shop", slug: "SHOP", icon: "X", workspaceId: board.workspaceId };
  const shop = addProject(board.sandbox.data, fields);
  addTask(board.sandbox.data, shop.id, { title: "First", status: "to-do" });
  const id = board.taskId(1);

  const answer = await board.call(updateTask, {
    task: "WEB-1",
    project: "shop",
    status: "In Review",
  });
  const found = await board.call(updateTask, { task: "SHOP-2", priority: "low" });

  expect(answer).toBe(
    'Changed: project WEB-1 → SHOP-2; status to-do → in-review.\nSHOP-2  in-review  "Fix login redirect loop"',
  );
  expect(board.sandbox.data.tasks.get(id)).toMatchObject({
    projectId: shop.id,
    number: 2,
    status: "in-review",
  });
  expect(found).toMatch(/^Changed: priority no-priority → low\./);
});

test("update_task says where a move takes a task whose status the other project has not", async () => {
  await using board = await startSmallBoard();
  const fields = { name: "Shop", slug: "SHOP", icon: "X", workspaceId: board.workspaceId };
  addProject(board.sandbox.data, fields);
  const own = [...board.sandbox.data.columns.values()].find(({ slug }) => slug === "in-review");
  Object.assign(own ?? {}, { slug: "at-the-printer", name: "At the printer" });
  const status = "at-the-printer";
  Object.assign(board.sandbox.data.tasks.get(board.taskId(1)) ?? {}, { status });

  const answer = await board.call(updateTask, { task: "WEB-1", project: "SHOP" });

  expect(answer).toBe(
    'Changed: project WEB-1 → SHOP-1, status at-the-printer → to-do.\nSHOP-1  to-do  "Fix login redirect loop"',
  );
});

test("a move to another workspace is refused before anything is changed", async () => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;
  const workspaceId = addWorkspace(board, "Two");
  addProject(data, { name: "Far", slug: "FAR", icon: "X", workspaceId });

  const call = board.call(updateTask, { task: "WEB-1", project: "FAR", title: "New" });

  await expect(call).rejects.toMatchObject({
    kind: "invalid_input",
    message: "WEB-1 cannot move to Far, which is in another workspace. Nothing was changed.",
    hint: expect.stringMatching(/copy_tasks, of the toolset transfer, .* create_task\.$/),
  });
  expect(taskRow(board, 1).title).toBe("Fix login redirect loop");
});

test("adding a label to one task never takes it from another, and twice is once", async () => {
  await using board = await startSmallBoard();
  addLabels(board, "bug", "ui");
  await board.call(updateTask, { task: "WEB-2", add_labels: ["bug", "ui"] });

  await board.call(updateTask, { task: "WEB-1", add_labels: ["bug"] });
  const again = await board.call(updateTask, { task: "WEB-1", add_labels: "Bug" });

  expect([labelsOn(board, 1), labelsOn(board, 2)]).toEqual([["bug"], ["bug", "ui"]]);
  expect(again).toMatch(/^Nothing had to change; already so: label bug\./);
});

test("removing a label takes off only this task's copy", async () => {
  await using board = await startSmallBoard();
  addLabels(board, "bug");
  await board.call(updateTask, { task: "WEB-1", add_labels: ["bug"] });
  await board.call(updateTask, { task: "WEB-2", add_labels: ["bug"] });

  const answer = await board.call(updateTask, { task: "WEB-1", remove_labels: ["BUG"] });

  expect(answer).toBe('Changed: removed label bug.\nWEB-1  to-do  "Fix login redirect loop"');
  expect([labelsOn(board, 1), labelsOn(board, 2)]).toEqual([[], ["bug"]]);
});

test("a label that only the task still has can be removed", async () => {
  await using board = await startSmallBoard();
  const place = { workspaceId: board.workspaceId, taskId: board.taskId(1) };
  addLabel(board.sandbox.data, { name: "leftover", color: "#fff", ...place });

  await board.call(updateTask, { task: "WEB-1", remove_labels: ["leftover"] });

  expect(labelsOn(board, 1)).toEqual([]);
});

test("status, assignee and label of a task cost at most 8 requests at first and 5 later", async () => {
  await using board = await startSmallBoard();
  addLabels(board, "bug", "ui");

  await board.call(updateTask, {
    task: "WEB-1",
    status: "in-review",
    assignee: "bob",
    add_labels: ["bug"],
  });
  const first = board.requests().length;
  await board.call(updateTask, {
    task: "WEB-2",
    status: "in-review",
    assignee: "bob",
    add_labels: ["ui"],
  });
  const later = board.requests().length - first;

  expect(first).toBeLessThanOrEqual(8);
  expect(later).toBeLessThanOrEqual(5);
});

test("a column that was made behind the cache can be used at once", async () => {
  await using board = await startSmallBoard();
  await board.call(createTask, { project: "WEB", title: "Warm", status: "done" });
  const { data } = board.sandbox;
  const [column] = data.columns.values();
  if (column !== undefined)
    data.columns.set("c", { ...column, id: "c", name: "On Hold", slug: "on-hold", position: 9 });

  const created = await board.call(createTask, { project: "WEB", title: "New", status: "on hold" });
  const updated = await board.call(updateTask, { task: "WEB-1", status: "on hold" });

  expect(created).toMatch(/on-hold/);
  expect(updated).toMatch(/on-hold/);
});

test("keys are still found after deletions by this server", async () => {
  await using board = await startSmallBoard();
  await board.call(deleteTask, { task: "WEB-2", confirm_title: "Landing page hero" });
  board.sandbox.clearRequests();

  const answer = await board.call(updateTask, { task: "WEB-4", title: "New" });

  expect(answer).toContain('WEB-4  to-do  "New"');
  expect(board.requests()).toHaveLength(3);
});
