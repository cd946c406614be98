import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { allTools } from "../../../src/tools/index.ts";
import { addProject } from "../../sandbox/routes/projects.ts";
import { addRelation } from "../../sandbox/routes/relations.ts";
import { addTask } from "../../sandbox/routes/tasks.ts";
import { startFullBoard } from "../../support/full-board.ts";
import { type SmallBoard, startSmallBoard } from "../../support/small-board.ts";
import { makeTemporaryFolder } from "../../support/temporary-folder.ts";
import { toolNamed } from "../../support/tool-named.ts";

const exportProject = toolNamed(allTools, "export_project");
const importTasks = toolNamed(allTools, "import_tasks");

/** A project in which nothing is. */
function addEmpty({ sandbox: { data }, workspaceId }: SmallBoard) {
  return addProject(data, { name: "Empty", slug: "EMP", icon: "Box", workspaceId });
}

/** What stands between the fence lines. */
function fenced(answer: string): string {
  return /^--- (\d+)\n([\s\S]*)\n--- \1$/m.exec(answer)?.[2] ?? "";
}

test.each(["json", "csv"])(
  "a project with nothing in it is exported as %s, which says so when it is read",
  async (format) => {
    await using board = await startSmallBoard();
    addEmpty(board);

    const answer = await board.call(exportProject, { project: "EMP", format });
    const again = board.call(importTasks, { project: "WEB", text: fenced(answer) });

    expect(answer).toMatch(/^Exported 0 tasks of Empty \(EMP\)\.\n/);
    await expect(again).rejects.toThrow("There is no task in it");
  },
);

test.each(["json", "csv"])(
  "%s: a task comes into the column of the name that its own has, whatever either was once called",
  async (format) => {
    await using board = await startSmallBoard();
    const { data } = board.sandbox;
    const elsewhere = addEmpty(board).id;
    const rename = (id: string, slug: string, name: string) => {
      for (const column of data.columns.values())
        if (column.projectId === id && column.slug === slug) column.name = name;
    };
    rename(board.projectId, "to-do", "Next");
    rename(elsewhere, "to-do", "Later");
    rename(elsewhere, "in-progress", "Next");
    // Of two with one name, the slug is all there is.
    rename(board.projectId, "in-progress", "Twice");
    rename(board.projectId, "in-review", "Twice");
    const statuses = ["to-do", "in-review", "done", "planned"];
    for (const [index, status] of statuses.entries())
      Object.assign(data.tasks.get(board.taskId(index + 1)) ?? {}, { status });

    const answer = await board.call(exportProject, { project: "WEB", format });
    await board.call(importTasks, { project: "EMP", text: fenced(answer) });

    const imported = [...data.tasks.values()].filter(({ projectId }) => projectId === elsewhere);
    const statusOf = new Map(imported.map(({ title, status }) => [title, status]));
    const titles = [1, 2, 3, 4].map((number) => data.tasks.get(board.taskId(number))?.title ?? "");
    expect(titles.map((title) => statusOf.get(title))).toEqual([
      "in-progress",
      "in-review",
      "done",
      "planned",
    ]);
  },
);

test("CSV has days and times as people read them, and brings back the same moments", async () => {
  await using board = await startSmallBoard({ timeZone: "Europe/Lisbon" });
  const { data } = board.sandbox;
  const elsewhere = addEmpty(board).id;
  const dates = [
    { startDate: "2027-04-04T23:00:00.000Z", dueDate: "2027-04-05T23:00:00.000Z" },
    { startDate: null, dueDate: "2027-03-30T14:00:00.000Z" },
    { startDate: null, dueDate: "2027-07-01T00:00:00.000Z" },
    { startDate: null, dueDate: "2027-03-30T14:00:00.123Z" },
  ];
  for (const [index, given] of dates.entries())
    Object.assign(data.tasks.get(board.taskId(index + 1)) ?? {}, given);

  const answer = await board.call(exportProject, { project: "WEB", format: "csv" });
  await board.call(importTasks, { project: "EMP", text: fenced(answer) });

  const imported = [...data.tasks.values()].filter(({ projectId }) => projectId === elsewhere);
  expect(fenced(answer)).toContain(",2027-04-05,2027-04-06,");
  expect(fenced(answer)).toContain(",2027-03-30 15:00 +01:00,");
  expect(imported).toMatchObject(dates);
});

test("CSV has semicolons where asked, as Excel wants them that writes 1,5, and is read again", async () => {
  await using board = await startFullBoard();
  const elsewhere = addEmpty(board).id;
  const args = { project: "WEB", format: "csv", separator: ";" };

  const answer = await board.call(exportProject, args);
  const again = await board.call(importTasks, { project: "EMP", text: fenced(answer) });

  const { tasks } = board.sandbox.data;
  const of = (id: string) => [...tasks.values()].filter(({ projectId }) => projectId === id);
  const fields = (id: string) => of(id).map(({ title, description }) => [title, description]);
  expect(fenced(answer)).toContain("kaneo_key;title;description;status;");
  expect(again).toContain("Read as kaneo-mcp export (CSV).");
  expect(fields(elsewhere).sort()).toEqual(fields(board.projectId).sort());
});

test("a relation within the project is told once, and one that leads out of it by the end that is there", async () => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;
  const other = addTask(data, addEmpty(board).id, { title: "Outside", status: "to-do" });
  const [one = "", two = ""] = [1, 2].map(board.taskId);
  const relate = (sourceTaskId: string, targetTaskId: string, relationType: string) =>
    addRelation(data, { sourceTaskId, targetTaskId, relationType });
  relate(one, two, "blocks");
  relate(two, one, "related");
  relate(other.id, one, "blocks");
  // The file of the other project has that one.
  relate(one, other.id, "subtask");

  const answer = await board.call(exportProject, { project: "WEB" });

  const { tasks } = JSON.parse(fenced(answer));
  const told = tasks.map((task: Record<string, unknown>) => {
    const { key, blocks = [], blocked_by = [], related_to = [] } = task;
    return { key, blocks, blocked_by, related_to };
  });
  expect(answer).toContain("\nRelations: 3.\n");
  expect(told.slice(0, 2)).toEqual([
    { key: "WEB-1", blocks: ["WEB-2"], blocked_by: ["EMP-1"], related_to: ["WEB-2"] },
    { key: "WEB-2", blocks: [], blocked_by: [], related_to: [] },
  ]);
});

test("a file that is there is left as it is, and what does not fit into an answer wants a file", async () => {
  await using folder = await makeTemporaryFolder();
  await using board = await startSmallBoard({ filesDir: folder.path });
  await writeFile(join(folder.path, "web.json"), "mine");
  const task = board.sandbox.data.tasks.get(board.taskId(1));
  Object.assign(task ?? {}, { description: "long ".repeat(4_000) });

  const failed = (args: object) =>
    board.call(exportProject, { project: "WEB", ...args }).catch(String);
  const taken = await failed({ file: "web.json" });
  const ending = await failed({ file: "web.csv", format: "json" });
  const long = await failed({});

  expect(taken).toContain("is there already; nothing was written");
  expect(ending).toContain("must end in .json. Nothing was written.");
  expect(long).toContain("more than fit into an answer");
  expect(await readFile(join(folder.path, "web.json"), "utf8")).toBe("mine");
  expect(await readdir(folder.path)).toEqual(["web.json"]);
});
