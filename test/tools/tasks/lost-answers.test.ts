/** What calls of many writes do when answers are lost: nobody knows what was saved. */
import { expect, test } from "vitest";
import { createTasks } from "../../../src/tools/tasks/create-tasks.ts";
import { updateTasks } from "../../../src/tools/tasks/update-tasks.ts";
import { addTask } from "../../sandbox/routes/tasks.ts";
import { startSmallBoard } from "../../support/small-board.ts";

const GATEWAY = { kind: "answer", status: 504, body: "<html>Gateway Time-out</html>" } as const;

test("items whose answers were lost are called uncertain, and nothing is said to have failed", async () => {
  await using board = await startSmallBoard();
  const path = /\/api\/task\//;
  board.sandbox.fail({ method: "POST", path }, { kind: "reset", when: "after" });
  const limit = { kind: "rate-limit", form: "Retry-After", seconds: 90 } as const;
  board.sandbox.fail({ method: "POST", path, times: Number.POSITIVE_INFINITY }, limit);

  const call = board.call(createTasks, {
    project: "WEB",
    tasks: [{ title: "A" }, { title: "B" }, { title: "C" }],
  });

  await expect(call).rejects.toMatchObject({
    kind: "outcome_unknown",
    message: expect.stringMatching(
      /^0 confirmed, 1 uncertain in Website: look at WEB before repeating\.\n1\. uncertain: .*may or may not have been saved.*\n2\. failed: Kaneo limits how often.*\n3\. not tried: /,
    ),
  });
});

test("when every answer is lost, the call is an error, and sends nothing after the second", async () => {
  await using board = await startSmallBoard();
  board.sandbox.fail({ method: "POST", path: /\/api\/task\//, times: Infinity }, GATEWAY);

  const call = board.call(createTasks, {
    project: "WEB",
    tasks: [{ title: "A" }, { title: "B" }, { title: "C" }, { title: "D" }],
  });

  await expect(call).rejects.toMatchObject({
    kind: "outcome_unknown",
    message: expect.stringMatching(
      /^0 confirmed, 2 uncertain in Website: look at WEB before.*\n1, 2\. uncertain: .*\n3, 4\. not tried: After "B" nobody knows what was saved\.$/,
    ),
  });
  expect(board.requests().filter((request) => request.startsWith("POST"))).toHaveLength(2);
});

test("a single lost answer does not keep the tasks after it from being made", async () => {
  await using board = await startSmallBoard();
  board.sandbox.fail({ method: "POST", path: /\/api\/task\// }, GATEWAY);

  const answer = await board.call(createTasks, {
    project: "WEB",
    tasks: [{ title: "A" }, { title: "B" }, { title: "C" }],
  });

  expect(answer).toMatch(/^2 of 3 tasks created, 1 uncertain in Website: look at WEB/);
});

test("changes of many tasks end when answers are lost, and the rest is said not to be tried", async () => {
  await using board = await startSmallBoard({ msPerRequest: 1 });
  for (let number = 5; number <= 30; number += 1)
    addTask(board.sandbox.data, board.projectId, { title: "More", status: "to-do" });
  board.sandbox.fail({ path: /\/api\/task\/(?:priority\/)?[^/]+$/, times: Infinity }, GATEWAY);
  const tasks = Array.from({ length: 30 }, (_, index) => `WEB-${index + 1}`);

  const call = board.call(updateTasks, { tasks, priority: "high" });

  await expect(call).rejects.toMatchObject({
    kind: "outcome_unknown",
    message: expect.stringMatching(
      /\n- WEB-\d+.*: priority: not tried: answers before it were lost\.$/,
    ),
  });
  const writes = board.requests().filter((request) => request.startsWith("PUT"));
  // As many as were under way together, and one more.
  expect(writes.length).toBeLessThanOrEqual(9);
});
