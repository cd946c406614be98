import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { allTools } from "../../src/tools/index.ts";
import { readSource } from "../../src/transfer/read.ts";
import { startSmallBoard } from "../support/small-board.ts";
import { toolNamed } from "../support/tool-named.ts";
import { importedTo } from "./imported.ts";
import { startImporter } from "./importer.ts";

const importTasks = toolNamed(allTools, "import_tasks");

test("a checklist: what is nested is a subtask, a tick is done, deeper text describes", async () => {
  await using board = await startSmallBoard();
  const text = [
    "# Move house",
    "",
    "- [ ] Pack",
    "  Boxes are in the cellar.",
    "  - [x] Books",
    "  - [ ] Kitchen",
    "    1. [X] Plates",
    "- [ ] Clean",
    "\t* Windows",
    "Ask Anna about the van.",
    "+ Hand over the keys",
  ].join("\n");

  const answer = await board.call(importTasks, { project: "WEB", text });

  expect(answer).toContain(
    "Read as Markdown list. Headings (Move house) are statuses where a column has that name, and are otherwise left out. Not items, so left out: line 10.",
  );
  const seen = importedTo(board).map(({ title, status, description, relations }) => {
    return [title, status, description, ...relations];
  });
  expect(seen).toEqual([
    ["Pack", "to-do", "Boxes are in the cellar.", "parent of Books", "parent of Kitchen"],
    ["Books", "done", ""],
    ["Kitchen", "to-do", "", "parent of Plates"],
    ["Plates", "done", ""],
    ["Clean", "to-do", "", "parent of Windows"],
    ["Windows", "to-do", ""],
    ["Hand over the keys", "to-do", ""],
  ]);
});

test("a fence behind a bullet ends before the next item", () => {
  const text = "1. ```sh\n   - no item\n   ```\n2. Next";

  const { rows } = readSource(text, []);

  expect(rows.map(({ title }) => title)).toEqual(["```sh", "Next"]);
});

test("a Markdown file may begin with a link or a badge, and is no JSON", () => {
  const { rows } = readSource("[![build](x.svg)](y)\n\n- One", [], true);

  expect(rows.map(({ title }) => title)).toEqual(["One"]);
});

test("tags that a program put above a list are no items of it", () => {
  const { rows } = readSource("---\ntags:\n  - house\n---\n- One", []);

  expect(rows.map(({ at, title }) => `${at}: ${title}`)).toEqual(["line 5: One"]);
});

test("more lines than are named were left out, where that is so", () => {
  const { notes } = readSource(`- One\n${"text\n".repeat(11)}`, []);

  expect(notes.at(-1)).toMatch(/^Not items, so left out: line 2, .*, line 11, and more\.$/);
});

test("boxes without bullets are a list as well, and no JSON", async () => {
  await using board = await startSmallBoard();

  const answer = await board.call(importTasks, {
    project: "WEB",
    text: "[ ] Pack\n  [x] Books\nno item\n[] neither",
  });

  expect(answer).toContain("Not items, so left out: line 3, line 4.");
  const seen = importedTo(board).map(({ title, status, relations }) => {
    return [title, status, ...relations];
  });
  expect(seen).toEqual([
    ["Pack", "to-do", "parent of Books"],
    ["Books", "done"],
  ]);
});

test("a letter's list is read from between its words", async () => {
  await using importer = await startImporter();
  const text =
    "Hi Alice, as said,\n\n1) Swap the logo\n2) Phone number\n   - footer too\n\nBest, Bob";

  const answer = await importer.importTasks({ text });

  expect(answer).toContain("Read as Markdown list. Not items, so left out: line 1, line 7.");
  expect(importedTo(importer.board).map(({ title }) => title)).toEqual([
    "Swap the logo",
    "Phone number",
    "footer too",
  ]);
});

test("a letter's list is one also with the mapping that dry_run showed", async () => {
  await using board = await startSmallBoard();
  const text = "Hi Alice, as said,\n- Phone number\n# Doing\n- Swap the logo";
  const args = { project: "WEB", text };

  const shown = await board.call(importTasks, { ...args, dry_run: true });
  const mapping = ["status Doing = in-review\n"];
  await board.call(importTasks, { ...args, mapping });

  expect(shown).toContain("status Doing = in-progress");
  expect(importedTo(board)).toMatchObject([
    { title: "Phone number", status: "to-do" },
    { title: "Swap the logo", status: "in-review" },
  ]);
});

test("a table by names that nobody knows is no letter", async () => {
  await using board = await startSmallBoard();
  const text = 'Vorgang;Erklärung\nUmzug;"- erst\n- dann"';

  const call = board.call(importTasks, { project: "WEB", text });

  await expect(call).rejects.toThrow("The columns are: Vorgang, Erklärung.");
  expect(importedTo(board)).toEqual([]);
});

test("a box without a title is no task", async () => {
  await using board = await startSmallBoard();

  const answer = await board.call(importTasks, {
    project: "WEB",
    text: "- [ ]\n- [x] Packed\n- [X]",
  });

  expect(answer).toContain("Not items, so left out: line 1, line 3.");
  expect(importedTo(board).map(({ title }) => title)).toEqual(["Packed"]);
});

test("headings that are called like columns, or are words for one, give the status", async () => {
  await using board = await startSmallBoard();
  const text = [
    "# Trip",
    "- Ask Anna",
    "## Doing",
    "- Pack",
    "  - [x] Books",
    "## IN REVIEW:",
    "* Route",
    "## Test plan",
    "- Brakes",
    "## Ideas for next year",
    "  - Norway",
    "## Done ✓",
    "- Tent",
  ].join("\r\n");
  const mapping = ["status ideas for next year = planned"];

  const answer = await board.call(importTasks, { project: "WEB", text, mapping });

  expect(answer).toContain("status Doing = in-progress");
  expect(answer).not.toContain("status Trip");
  const seen = importedTo(board).map(({ title, status, relations }) => {
    return [title, status, ...relations];
  });
  expect(seen).toEqual([
    ["Ask Anna", "to-do"],
    ["Pack", "in-progress", "parent of Books"],
    ["Books", "done"],
    ["Route", "in-review"],
    ["Brakes", "to-do"],
    ["Norway", "planned"],
    ["Tent", "done"],
  ]);
});

test("bullets as word processors write them", async () => {
  await using board = await startSmallBoard();
  const text = "• Pack\n\t◦ Books\n– Clean";

  await board.call(importTasks, { project: "WEB", text });

  expect(importedTo(board)).toMatchObject([
    { title: "Pack", relations: ["parent of Books"] },
    { title: "Books" },
    { title: "Clean" },
  ]);
});

test("boxes as word processors and mails have them, ticked or not", async () => {
  await using board = await startSmallBoard();
  const text = "☐ Pack\n  ☑ Books\n✔\uFE0F Clean\n☒ Lock\n□ Go\n✓ Ring\n✅ Pay\n- ☑ Wash\n1. ☐ Dry";

  await board.call(importTasks, { project: "WEB", text });

  const made = importedTo(board).map(({ title, status }) => `${title} ${status}`);
  expect(made).toEqual([
    "Pack to-do",
    "Books done",
    "Clean done",
    "Lock done",
    "Go to-do",
    "Ring done",
    "Pay done",
    "Wash done",
    "Dry to-do",
  ]);
});

test("a Markdown file may begin with other words, and what is code in it is no list", async () => {
  await using importer = await startImporter();
  const text = [
    "\uFEFFWhat to do, and when; by Anna:",
    "",
    "- [ ] Pack",
    "  ```sh",
    "  - rm -rf boxes",
    "  ```",
    "- Clean",
  ].join("\n");
  await writeFile(join(importer.folder, "move.md"), text);

  const answer = await importer.importTasks({ file: "move.md" });

  expect(answer).toContain("Not items, so left out: line 1.");
  expect(importedTo(importer.board)).toMatchObject([
    { title: "Pack", description: "```sh\n- rm -rf boxes\n```" },
    { title: "Clean", description: "" },
  ]);
});

test("what is below code that ends on its line is a list again", async () => {
  await using board = await startSmallBoard();

  await board.call(importTasks, { project: "WEB", text: "- Pack\n  ```npm i```\n- Clean" });

  expect(importedTo(board)).toMatchObject([
    { title: "Pack", description: "```npm i```" },
    { title: "Clean" },
  ]);
});

test.for(["---\n- Pack\n---\n- Clean", "---\n\n# Now:\n\n1. Pack: all\n\n---\n\n- Clean"])(
  "what stands between two lines across is part of the list: %j",
  async (text) => {
    await using board = await startSmallBoard();

    await board.call(importTasks, { project: "WEB", text });

    expect(importedTo(board)).toMatchObject([
      { title: expect.stringMatching(/^Pack/) },
      { title: "Clean" },
    ]);
  },
);

test("what stands below a heading that is none is left out, but for what is ticked off", () => {
  const text = "# Later\n- [ ] Dream\n- [x] Came true\n# To do\n- [ ] Start";

  const { rows, columns } = readSource(text, ["status Later = none"]);

  expect(rows.map(({ title }) => title)).toEqual(["Came true", "Start"]);
  expect(columns).toEqual(["status later = none (1 left out)"]);
});
