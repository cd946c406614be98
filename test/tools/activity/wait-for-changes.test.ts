import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { waitForChanges } from "../../../src/tools/activity/wait-for-changes.ts";
import { allTools } from "../../../src/tools/index.ts";
import { columnsOf } from "../../sandbox/data.ts";
import { addNotification } from "../../sandbox/events.ts";
import { addTask } from "../../sandbox/routes/tasks.ts";
import { bobWrites } from "../../support/bob-writes.ts";
import { happen } from "../../support/history.ts";
import { type SmallBoard, startSmallBoard } from "../../support/small-board.ts";
import { toolNamed } from "../../support/tool-named.ts";
import { until } from "../../support/until.ts";

/** Until the tool has heard how things stand and listens: what happens then is new to it. */
const isWaiting = (board: SmallBoard, asked = "/api/task/tasks/") =>
  until(
    () =>
      board.sandbox.sockets.open === 1 &&
      board.requests().some((request) => request.includes(asked)),
  );

const toReview = (board: SmallBoard) =>
  bobWrites(board, `/api/task/status/${board.taskId(1)}`, { status: "in-review" });

test("returns when somebody does something, in the words of list_activity", async () => {
  await using board = await startSmallBoard();

  const waiting = board.call(waitForChanges, { project: "WEB" });
  await isWaiting(board);
  await toReview(board);
  const text = await waiting;

  expect(text).toMatch(/^Website \(WEB\), after \d+ s, times in Europe\/Berlin:$/m);
  const who = `@${board.sandbox.people.bob.name}`;
  const what = 'WEB-1  "Fix login redirect loop"  status to-do → in-review';
  expect(text).toContain(`  ${who}  ${what}`);
  expect(text).toContain("Heard live from Kaneo");
});

test("says of what Kaneo does not record that somebody changed it, with its state now", async () => {
  await using board = await startSmallBoard();

  const waiting = board.call(waitForChanges, { task: "WEB-2" });
  await isWaiting(board);
  await bobWrites(board, `/api/task/description/${board.taskId(2)}`, { description: "New" });

  expect(await waiting).toContain('  somebody changed  WEB-2  to-do  "Landing page hero"');
});

test("a change that is in the first look already, and announced behind it, is told", async () => {
  await using board = await startSmallBoard();
  board.sandbox.fail({ path: "/api/auth/get-session" }, { kind: "delay", ms: 500 });

  const waiting = board.call(waitForChanges, { project: "WEB", seconds: 6 });
  await until(() => board.requests().some((request) => request.includes("get-session")));
  await bobWrites(board, `/api/task/description/${board.taskId(2)}`, { description: "New" });

  expect(await waiting).toContain('  somebody changed  WEB-2  to-do  "Landing page hero"');
});

test("a wait looks as often as it must, also at a board of megabytes", async () => {
  await using board = await startSmallBoard();
  const [big] = [...board.sandbox.data.tasks.values()].filter(({ number }) => number === 3);
  if (big) big.description = "x".repeat(9 * 2 ** 20);

  const waiting = board.call(waitForChanges, { task: "WEB-1" });
  await isWaiting(board);
  for (const step of [1, 2, 3, 4, 5]) {
    const before = looksAt(board);
    await bobWrites(board, `/api/task/title/${board.taskId(2)}`, { title: `Step ${step}` });
    await until(() => looksAt(board) > before);
  }
  await toReview(board);

  expect(await waiting).toContain("status to-do → in-review");
});

function looksAt(board: SmallBoard): number {
  return board.requests().filter((request) => request.includes("/api/task/tasks/")).length;
}

test.concurrent("says so when nothing happens, and how it knows", async () => {
  await using live = await startSmallBoard();
  await using deaf = await startSmallBoard();
  deaf.sandbox.sockets.mode = "absent";

  const answers = await Promise.all(
    [live, deaf].map((board) => board.call(waitForChanges, { project: "WEB", seconds: 1 })),
  );

  expect(answers[0]).toMatch(
    /^Website \(WEB\): nothing happened in \d+ s\. Heard live from Kaneo\.$/,
  );
  expect(answers[1]).toMatch(/nothing happened in \d+ s\. Kaneo cannot be heard live from here/);
});

test.concurrent.each([["on"], ["absent"], ["swallowed"], ["mute"]] as const)(
  "misses nothing that happens between the call and the socket, which is %s",
  async (mode) => {
    await using board = await startSmallBoard();
    board.sandbox.sockets.mode = mode;

    const waiting = board.call(waitForChanges, { project: "WEB", seconds: 6 });
    await until(() => board.requests().some((request) => request.includes("/api/search")));
    await toReview(board);

    expect(await waiting).toContain("status to-do → in-review");
  },
);

test("what others do between the call and the first look is told in its words, each once", async () => {
  await using board = await startSmallBoard();
  const { sandbox } = board;
  // The question who asks comes before the first look; bob writes before it is answered.
  sandbox.fail({ path: "/api/auth/get-session" }, { kind: "delay", ms: 500 });

  const waiting = board.call(waitForChanges, { task: "WEB-1", seconds: 6 });
  await until(() => board.requests().some((request) => request.includes("get-session")));
  await toReview(board);
  await bobWrites(board, `/api/task/title/${board.taskId(2)}`, { title: "Of another task" });
  const text = await waiting;
  const again = await board.call(waitForChanges, { task: "WEB-1", seconds: 0 });

  expect(text).toContain("status to-do → in-review");
  expect(text).not.toContain("Of another task");
  expect(again).toContain("nothing happened");
});

test("however much is announced, Kaneo is asked about once a second", async () => {
  await using board = await startSmallBoard();

  const waiting = board.call(waitForChanges, { project: "WEB", seconds: 2 });
  await isWaiting(board);
  for (let said = 0; said < 1_000; said += 1) {
    board.sandbox.sockets.say('{"type":"TASK_UPDATED","taskId":"nobody"}');
    await delay(1);
  }
  await waiting;

  expect(looksAt(board)).toBeLessThanOrEqual(7);
});

test("columns that somebody changed between two waits are told by the second, though nobody announces them", async () => {
  await using board = await startSmallBoard();
  await board.call(waitForChanges, { project: "WEB", seconds: 0 });
  const [column] = columnsOf(board.sandbox.data, board.projectId);
  Object.assign(column ?? {}, { name: "Open" });

  const text = await board.call(waitForChanges, { project: "WEB", seconds: 0 });

  expect(text).toContain("\n  somebody changed the columns; get_project shows them\n");
});

test("of more than 50 changes the rest is counted, with the tools that have all", async () => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;
  for (let count = 0; count < 56; count += 1)
    addTask(data, board.projectId, { title: "One more", status: "to-do" });
  await board.call(waitForChanges, { project: "WEB", seconds: 0 });
  for (const task of data.tasks.values()) task.description = "Changed";

  const text = await board.call(waitForChanges, { project: "WEB", seconds: 0 });

  expect(text.match(/somebody changed/g)).toHaveLength(50);
  expect(text).toContain("\n… 10 more: list_activity and list_tasks have all.\n");
});

test("what happens between two waits is told by the second", async () => {
  await using board = await startSmallBoard();
  await board.call(waitForChanges, { project: "WEB", seconds: 1 });

  await toReview(board);
  const text = await board.call(waitForChanges, { project: "WEB", seconds: 5 });
  const again = await board.call(waitForChanges, { project: "WEB", seconds: 0 });

  expect(text).toContain(`@${board.sandbox.people.bob.name}  WEB-1`);
  expect(text).not.toContain("goes back");
  expect(again).toContain("nothing happened");
});

test("of more events than Kaneo lists at once none is lost, and the next waits tell those that do not fit", async () => {
  await using board = await startSmallBoard();
  await board.call(waitForChanges, { project: "WEB", seconds: 0 });
  for (let number = 1; number <= 120; number += 1) {
    const path = `/api/task/title/${board.taskId(1 + (number % 4))}`;
    await bobWrites(board, path, { title: `Change ${number}` });
  }

  const texts: string[] = [];
  while (!texts.at(-1)?.includes("nothing happened")) {
    texts.push(await board.call(waitForChanges, { project: "WEB", seconds: 0 }));
  }

  const told = [...texts.join("\n").matchAll(/→ "Change (\d+)"/g)].map(([, number]) =>
    Number(number),
  );
  // Two of the same millisecond have no order.
  expect(told.sort((a, b) => a - b)).toEqual(Array.from({ length: 120 }, (_, index) => index + 1));
  expect(texts[0]).toContain("… 70 more events: call this again for them.");
  expect(texts).toHaveLength(4);
});

test("old events that come into sight when a task is deleted are no news", async () => {
  await using board = await startSmallBoard();
  const { url, people } = board.sandbox;
  for (let number = 1; number <= 60; number += 1) {
    const path = `/api/task/title/${board.taskId(number <= 30 ? 1 : 2)}`;
    await bobWrites(board, path, { title: `Change ${number}` });
  }
  await board.call(waitForChanges, { project: "WEB", seconds: 0 });
  const headers = { authorization: `Bearer ${people.alice.apiKey}` };
  await fetch(`${url}/api/task/${board.taskId(2)}`, { method: "DELETE", headers });

  const text = await board.call(waitForChanges, { project: "WEB", seconds: 0 });

  expect(text).toMatch(/somebody deleted.* {2}WEB-2/);
  expect(text).not.toContain("→");
});

test("nor are they where all have the time of an import or of a migration", async () => {
  await using board = await startSmallBoard();
  const { url, people } = board.sandbox;
  for (let number = 1; number <= 60; number += 1) {
    const at = "2026-02-01T09:00:00.000Z";
    happen(board, number <= 30 ? 1 : 2, { type: "comment", content: `Old ${number}`, at });
  }
  await board.call(waitForChanges, { project: "WEB", seconds: 0 });
  const headers = { authorization: `Bearer ${people.alice.apiKey}` };
  await fetch(`${url}/api/task/${board.taskId(2)}`, { method: "DELETE", headers });

  const text = await board.call(waitForChanges, { project: "WEB", seconds: 0 });

  expect(text).toMatch(/somebody deleted.* {2}WEB-2/);
  expect(text).not.toContain("Old");
});

test("what this server does itself is nobody else's doing", async () => {
  await using board = await startSmallBoard();

  const waiting = board.call(waitForChanges, { project: "WEB", seconds: 2 });
  await isWaiting(board);
  await board.call(toolNamed(allTools, "update_task"), { task: "WEB-3", title: "Mine" });

  expect(await waiting).toContain("nothing happened");
});

test("what somebody else does to the task that this server changes is told, also without a socket", async () => {
  await using board = await startSmallBoard();
  board.sandbox.sockets.mode = "absent";
  await board.call(waitForChanges, { project: "WEB", seconds: 0 });
  await board.call(toolNamed(allTools, "update_task"), { task: "WEB-1", title: "Mine" });
  await toReview(board);

  const text = await board.call(waitForChanges, { project: "WEB", seconds: 0 });

  expect(text).toContain("status to-do → in-review");
  expect(text).not.toContain('→ "Mine"');
});

test("waits for notifications where no project is named, and tells each once", async () => {
  await using board = await startSmallBoard();
  const { data, people } = board.sandbox;

  const waiting = board.call(waitForChanges, { seconds: 10 });
  await isWaiting(board, "/api/notification");
  addNotification(data, { userId: people.alice.id, type: "info", title: "Look here" });
  board.sandbox.sockets.say('{"type":"NOTIFICATION_CREATED"}');

  const text = await waiting;
  expect(text).toContain("Look here");
  expect(text.match(/Look here/g)).toHaveLength(1);
});

test("a workspace without a project is asked about, not left out", async () => {
  await using board = await startSmallBoard();

  const waiting = board.call(waitForChanges, { workspace: "Acme", seconds: 0 });

  await expect(waiting).rejects.toThrow("Which project? There are: WEB (Website, id");
});

test("a notification that came right before the call is told, an older one is not", async () => {
  await using board = await startSmallBoard();
  const { data, people } = board.sandbox;
  const notice = { userId: people.alice.id, type: "info" };
  addNotification(data, { ...notice, title: "Long ago", createdAt: "2026-01-01T00:00:00.000Z" });
  addNotification(data, { ...notice, title: "Right now" });

  const text = await board.call(waitForChanges, { seconds: 0 });

  expect(text).toContain("Right now");
  expect(text).toContain("\nThis first look goes back a few seconds before the call.\n");
  expect(text).not.toContain("Long ago");
});
