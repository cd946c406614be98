import { expect, test } from "vitest";
import { updateTasks } from "../../../src/tools/tasks/update-tasks.ts";
import { addLabel } from "../../sandbox/routes/labels.ts";
import { addProject } from "../../sandbox/routes/projects.ts";
import { addTask } from "../../sandbox/routes/tasks.ts";
import { type SmallBoard, startSmallBoard } from "../../support/small-board.ts";
import { startToolHarness } from "../../support/tool-harness.ts";

const nowMs = Date.parse("2026-01-02T00:00:00Z");

const ALL = ["WEB-1", "WEB-2", "WEB-3", "WEB-4"];

function columnOf(board: SmallBoard, column: "status" | "priority" | "dueDate" | "userId") {
  return [1, 2, 3, 4].map((number) => board.sandbox.data.tasks.get(board.taskId(number))?.[column]);
}

function writes({ sandbox }: Pick<SmallBoard, "sandbox">) {
  const sent = sandbox.requests.filter(({ method }) => method !== "GET");
  return sent.map(({ method, path }) => `${method} ${path}`);
}

test("100 tasks are changed by one request a task and field, and read at once", async () => {
  await using harness = await startToolHarness({ seed: { bigProjectTasks: 300 } });
  const tasks = Array.from({ length: 100 }, (_, index) => `BIG-${index + 1}`);

  const answer = await harness.call(updateTasks, { tasks, priority: "urgent", status: "done" });

  const changed = [...harness.sandbox.data.tasks.values()].filter(
    ({ priority, status }) => priority === "urgent" && status === "done",
  );
  expect(changed.length).toBeGreaterThanOrEqual(100);
  expect(answer).toMatch(/^Changed \d+ of 100 tasks\.\n/);
  expect(writes(harness).length).toBeLessThanOrEqual(200);
  expect(harness.requests().filter((request) => request.includes("/api/task/tasks/"))).toHaveLength(
    1,
  );
});

test("a status is looked up in the columns that came with the tasks", async () => {
  await using board = await startSmallBoard();

  await board.call(updateTasks, { tasks: ALL, status: "In Review" });

  expect(board.requests().filter((request) => request.includes("/api/column/"))).toEqual([]);
});

test("every field can be set or cleared, in one call", async () => {
  await using board = await startSmallBoard({ nowMs });
  const { data, people } = board.sandbox;
  const place = { color: "#fff", workspaceId: board.workspaceId };
  for (const name of ["bug", "ui"]) addLabel(data, { name, ...place, taskId: null });
  addLabel(data, { name: "ui", ...place, taskId: board.taskId(1) });
  const args = { tasks: ["WEB-1", "WEB-2"], status: "In Review", priority: "low", assignee: "bob" };

  const answer = await board.call(updateTasks, {
    ...args,
    due: "2026-03-01",
    add_labels: "bug",
    remove_labels: "ui",
  });

  expect(answer).toBe(
    [
      "Changed 2 tasks.",
      "assignee none → Bob Ünïcode 🦊: WEB-1, WEB-2",
      "priority no-priority → low: WEB-1, WEB-2",
      "due none → 2026-03-01: WEB-1, WEB-2",
      "added label bug: WEB-1, WEB-2",
      "removed label ui: WEB-1",
      "status to-do → in-review: WEB-1, WEB-2",
      "label ui (removed) already so: WEB-2",
    ].join("\n"),
  );
  expect(columnOf(board, "userId")).toEqual([people.bob.id, people.bob.id, null, null]);
  const cleared = await board.call(updateTasks, {
    tasks: ["WEB-1", "WEB-2"],
    assignee: "none",
    due: "none",
  });
  expect(cleared).toBe(
    "Changed 2 tasks.\nassignee Bob Ünïcode 🦊 → none: WEB-1, WEB-2\ndue 2026-03-01 → none: WEB-1, WEB-2",
  );
  expect(columnOf(board, "dueDate")).toEqual([null, null, null, null]);
});

test("tasks that are so already, unknown, or named twice are reported and not sent", async () => {
  await using board = await startSmallBoard();
  const first = board.sandbox.data.tasks.get(board.taskId(1));
  if (first !== undefined) first.priority = "high";

  const answer = await board.call(updateTasks, {
    tasks: ["WEB-1", "WEB-2", "web-2", "WEB-99", "OPS-1"],
    priority: "high",
  });

  expect(answer.split("\n")).toEqual([
    "Changed 1 of 4 tasks.",
    "priority no-priority → high: WEB-2",
    "Not changed:",
    "- WEB-99: There is no task WEB-99 in Website (WEB).",
    expect.stringMatching(/^- OPS-1: No project "OPS"\. There are: WEB/),
    "- WEB-1: it is so already",
  ]);
  expect(writes(board)).toEqual([`PUT /api/task/priority/${board.taskId(2)}`]);
});

test("dry_run shows what would change and writes nothing", async () => {
  await using board = await startSmallBoard();

  const answer = await board.call(updateTasks, { tasks: ALL, status: "done", dry_run: true });

  expect(answer).toMatch(
    /^Would change 4 tasks\.\nstatus to-do → done: WEB-1, WEB-2, WEB-3, WEB-4$/,
  );
  expect(writes(board)).toEqual([]);
});

test("nothing is reported as changed that the server did not change, whatever it answers", async () => {
  await using board = await startSmallBoard();
  const path = `/api/task/priority/${board.taskId(1)}`;
  const row = board.sandbox.data.tasks.get(board.taskId(1));
  board.sandbox.fail({ method: "PUT", path }, { kind: "answer", status: 200, body: { ...row } });

  const answer = await board.call(updateTasks, { tasks: ALL, priority: "high", status: "done" });

  expect(columnOf(board, "priority")).toEqual(["no-priority", ...Array(3).fill("high")]);
  expect(answer).toMatch(
    /^Changed 3 of 4 tasks, 1 uncertain: look before repeating\.\npriority no-priority → high: WEB-2, WEB-3, WEB-4\n/,
  );
  expect(answer).toContain(
    "\nNot confirmed:\n- WEB-1: priority: uncertain: The priority of WEB-1 may or may not have been saved",
  );
  expect(answer).toMatch(/ Not tried: status\.$/);
});

test("where nothing became so, that is an error which says to look first", async () => {
  await using board = await startSmallBoard();
  const row = board.sandbox.data.tasks.get(board.taskId(1));
  board.sandbox.fail({ method: "PUT" }, { kind: "answer", status: 200, body: { ...row } });

  const call = board.call(updateTasks, { tasks: ["WEB-1"], priority: "high" });

  await expect(call).rejects.toMatchObject({
    kind: "outcome_unknown",
    message: expect.stringMatching(
      /^0 confirmed, 1 uncertain: look before repeating\.\nNot confirmed:\n- WEB-1: priority: uncertain/,
    ),
  });
});

test("the history has the old status, and the assignee is told, as with one task", async () => {
  await using board = await startSmallBoard();
  const { data, people } = board.sandbox;
  for (const number of [1, 2]) {
    const task = data.tasks.get(board.taskId(number));
    if (task !== undefined) task.userId = people.bob.id;
  }

  await board.call(updateTasks, { tasks: ["WEB-1", "WEB-2"], status: "done" });

  const recorded = [...data.activities.values()].filter(({ type }) => type === "status_changed");
  const told = [...data.notifications.values()].filter(({ userId }) => userId === people.bob.id);
  expect(recorded.map(({ eventData }) => eventData)).toEqual(
    Array(2).fill({ oldStatus: "to-do", newStatus: "done" }),
  );
  expect(told.map(({ type }) => type)).toEqual(Array(2).fill("task_status_changed"));
});

test("what is left when the time is over is said not to be tried, in one line", async () => {
  await using board = await startSmallBoard({ msPerRequest: 1_000 });
  for (let number = 5; number <= 40; number += 1)
    addTask(board.sandbox.data, board.projectId, { title: "More", status: "to-do" });
  const tasks = Array.from({ length: 40 }, (_, index) => `WEB-${index + 1}`);

  const answer = await board.call(updateTasks, { tasks, priority: "high" });

  const [, changed = ""] = /^Changed (\d+) of 40 tasks\./.exec(answer) ?? [];
  expect(writes(board)).toHaveLength(Number(changed));
  expect(Number(changed)).toBeLessThan(40);
  expect(answer).toMatch(/\n- WEB-\d+(?:, WEB-\d+)*: priority: not tried: Kaneo answers slowly\.$/);
});

test("of many closed tasks ten are asked what they held up, and the rest is said", async () => {
  await using board = await startSmallBoard({ msPerRequest: 1 });
  for (let number = 5; number <= 14; number += 1)
    addTask(board.sandbox.data, board.projectId, { title: "More", status: "to-do" });
  const tasks = Array.from({ length: 14 }, (_, index) => `WEB-${index + 1}`);

  const answer = await board.call(updateTasks, { tasks, status: "done" });

  expect(answer).toContain(
    "\nWhat waited for the last 4 of the 14 closed, or is below them, was not looked at.",
  );
});

test("a failure in the middle says what was changed and what not", async () => {
  await using board = await startSmallBoard();
  const refusal = { kind: "answer", status: 403, body: "Insufficient permissions" } as const;
  board.sandbox.fail({ method: "PUT", path: /\/status\//, times: Infinity }, refusal);

  const answer = await board.call(updateTasks, { tasks: ALL, priority: "high", status: "done" });

  expect(columnOf(board, "status")).toEqual(Array(4).fill("to-do"));
  expect(answer).toMatch(
    /^Changed 4 tasks, 4 of them only in part\.\npriority no-priority → high: WEB-1, WEB-2, WEB-3, WEB-4\n/,
  );
  expect(answer).toMatch(/- WEB-1.*: status: failed: Kaneo refused: the role/);
});

test("a member who may not assign gets the refusal and nothing is changed", async () => {
  await using board = await startSmallBoard({ person: "bob" });

  const call = board.call(updateTasks, { tasks: ALL, assignee: "me", priority: "high" });

  await expect(call).rejects.toMatchObject({ kind: "forbidden" });
  expect(columnOf(board, "priority")).toEqual(Array(4).fill("no-priority"));
});

test("a task that is deleted meanwhile is reported as gone", async () => {
  await using board = await startSmallBoard();
  const id = board.taskId(2);
  const path = `/api/task/priority/${id}`;
  board.sandbox.fail({ method: "PUT", path }, { kind: "delay", ms: 50 });

  const call = board.call(updateTasks, { tasks: ALL, priority: "high" });
  while (!writes(board).includes(`PUT ${path}`)) await new Promise((next) => setImmediate(next));
  board.sandbox.data.tasks.delete(id);
  const answer = await call;

  expect(answer).toMatch(/^Changed 3 of 4 tasks\./);
  expect(answer).toContain(`- WEB-2: priority: failed: Kaneo has nothing with the id "${id}"`);
});

test("tasks named by id are reported right although projects share their slug", async () => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;
  const fields = { name: "Webshop", slug: "WEB", icon: "X", workspaceId: board.workspaceId };
  const shop = addProject(data, fields);
  const other = addTask(data, shop.id, { title: "Cart", status: "to-do" });

  const answer = await board.call(updateTasks, {
    tasks: [board.taskId(1), other.id],
    priority: "high",
  });

  expect(answer).toMatch(/^Changed 2 tasks\./);
  expect(answer).not.toContain("Not changed");
});

test("a due date before a task's start leaves that task alone and says so", async () => {
  await using board = await startSmallBoard();
  const second = board.sandbox.data.tasks.get(board.taskId(2));
  if (second !== undefined) second.startDate = "2026-05-01T00:00:00.000Z";

  const answer = await board.call(updateTasks, { tasks: ALL, due: "2026-04-01" });

  expect(answer).toMatch(/^Changed 3 of 4 tasks\./);
  expect(answer).toContain(
    "- WEB-2: it would start 2026-05-01 02:00 +02:00, after it is due 2026-04-01; changes takes both",
  );
});

test("a label comes off many tasks, though each has a copy of its own", async () => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;
  const bug = { name: "bug", color: "#fff", workspaceId: board.workspaceId };
  for (const number of [1, 2, 3]) addLabel(data, { ...bug, taskId: board.taskId(number) });

  const answer = await board.call(updateTasks, { tasks: ALL.slice(0, 3), remove_labels: "bug" });

  expect([...data.labels.values()]).toEqual([]);
  expect(answer).toContain("removed label bug: WEB-1, WEB-2, WEB-3");
});

test("an answer that is too long leaves out what was changed before what was not", async () => {
  await using board = await startSmallBoard({ msPerRequest: 1 });
  const { data } = board.sandbox;
  for (let number = 5; number < 50; number += 1)
    addTask(data, board.projectId, { title: `Task ${number}`, status: "to-do" });
  const changes = Array.from({ length: 50 }, (_, index) => {
    return { task: `WEB-${index + 1}`, title: `${index} ${"x".repeat(600)}` };
  });

  const answer = await board.call(updateTasks, { changes });

  expect(answer).toMatch(/^Changed 49 of 50 tasks\.\ntitle "Fix login/);
  expect(answer).toMatch(/\n… cut here.*\nNot changed:\n- WEB-50: There is no task WEB-50 .*$/);
  expect(answer.length).toBeLessThanOrEqual(24_000);
});
