/** What list_activity puts on one line. */
import { expect, test } from "vitest";
import { listActivity } from "../../../src/tools/activity/list-activity.ts";
import { happen } from "../../support/history.ts";
import { type SmallBoard, startSmallBoard } from "../../support/small-board.ts";

const nowMs = Date.parse("2026-03-04T12:00:00Z");

function archived(at: string) {
  const eventData = { oldStatus: "done", newStatus: "archived" };
  return { type: "status_changed", at: `2026-03-04T${at}.000Z`, eventData };
}

async function linesOf(board: SmallBoard): Promise<string[]> {
  const answer = await board.call(listActivity);
  return answer.split("\n").filter((line) => line.startsWith("  "));
}

test("what one person changed alike in three tasks or more within a minute stands on one line", async () => {
  await using board = await startSmallBoard({ nowMs });
  for (const number of [1, 2, 3]) happen(board, number, archived(`10:00:0${number}`));
  happen(board, 4, archived("10:01:00"));

  const lines = await linesOf(board);

  expect(lines).toEqual([
    '  11:01  @Bob Ünïcode 🦊  WEB-4  "Dark mode"  status done → archived',
    '  11:00  @Bob Ünïcode 🦊  status done → archived: WEB-3 "Font loading", WEB-2 "Landing page hero", WEB-1 "Fix login redirect loop"',
  ]);
});

test("what two people changed alike, or two tasks alone, stand on lines of their own", async () => {
  await using board = await startSmallBoard({ nowMs });
  const { alice } = board.sandbox.people;
  for (const number of [1, 2]) happen(board, number, archived(`10:00:0${number}`));
  for (const number of [3, 4])
    happen(board, number, { ...archived(`10:00:0${number}`), userId: alice.id });

  const lines = await linesOf(board);

  expect(lines).toHaveLength(4);
});

test("new tasks and comments of one minute stand on lines of their own", async () => {
  await using board = await startSmallBoard({ nowMs });
  for (const number of [1, 2, 3, 4]) {
    happen(board, number, { type: "created", at: "2026-03-04T09:00:00.000Z" });
    happen(board, number, { type: "comment", content: "Yes", at: "2026-03-04T10:00:00.000Z" });
  }

  const lines = await linesOf(board);

  expect(lines).toHaveLength(8);
});

test("due dates that moved by as many days within a minute stand on one line, also over a change of the clock", async () => {
  await using board = await startSmallBoard({ nowMs, timeZone: "Europe/Berlin" });
  const moved = (at: string, oldDueDate: string | null, newDueDate: string) => {
    const eventData = { oldDueDate, newDueDate };
    return { type: "due_date_changed", at: `2026-03-04T${at}.000Z`, eventData };
  };
  happen(board, 1, moved("10:00:01", "2026-03-19T23:00:00.000Z", "2026-03-31T22:00:00.000Z"));
  happen(board, 2, moved("10:00:02", "2026-03-09T23:00:00.000Z", "2026-03-21T23:00:00.000Z"));
  happen(board, 3, moved("10:00:03", "2026-03-10T16:00:00.000Z", "2026-03-22T16:00:00.000Z"));
  happen(board, 4, moved("10:00:04", "2026-03-10T16:00:00.000Z", "2026-03-22T17:00:00.000Z"));
  for (const number of [1, 2, 3])
    happen(board, number, moved(`10:05:0${number}`, null, "2026-03-09T23:00:00.000Z"));

  const lines = await linesOf(board);

  expect(lines).toEqual([
    expect.stringMatching(
      /^ {2}11:05 {2}@Bob Ünïcode 🦊 {2}due none → 2026-03-10: WEB-3 "[^"]+", WEB-2 /u,
    ),
    '  11:00  @Bob Ünïcode 🦊  WEB-4  "Dark mode"  due 2026-03-10 17:00 +01:00 → 2026-03-22 18:00 +01:00',
    '  11:00  @Bob Ünïcode 🦊  due 12 days later: WEB-3 "Font loading" (→ 2026-03-22 17:00 +01:00), WEB-2 "Landing page hero" (→ 2026-03-22), WEB-1 "Fix login redirect loop" (→ 2026-04-01)',
  ]);
});
