import { expect, test } from "vitest";
import { channelOf } from "../../../src/kaneo/events/live.ts";
import { waitForChanges } from "../../../src/tools/activity/wait-for-changes.ts";
import { addProject } from "../../sandbox/routes/projects.ts";
import { taskRow } from "../../support/board-rows.ts";
import { bobWrites } from "../../support/bob-writes.ts";
import { happen } from "../../support/history.ts";
import { startSmallBoard } from "../../support/small-board.ts";
import { until } from "../../support/until.ts";

test("what happens between two waits for a task is told, whatever is waited for meanwhile", async () => {
  await using board = await startSmallBoard();
  const wait = (task: string) => board.call(waitForChanges, { task, seconds: 0 });
  await wait("WEB-1");
  await wait("WEB-2");

  await bobWrites(board, `/api/task/status/${board.taskId(1)}`, { status: "in-review" });
  // So long ago that to a first wait it is no news.
  const at = new Date(Date.now() - 60_000).toISOString();
  for (const event of board.sandbox.data.activities.values()) event.createdAt = at;
  const other = await wait("WEB-2");
  const text = await wait("WEB-1");

  expect(other).toContain("nothing happened");
  expect(text).toContain("status to-do → in-review");
});

test.each([
  ["on", "somebody moved to another project  WEB-1"],
  ["absent", "somebody deleted, or moved to another project,  WEB-1"],
] as const)(
  "a task that leaves the project is not told to be deleted, with announcements %s",
  async (mode, words) => {
    await using board = await startSmallBoard();
    const { data, sockets } = board.sandbox;
    sockets.mode = mode;
    const fields = { name: "Ops", slug: "OPS", icon: "X", workspaceId: board.workspaceId };
    const { id: destinationProjectId } = addProject(data, fields);
    await board.call(waitForChanges, { project: "WEB", seconds: 0 });
    const heard = await board.kaneo.follow(channelOf(board.projectId));
    if (mode === "on") await until(() => heard.quietSince !== undefined);

    await bobWrites(board, `/api/task/move/${board.taskId(1)}`, { destinationProjectId });
    if (mode === "on") await until(() => heard.announcedSince(0).size > 0);
    heard.end();
    const text = await board.call(waitForChanges, { project: "WEB", seconds: 2 });

    expect(text).toContain(words);
  },
);

test("a task whose event came before its change is told of once", async () => {
  await using board = await startSmallBoard();
  board.sandbox.sockets.mode = "absent";
  const wait = () => board.call(waitForChanges, { project: "WEB", seconds: 0 });
  await wait();

  const at = new Date().toISOString();
  happen(board, 1, { type: "status_changed", at, eventData: { newStatus: "in-review" } });
  const first = await wait();
  Object.assign(taskRow(board, 1), { status: "in-review" });
  const second = await wait();

  expect(first).toContain("status → in-review");
  expect(second).toContain("nothing happened");
});

test("a new relation is news to the task at either end", async () => {
  await using board = await startSmallBoard();
  const wait = (task: string) => board.call(waitForChanges, { task, seconds: 2 });
  await wait("WEB-1");
  await wait("WEB-2");

  const ends = { sourceTaskId: board.taskId(1), targetTaskId: board.taskId(2) };
  await bobWrites(board, "/api/task-relation", { method: "POST", ...ends, relationType: "blocks" });
  const texts = [await wait("WEB-1"), await wait("WEB-2")];

  expect(texts[0]).toContain("somebody changed  WEB-1");
  expect(texts[1]).toContain("somebody changed  WEB-2");
});
