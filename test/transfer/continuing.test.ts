/** Imports that take longer than a call, or that something ends. */
import { expect, test } from "vitest";
import { writeCursor } from "../../src/kaneo/api/cursors.ts";
import { allTools } from "../../src/tools/index.ts";
import { addProject } from "../sandbox/routes/projects.ts";
import { addLabels } from "../support/board-rows.ts";
import { type SmallBoard, startSmallBoard } from "../support/small-board.ts";
import { toolNamed } from "../support/tool-named.ts";
import { importedTo } from "./imported.ts";

const importTasks = toolNamed(allTools, "import_tasks");

/** A hundred tasks, of which each but the first is below the first, and every tenth line is wrong. */
const LINES = Array.from({ length: 100 }, (_, index) =>
  index % 10 === 9
    ? `Bad ${index},never,one,${index},`
    : `Task ${index},2026-05-01,one,${index},${index === 0 ? "" : 0}`,
);
const TEXT = ["title,due,labels,key,parent", ...LINES].join("\n");
const RIGHT = LINES.filter((line) => line.startsWith("Task")).map((line) => line.split(",")[0]);

async function importAll(board: SmallBoard): Promise<string[]> {
  const answers: string[] = [];
  for (let next: string | undefined = "start"; next !== undefined; ) {
    const more = next === "start" ? {} : { continue: next };
    const answer = await board.call(importTasks, { project: "WEB", text: TEXT, ...more });
    answers.push(answer);
    next = /and continue (\S+)/.exec(answer)?.[1];
  }
  return answers;
}

test("what does not fit into one call goes on in the next ones, each task once, in order, with its parent", async () => {
  await using board = await startSmallBoard({ msPerRequest: 150 });

  const answers = await importAll(board);

  const tasks = importedTo(board);
  const [first] = tasks;
  expect(answers.length).toBeGreaterThan(1);
  expect(answers[0]).toMatch(/^\d+ of 100 are done: call again with the same arguments/);
  expect(tasks.map(({ title }) => title)).toEqual(RIGHT);
  expect(tasks.every(({ labels }) => labels.join() === "one")).toBe(true);
  expect(first?.relations).toHaveLength(RIGHT.length - 1);
  const boards = board.requests().filter((one) => one.startsWith("GET /api/task/tasks/"));
  expect(boards).toHaveLength(answers.length);
  const wrong = answers.join("\n").match(/^line \d+: failed/gm);
  expect(wrong).toHaveLength(10);
});

test("continue is read where a file of ten thousand lines has every tenth one wrong", async () => {
  await using board = await startSmallBoard();
  const runs = Array.from({ length: 1_000 }, (_, at) => [10 * at, 9, 1 + 9 * at]);
  const cursor = writeCursor([10_000, ...runs.flat()], "another file");

  const call = board.call(importTasks, { project: "WEB", text: TEXT, continue: cursor });

  await expect(call).rejects.toThrow("belongs to a call with other arguments");
});

test("continue belongs to the file, the project, and the dry run or none, for which it was given", async () => {
  await using board = await startSmallBoard({ msPerRequest: 150 });
  const { data } = board.sandbox;
  const { workspaceId } = board;
  addProject(data, { name: "Operations", slug: "OPS", icon: "Cog", workspaceId });
  const args = { project: "WEB", text: TEXT };
  const answer = await board.call(importTasks, args);
  const [, cursor] = /and continue (\S+)/.exec(answer) ?? [];
  const before = data.tasks.size;

  const others = [{ project: "OPS" }, { dry_run: true }, { skip_existing: true }];
  for (const other of [{ text: `${TEXT}\nOne more,,,,` }, ...others]) {
    const failure = board.call(importTasks, { ...args, ...other, continue: cursor });
    await expect(failure).rejects.toThrow("belongs to a call with other arguments");
  }
  expect(data.tasks.size).toBe(before);
});

test("a cursor that goes on before the start, has done more than there is, or made tasks without end is refused at once", async () => {
  await using board = await startSmallBoard({ msPerRequest: 150 });
  const answer = await board.call(importTasks, { project: "WEB", text: TEXT });
  const [, cursor = ""] = /and continue (\S+)/.exec(answer) ?? [];
  const parts = JSON.parse(Buffer.from(cursor, "base64url").toString());

  for (const changed of [parts.with(1, -5), parts.with(1, 1e6), parts.with(3, 1e15)]) {
    const forged = Buffer.from(JSON.stringify(changed)).toString("base64url");
    const call = board.call(importTasks, { project: "WEB", text: TEXT, continue: forged });
    await expect(call).rejects.toThrow("This cursor did not come from an answer.");
  }
});

test("a dry run shows enough to judge a mapping by, goes on with continue, and shows each task once", async () => {
  await using board = await startSmallBoard();
  const titles = Array.from({ length: 90 }, (_, index) => `Task ${index} ${"word ".repeat(20)}`);
  const args = { project: "WEB", text: ["title", ...titles].join("\n"), dry_run: true };

  const first = await board.call(importTasks, args);
  const [, shown, cursor] = /^(\d+) of 90 are shown; .* with continue (\S+)$/m.exec(first) ?? [];
  const second = await board.call(importTasks, { ...args, continue: cursor });

  const numbers = `${first}\n${second}`.match(/"Task \d+/g);
  expect(Number(shown)).toBeLessThan(90);
  expect(first.length).toBeLessThan(7_000);
  expect(numbers).toEqual(titles.map((_, index) => `"Task ${index}`));
});

test("a dry run goes on behind a task that takes more than one answer shows", async () => {
  await using board = await startSmallBoard();
  const labels = Array.from({ length: 190 }, (_, index) => `${"long".repeat(8)} ${index}`);
  const lines = ["title,labels", "Few,one", `Many,"${labels.join(",")}"`, "Last,one"];
  const args = { project: "WEB", text: lines.join("\n"), dry_run: true };

  const first = await board.call(importTasks, args);
  const [, next] = /with continue (\S+)$/m.exec(first) ?? [];
  const second = await board.call(importTasks, { ...args, continue: next });
  const [, last] = /with continue (\S+)$/m.exec(second) ?? [];
  const third = await board.call(importTasks, { ...args, continue: last });

  expect([first, second, third].map((answer) => /"(?:Few|Last)"|Many/.exec(answer)?.[0])).toEqual([
    '"Few"',
    "Many",
    '"Last"',
  ]);
});

test("two hundred people that nobody knows cost no request each", async () => {
  await using board = await startSmallBoard();
  const lines = Array.from({ length: 200 }, (_, index) => `Task ${index},Person ${index}`);
  const text = ["title,assignee", ...lines].join("\n");

  const answer = await board.call(importTasks, { project: "WEB", text, dry_run: true });

  expect(answer).toContain("assignee Person 7 = none");
  expect(board.requests().filter((request) => request.includes("/members"))).toHaveLength(1);
});

test.each([
  ["tags", 201, "It names more than 200 labels that the workspace does not have"],
  ["who", 1_001, "It names more than 1000 people"],
])(
  "more %s than anybody has are refused, with the way to say what they are",
  async (column, many, why) => {
    await using board = await startSmallBoard();
    const lines = Array.from({ length: many }, (_, index) => `Task ${index},Remark ${index}`);
    const text = [`title,${column}`, ...lines].join("\n");
    const before = board.sandbox.data.labels.size;

    const call = board.call(importTasks, { project: "WEB", text });

    await expect(call).rejects.toMatchObject({
      message: `${why}, such as Remark 0, Remark 1, Remark 2, Remark 3, Remark 4. Nothing was created.`,
      hint: expect.stringContaining('"Tags = none"'),
    });
    expect(board.sandbox.data.labels.size).toBe(before);
  },
);

test("where Kaneo stops answering, it is said how far it came, and continue makes only the rest", async () => {
  await using board = await startSmallBoard();
  const limit = { kind: "rate-limit", form: "Retry-After", seconds: 7 } as const;
  board.sandbox.fail({ method: "POST", path: /^\/api\/task\/\w+$/, after: 30 }, limit);

  const answers = await importAll(board);

  expect(answers[0]).toMatch(/^Imported 30 of 33 tasks/m);
  expect(answers[0]).toMatch(/^Stopped: Kaneo limits how often/m);
  expect(importedTo(board).map(({ title }) => title)).toEqual(RIGHT);
  expect(importedTo(board)[0]?.relations).toHaveLength(RIGHT.length - 1);
});

test("where not even the first task may be created, the call fails, and names the labels that it created", async () => {
  await using board = await startSmallBoard();
  const refused = { kind: "answer", status: 403, body: "Insufficient permissions" } as const;
  board.sandbox.fail({ method: "POST", path: /^\/api\/task\/\w+$/ }, refused);

  const call = board.call(importTasks, { project: "WEB", text: TEXT });

  await expect(call).rejects.toMatchObject({
    kind: "forbidden",
    message: expect.stringMatching(
      /^No task was created\. Labels that were created: one\. Kaneo refused: the role/,
    ),
  });
  expect(importedTo(board)).toEqual([]);
});

test("a task whose outcome is unknown ends the call, first of all is said to be one, and is not made twice", async () => {
  await using board = await startSmallBoard();
  const lost = { kind: "reset", when: "after" } as const;
  board.sandbox.fail({ method: "POST", path: /^\/api\/task\/\w+$/, after: 5 }, lost);

  const answers = await importAll(board);

  expect(answers[0]).toMatch(/^Of one task nobody knows whether it was created/);
  expect(answers[0]).toContain("line 7: uncertain");
  expect(importedTo(board).map(({ title }) => title)).toEqual(RIGHT);
});

test("no task is begun when its answer might come after the end of the call", async () => {
  await using board = await startSmallBoard({ msPerRequest: 1_000 });

  const answer = await board.call(importTasks, { project: "WEB", text: TEXT });

  const isCreation = (request: string) => request.startsWith("POST /api/task/");
  expect(board.requests().findLastIndex(isCreation)).toBeLessThanOrEqual(15);
  expect(answer).toMatch(/^(?:9|1\d) of 100 are done: call again/);
});

test("a task says which of its relations was lost with another one, before or behind it", async () => {
  await using board = await startSmallBoard();
  const refused = { kind: "answer", status: 400, body: "No" } as const;
  board.sandbox.fail({ method: "POST", path: /^\/api\/task\/\w+$/, after: 1 }, refused);
  const text = "title,key,parent\nAhead,1,2\nRefused,2,\nBehind,3,2";

  const answer = await board.call(importTasks, { project: "WEB", text });

  expect(answer).toContain('"Ahead" — not subtask of line 3, which was not created');
  expect(answer).toContain('"Behind" — not subtask of line 3, which was not created');
});

test("a task that stands behind a wrong line is found again by the next call", async () => {
  await using board = await startSmallBoard();
  const limit = { kind: "rate-limit", form: "Retry-After", seconds: 7 } as const;
  board.sandbox.fail({ method: "POST", path: /^\/api\/task\/\w+$/, after: 2 }, limit);
  const text = "title,key,parent,due\nFirst,1,,\nWrong,2,,never\nAbove,3,,\nBelow,4,3,";
  const one = await board.call(importTasks, { project: "WEB", text });
  const [, cursor] = /and continue (\S+)/.exec(one) ?? [];

  await board.call(importTasks, { project: "WEB", text, continue: cursor });

  expect(importedTo(board).map(({ title, relations }) => [title, relations])).toEqual([
    ["First", []],
    ["Above", ["parent of Below"]],
    ["Below", []],
  ]);
});

test("where labels cannot be put on any more, no further tasks are created", async () => {
  await using board = await startSmallBoard();
  addLabels(board, "one");
  const limit = { kind: "rate-limit", form: "Retry-After", seconds: 60 } as const;
  board.sandbox.fail({ method: "POST", path: "/api/label", times: Infinity }, limit);

  const answer = await board.call(importTasks, { project: "WEB", text: TEXT });

  expect(answer).toMatch(
    /^20 of 100 are done: .*\nStopped: a request before it failed\.\nImported 18 of 20 tasks into Website \(WEB\), 18 of them only in part, the first /,
  );
  expect(importedTo(board)).toHaveLength(18);
});

test("nothing is claimed of a task whose outcome an earlier call did not know", async () => {
  await using board = await startSmallBoard();
  const lost = { kind: "reset", when: "after" } as const;
  board.sandbox.fail({ method: "POST", path: /^\/api\/task\/\w+$/, after: 1 }, lost);
  const text = "title,key,parent\nFirst,1,\nLost,2,\nBelow,3,2";
  const one = await board.call(importTasks, { project: "WEB", text });
  const [, cursor] = /and continue (\S+)/.exec(one) ?? [];

  const other = await board.call(importTasks, { project: "WEB", text, continue: cursor });

  expect(other).toContain(
    '"Below" — not subtask of line 3, which may or may not have been created',
  );
});

test("who may not create tasks is told so before anything is made", async () => {
  await using board = await startSmallBoard();
  board.sandbox.fail(
    { method: "POST" },
    { kind: "answer", status: 403, body: "Insufficient permissions" },
  );

  const failure = board.call(importTasks, { project: "WEB", text: "title\nOne\nTwo" });

  await expect(failure).rejects.toMatchObject({ kind: "forbidden" });
  expect(importedTo(board)).toEqual([]);
});

test("what was imported already is told before, and when, it is imported once more", async () => {
  await using board = await startSmallBoard();
  const args = { project: "WEB", text: "- [ ] One\n- [ ] Two\n- [ ] dark MODE" };

  const first = await board.call(importTasks, { ...args, dry_run: true });
  const deed = await board.call(importTasks, args);
  const again = await board.call(importTasks, { ...args, dry_run: true });

  expect([first, deed]).toEqual(
    Array(2).fill(
      expect.stringContaining(
        "Titles that tasks of WEB had before: 1 of 3; skip_existing leaves those alone.",
      ),
    ),
  );
  expect(again).toContain("Titles that tasks of WEB had before: 3 of 3;");
});
