import { type Activity, created, createId, type SandboxData, type Task } from "../sandbox/data.ts";
import { addActivity } from "../sandbox/events.ts";
import { addLabel } from "../sandbox/routes/labels.ts";
import { addRelation } from "../sandbox/routes/relations.ts";
import { taskIn } from "./scenario-state.ts";
import type { SmallBoard } from "./small-board.ts";

/** The row of WEB-`number`, live. */
export function taskRow({ sandbox, projectId }: SmallBoard, number: number): Task {
  return taskIn(sandbox, projectId, number);
}

/** A comment of bob's on WEB-`number`. */
export function commentOn(
  { sandbox, taskId }: SmallBoard,
  number: number,
  content: string,
): Activity {
  const of = { taskId: taskId(number), userId: sandbox.people.bob.id };
  return addActivity(sandbox.data, { ...of, type: "comment", content });
}

/** The names of the labels on WEB-`number`. */
export function labelsOn(board: SmallBoard, number: number): string[] {
  const labels = [...board.sandbox.data.labels.values()];
  return labels.filter(({ taskId }) => taskId === board.taskId(number)).map(({ name }) => name);
}

/** Makes labels of the workspace. */
export function addLabels({ sandbox, workspaceId }: SmallBoard, ...names: string[]): void {
  for (const name of names) {
    addLabel(sandbox.data, { name, color: "#fff", workspaceId, taskId: null });
  }
}

/** A column that somebody adds to a project, behind all others. */
export function addColumn(data: SandboxData, projectId: string, name: string): void {
  const [id, slug] = [createId(), name.toLowerCase()];
  const column = { id, projectId, name, slug, position: 99, icon: null, color: null };
  data.columns.set(id, { ...column, isFinal: false, ...created() });
}

/** Ties a task to an issue of a repository, as Kaneo does where it makes tasks from issues. */
export function tieTo(board: SmallBoard, number: number, url: string): void {
  const link = { id: createId(), taskId: board.taskId(number), integrationId: createId(), url };
  const issue = { resourceType: "issue", externalId: "7", title: "Crash", metadata: null };
  board.sandbox.data.externalLinks.set(link.id, { ...link, ...issue, ...created() });
}

/** WEB-1 with every field set. */
export function fillFirst(board: SmallBoard): Task {
  return Object.assign(taskRow(board, 1), {
    description: "Steps:\n\n1. Log in",
    priority: "high",
    userId: board.sandbox.people.bob.id,
    startDate: "2026-03-01T23:00:00.000Z",
    dueDate: "2026-03-20T23:00:00.000Z",
    position: 7,
  });
}

/** Relates WEB-`source` to WEB-`target`, as Kaneo calls it: of a subtask, the source is the parent. */
export function relate(
  board: SmallBoard,
  relationType: string,
  [source, target]: [number, number],
): void {
  const ends = { sourceTaskId: board.taskId(source), targetTaskId: board.taskId(target) };
  addRelation(board.sandbox.data, { relationType, ...ends });
}
