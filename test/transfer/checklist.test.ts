import { expect, test } from "vitest";
import { importedTo } from "./imported.ts";
import { startImporter } from "./importer.ts";

test("a checklist: what is nested is a subtask, a tick is done, deeper text describes", async () => {
  await using importer = await startImporter();
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

  const answer = await importer.importTasks({ text });

  expect(answer).toContain("Read as Markdown list. No items, and left out: line 1, line 10.");
  const seen = importedTo(importer.board).map(({ title, status, description, relations }) => {
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

test("boxes without bullets are a list as well, and no JSON", async () => {
  await using importer = await startImporter();

  const answer = await importer.importTasks({ text: "[ ] Pack\n  [x] Books\nno item\n[] neither" });

  expect(answer).toContain("No items, and left out: line 3, line 4.");
  const seen = importedTo(importer.board).map(({ title, status, relations }) => {
    return [title, status, ...relations];
  });
  expect(seen).toEqual([
    ["Pack", "to-do", "parent of Books"],
    ["Books", "done"],
  ]);
});

test("a box without a title is no task", async () => {
  await using importer = await startImporter();

  const answer = await importer.importTasks({ text: "- [ ]\n- [x] Packed\n- [X]" });

  expect(answer).toContain("No items, and left out: line 1, line 3.");
  expect(importedTo(importer.board).map(({ title }) => title)).toEqual(["Packed"]);
});
