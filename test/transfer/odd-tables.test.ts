/** Tables that begin further down, lack names, were written by hand, or tell in a column of their own what is done. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { allTools } from "../../src/tools/index.ts";
import { decode } from "../../src/transfer/table.ts";
import { startSmallBoard } from "../support/small-board.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";
import { toolNamed } from "../support/tool-named.ts";
import { importedTo } from "./imported.ts";

const importTasks = toolNamed(allTools, "import_tasks");

test("a table in Markdown has no task for the line below its head", async () => {
  await using folder = await makeTemporaryFolder();
  await using board = await startSmallBoard({ filesDir: folder.path });
  const text = "| Title | Status |\n|:---|---|\n| Pack | Done |\n| Clean | |";
  await writeFile(join(folder.path, "table.md"), text);

  await board.call(importTasks, { project: "WEB", file: "table.md" });

  expect(importedTo(board)).toMatchObject([
    { title: "Pack", status: "done" },
    { title: "Clean", status: "to-do" },
  ]);
});

test("lines keep their numbers where the table begins further down, and a column may lack a name", async () => {
  await using board = await startSmallBoard();
  const text = "\n,,,\nTitle,,Due,Nothing\nPack,x,,\nClean,y,soonish,";

  const answer = await board.call(importTasks, { project: "WEB", text });

  expect(answer).toContain("\nline 5: failed: ");
  expect(answer).toContain("Not carried over: a column without a name.");
  expect(importedTo(board).map(({ title }) => title)).toEqual(["Pack"]);
});

test.for(["Jobs 2026;;\n;;\n", "Club;;\nJobs of the committee;;\n"])(
  "a sheet's own title stands above its head",
  async (title) => {
    await using board = await startSmallBoard();
    const text = `${title}Task;Due;Notes\nPack;soonish;\nClean;;`;

    const answer = await board.call(importTasks, { project: "WEB", text });

    expect(answer).toContain("\nline 4: failed: ");
    expect(importedTo(board).map((task) => task.title)).toEqual(["Clean"]);
  },
);

test("a parent that is named by its title is found where only one task has it", async () => {
  await using board = await startSmallBoard();
  const lines = ["Trip,", "Twice,", "Twice,", "Pack,trip", "Clean,Twice"];
  const text = ["Name,Parent task", ...lines].join("\n");

  const answer = await board.call(importTasks, { project: "WEB", text });

  expect(answer).toContain("Relations to tasks that are not in it: line 6 subtask of Twice.");
  expect(importedTo(board).filter(({ relations }) => relations.length > 0)).toMatchObject([
    { title: "Trip", relations: ["parent of Pack"] },
  ]);
});

test("what Asana has completed is done, whatever section it stays in", async () => {
  await using board = await startSmallBoard();
  const text = [
    "Task ID,Completed At,Name,Section/Column,Assignee",
    "1,2026-10-01,Sold,In progress,bob",
    "2,,Open,In progress,",
    "3,2026-10-02,Short",
  ].join("\n");
  const mapping = ["Section/Column = labels"];

  await board.call(importTasks, { project: "WEB", text });
  await board.call(importTasks, { project: "WEB", text, mapping });

  const [first] = importedTo(board).slice(3);
  expect(first).toMatchObject({ status: "done", labels: ["In progress"] });
  expect(importedTo(board).slice(0, 3)).toMatchObject([
    { title: "Sold", status: "done", who: "bob" },
    { title: "Open", status: "in-progress" },
    { title: "Short", status: "done" },
  ]);
});

test("what Planner has completed is done, whatever bucket it stays in", async () => {
  await using board = await startSmallBoard();
  const text =
    "sep=,\nTask Name,Bucket Name,Progress,Completed Date\nSold,Doing,Completed,11/12/2026\nOpen,Doing,,";

  await board.call(importTasks, { project: "WEB", text });

  expect(importedTo(board)).toMatchObject([
    { title: "Sold", status: "done" },
    { title: "Open", status: "in-progress" },
  ]);
});

test("ClickUp's brackets and Asana's dependencies are known", async () => {
  await using board = await startSmallBoard();
  const text = [
    "Task ID,Task Name,Assignees,Tags,Parent task,Blocked By (Dependencies),Due Date",
    '7,Paint,"[bob,Zoe]","[red, blue]",,Fence,1798124400000',
    "8,Fence,[alice],[],7,,",
  ].join("\n");

  await board.call(importTasks, { project: "WEB", text });

  expect(importedTo(board)).toMatchObject([
    { title: "Paint", who: "bob", labels: ["blue", "red"], relations: ["parent of Fence"] },
    { title: "Fence", who: "alice", labels: [], relations: ["blocks Paint"] },
  ]);
});

test("a file of Excel in Japan is read in the encoding that mapping names, which a refusal asks for", async () => {
  await using folder = await makeTemporaryFolder();
  await using board = await startSmallBoard({ filesDir: folder.path });
  const bytes =
    "8c8f96bc2c8afa8cc00d0a8c888dcf89e696ca81758e9f82d681762c32303236944e31328c8e3393fa0d0a";
  await writeFile(join(folder.path, "jp.csv"), Buffer.from(bytes, "hex"));
  const read = (...mapping: string[]) =>
    board.call(importTasks, { project: "WEB", file: "jp.csv", mapping });

  await expect(read()).rejects.toMatchObject({
    hint: expect.stringContaining(
      'If letters look wrong, name the encoding too: "encoding = shift_jis".',
    ),
  });
  await expect(read("encoding = shift-sushi")).rejects.toThrow('The file is not in "shift-sushi"');
  await read("encoding = shift_jis", "件名 = title", "期限 = due");
  expect(importedTo(board)).toMatchObject([
    { title: "決済画面「次へ」", due: "2026-12-02T23:00:00.000Z" },
  ]);
});

test.for(["windows-1252", "ISO-8859-1"])(
  "a file that mapping calls %s has its euro signs and quotes",
  async (encoding) => {
    await using folder = await makeTemporaryFolder();
    await using board = await startSmallBoard({ filesDir: folder.path });
    const bytes = Buffer.from("title\n\x93M\xfcller\x94 owes 5 \x80\n", "latin1");
    await writeFile(join(folder.path, "de.csv"), bytes);
    const mapping = [`encoding = ${encoding}`];

    await board.call(importTasks, { project: "WEB", file: "de.csv", mapping });

    expect(importedTo(board)).toMatchObject([{ title: "“Müller” owes 5 €" }]);
  },
);

test("halves of an emoji that was cut, and NUL, are left out of what is created", async () => {
  await using board = await startSmallBoard();
  const text = String.raw`[{"title":"Half \ud83d","body":"Why\u0000?","labels":["old\udc4d"]},{"title":"\ud83d"}]`;

  const answer = await board.call(importTasks, { project: "WEB", text });

  expect(answer).toMatch(
    /^Imported 1 of 2 tasks into .*\nNot created:\nitem 2: failed: has no title/,
  );
  expect(importedTo(board)).toMatchObject([
    { title: "Half ", description: "Why?", labels: ["old"] },
  ]);
});

test("a workbook that was only renamed is told from a table in old letters", () => {
  const workbook = Buffer.from("504b0304140006000800e9f1", "hex");

  expect(() => decode(workbook)).toThrow("The file is no text. Nothing was created.");
  expect(decode(Buffer.from("title\nB\xfcro", "latin1")).text).toBe("title\nBüro");
});
