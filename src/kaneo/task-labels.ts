/** Labels on a task: Kaneo gives each task its own copies of the workspace's labels. */
import { isFailure } from "../errors.ts";
import type { Kaneo } from "./client.ts";
import { endpoint } from "./endpoint.ts";
import { oneLine } from "./matching.ts";
import { confirmed, confirmGone } from "./outcomes.ts";
import { type Label, labelSchema, list } from "./schemas.ts";
import type { Change } from "./task-changes.ts";
import type { PlacedTask } from "./task-finder.ts";
import { carriesLabel, type Task, type TaskLabel } from "./tasks.ts";

/** The change that puts a label on a task. */
export function addLabel(label: Label): Change {
  const isSo = (task: Task) => carriesLabel(task, label.name);
  return {
    field: `label ${oneLine(label.name)}`,
    isSo,
    told: () => `added label ${oneLine(label.name)}`,
    send: async (kaneo, placed) => {
      const copy = await attachLabel(kaneo, placed, label);
      return { ...placed.task, labels: [...placed.task.labels, copy] };
    },
  };
}

/** The change that takes a label off, also one that the workspace no longer has. */
export function removeLabel({ id, name }: Pick<Label, "id" | "name">): Change {
  const isSo = (task: Task) => !carriesLabel(task, name);
  return {
    field: `label ${oneLine(name)} (removed)`,
    isSo,
    told: () => `removed label ${oneLine(name)}`,
    bulk: { operation: "removeLabel", value: id },
    send: async (kaneo, { task }) => {
      const removed = await detachLabel(kaneo, task, name);
      return { ...task, labels: task.labels.filter((label) => !removed.includes(label)) };
    },
  };
}

/**
 * Puts a label on a task and gives the task's copy. `PUT /api/label/:id/task` would do the same on a new Kaneo, but takes
 * the label away from the workspace, or from another task, on one older than 2.12.2.
 */
export function attachLabel(
  kaneo: Kaneo,
  { task, project: { workspaceId } }: PlacedTask,
  { name, color }: Label,
): Promise<TaskLabel> {
  const body = { name, color, workspaceId, taskId: task.id };
  return kaneo.post(endpoint`/api/label`, labelSchema, body).then((answer) =>
    confirmed(answer, {
      what: `The label ${oneLine(name)}`,
      done: `added to ${task.key}`,
      fields: { name, taskId: task.id },
      look: async () => (await labelsOn(kaneo, task.id)).find((label) => label.name === name),
    }),
  );
}

/**
 * Takes the label called `name` off a task.
 *
 * @returns the copies removed; none when the task does not carry it.
 */
export async function detachLabel(kaneo: Kaneo, task: Task, name: string): Promise<TaskLabel[]> {
  const copies = task.labels.filter((label) => label.name === name);
  for (const copy of copies) {
    const path = endpoint`/api/label/${copy.id}/task`;
    const answer = await kaneo.delete(path, labelSchema).catch((error: unknown) => {
      if (isFailure(error, "not_found")) return copy;
      throw error;
    });
    await confirmGone(answer, {
      what: `The label ${oneLine(name)}`,
      done: `taken off ${task.key}`,
      id: copy.id,
      rows: () => labelsOn(kaneo, task.id),
    });
  }
  return copies;
}

/** A task's own copies of labels (`GET /api/label/task/:id`). */
export function labelsOn(kaneo: Kaneo, taskId: string): Promise<Label[]> {
  return kaneo.get(endpoint`/api/label/task/${taskId}`, labelList);
}

const labelList = list(labelSchema);
