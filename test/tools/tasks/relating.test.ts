/** What comes along with a change of a task: relations, comment. */

import { expect, test } from "vitest";
import { createTask } from "../../../src/tools/tasks/create-task.ts";
import { createTasks } from "../../../src/tools/tasks/create-tasks.ts";
import { updateTask } from "../../../src/tools/tasks/update-task.ts";
import { updateTasks } from "../../../src/tools/tasks/update-tasks.ts";
import { addProject } from "../../sandbox/routes/projects.ts";
import { addTask } from "../../sandbox/routes/tasks.ts";
import { addLabels, fillFirst, labelsOn, relate, taskRow } from "../../support/board-rows.ts";
import { type SmallBoard, startSmallBoard } from "../../support/small-board.ts";

/** `1 blocks 2`, for every relation on the board. */
function relationsOn(board: SmallBoard): string[] {
  const { relations, tasks } = board.sandbox.data;
  const numberOf = (id: string) => tasks.get(id)?.number;
  return [...relations.values()].map(
    (one) => `${numberOf(one.sourceTaskId)} ${one.relationType} ${numberOf(one.targetTaskId)}`,
  );
}

test("a relation that both its ends name is sent once", async () => {
  await using board = await startSmallBoard();
  const tasks = [
    { title: "A", blocks: ["#2"], related_to: ["#2", "WEB-1"] },
    { title: "B", blocked_by: ["#1"], related_to: ["#1"] },
  ];

  const answer = await board.call(createTasks, { project: "WEB", tasks });

  const sent = board.requests().filter((request) => request === "POST /api/task-relation");
  expect(sent).toHaveLength(3);
  expect(answer).toMatch(/^Created 2 of 2 tasks/);
});

test("a relation that is named twice is made and told once", async () => {
  await using board = await startSmallBoard();

  const answer = await board.call(updateTask, { task: "WEB-1", blocks: ["WEB-2", "WEB-2"] });

  expect(answer).toMatch(/^Changed: added blocks WEB-2\.\n/);
});

test("update_task adds relations, leaves those that are there, and says which", async () => {
  await using board = await startSmallBoard();
  relate(board, "blocks", [2, 1]);

  const answer = await board.call(updateTask, {
    task: "WEB-1",
    blocked_by: ["WEB-2"],
    blocks: "WEB-3, WEB-4",
  });

  expect(relationsOn(board)).toEqual(["2 blocks 1", "1 blocks 3", "1 blocks 4"]);
  expect(answer).toMatch(
    /^Changed: added blocks WEB-3; added blocks WEB-4; already so: blocked by WEB-2\.\n/,
  );
});

test("a new parent takes the place of the old one, and none takes it away", async () => {
  await using board = await startSmallBoard();
  relate(board, "subtask", [2, 1]);

  const moved = await board.call(updateTask, { task: "WEB-1", parent: "WEB-3" });
  const related = relationsOn(board);
  relate(board, "subtask", [4, 1]);
  await board.call(updateTask, { task: "WEB-1", parent: "WEB-3" });
  const ofTwo = relationsOn(board);
  const freed = await board.call(updateTask, { task: "WEB-1", parent: "none" });

  expect(moved).toMatch(/^Changed: parent WEB-2 → WEB-3\./);
  expect(related).toEqual(["3 subtask 1"]);
  expect(ofTwo).toEqual(related);
  expect(freed).toMatch(/^Changed: parent WEB-3 → none\./);
  expect(relationsOn(board)).toEqual([]);
});

test("a parent that many tasks get is looked up once", async () => {
  await using board = await startSmallBoard();
  const changes = [2, 3, 4].map((number) => ({ task: board.taskId(number), parent: "WEB-1" }));

  await board.call(updateTasks, { changes });

  expect(relationsOn(board)).toEqual(["1 subtask 2", "1 subtask 3", "1 subtask 4"]);
  expect(board.requests().filter((one) => one.includes("/api/task/tasks/"))).toHaveLength(1);
});

test("a parent that cannot be set leaves the task below the old one", async () => {
  await using board = await startSmallBoard();
  relate(board, "subtask", [2, 1]);
  board.sandbox.fail({ method: "POST" }, { kind: "answer", status: 409, body: "No." });

  const call = board.call(updateTask, { task: "WEB-1", parent: "WEB-3" });

  await expect(call).rejects.toMatchObject({ kind: "conflict" });
  expect(relationsOn(board)).toEqual(["2 subtask 1"]);
});

test("a task that cannot be its own parent is told so before anything is changed", async () => {
  await using board = await startSmallBoard();

  const call = board.call(updateTask, { task: "WEB-1", parent: "WEB-1", title: "New" });

  await expect(call).rejects.toMatchObject({ kind: "invalid_input" });
  expect(taskRow(board, 1).title).not.toBe("New");
});

test("a comment that came along is not tried when a change before it is refused", async () => {
  await using board = await startSmallBoard();
  const refusal = { kind: "answer", status: 403, body: "Insufficient permissions" } as const;
  board.sandbox.fail({ path: /\/api\/task\/status\// }, refusal);

  const call = board.call(updateTask, { task: "WEB-1", status: "done", comment: "Done!" });

  await expect(call).rejects.toMatchObject({
    message: expect.stringMatching(/Not changed: status\. Not tried: comment\.$/),
  });
  expect(board.sandbox.data.comments()).toHaveLength(0);
});

test("an answer keeps the description that it replaced", async () => {
  await using board = await startSmallBoard();
  fillFirst(board);

  const answer = await board.call(updateTask, { task: "WEB-1", description: "New" });

  expect(answer).toMatch(/^Changed: description\.\n/);
  expect(answer).toMatch(/\nThe description was:\n[\s\S]*Steps:\n\n1\. Log in/);
});

test("update_tasks gives each task its own change, and one that cannot be stops no other", async () => {
  await using board = await startSmallBoard();
  addLabels(board, "bug");

  const answer = await board.call(updateTasks, {
    changes: [
      { task: "WEB-1", status: "done", title: "First" },
      { task: "WEB-2", status: "nope" },
      { task: "WEB-3", add_labels: ["bug"], comment: "Look" },
      { task: "WEB-4", start: "2026-03-05", due: "2026-03-04" },
      { task: "web-1", priority: "low" },
    ],
  });

  const [comment] = board.sandbox.data.comments();
  expect(taskRow(board, 1)).toMatchObject({ status: "done", title: "First" });
  expect(labelsOn(board, 3)).toEqual(["bug"]);
  expect(comment).toMatchObject({ taskId: board.taskId(3), content: "Look" });
  expect(answer.split("\n")).toEqual([
    "Changed 2 of 5 tasks.",
    'title "Fix login redirect loop" → "First": WEB-1',
    "status to-do → done: WEB-1",
    "added label bug: WEB-3",
    `added comment "Look": WEB-3 (comment ${comment?.id})`,
    "Not changed:",
    "- web-1: it is named twice; only the first change counts",
    expect.stringMatching(/^- WEB-2: No status "nope"/),
    expect.stringMatching(/^- WEB-4: it would start 2026-03-05, after it is due 2026-03-04/),
  ]);
});

test.for<[string, Record<string, unknown>]>([
  ["both tasks and changes", { tasks: ["WEB-1"], changes: [{ task: "WEB-2", title: "X" }] }],
  ["fields beside changes", { status: "done", changes: [{ task: "WEB-2", title: "X" }] }],
  ["neither", { status: "done" }],
  ["an empty change", { changes: [{ task: "WEB-2" }] }],
])("update_tasks with %s is refused without a request", async ([, args]) => {
  await using board = await startSmallBoard();

  const call = board.call(updateTasks, args);

  await expect(call).rejects.toMatchObject({ kind: "invalid_input" });
  expect(board.requests()).toEqual([]);
});

test("update_tasks gives a plan its blockers in one call, each of which is found by itself", async () => {
  await using board = await startSmallBoard();
  const changes = [
    { task: "WEB-2", blocked_by: ["WEB-1"] },
    { task: "WEB-3", blocked_by: "WEB-1, WEB-2", due: "2026-03-01" },
    { task: "WEB-4", blocked_by: ["WEB-99"] },
  ];

  const plan = await board.call(updateTasks, { changes, dry_run: true });
  const answer = await board.call(updateTasks, { changes });

  const lines = ["added blocked by WEB-1: WEB-2, WEB-3", "added blocked by WEB-2: WEB-3"];
  expect(plan).toMatch(/^Would change 2 of 3 tasks\./);
  for (const line of [...lines, "- WEB-4: blocked_by: There is no task WEB-99"]) {
    expect(plan).toContain(`\n${line}`);
    expect(answer).toContain(`\n${line}`);
  }
  expect(relationsOn(board).sort()).toEqual(["1 blocks 2", "1 blocks 3", "2 blocks 3"]);
});

test("create_task relates the new task, and names open tasks with nearly its title", async () => {
  await using board = await startSmallBoard();
  Object.assign(taskRow(board, 2), { title: "Fix the login redirect loops", status: "done" });

  const answer = await board.call(createTask, {
    project: "WEB",
    title: "Fix login redirect loops",
    blocks: ["WEB-3"],
    blocked_by: ["WEB-4"],
    related_to: ["WEB-2"],
    parent: "WEB-1",
  });

  expect(answer).toMatch(/\(subtask of WEB-1, blocks WEB-3, blocked by WEB-4, related to WEB-2\)/);
  expect(answer).toMatch(/\nSimilar: WEB-1 "Fix login redirect loop"$/);
  expect(relationsOn(board)).toEqual(["1 subtask 5", "5 blocks 3", "4 blocks 5", "5 related 2"]);
});

test("create_task names no similar task of which Kaneo does not tell the key", async () => {
  await using board = await startSmallBoard();
  const { projectId } = board;
  const hit = { type: "task", title: "Fix login redirect loop", status: "to-do" };
  const at = { createdAt: "2026-03-01T10:00:00.000Z", projectId };
  const results = [
    { id: "without-number", ...hit, ...at, projectSlug: "WEB" },
    { id: "without-slug", ...hit, ...at, taskNumber: 1 },
    { id: "with-empty-slug", ...hit, ...at, projectSlug: "", taskNumber: 1 },
    { id: "without-project", ...hit, ...at, projectId: null, projectSlug: "WEB", taskNumber: 1 },
    { id: "with-all", ...hit, ...at, projectSlug: "WEB", taskNumber: 1 },
  ];
  const body = { results, totalCount: results.length, searchQuery: "redirect" };
  board.sandbox.fail({ path: /\/api\/search/ }, { kind: "answer", status: 200, body });

  const answer = await board.call(createTask, { project: "WEB", title: "Fix login redirect loop" });

  expect(answer).toMatch(/\nSimilar: WEB-1 "Fix login redirect loop"$/);
});

test("of plans made alike, the similar task that is named first is the one of the same project", async () => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;
  const title = "Thank-you cards";
  Object.assign(taskRow(board, 1), { title });
  for (const slug of ["ONE", "TWO", "SIX"]) {
    const place = { name: slug, slug, icon: "X", workspaceId: board.workspaceId };
    addTask(data, addProject(data, place).id, { title, status: "to-do" });
  }

  const answer = await board.call(createTask, { project: "WEB", title: "Send thank-you cards" });

  expect(answer).toMatch(/\nSimilar: WEB-1 "Thank-you cards", (?:ONE|TWO|SIX)-1 /);
});

test("create_task works where the search for similar tasks does not", async () => {
  await using board = await startSmallBoard();
  board.sandbox.fail({ path: /\/api\/search/, times: Infinity }, { kind: "html" });

  const answer = await board.call(createTask, { project: "WEB", title: "Fix login redirect loop" });

  expect(answer).toMatch(/^Created WEB-5 /);
  expect(answer).not.toContain("Similar");
});

test("arguments are read by names in another form, and by what kind of name they take", async () => {
  await using board = await startSmallBoard();
  addLabels(board, "ui");
  const args = { taskId: "WEB-2", Priority: "HIGH", addLabels: "ui", blockedBy: "WEB-1" };

  const answer = await board.call(updateTask, {
    ...args,
    dueDate: "2027-01-02",
    start: "2027-01-01",
  });

  expect(answer).toMatch(
    /^Changed: priority .* → high; due none → 2027-01-02; start none → 2027-01-01; added label ui; added blocked by WEB-1/,
  );
});

test("titles that differ in a number alone are of two tasks", async () => {
  await using board = await startSmallBoard();
  await board.call(createTask, { project: "WEB", title: "Week 3: planning" });

  const answer = await board.call(createTask, { project: "WEB", title: "Week 4: planning" });

  expect(answer).not.toContain("Similar");
});
