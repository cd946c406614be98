/** Relations that lead out of an export of ours: to tasks that may be there, where it is read. */
import { expect, test } from "vitest";
import { allTools } from "../../src/tools/index.ts";
import { addProject } from "../sandbox/routes/projects.ts";
import { addTask } from "../sandbox/routes/tasks.ts";
import { addWorkspace, startSmallBoard } from "../support/small-board.ts";
import { toolNamed } from "../support/tool-named.ts";
import { importedTo } from "./imported.ts";

const importTasks = toolNamed(allTools, "import_tasks");

function exportOf(instance: string, parent: string): string {
  const tasks = [{ key: "OLD-1", title: "Below", parent: [parent] }];
  return JSON.stringify({ format: "kaneo-mcp tasks 1", instance, tasks });
}

test("a key of this very instance is the task there", async () => {
  await using board = await startSmallBoard();
  const text = exportOf(board.sandbox.url, "WEB-1");

  await board.call(importTasks, { project: "WEB", text });

  const [relation] = board.sandbox.data.relations.values();
  expect(relation).toMatchObject({ sourceTaskId: board.taskId(1), relationType: "subtask" });
});

test("a key of another instance is no task here, though one has that key", async () => {
  await using board = await startSmallBoard();
  const text = exportOf("https://elsewhere.example.org", "WEB-1");

  const answer = await board.call(importTasks, { project: "WEB", text });

  expect(answer).toContain("Relations to tasks that are not there: OLD-1 subtask of WEB-1.");
  expect(importedTo(board)).toHaveLength(1);
  expect(board.sandbox.data.relations.size).toBe(0);
});

test("a task of another workspace is not there, since Kaneo relates none to it", async () => {
  await using board = await startSmallBoard();
  const { data, url } = board.sandbox;
  const workspaceId = addWorkspace(board, "Second");
  const far = addProject(data, { name: "Far", slug: "FAR", icon: "Globe", workspaceId });
  addTask(data, far.id, { title: "Far task", status: "to-do" });

  const answer = await board.call(importTasks, { project: "WEB", text: exportOf(url, "FAR-1") });

  expect(answer).toContain("Relations to tasks that are not there: OLD-1 subtask of FAR-1.");
  expect(answer).not.toContain("Created, but not all of it");
});
