/** list_tasks of what nobody has touched since a day. */
import { expect, test } from "vitest";
import { listTasks } from "../../../src/tools/tasks/list-tasks.ts";
import { addTask } from "../../sandbox/routes/tasks.ts";
import { taskRow } from "../../support/board-rows.ts";
import { keysIn } from "../../support/full-board.ts";
import { blindSearch, happen } from "../../support/history.ts";
import { type SmallBoard, startSmallBoard } from "../../support/small-board.ts";

/** Wednesday, 13:00 in Berlin. */
const nowMs = Date.parse("2026-03-04T12:00:00.000Z");

/** WEB-1 to WEB-4, the last changes of which were on these days. */
async function startChanged(...days: string[]): Promise<SmallBoard> {
  const board = await startSmallBoard({ nowMs, msPerRequest: 1 });
  for (const [index, day] of days.entries()) {
    const task = board.sandbox.data.tasks.get(board.taskId(index + 1));
    Object.assign(task ?? {}, { updatedAt: `${day}T12:00:00.000Z` });
  }
  return board;
}

test("untouched_since keeps the open tasks without a change or comment since that day, with the day of the last change", async () => {
  await using board = await startChanged("2026-02-01", "2026-02-17", "2026-02-18", "2026-02-02");
  happen(board, 4, { type: "comment", content: "Still wanted", at: "2026-02-20T10:00:00.000Z" });
  happen(board, 1, { type: "comment", content: "Old", at: "2026-02-10T10:00:00.000Z" });

  const answer = await board.call(listTasks, { project: "WEB", untouched_since: "-2w" });

  expect(answer).toBe(
    [
      "Website (WEB): 2 tasks",
      "to-do: 2",
      'WEB-1  updated 2026-02-01  "Fix login redirect loop"',
      'WEB-2  updated 2026-02-17  "Landing page hero"',
      "in-progress: 0",
      "in-review: 0",
      "Untouched since 2026-02-18 by changes and comments; labels, relations and logged time do not count, as Kaneo does not date them.",
    ].join("\n"),
  );
});

test("comments count as touching also where Kaneo's search knows no wildcard, and over all projects", async () => {
  await using board = await startChanged("2026-02-01", "2026-02-01", "2026-02-01", "2026-02-01");
  happen(board, 4, { type: "comment", content: "Still wanted", at: "2026-02-20T10:00:00.000Z" });
  blindSearch(board);

  const answer = await board.call(listTasks, { untouched_since: "2026-02-18" });

  expect(keysIn(answer)).toEqual(["WEB-1", "WEB-2", "WEB-3"]);
});

test("comments are looked for on every task that is listed otherwise, and on no other", async () => {
  await using board = await startChanged("2026-01-01", "2026-01-01", "2026-01-01", "2026-01-02");
  const { data } = board.sandbox;
  for (let count = 0; count < 300; count += 1) {
    const status = count < 250 ? "to-do" : "archived";
    const task = addTask(data, board.projectId, { title: "Old", status });
    Object.assign(task, { updatedAt: "2026-02-01T12:00:00.000Z" });
  }
  happen(board, 1, { type: "comment", content: "Wanted", at: "2026-02-20T10:00:00.000Z" });
  blindSearch(board);

  const answer = await board.call(listTasks, { project: "WEB", untouched_since: "2026-02-18" });

  const asked = board.requests().filter((request) => request.includes("/api/activity/"));
  expect(answer).toMatch(/^Website \(WEB\): 253 tasks, 1–25 shown/);
  expect(answer).not.toContain("overlooked");
  expect(asked).toHaveLength(254);
});

test("planned tasks that were commented on since are not counted as left out", async () => {
  await using board = await startChanged("2026-01-01", "2026-01-01", "2026-01-01", "2026-01-01");
  for (const number of [1, 2]) taskRow(board, number).status = "planned";
  happen(board, 1, { type: "comment", content: "Wanted", at: "2026-02-20T10:00:00.000Z" });

  const answer = await board.call(listTasks, { project: "WEB", untouched_since: "2026-02-18" });

  expect(answer).toContain("Not among them: 1 planned task by the same filters;");
});

test("where there is no time for all, it is said of how many newer comments may have been overlooked", async () => {
  await using board = await startSmallBoard({ nowMs, msPerRequest: 1_000 });
  for (let count = 0; count < 40; count += 1) {
    const task = addTask(board.sandbox.data, board.projectId, { title: "Old", status: "to-do" });
    Object.assign(task, { updatedAt: "2026-02-01T12:00:00.000Z" });
  }
  blindSearch(board);

  const answer = await board.call(listTasks, { project: "WEB", untouched_since: "2026-02-18" });

  expect(answer).toMatch(/^Website \(WEB\): at most 40 tasks/);
  expect(answer).toMatch(
    /\nNewer comments on \d\d of the tasks may have been overlooked; narrow the filters for those\./,
  );
});

test("comments on old tasks are found however many others were changed since", async () => {
  await using board = await startChanged("2026-02-01", "2026-02-01", "2026-03-01", "2026-03-01");
  for (let count = 0; count < 200; count += 1) {
    const task = addTask(board.sandbox.data, board.projectId, { title: "New", status: "to-do" });
    Object.assign(task, { updatedAt: "2026-03-01T12:00:00.000Z" });
  }
  happen(board, 2, { type: "comment", content: "Wanted", at: "2026-02-20T10:00:00.000Z" });
  blindSearch(board);

  const answer = await board.call(listTasks, { project: "WEB", untouched_since: "2026-02-18" });

  expect(keysIn(answer)).toEqual(["WEB-1"]);
  expect(answer).not.toContain("overlooked");
});

test("pages and counts of untouched tasks, with a day in words that is past", async () => {
  await using board = await startChanged("2026-02-01", "2026-02-01", "2026-03-02", "2026-02-01");
  const args = { project: "WEB", untouched_since: "monday", sort: "number", limit: 2 };

  const first = await board.call(listTasks, args);
  const [, cursor] = /cursor (\S+)$/.exec(first) ?? [];
  const second = await board.call(listTasks, { ...args, cursor });
  const counts = await board.call(listTasks, { ...args, count_by: "status" });

  expect([keysIn(first), keysIn(second)]).toEqual([["WEB-1", "WEB-2"], ["WEB-4"]]);
  expect(counts).toContain("3 tasks (state open, untouched_since 2026-03-02), by status");
});

test("sorted by updated, what was changed last comes first, also over pages", async () => {
  await using board = await startChanged("2026-02-03", "2026-02-01", "2026-02-04", "2026-02-02");
  const args = { project: "WEB", sort: "updated", limit: 3 };

  const first = await board.call(listTasks, args);
  const [, cursor] = /cursor (\S+)$/.exec(first) ?? [];
  const second = await board.call(listTasks, { ...args, cursor });
  const stalest = await board.call(listTasks, { ...args, order: "asc", limit: 1 });

  expect([keysIn(first), keysIn(second)]).toEqual([["WEB-3", "WEB-1", "WEB-4"], ["WEB-2"]]);
  expect(stalest).toContain('WEB-2  to-do  updated 2026-02-01  "Landing page hero"');
});

test("other names for filters are read as what they mean", async () => {
  await using board = await startChanged("2026-02-01", "2026-03-03", "2026-02-01", "2026-02-01");

  const answer = await board.call(listTasks, { updated_before: "2026-03-01", query: "f" });

  expect(keysIn(answer)).toEqual(["WEB-1", "WEB-3"]);
});
