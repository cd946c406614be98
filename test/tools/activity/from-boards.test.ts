/** What list_activity and report_time take from the boards, as no event has it. */
import { expect, test } from "vitest";
import { listActivity } from "../../../src/tools/activity/list-activity.ts";
import { addTask } from "../../sandbox/routes/tasks.ts";
import { happen } from "../../support/history.ts";
import { startSmallBoard } from "../../support/small-board.ts";

const nowMs = Date.parse("2026-03-04T12:00:00Z");

function done(at: string) {
  return { type: "status_changed", at, eventData: { oldStatus: "to-do", newStatus: "done" } };
}

test("who has left, and was named by no event that Kaneo puts in words, is named by the tasks still theirs", async () => {
  await using board = await startSmallBoard({ nowMs });
  const { data, people } = board.sandbox;
  const at = "2026-03-01T08:00:00.000Z";
  const task = { title: "Still theirs", status: "done", userId: people.bob.id, updatedAt: at };
  const { number } = addTask(data, board.projectId, task);
  happen(board, number, done(at));
  for (let minute = 10; minute < 60; minute += 1) {
    happen(board, 1, { ...done(`2026-03-02T09:${minute}:00.000Z`), userId: people.alice.id });
  }
  const bob = data.members.findIndex(({ userId }) => userId === people.bob.id);
  data.members.splice(bob, 1);

  const answer = await board.call(listActivity, { kinds: ["done"], limit: 100 });

  expect(answer).toMatch(/@Bob .*"Still theirs"/);
});
