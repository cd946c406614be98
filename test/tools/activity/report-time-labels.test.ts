import { expect, test } from "vitest";
import { listActivity } from "../../../src/tools/activity/list-activity.ts";
import { reportTime } from "../../../src/tools/activity/report-time.ts";
import { listTasks } from "../../../src/tools/tasks/list-tasks.ts";
import { addLabel } from "../../sandbox/routes/labels.ts";
import { addTimeEntry } from "../../sandbox/routes/time-entries.ts";
import { startFullBoard } from "../../support/full-board.ts";
import { type SmallBoard, startSmallBoard } from "../../support/small-board.ts";

const nowMs = Date.parse("2026-03-04T12:00:00Z");

function work(
  { sandbox, taskId }: SmallBoard,
  task: number,
  [{ id: userId }, minutes]: [person: { id: string }, minutes: number],
) {
  const startMs = nowMs - 86_400_000;
  addTimeEntry(sandbox.data, {
    taskId: taskId(task),
    userId,
    description: "",
    startTime: new Date(startMs).toISOString(),
    endTime: new Date(startMs + minutes * 60_000).toISOString(),
  });
}

test("report_time with labels reads and adds up what carries them", async () => {
  await using board = await startSmallBoard({ nowMs });
  const { workspaceId, taskId } = board;
  const { data, requests, people } = board.sandbox;
  const put = (name: string, number?: number) => {
    const task = number === undefined ? null : taskId(number);
    addLabel(data, { name, color: "#fff", workspaceId, taskId: task });
  };
  for (const name of ["billable", "design"]) put(name);
  for (const number of [1, 2]) put("billable", number);
  put("design", 1);
  work(board, 1, [people.bob, 60]);
  work(board, 2, [people.alice, 30]);
  work(board, 3, [people.alice, 20]);

  const answer = await board.call(reportTime, { labels: ["Billable"] });

  expect(answer).toMatch(/^Acme, labels billable: 1 h 30 min in all, by 2 people on 2 tasks\n/);
  expect(answer).toContain(
    "\nBy label:\nbillable  1 h 30 min\ndesign  1 h\nA task with several labels counts for each of them.\nBy task:\n",
  );
  expect(answer).toContain("\nLooked at 2 tasks, archived ones too.");
  expect(requests.filter(({ path }) => path.startsWith("/api/time-entry/"))).toHaveLength(2);
  const none = await board.call(reportTime, { labels: ["none"] });
  expect(none).toMatch(
    /^Acme, labels none: 20 min in all.*\n(?:.*\n)*By label:\nno label {2}20 min\n/,
  );
  expect(await board.call(reportTime, { labels: ["design or none"] })).toMatch(
    /^Acme, labels design or none: 1 h 20 min in all/,
  );
  expect(await board.call(reportTime)).not.toContain("By label:");
});

test("report_time adds up 20 labels, and says how many more there are", async () => {
  await using board = await startSmallBoard({ nowMs });
  const { workspaceId, taskId } = board;
  const { data, people } = board.sandbox;
  for (let index = 0; index < 23; index += 1) {
    const label = { name: `label ${index}`, color: "#fff", workspaceId };
    for (const carrier of [null, taskId(1)]) addLabel(data, { ...label, taskId: carrier });
  }
  work(board, 1, [people.bob, 60]);

  const answer = await board.call(reportTime, { labels: ["label 0"] });

  expect(answer.match(/^label \d+ {2}1 h$/gm)).toHaveLength(20);
  expect(answer).toContain("\nand 3 more labels\n");
});

test.for([
  [listTasks, { text: "nowhere" }],
  [listActivity, { since: "2026-01-01", until: "2026-01-02" }],
  [reportTime, {}],
] as const)(
  "where nothing has all of several labels, it is said how any is asked for: %#",
  async ([tool, args]) => {
    await using board = await startFullBoard();

    const answer = await board.call(tool, { project: "WEB", labels: ["bug", "ui"], ...args });

    expect(answer).toContain(
      '\nOnly what carries all of these labels is looked for; labels "bug or ui" looks for any.',
    );
  },
);
