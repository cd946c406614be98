/** What list_activity and report_time take from the boards, as no event has it. */
import { expect, test } from "vitest";
import { listActivity } from "../../../src/tools/activity/list-activity.ts";
import { addLabel } from "../../sandbox/routes/labels.ts";
import { addProject } from "../../sandbox/routes/projects.ts";
import { addTask } from "../../sandbox/routes/tasks.ts";
import { happen } from "../../support/history.ts";
import { startSmallBoard } from "../../support/small-board.ts";

const nowMs = Date.parse("2026-03-04T12:00:00Z");

function done(at: string) {
  return { type: "status_changed", at, eventData: { oldStatus: "to-do", newStatus: "done" } };
}

/** WEB-1 is a bug of Acme's, WEB-2 a bug, WEB-3 without a label; each was done, WEB-1 twice. */
async function startLabelled() {
  const board = await startSmallBoard({ nowMs });
  const { data } = board.sandbox;
  for (const [name, numbers] of [
    ["bug", [1, 2]],
    ["Acme, Inc.", [1]],
  ] as const) {
    const label = { name, color: "red", workspaceId: board.workspaceId };
    addLabel(data, { ...label, taskId: null });
    for (const number of numbers) addLabel(data, { ...label, taskId: board.taskId(number) });
  }
  for (const number of [1, 1, 2, 3]) happen(board, number, done("2026-03-02T10:00:00.000Z"));
  return board;
}

test("what was done is counted by label and by project, a task for each of its labels", async () => {
  await using board = await startLabelled();
  const { data } = board.sandbox;
  const { workspaceId } = board;
  const ops = addProject(data, { name: "Operations", slug: "OPS", icon: "Server", workspaceId });
  const { id: taskId } = addTask(data, ops.id, { title: "Move racks", status: "done" });
  Object.assign(happen(board, 1, done("2026-03-03T10:00:00.000Z")), { taskId });

  const counts: string[][] = [];
  for (const count_by of ["label", "project"]) {
    const answer = await board.call(listActivity, { kinds: ["done"], count_by });
    counts.push(answer.split("\n").slice(1, -1));
  }

  expect(counts).toEqual([
    [
      "bug  3 on 2 tasks",
      "no label  2",
      "Acme, Inc.  2 on 1 task",
      "A task with several labels counts for each of them.",
    ],
    ['WEB  "Website"  4 on 3 tasks', 'OPS  "Operations"  1'],
  ]);
});

test.for([
  [["bug"], "WEB-1, WEB-1, WEB-2", "bug"],
  [["Acme, Inc.", "BUG"], "WEB-1, WEB-1", "Acme, Inc. and bug"],
  [["none"], "WEB-3", "none"],
] as const)(
  "what happened to tasks with the labels %j is listed alone",
  async ([labels, keys, said]) => {
    await using board = await startLabelled();

    const answer = await board.call(listActivity, { kinds: ["done"], labels });

    const listed = answer.split("\n").flatMap((line) => line.match(/WEB-\d/g) ?? []);
    expect(listed.sort().join(", ")).toBe(keys);
    expect(answer).toContain(`, labels ${said}: `);
  },
);

test("a label that no workspace has is not taken for one of which nothing happened", async () => {
  await using board = await startLabelled();

  const call = board.call(listActivity, { labels: ["Zebra"] });

  await expect(call).rejects.toThrow('"Zebra"');
});

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
