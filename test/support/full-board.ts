import { addLabel } from "../sandbox/routes/labels.ts";
import { addTask } from "../sandbox/routes/tasks.ts";
import { type SmallBoard, startSmallBoard } from "./small-board.ts";
import type { ToolHarnessOptions } from "./tool-harness.ts";

/** WEB-1 to WEB-4 of the small board in to-do, and WEB-5 to WEB-9 with every field in use. */
export async function startFullBoard(options: ToolHarnessOptions = {}): Promise<SmallBoard> {
  const board = await startSmallBoard(options);
  const { data, people } = board.sandbox;
  const { projectId, workspaceId } = board;
  for (const name of ["bug", "ui"]) {
    addLabel(data, { name, color: "#fff", workspaceId, taskId: null });
  }
  const add = (title: string, status: string, fields: object = {}) =>
    addTask(data, projectId, { title, status, ...fields });
  const fix = add("Fix search", "in-progress", {
    priority: "high",
    userId: people.bob.id,
    dueDate: "2026-02-28T23:00:00.000Z",
  });
  const tell = add("Tell people", "done", {
    priority: "urgent",
    userId: people.alice.id,
    dueDate: "2026-03-01T22:59:59.999Z",
  });
  add("Some day", "planned", { priority: "low", description: "The SEARCH index" });
  add("Long ago", "archived", { dueDate: "2026-03-01T23:00:00.000Z" });
  add("Review it", "in-review", { priority: "medium" });
  for (const name of ["bug", "ui"]) {
    addLabel(data, { name, color: "#fff", workspaceId, taskId: fix.id });
  }
  addLabel(data, { name: "bug", color: "#fff", workspaceId, taskId: tell.id });
  return board;
}

/** The keys in an answer of list_tasks, in order. */
export function keysIn(answer: string): string[] {
  return [...answer.matchAll(/^(\S*-\d+) {2}/gm)].map(([, key = ""]) => key);
}
