/** What list_activity says of tasks that were done and taken up again. */
import { expect, test } from "vitest";
import { listActivity } from "../../../src/tools/activity/list-activity.ts";
import { addLabel } from "../../sandbox/routes/labels.ts";
import { happen } from "../../support/history.ts";
import { startSmallBoard } from "../../support/small-board.ts";

/** Wednesday, 13:00 in Berlin. */
const nowMs = Date.parse("2026-03-04T12:00:00Z");

function status(oldStatus: string, newStatus: string, at: string) {
  return { type: "status_changed", at, eventData: { oldStatus, newStatus } };
}

const BOTH =
  "No longer done, as they were reopened: WEB-3.\nAlso reopened in this time: WEB-2, WEB-1.";

test.for<[Record<string, unknown>, string]>([
  [{}, BOTH],
  [{ kinds: ["done"] }, BOTH],
  [{ person: "alice" }, "Also reopened in this time: WEB-3."],
  [{ labels: ["urgent"] }, "Also reopened in this time: WEB-2."],
])("what was reopened is named, also what was done before: %j", async ([args, expected]) => {
  await using board = await startSmallBoard({ nowMs });
  const { data, people } = board.sandbox;
  happen(board, 1, status("done", "to-do", "2026-03-02T10:00:00.000Z"));
  happen(board, 2, status("done", "in-review", "2026-03-02T11:00:00.000Z"));
  happen(board, 2, status("in-review", "to-do", "2026-03-02T11:30:00.000Z"));
  happen(board, 3, status("in-review", "done", "2026-03-02T11:40:00.000Z"));
  // As Kaneo records a change of several tasks at once.
  happen(board, 3, {
    type: "status_changed",
    at: "2026-03-02T12:00:00.000Z",
    eventData: { newStatus: "to-do" },
    userId: people.alice.id,
  });
  for (const taskId of [null, board.taskId(2)]) {
    addLabel(data, { name: "urgent", color: "red", workspaceId: board.workspaceId, taskId });
  }

  const answer = await board.call(listActivity, { kinds: ["status"], ...args });

  const told = answer.split("\n").filter((line) => line.includes("reopened"));
  expect(told.join("\n")).toBe(expected);
});
