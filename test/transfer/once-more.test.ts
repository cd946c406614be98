/** A file that is imported once more: after half of it failed, or a week later with what is new. */
import { expect, test } from "vitest";
import { allTools } from "../../src/tools/index.ts";
import { startSmallBoard } from "../support/small-board.ts";
import { toolNamed } from "../support/tool-named.ts";
import { importedTo } from "./imported.ts";

const importTasks = toolNamed(allTools, "import_tasks");

test("skip_existing makes only what is new, and relates it to what is there, whoever names the other", async () => {
  await using board = await startSmallBoard();
  const head = "Key,Title,Parent,Blocks,Labels";
  const before = [head, "K-1,Roof,,,", "K-2,Wall,K-1,,old"].join("\n");
  const after = [head, "K-1,Roof,,K-4,", "K-2,Wall,K-1,,other", "K-3,Door,K-2,,", "K-4,Gate,,,new"];
  await board.call(importTasks, { project: "WEB", text: before });
  const args = { project: "WEB", text: after.join("\n"), skip_existing: true };

  const shown = await board.call(importTasks, { ...args, dry_run: true });
  const answer = await board.call(importTasks, args);

  expect(shown).toContain("Checked, nothing created: 2 of 4 tasks can be made");
  expect(shown).toContain("Titles that tasks of WEB had before: 2 of 4, left as they are: ");
  expect(shown).toContain("New labels: new.");
  expect(shown).not.toContain("Not possible");
  expect(shown).toContain('"Door"  (subtask of WEB-6)');
  expect(answer).toContain("Imported 2 of 4 tasks into Website (WEB), the first WEB-7,");
  expect(answer).not.toContain("Not created");
  expect(importedTo(board).map(({ title, relations }) => [title, relations])).toEqual([
    ["Roof", ["blocks Gate", "parent of Wall"]],
    ["Wall", ["parent of Door"]],
    ["Door", []],
    ["Gate", []],
  ]);
});

test("with skip_existing it is no failure that all is there", async () => {
  await using board = await startSmallBoard();
  const args = { project: "WEB", text: "title\nOne\nTwo" };
  await board.call(importTasks, args);

  const answer = await board.call(importTasks, { ...args, skip_existing: true });

  expect(answer).toContain("Imported 0 of 2 tasks into Website (WEB).");
  expect(answer).toContain("Titles that tasks of WEB had before: 2 of 2, left as they are");
  expect(importedTo(board)).toHaveLength(2);
});

test("with skip_existing nothing is created where it cannot be seen what is there", async () => {
  await using board = await startSmallBoard();
  const broken = { kind: "answer", status: 500, body: "no" } as const;
  board.sandbox.fail({ path: /^\/api\/task\/tasks\//, times: Infinity }, broken);

  const call = board.call(importTasks, { project: "WEB", text: "title\nOne", skip_existing: true });

  await expect(call).rejects.toMatchObject({ kind: "unavailable" });
  expect(importedTo(board)).toEqual([]);
});

test("of tasks of one title the first is there for the first row", async () => {
  await using board = await startSmallBoard();
  // On the board the other one stands before it.
  await board.call(importTasks, { project: "WEB", text: "title,status\nTwin,done\nTwin,to-do" });

  const text = "key,title,parent\nK-1,Twin,\nK-2,Twin,\nK-3,New,K-1";
  const args = { project: "WEB", text, skip_existing: true, dry_run: true };
  const answer = await board.call(importTasks, args);

  expect(answer).toContain('"New"  (subtask of WEB-5)');
});

test("skip_existing leaves out as many of a title as there are", async () => {
  await using board = await startSmallBoard();
  await board.call(importTasks, { project: "WEB", text: "title,labels\nTwin,first" });

  const text = "title,labels\nTwin,first\nTWIN,second";
  await board.call(importTasks, { project: "WEB", text, skip_existing: true });

  expect(importedTo(board).map(({ labels }) => labels)).toEqual([["first"], ["second"]]);
});

test("skip_existing goes on over several calls, with every relation once", async () => {
  await using board = await startSmallBoard({ msPerRequest: 150 });
  const numbers = Array.from({ length: 90 }, (_, at) => at);
  const rows = numbers.map((at) => `K-${at},Task ${at},${at < 89 ? `K-${at + 1}` : ""}`);
  const text = ["Key,Title,Blocks", ...rows].join("\n");
  await board.call(importTasks, { project: "WEB", text: "title\nTask 3\nTask 70" });

  let calls = 0;
  for (let next: string | undefined = ""; next !== undefined; calls += 1) {
    const args = { project: "WEB", text, skip_existing: true, continue: next || undefined };
    const answer: string = await board.call(importTasks, args);
    next = /and continue (\S+)/.exec(answer)?.[1];
  }

  const made = importedTo(board);
  expect(calls).toBeGreaterThan(1);
  expect(made.map(({ title }) => title).sort()).toEqual(numbers.map((at) => `Task ${at}`).sort());
  for (const { title, relations } of made) {
    const at = Number(title.slice(5));
    expect(relations, title).toEqual(at < 89 ? [`blocks Task ${at + 1}`] : []);
  }
});
