import { expect, test } from "vitest";
import { listActivity } from "../../../src/tools/activity/list-activity.ts";
import { getTask } from "../../../src/tools/tasks/get-task.ts";
import { happen } from "../../support/history.ts";
import { startSmallBoard } from "../../support/small-board.ts";

test("where somebody was given a task, the history says that who had it before is not recorded", async () => {
  await using board = await startSmallBoard({ nowMs: Date.parse("2026-03-04T12:00:00Z") });
  const at = "2026-03-03T10:00:00.000Z";
  const eventData = { newAssignee: "Bob", isSelfAssigned: false };
  happen(board, 1, { type: "assignee_changed", eventData, at });
  happen(board, 2, { type: "priority_changed", eventData: { newPriority: "low" }, at });
  const sentence = "\nWho had a task before is not recorded.";

  const listed = await board.call(listActivity, { kinds: ["assignee"] });
  const others = await board.call(listActivity, { kinds: ["priority"] });
  const counted = await board.call(listActivity, { count_by: "kind" });
  const shown = await board.call(getTask, { task: "WEB-1", include: ["activity"] });

  expect(listed).toContain(`\nArchived tasks are included, deleted ones are not.${sentence}`);
  expect(shown).toContain(sentence);
  for (const answer of [others, counted]) expect(answer).not.toContain(sentence);
});
