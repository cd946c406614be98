import { expect, test } from "vitest";
import { updateTask } from "../../../src/tools/tasks/update-task.ts";
import { updateTasks } from "../../../src/tools/tasks/update-tasks.ts";
import { taskRow } from "../../support/board-rows.ts";
import { type SmallBoard, startSmallBoard } from "../../support/small-board.ts";
import { until } from "../../support/until.ts";

function give(board: SmallBoard, number: number, dates: { startDate?: string; dueDate?: string }) {
  Object.assign(board.sandbox.data.tasks.get(board.taskId(number)) ?? {}, dates);
}

function datesOf(board: SmallBoard, number: number) {
  const { startDate, dueDate } = board.sandbox.data.tasks.get(board.taskId(number)) ?? {};
  return { startDate, dueDate };
}

/** In Lisbon, of which summer time begins on 28 March 2027. */
async function startPlan(): Promise<SmallBoard> {
  const board = await startSmallBoard({ timeZone: "Europe/Lisbon" });
  give(board, 1, { startDate: "2027-03-22T00:00:00.000Z", dueDate: "2027-03-25T00:00:00.000Z" });
  give(board, 2, { dueDate: "2027-03-23T15:00:00.000Z" });
  give(board, 3, { startDate: "2027-03-29T23:00:00.000Z" });
  return board;
}

const LATER = [
  { startDate: "2027-03-28T23:00:00.000Z", dueDate: "2027-03-31T23:00:00.000Z" },
  { dueDate: "2027-03-30T14:00:00.000Z" },
  { startDate: "2027-04-05T23:00:00.000Z" },
];

test("a plan is shifted by a week, each date from where it is, at the same time of day", async () => {
  await using board = await startPlan();

  const answer = await board.call(updateTasks, {
    tasks: ["WEB-1", "WEB-2", "WEB-3", "WEB-4"],
    shift: "1 week",
  });

  expect([1, 2, 3].map((number) => datesOf(board, number))).toMatchObject(LATER);
  expect(answer).toBe(
    [
      "Changed 3 of 4 tasks.",
      "due 2027-03-25 → 2027-04-01: WEB-1",
      "start 2027-03-22 → 2027-03-29: WEB-1",
      "due 2027-03-23 15:00 +00:00 → 2027-03-30 15:00 +01:00: WEB-2",
      "start 2027-03-30 → 2027-04-06: WEB-3",
      "Not changed:",
      "- WEB-4: it has neither start nor due date",
    ].join("\n"),
  );
});

test.each([
  [false, "Changed"],
  [true, "Would change"],
])(
  "a task without dates is left as it is by a shift, with what comes along (dry run: %s)",
  async (dry_run, verb) => {
    await using board = await startPlan();
    const tasks = ["WEB-3", "WEB-4"];

    const answer = await board.call(updateTasks, {
      tasks,
      shift: "1 week",
      priority: "urgent",
      dry_run,
    });

    expect(answer.split("\n")).toEqual([
      `${verb} 1 of 2 tasks.`,
      expect.stringMatching(/^priority .* → urgent: WEB-3$/),
      "start 2027-03-30 → 2027-04-06: WEB-3",
      "Not changed:",
      "- WEB-4: it has neither start nor due date; priority not changed either",
    ]);
  },
);

test("a shift by hours moves what has a time, and says which tasks have none", async () => {
  await using board = await startPlan();
  const plain = datesOf(board, 1);

  const answer = await board.call(updateTasks, { tasks: ["WEB-1", "WEB-2"], shift: "4 hours" });

  expect(answer).toContain("due 2027-03-23 15:00 +00:00 → 2027-03-23 19:00 +00:00: WEB-2");
  expect(answer).toContain(
    'Not changed:\n- WEB-1: The shift "4 hours" moves a time, and the date has none.',
  );
  expect(datesOf(board, 1)).toEqual(plain);
});

test("a shift back undoes a shift", async () => {
  await using board = await startPlan();
  const tasks = ["WEB-1", "WEB-2", "WEB-3"];
  const before = [1, 2, 3].map((number) => datesOf(board, number));

  await board.call(updateTasks, { tasks, shift: "+7d" });
  await board.call(updateTasks, { tasks, shift: "-7d" });

  expect([1, 2, 3].map((number) => datesOf(board, number))).toEqual(before);
});

test.for([
  [{ shift: "a bit" }, /^The shift "a bit" is not understood\.$/],
  [{ shift: "9999 years" }, /^The shift "9999 years" leads out of range\.$/],
  [{ shift: "1 week", due: "2027-01-01" }, /^Give either shift or the dates themselves\./],
] as const)("a shift that cannot be meant so changes nothing: %j", async ([args, message]) => {
  await using board = await startPlan();
  const before = datesOf(board, 1);

  await expect(board.call(updateTasks, { tasks: ["WEB-1"], ...args })).rejects.toThrow(message);

  expect(datesOf(board, 1)).toEqual(before);
});

test("several tasks get a parent in one call", async () => {
  await using board = await startSmallBoard();

  const answer = await board.call(updateTasks, {
    changes: [
      { task: "WEB-2", parent: "WEB-1" },
      { task: "WEB-3", parent: "WEB-1" },
    ],
  });

  expect(answer).toBe("Changed 2 tasks.\nparent none → WEB-1: WEB-2, WEB-3");
});

test("a task that starts after it is due stays where it is, and the way out is no shift", async () => {
  await using board = await startSmallBoard();
  const dates = { startDate: "2026-03-12T23:00:00.000Z", dueDate: "2026-03-09T23:00:00.000Z" };
  give(board, 1, dates);
  const before = datesOf(board, 1);

  const call = board.call(updateTasks, { tasks: ["WEB-1"], shift: "1 week" });

  await expect(call).rejects.toThrow(/after it is due 2026-03-17; changes takes both$/);
  expect(datesOf(board, 1)).toEqual(before);
});

test("a plan that several calls shift at the same time is shifted by each of them", async () => {
  await using board = await startSmallBoard();
  Object.assign(taskRow(board, 1), { dueDate: "2027-03-01T12:00:00.000Z" });

  const answers = await Promise.all(
    [1, 2, 3].map(() => board.call(updateTasks, { tasks: ["WEB-1"], shift: "1 day" })),
  );

  expect(taskRow(board, 1).dueDate).toBe("2027-03-04T12:00:00.000Z");
  expect(answers.join("\n").match(/→ 2027-03-0[234]/g)).toHaveLength(3);
  expect(new Set(answers).size).toBe(3);
});

test("a task whose date was cleared before its shift's turn came is told to be as it was", async () => {
  await using board = await startSmallBoard();
  const row = taskRow(board, 1);
  row.dueDate = "2027-01-09T23:00:00.000Z";
  const path = `/api/task/due-date/${row.id}`;
  board.sandbox.fail({ path }, { kind: "delay", ms: 500 });

  const clearing = board.call(updateTask, { task: "WEB-1", due: "none" });
  await until(() => board.requests().includes(`PUT ${path}`));
  const shifted = await board.call(updateTasks, { tasks: ["WEB-1"], shift: "1 week" });
  await clearing;

  expect(shifted).toContain("WEB-1");
  expect(row.dueDate).toBeNull();
});

test("a shift moves the date that a call before it has just set", async () => {
  await using board = await startSmallBoard();
  const row = taskRow(board, 1);
  Object.assign(row, {
    startDate: "2026-12-31T23:00:00.000Z",
    dueDate: "2027-01-09T23:00:00.000Z",
  });
  const path = `/api/task/due-date/${row.id}`;
  board.sandbox.fail({ path }, { kind: "delay", ms: 500 });

  const setting = board.call(updateTask, { task: "WEB-1", due: "2027-02-20" });
  await until(() => board.requests().includes(`PUT ${path}`));
  const shifted = await board.call(updateTasks, { tasks: ["WEB-1"], shift: "1 week" });
  const set = await setting;

  expect(set).toContain("due 2027-01-10 → 2027-02-20");
  expect(shifted).toContain("due 2027-02-20 → 2027-02-27");
  expect(shifted).toContain("start 2027-01-01 → 2027-01-08");
  expect(row).toMatchObject({
    startDate: "2027-01-07T23:00:00.000Z",
    dueDate: "2027-02-26T23:00:00.000Z",
  });
});

test.for(["2026-03-20T22:59:59.000Z", "2026-03-21T08:15:07.345Z", "2026-03-20T23:00:00.000Z"])(
  "what update_task shows of a date until %s brings it back to the millisecond",
  async (dueDate) => {
    await using board = await startSmallBoard();
    give(board, 1, { dueDate });

    const answer = await board.call(updateTask, { task: "WEB-1", due: "none" });
    const [, due] = /due (.*) → none/.exec(answer) ?? [];
    await board.call(updateTask, { task: "WEB-1", due });

    expect(datesOf(board, 1).dueDate).toBe(dueDate);
  },
);
