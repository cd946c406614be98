/** How long tasks took, where list_activity is asked what was created and what was done. */
import { expect, test } from "vitest";
import { listActivity } from "../../../src/tools/activity/list-activity.ts";
import { happen } from "../../support/history.ts";
import { type SmallBoard, startSmallBoard } from "../../support/small-board.ts";

/** Wednesday, 13:00 in Berlin. */
const nowMs = Date.parse("2026-03-04T12:00:00Z");

function done(board: SmallBoard, number: number, at: string) {
  const eventData = { oldStatus: "to-do", newStatus: "done" };
  happen(board, number, { type: "status_changed", at, eventData });
}

async function startIncidents() {
  const board = await startSmallBoard({ nowMs });
  for (const number of [1, 2, 3]) {
    happen(board, number, { type: "created", at: "2026-03-01T22:00:00.000Z" });
  }
  done(board, 1, "2026-03-02T01:20:00.000Z");
  done(board, 2, "2026-03-01T22:40:00.000Z");
  done(board, 3, "2026-03-04T10:00:00.000Z");
  // Created before the time asked for, and one that is not done any more.
  done(board, 4, "2026-03-02T08:00:00.000Z");
  return board;
}

test("of what was created and done it is said after how long", async () => {
  await using board = await startIncidents();

  const answer = await board.call(listActivity, { kinds: ["created", "done"] });

  expect(answer).toContain("status to-do → done, 3 h 20 min after its creation\n");
  expect(answer).toContain("status to-do → done, 40 min after its creation\n");
  expect(answer).toContain("status to-do → done, 2.5 days after its creation\n");
  expect(answer).toMatch(/WEB-4 {2}".*" {2}status to-do → done\n/);
  expect(answer).toContain(
    "\nFrom creation to done, 3 tasks: 21 h 20 min on average, half of them within 3 h 20 min; from 40 min to 2.5 days.\n",
  );
});

test("what was reopened counts as done when it was done for the last time, or not at all", async () => {
  await using board = await startIncidents();
  const eventData = { oldStatus: "done", newStatus: "to-do" };
  for (const number of [1, 3]) {
    happen(board, number, { type: "status_changed", at: "2026-03-04T11:00:00.000Z", eventData });
  }
  done(board, 1, "2026-03-04T11:30:00.000Z");

  const answer = await board.call(listActivity, { kinds: ["created", "done"], count_by: "day" });

  expect(answer).toContain(
    "\nFrom creation to done, 2 tasks: 31 h 5 min on average, half of them within 40 min; from 40 min to 2.6 days.\n",
  );
});

test("what one person closed at once stands on one line, each with its own time", async () => {
  await using board = await startSmallBoard({ nowMs });
  for (const number of [1, 2, 3]) {
    happen(board, number, { type: "created", at: `2026-03-02T0${number}:00:00.000Z` });
    done(board, number, "2026-03-02T05:00:00.000Z");
  }

  const answer = await board.call(listActivity, { kinds: ["created", "done"] });

  expect(answer).toMatch(/ → done: .*WEB-1 "Fix login redirect loop" \(4 h after its creation\)/);
});

test("without created among the kinds nothing is said of times, as few creations are known", async () => {
  await using board = await startIncidents();

  const answer = await board.call(listActivity, { kinds: ["done"] });

  expect(answer).not.toContain("creation");
});
