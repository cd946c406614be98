/** Imports that take longer than a call, or that something ends. */
import { expect, test } from "vitest";
import { allTools } from "../../src/tools/index.ts";
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
  expect(answers[0]).toMatch(/^(\d+) of 100 are done: call again with the same arguments/m);
  expect(tasks.map(({ title }) => title)).toEqual(RIGHT);
  expect(tasks.every(({ labels }) => labels.join() === "one")).toBe(true);
  expect(first?.relations).toHaveLength(RIGHT.length - 1);
  const wrong = answers.join("\n").match(/^line \d+: failed/gm);
  expect(wrong).toHaveLength(10);
});

test("continue belongs to the file that it was given for", async () => {
  await using board = await startSmallBoard({ msPerRequest: 150 });
  const answer = await board.call(importTasks, { project: "WEB", text: TEXT });
  const [, cursor] = /and continue (\S+)/.exec(answer) ?? [];
  const before = importedTo(board).length;

  const failure = board.call(importTasks, {
    project: "WEB",
    text: `${TEXT}\nOne more,,,,`,
    continue: cursor,
  });

  await expect(failure).rejects.toThrow("belongs to a call with other arguments");
  expect(importedTo(board)).toHaveLength(before);
});

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

test("a task whose outcome is unknown ends the call, first of all is said to be one, and is not made twice", async () => {
  await using board = await startSmallBoard();
  const lost = { kind: "reset", when: "after" } as const;
  board.sandbox.fail({ method: "POST", path: /^\/api\/task\/\w+$/, after: 5 }, lost);

  const answers = await importAll(board);

  expect(answers[0]).toMatch(/^Of one task nobody knows whether it was created/);
  expect(answers[0]).toContain("line 7: uncertain");
  expect(importedTo(board).map(({ title }) => title)).toEqual(RIGHT);
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
