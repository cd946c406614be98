/** Tables that begin further down, lack names, were written by hand, or tell in a column of their own what is done. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { allTools } from "../../src/tools/index.ts";
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
