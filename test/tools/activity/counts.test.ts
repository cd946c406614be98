/** list_activity with count_by, and what its numbers say of themselves. */
import { expect, test } from "vitest";
import { listActivity } from "../../../src/tools/activity/list-activity.ts";
import { reportTime } from "../../../src/tools/activity/report-time.ts";
import { addLabel } from "../../sandbox/routes/labels.ts";
import { addProject } from "../../sandbox/routes/projects.ts";
import { addTask } from "../../sandbox/routes/tasks.ts";
import { blindSearch, happen } from "../../support/history.ts";
import { startSmallBoard } from "../../support/small-board.ts";

/** Wednesday, 13:00 in Berlin. */
const nowMs = Date.parse("2026-03-04T12:00:00Z");

function status(oldStatus: string, newStatus: string, at: string) {
  return { type: "status_changed", at, eventData: { oldStatus, newStatus } };
}

test("list_activity counts by day, week, person and kind instead of listing", async () => {
  await using board = await startSmallBoard({ nowMs });
  const { alice } = board.sandbox.people;
  happen(board, 1, status("to-do", "done", "2026-02-26T10:00:00.000Z"));
  happen(board, 1, status("done", "to-do", "2026-03-02T10:00:00.000Z"));
  happen(board, 1, status("to-do", "done", "2026-03-03T10:00:00.000Z"));
  happen(board, 2, { type: "created", at: "2026-03-03T11:00:00.000Z", userId: alice.id });

  const counts = [];
  for (const count_by of ["day", "week", "person", "kind"]) {
    const answer = await board.call(listActivity, { count_by });
    counts.push(answer.split("\n").slice(0, -1));
  }

  const head = "Acme: 4 events on 2 tasks since 2026-02-25";
  expect(counts).toEqual([
    [`${head}, by day`, "2026-02-26  1", "2026-03-02  1", "2026-03-03  2"],
    [
      `${head}, by week`,
      "week of 2026-02-23 from 2026-02-25  1",
      "week of 2026-03-02  3 on 2 tasks",
    ],
    [`${head}, by person`, "@Bob Ünïcode 🦊  3 on 1 task", "@Alice Doe  1"],
    [
      `${head}, by kind`,
      "done  2 on 1 task",
      "created  1",
      "status  1",
      "Also reopened in this time: WEB-1.",
    ],
  ]);
});

test("a week of which the period has only a part is told with that part", async () => {
  await using board = await startSmallBoard({ nowMs });
  happen(board, 1, status("to-do", "done", "2026-02-05T10:00:00.000Z"));
  happen(board, 2, status("to-do", "done", "2026-02-11T10:00:00.000Z"));
  happen(board, 3, status("to-do", "done", "2026-02-27T22:30:00.000Z"));

  const answer = await board.call(listActivity, {
    since: "february",
    until: "2026-02-27",
    count_by: "week",
  });

  expect(answer.split("\n").slice(1, -1)).toEqual([
    "week of 2026-02-02  1",
    "week of 2026-02-09  1",
    "week of 2026-02-23 until 2026-02-27  1",
  ]);
});

test("no part of a label's name begins a line of the counts, where it could pass for one of ours", async () => {
  await using board = await startSmallBoard({ nowMs });
  const { data } = board.sandbox;
  happen(board, 1, status("to-do", "done", "2026-03-03T10:00:00.000Z"));
  for (const end of ["one", "two"]) {
    const name = `${"long ".repeat(10)}\n${end}`;
    const { workspaceId = "" } = data.projects.get(board.projectId) ?? {};
    addLabel(data, { name, color: "#fff", workspaceId, taskId: board.taskId(1) });
  }

  const answer = await board.call(listActivity, { count_by: "label" });

  expect(answer).toMatch(/^long .*… \(.* one\) {2}1$/m);
  expect(answer).not.toMatch(/^(?:one|two)/m);
});

test("a week from Monday to Sunday is a whole one", async () => {
  await using board = await startSmallBoard({ nowMs });
  happen(board, 1, status("to-do", "done", "2026-02-05T10:00:00.000Z"));

  const days = { since: "2026-02-02", until: "2026-02-08" };
  const answer = await board.call(listActivity, { ...days, count_by: "week" });

  expect(answer.split("\n")[1]).toBe("week of 2026-02-02  1");
});

test("the seven days that are the default are days also where the clocks were changed", async () => {
  // Half past midnight in Berlin, in the first night of summer time; 168 hours before it was Sunday.
  await using board = await startSmallBoard({ nowMs: Date.parse("2026-03-29T22:30:00Z") });

  const answers = [
    await board.call(listActivity),
    await board.call(listActivity, { until: "2026-03-31" }),
  ];

  expect(answers[0]).toContain("since 2026-03-23\n");
  expect(answers[1]).toContain("since 2026-03-24 until 2026-03-31\n");
});

test.for([{ kinds: "done" }, { kinds: "done", until: "yesterday" }, { count_by: "kind" }])(
  "what was done and taken up again since is named: %j",
  async (args) => {
    await using board = await startSmallBoard({ nowMs });
    for (const number of [1, 2, 3, 4]) {
      happen(board, number, status("to-do", "done", "2026-03-02T10:00:00.000Z"));
    }
    happen(board, 1, status("done", "in-review", "2026-03-04T10:00:00.000Z"));
    happen(board, 2, status("done", "archived", "2026-03-04T10:00:00.000Z"));
    happen(board, 3, status("done", "to-do", "2026-03-02T11:00:00.000Z"));
    happen(board, 3, status("to-do", "done", "2026-03-02T12:00:00.000Z"));
    // In another project, whose columns are called otherwise: nobody knows what they were.
    happen(board, 4, status("offen", "fertig", "2026-03-02T13:00:00.000Z"));

    const answer = await board.call(listActivity, args);

    const told = answer.split("\n").filter((line) => line.includes("reopened"));
    expect(told).toEqual([
      "No longer done, as they were reopened: WEB-1.",
      "Also reopened in this time: WEB-3.",
    ]);
  },
);

test("what goes from one final column to another was done before", async () => {
  await using board = await startSmallBoard({ nowMs });
  const review = [...board.sandbox.data.columns.values()].find(({ slug }) => slug === "in-review");
  Object.assign(review ?? {}, { slug: "cancelled", name: "Cancelled", isFinal: true });
  happen(board, 1, status("to-do", "done", "2026-03-02T10:00:00.000Z"));
  happen(board, 1, status("done", "cancelled", "2026-03-03T10:00:00.000Z"));
  happen(board, 2, status("done", "cancelled", "2026-03-03T11:00:00.000Z"));

  const answer = await board.call(listActivity, { kinds: ["done"] });

  expect(answer).toContain(": 1 event (done) on 1 task");
  expect(answer).not.toContain("No longer done");
});

test("list_activity reads more than 200 tasks to count what happened, or to list some kinds of it", async () => {
  await using board = await startSmallBoard({ nowMs, msPerRequest: 1 });
  for (let index = 0; index < 230; index += 1) {
    const at = `2026-03-0${index < 20 ? 2 : 3}T10:00:00.000Z`;
    const { number } = addTask(board.sandbox.data, board.projectId, {
      title: `Task ${index}`,
      status: "done",
      createdAt: at,
      updatedAt: at,
    });
    happen(board, number, status("to-do", "done", at));
  }

  const counts = await board.call(listActivity, { kinds: ["done"], count_by: "week" });
  const list = await board.call(listActivity, { kinds: ["done"], limit: 1 });
  const unlabelled = await board.call(listActivity, { labels: ["none"], limit: 1 });
  const parts: string[] = [];
  for (const all of [{}, { person: "all" }, { until: "today" }]) {
    parts.push(await board.call(listActivity, { limit: 1, ...all }));
  }

  expect(counts).toContain(": 230 events (done) on 230 tasks since");
  expect(counts).toContain("week of 2026-03-02  230");
  expect(counts).not.toContain("may be missing");
  expect(list).toContain(": 230 events (done) on 230 tasks since");
  expect(unlabelled).not.toContain("may be missing");
  const [, cursor] = /cursor (\S+)/.exec(unlabelled) ?? [];
  await expect(board.call(listActivity, { limit: 1, cursor })).rejects.toThrow("other arguments");
  for (const part of parts) {
    expect(part).toMatch(
      /events until 2026-03-03 and any comments on the other 3[04] may be missing\./,
    );
  }
});

test.for([
  [listActivity, { count_by: "kind" }],
  [reportTime, {}],
] as const)(
  "what takes long to list leaves less time to read it one by one",
  async ([tool, args]) => {
    await using board = await startSmallBoard({ nowMs, msPerRequest: 100 });
    const { data } = board.sandbox;
    const { workspaceId } = board;
    for (let index = 0; index < 40; index += 1) {
      const { id } = addProject(data, {
        name: `Old ${index}`,
        slug: `O${index}`,
        icon: "",
        workspaceId,
      });
      for (let task = 0; task < 6; task += 1) {
        const updatedAt = "2026-03-03T10:00:00.000Z";
        addTask(data, id, { title: `Task ${task}`, status: "to-do", updatedAt });
      }
    }
    blindSearch(board);

    const answer = await board.call(tool, args);

    expect(board.requests().length * 100).toBeLessThan(22_000);
    expect(answer).toMatch(/may (?:be missing|have more)\./);
    expect(answer).not.toContain("O1, O2");
  },
);

test.for([{ person: "me" }, { until: "2026-03-01" }])(
  "what one person did, or all did in a past period, is looked for in more than 200 tasks: %j",
  async (args) => {
    await using board = await startSmallBoard({ nowMs, msPerRequest: 1 });
    const { data, people } = board.sandbox;
    const at = "2026-03-03T10:00:00.000Z";
    const createdAt = "2026-02-01T10:00:00.000Z";
    for (let index = 0; index < 230; index += 1) {
      const title = `Task ${index}`;
      const times = { createdAt, updatedAt: at };
      const { number } = addTask(data, board.projectId, { title, status: "done", ...times });
      happen(board, number, status("to-do", "done", at));
    }
    const before = { createdAt, updatedAt: "2026-03-01T10:00:00.000Z" };
    Object.assign(data.tasks.get(board.taskId(1)) ?? {}, before);
    const done = status("to-do", "done", "2026-03-01T10:00:00.000Z");
    happen(board, 1, { ...done, userId: people.alice.id });

    const answer = await board.call(listActivity, { ...args, kinds: ["done"] });

    expect(answer).toContain(": 1 event (done) on 1 task");
  },
);

test("tasks that were created after the period are not asked what happened to them in it", async () => {
  await using board = await startSmallBoard({ nowMs });
  const { data } = board.sandbox;
  for (let index = 0; index < 60; index += 1) {
    const createdAt = "2026-03-02T09:00:00.000Z";
    const title = `New ${index}`;
    const { number } = addTask(data, board.projectId, { title, status: "done", createdAt });
    happen(board, number, status("to-do", "done", "2026-03-03T10:00:00.000Z"));
  }
  for (const number of [1, 2, 3, 4]) {
    Object.assign(data.tasks.get(board.taskId(number)) ?? {}, {
      createdAt: "2026-01-01T10:00:00.000Z",
    });
    happen(board, number, status("to-do", "done", "2026-02-10T10:00:00.000Z"));
  }

  const args = { since: "2026-02-01", until: "2026-02-28", kinds: ["done"], count_by: "week" };
  const answer = await board.call(listActivity, args);

  expect(answer).toContain(": 4 events (done) on 4 tasks");
  expect(board.requests().filter((request) => request.includes("/api/activity/"))).toHaveLength(4);
});

test("of a past period nothing is said to be missing behind its end", async () => {
  await using board = await startSmallBoard({ nowMs, msPerRequest: 500 });
  const { data } = board.sandbox;
  const times = { createdAt: "2026-01-01T10:00:00.000Z", updatedAt: "2026-03-03T10:00:00.000Z" };
  for (let index = 0; index < 60; index += 1) {
    const title = `Old ${index}`;
    const { number } = addTask(data, board.projectId, { title, status: "done", ...times });
    happen(board, number, status("to-do", "done", "2026-02-03T10:00:00.000Z"));
  }

  const period = { since: "2026-02-01", until: "2026-02-10" };
  const answer = await board.call(listActivity, { project: "WEB", ...period, kinds: ["done"] });

  expect(answer).toMatch(/; events until 2026-02-10 on the other \d+ may be missing\./);
});
