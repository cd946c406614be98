/** list_tasks with count_by, and what its numbers say of themselves. */
import { expect, test } from "vitest";
import { listTasks } from "../../../src/tools/tasks/list-tasks.ts";
import { addProject } from "../../sandbox/routes/projects.ts";
import { addTask } from "../../sandbox/routes/tasks.ts";
import { addCrowd } from "../../support/crowd.ts";
import { keysIn, startFullBoard } from "../../support/full-board.ts";
import { addWorkspace, startSmallBoard } from "../../support/small-board.ts";

test.for([
  ["assignee", ["nobody  4", "@Alice Doe  1", "@Bob Ünïcode 🦊  1", "@Carol  0"]],
  ["status", ["to-do  4", "in-progress  1", "in-review  1"]],
  ["priority", ["no-priority  4", "high  1", "medium  1"]],
  [
    "label",
    ["no label  5", "bug  1", "ui  1", "A task with several labels counts for each of them."],
  ],
  ["project", ['WEB  "Website"  6']],
] as const)("counts of open tasks by %s", async ([count_by, expected]) => {
  await using board = await startFullBoard();
  const { data, people } = board.sandbox;
  Object.assign(data.tasks.get(board.taskId(9)) ?? {}, { userId: people.alice.id });
  const carol = { id: "member-of-carol", organizationId: board.workspaceId, role: "member" };
  data.members.push({ ...carol, userId: people.carol.id });
  for (const user of data.users) if (user.id === people.carol.id) user.name = "Carol";

  const answer = await board.call(listTasks, { state: "open", count_by });

  const [head, ...counts] = answer.split("\n");
  expect(head).toBe(`Acme (1 project): 6 tasks (state open), by ${count_by}`);
  expect(counts.slice(0, -1)).toEqual(expected);
  expect(counts.at(-1)).toMatch(/^Not among them: 1 planned task /);
});

test("two of the same name are counted apart, people as well as projects", async () => {
  await using board = await startFullBoard();
  const { data, people } = board.sandbox;
  for (const user of data.users) user.name = "Alex Kim";
  Object.assign(data.tasks.get(board.taskId(9)) ?? {}, { userId: people.alice.id });
  const workspaceId = addWorkspace(board, "Two");
  const twin = addProject(data, { name: "Website", slug: "WEB", icon: "X", workspaceId });
  addTask(data, twin.id, { title: "Far task", status: "to-do" });

  const byPerson = await board.call(listTasks, { state: "open", count_by: "assignee" });
  const byProject = await board.call(listTasks, { state: "open", count_by: "project" });

  expect(byPerson.split("\n").slice(1, 4).sort()).toEqual(
    [people.alice.id, people.bob.id]
      .map((id) => `@Alex Kim (${id})  1`)
      .concat("nobody  5")
      .sort(),
  );
  expect(byProject.split("\n").slice(1, 3)).toEqual([
    'WEB (Acme)  "Website"  6',
    'WEB (Two)  "Website"  1',
  ]);
});

test("counts by status, and lists in other orders, tell which statuses are final, where the name does not", async () => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;
  for (const column of data.columns.values()) {
    if (column.slug === "in-review") column.isFinal = true;
  }
  for (const [number, status] of [
    [1, "in-review"],
    [2, "done"],
  ] as const) {
    Object.assign(data.tasks.get(board.taskId(number)) ?? {}, { status });
  }

  const answer = await board.call(listTasks, { project: "WEB", count_by: "status" });
  const listed = await board.call(listTasks, { project: "WEB", sort: "due" });

  expect(answer.split("\n").slice(1)).toEqual(["to-do  2", "in-review [final]  1", "done  1"]);
  expect(listed).toMatch(/^WEB-1 {2}in-review \[final\] {2}/m);
  expect(listed).toMatch(/^WEB-2 {2}done {2}/m);
});

test.for([
  [{ due_from: "2026-03-09", due_until: "2026-03-15" }, ["WEB-2"]],
  [{ due_from: "2026-03-09", due_until: "2026-03-15", status: "done" }, []],
  [{ due_from: "2026-03-09" }, ["WEB-2", "WEB-3", "WEB-4"]],
  [{ due_from: "2026-03-12", due_until: "2026-03-12" }, ["WEB-2"]],
  [{ due: "this_week" }, ["WEB-2"]],
  [{ due: "today" }, ["WEB-2"]],
  [{ due_until: "2026-03-15" }, ["WEB-1", "WEB-2"]],
] as const)("tasks are listed by the days on which they are due: %j", async ([args, keys]) => {
  await using board = await startSmallBoard({ nowMs: Date.parse("2026-03-12T10:00:00.000Z") });
  for (const [number, dueDate] of [
    [1, "2026-03-08T00:00:00.000Z"],
    [2, "2026-03-12T00:00:00.000Z"],
    [3, "2026-03-16T00:00:00.000Z"],
    [4, "2026-03-20T00:00:00.000Z"],
  ] as const) {
    Object.assign(board.sandbox.data.tasks.get(board.taskId(number)) ?? {}, { dueDate });
  }

  const answer = await board.call(listTasks, { project: "WEB", sort: "due", ...args });

  expect(keysIn(answer)).toEqual(keys);
});

test("where there is no time to ask for all blockers, the number of tasks is said to be the least", async () => {
  await using board = await startSmallBoard({ msPerRequest: 2_000 });
  for (let index = 0; index < 40; index += 1) {
    addTask(board.sandbox.data, board.projectId, { title: "More", status: "to-do" });
  }

  const free = await board.call(listTasks, { project: "WEB", blocked: false, limit: 1 });
  const blocked = await board.call(listTasks, { project: "WEB", blocked: true });

  const noTime = /The blockers of \d\d more tasks by these filters were not looked up; narrow them/;
  expect(free).toMatch(/\(WEB\): at least \d+ tasks, 1–1 shown/);
  expect(free).toMatch(noTime);
  expect(blocked).toContain("no task was found that matches state open, blocked true");
  expect(blocked).toMatch(noTime);
});

test("a list by column says which columns are final, where they are not called done", async () => {
  await using board = await startSmallBoard();
  const { columns } = board.sandbox.data;
  for (const column of columns.values()) {
    if (column.projectId === board.projectId && column.slug === "in-review") column.isFinal = true;
  }

  const answer = await board.call(listTasks, { project: "WEB" });

  expect(answer).toMatch(/^in-review \[final\]: \d+$/m);
  expect(answer).toMatch(/^done: \d+$/m);
});

test("of many people without a task only the number is told", async () => {
  await using board = await startSmallBoard();
  const [, userId = ""] = addCrowd(board, 60);
  addTask(board.sandbox.data, board.projectId, { title: "Hers", status: "to-do", userId });

  const answer = await board.call(listTasks, { project: "WEB", count_by: "assignee" });

  expect(answer).toContain("@Person 1  1\n");
  expect(answer).toMatch(/\n6\d more people {2}0$/);
  expect(answer).not.toContain("@Person 2 ");
});

test("counts by assignee say who left the workspace", async () => {
  await using board = await startSmallBoard();
  const { data, people } = board.sandbox;
  const place = data.members.findIndex(({ userId }) => userId === people.bob.id);
  data.members.splice(place, 1);
  addTask(data, board.projectId, { title: "His", status: "to-do", userId: people.bob.id });

  const answer = await board.call(listTasks, { project: "WEB", count_by: "assignee" });

  const counts = answer.split("\n").slice(1);
  expect(counts).toEqual(["nobody  4", "@Bob Ünïcode 🦊, who left  1", "@Alice Doe  0"]);
});

test("a list of what is due says who of those who have it left the workspace", async () => {
  await using board = await startSmallBoard({ nowMs: Date.parse("2026-03-10T09:00:00.000Z") });
  const { data, people } = board.sandbox;
  const place = data.members.findIndex(({ userId }) => userId === people.bob.id);
  data.members.splice(place, 1);
  const [alice, bob] = [people.alice.id, people.bob.id];
  for (const [number, userId] of [alice, bob, bob, null].entries()) {
    const row = data.tasks.get(board.taskId(number + 1));
    Object.assign(row ?? {}, { userId, dueDate: "2026-03-02T00:00:00.000Z" });
  }

  const overdue = await board.call(listTasks, { due: "overdue" });
  const hers = await board.call(listTasks, { due: "overdue", assignee: "me" });
  board.sandbox.fail({ path: /\/members/, times: 9 }, { kind: "answer", status: 403 });
  const untold = await board.call(listTasks, { due: "overdue" });

  expect(overdue).toContain('WEB-2  @Bob Ünïcode 🦊  due 2026-03-02  "Landing page hero"');
  expect(overdue).toMatch(/\nNo longer in the workspace: @Bob Ünïcode 🦊\.$/);
  expect(hers).not.toContain("No longer");
  expect(untold).toBe(overdue.replace(/\nNo longer.*$/, ""));
});

test("who joined a moment ago has not left", async () => {
  await using board = await startSmallBoard();
  const { data, people } = board.sandbox;
  const userId = people.carol.id;
  await board.call(listTasks, { project: "WEB", count_by: "assignee" });
  data.members.push({ id: "of-carol", organizationId: board.workspaceId, userId, role: "member" });
  addTask(data, board.projectId, { title: "Hers", status: "to-do", userId });

  const answer = await board.call(listTasks, { project: "WEB", count_by: "assignee" });

  expect(answer).toContain("\n@Carol Jones  1\n");
});

test("counts, and what is due until a day, say how many of all are done, unless columns tell it", async () => {
  await using board = await startFullBoard();
  const due = { due_until: "2099-12-31", state: "active" };

  const counted = await board.call(listTasks, { count_by: "assignee" });
  const listed = await board.call(listTasks, { ...due, sort: "due" });
  const open = await board.call(listTasks, { count_by: "assignee", state: "open" });
  const byColumn = await board.call(listTasks, { count_by: "status" });

  expect(counted).toMatch(/: 8 tasks, 1 of them done \(state active\), by assignee\n/);
  expect(listed).toMatch(/: \d tasks, 1 of them done, due until 2099-12-31\n/);
  for (const answer of [open, byColumn]) expect(answer).not.toContain("of them done");
});

test.for<[Record<string, unknown>, string]>([
  [{}, "4 tasks, all of them done (state active)"],
  [{ state: "done" }, "4 tasks (state done)"],
  [{ status: "done" }, "4 tasks (status done)"],
])(
  "where all that is counted is done, that is said unless it was asked for: %j",
  async ([args, head]) => {
    await using board = await startSmallBoard();
    for (const task of board.sandbox.data.tasks.values()) task.status = "done";

    const answer = await board.call(listTasks, { project: "WEB", count_by: "assignee", ...args });

    expect(answer).toContain(`: ${head}, by assignee\n`);
  },
);
