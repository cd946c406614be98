/** What calls say when Kaneo answers other than it should: nothing is claimed that was not seen. */
import { expect, test } from "vitest";
import { relationTools } from "../../../src/tools/relations.ts";
import { createTask } from "../../../src/tools/tasks/create-task.ts";
import { createTasks } from "../../../src/tools/tasks/create-tasks.ts";
import { deleteTask } from "../../../src/tools/tasks/delete-task.ts";
import { updateTask } from "../../../src/tools/tasks/update-task.ts";
import { updateTasks } from "../../../src/tools/tasks/update-tasks.ts";
import { addTask } from "../../sandbox/routes/tasks.ts";
import { addLabels, labelsOn, taskRow } from "../../support/board-rows.ts";
import { startSmallBoard } from "../../support/small-board.ts";
import { toolNamed } from "../../support/tool-named.ts";

const nowMs = Date.parse("2026-01-02T00:00:00Z");

const linkTasks = toolNamed(relationTools, "link_tasks");

test("nothing is claimed of a subtask whose parent is uncertain", async () => {
  await using board = await startSmallBoard();
  board.sandbox.fail({ method: "POST", path: /\/api\/task\// }, { kind: "reset", when: "after" });

  const answer = await board.call(createTasks, {
    project: "WEB",
    tasks: [{ title: "A" }, { title: "B", parent: "#1" }],
  });

  expect(answer).toMatch(
    /^1 of 2 tasks created, 1 of them only in part, 1 uncertain in Website: look at WEB before repeating\.\n/,
  );
  expect(answer).toContain('"B" — not subtask of #1, which may or may not have been created');
});

test("an answer that shows another task is not taken for the new one", async () => {
  await using board = await startSmallBoard();
  const other = board.sandbox.data.tasks.get(board.taskId(2));
  const lie = { kind: "answer", status: 200, body: { ...other } } as const;
  board.sandbox.fail({ method: "POST", path: /\/api\/task\// }, lie);

  const call = board.call(createTasks, { project: "WEB", tasks: [{ title: "A" }] });

  await expect(call).rejects.toMatchObject({ kind: "outcome_unknown" });
});

test("what a new task was to have and Kaneo's answer does not show is named", async () => {
  await using board = await startSmallBoard({ nowMs });
  const dueDate = "2026-01-01T23:00:00.000Z";
  const row = { ...taskRow(board, 2), number: 5, title: "New", description: "Other", dueDate };
  const other = { kind: "answer", status: 200, body: row } as const;
  board.sandbox.fail({ method: "POST", path: /\/api\/task\// }, other);
  const wanted = { title: "New", priority: "high", start: "2026-05-04", description: "Mine" };

  const answer = await board.call(createTask, { project: "WEB", ...wanted });

  const not = "not as requested: Kaneo's answer shows a different one";
  expect(answer.split("\n")).toEqual([
    'Created WEB-5  to-do  due 2026-01-02  "New"',
    ...["description", "priority", "due", "start"].map((field) => `${field}: ${not}`),
  ]);
});

test.for([
  ["the old row", 1],
  ["another task's row", 2],
] as const)("update_task does not take %s for a change", async ([, number]) => {
  await using board = await startSmallBoard();
  const lie = { kind: "answer", status: 200, body: { ...taskRow(board, number) } } as const;
  board.sandbox.fail({ method: "PUT", path: /\/api\/task\/priority\// }, lie);

  const call = board.call(updateTask, { task: "WEB-1", priority: "high", status: "done" });

  await expect(call).rejects.toMatchObject({
    kind: "outcome_unknown",
    message: expect.stringMatching(
      /^WEB-1, priority: The priority of WEB-1 may or may not have been saved: Kaneo.s answer does not show it\. Nothing was changed before\. Uncertain: priority\. Not tried: status\.$/,
    ),
  });
});

test("update_task believes what it reads again when an answer shows something else", async () => {
  await using board = await startSmallBoard();
  const lie = { kind: "answer", status: 200, body: { ...taskRow(board, 2) } } as const;
  board.sandbox.fail({ method: "PUT", path: /\/api\/task\/priority\// }, lie);
  taskRow(board, 1).priority = "low";
  const call = board.call(updateTask, { task: "WEB-1", priority: "high" });
  while (!board.requests().some((request) => request.startsWith("PUT"))) {
    await new Promise((next) => setImmediate(next));
  }
  taskRow(board, 1).priority = "high";

  const answer = await call;

  expect(answer).toBe(
    'Changed: priority low → high.\nWEB-1  to-do  high  "Fix login redirect loop"',
  );
});

test("delete_task does not call a task deleted that is still there", async () => {
  await using board = await startSmallBoard();
  const lie = { kind: "answer", status: 200, body: { ...taskRow(board, 2) } } as const;
  board.sandbox.fail({ method: "DELETE" }, lie);

  const call = board.call(deleteTask, {
    task: "WEB-1",
    confirm_title: "Fix login redirect loop",
  });

  await expect(call).rejects.toMatchObject({ kind: "outcome_unknown" });
});

test("link_tasks does not take another relation for the one that it asked for", async () => {
  await using board = await startSmallBoard();
  const [sourceTaskId, targetTaskId] = [board.taskId(3), board.taskId(4)];
  const body = { id: "r1", sourceTaskId, targetTaskId, relationType: "blocks" };
  board.sandbox.fail({ method: "POST" }, { kind: "answer", status: 200, body });

  const call = board.call(linkTasks, { task: "WEB-1", relation: "blocks", other: "WEB-2" });

  await expect(call).rejects.toMatchObject({ kind: "outcome_unknown" });
});

test("a label whose answer was lost is called uncertain, never said to have failed", async () => {
  await using board = await startSmallBoard();
  addLabels(board, "bug");
  board.sandbox.fail({ method: "POST", path: "/api/label" }, { kind: "reset", when: "after" });

  const answer = await board.call(createTask, { project: "WEB", title: "New", labels: ["bug"] });

  expect(answer).toMatch(/^Created WEB-5 {2}to-do {2}"New"\nlabel bug: uncertain: /);
  expect(labelsOn(board, 5)).toEqual(["bug"]);
});

test("update_tasks that can change nothing is an error with the whole report", async () => {
  await using board = await startSmallBoard();

  const call = board.call(updateTasks, { tasks: ["OPS-98", "WEB-98"], priority: "high" });

  await expect(call).rejects.toMatchObject({
    kind: "not_found",
    message: expect.stringMatching(
      /^Changed 0 of 2 tasks\.\nNot changed:\n- OPS-98: No project "OPS"\..*\n- WEB-98: There is no task/,
    ),
  });
});

test("update_tasks whose tasks are all so already is no error", async () => {
  await using board = await startSmallBoard();

  const answer = await board.call(updateTasks, { tasks: ["WEB-1"], status: "to-do" });

  expect(answer).toBe("Changed 0 of 1 task.\nNot changed:\n- WEB-1: it is so already");
});

test("a member is told which field is forbidden, and that nothing was changed", async () => {
  await using board = await startSmallBoard({ person: "bob" });

  const call = board.call(updateTasks, { tasks: ["WEB-1"], assignee: "me", priority: "high" });

  await expect(call).rejects.toMatchObject({
    kind: "forbidden",
    message:
      "Changed 0 of 1 task.\nNot changed:\n- WEB-1: assignee: failed: Kaneo refused: the role of this account in the workspace does not allow it (Insufficient permissions). Not tried: priority.",
  });
});

test("when the answer to a change is lost, the task shows whether it was saved", async () => {
  await using board = await startSmallBoard();
  board.sandbox.fail({ path: /\/api\/task\/priority\// }, { kind: "reset", when: "after" });

  const answer = await board.call(updateTask, { task: "WEB-1", priority: "low", status: "done" });

  expect(answer).toMatch(/^Changed: priority no-priority → low; status to-do → done\./);
});

test("update_tasks reads whether a change was saved whose answer is lost, and goes on if so", async () => {
  await using board = await startSmallBoard();
  const lost = { kind: "reset", when: "after" } as const;
  board.sandbox.fail({ method: "PUT", path: /\/priority\//, times: 2 }, lost);

  const answer = await board.call(updateTasks, {
    tasks: ["WEB-1", "WEB-2"],
    priority: "high",
    status: "done",
  });

  expect(answer.split("\n")).toEqual([
    "Changed 2 tasks.",
    "priority no-priority → high: WEB-1, WEB-2",
    "status to-do → done: WEB-1, WEB-2",
  ]);
});

test("update_tasks says 0 confirmed when a lost answer may still be saved later", async () => {
  await using board = await startSmallBoard();
  board.sandbox.fail({ method: "PUT", times: 2 }, { kind: "reset", when: "before" });

  const call = board.call(updateTasks, { tasks: ["WEB-1", "WEB-2"], priority: "high" });

  await expect(call).rejects.toMatchObject({
    kind: "outcome_unknown",
    message: expect.stringMatching(
      /^0 confirmed, 2 uncertain: look before repeating\.\nNot confirmed:\n- WEB-1, WEB-2: priority: uncertain: /,
    ),
  });
});

test("update_tasks counts as uncertain what it calls so", async () => {
  await using board = await startSmallBoard();
  const odd = { kind: "answer", status: 404, body: "404 Not Found" } as const;
  board.sandbox.fail({ method: "PUT", times: 2 }, odd);

  const call = board.call(updateTasks, { tasks: ["WEB-1", "WEB-2"], priority: "high" });

  await expect(call).rejects.toMatchObject({
    kind: "outcome_unknown",
    message: expect.stringMatching(
      /^0 confirmed, 2 uncertain: look before repeating\.\nNot confirmed:\n- WEB-1, WEB-2: priority: uncertain: /,
    ),
  });
});

test("labels are attached only by the route that never moves one", async () => {
  await using board = await startSmallBoard();
  addLabels(board, "bug");

  await board.call(updateTasks, { tasks: ["WEB-1", "WEB-2"], add_labels: ["bug"] });
  await board.call(updateTask, { task: "WEB-3", add_labels: ["bug"] });
  await board.call(createTask, { project: "WEB", title: "New", labels: ["bug"] });

  const writes = board.requests().filter((request) => !request.startsWith("GET"));
  expect(new Set(writes)).toEqual(
    new Set(["POST /api/label", `POST /api/task/${board.projectId}`]),
  );
  expect([1, 2, 3, 5].map((number) => labelsOn(board, number))).toEqual(Array(4).fill(["bug"]));
});

test("many long reasons are cut, and nothing of what they are about is said to be done", async () => {
  await using board = await startSmallBoard({ msPerRequest: 1 });
  for (let number = 2; number <= 50; number += 1) {
    if (number > 4) addTask(board.sandbox.data, board.projectId, { title: "T", status: "to-do" });
    const path = `/api/task/priority/${board.taskId(number)}`;
    const body = `No ${number} ${"x".repeat(1_000)}`;
    board.sandbox.fail({ method: "PUT", path }, { kind: "answer", status: 400, body });
  }
  const changes = Array.from({ length: 50 }, (_, at) => ({
    task: `WEB-${at + 1}`,
    priority: "low",
  }));

  const answer = await board.call(updateTasks, { changes });

  expect(answer).toMatch(/^Changed 1 of 50 tasks\.\n.*: WEB-1\nNot changed:\n- WEB-2: .*No 2 x/);
  expect(answer).toMatch(/\n… cut here: 11500 of \d+ characters are shown\.$/);
});
