/** Labels on a task: Kaneo gives each task its own copies of the workspace's labels. */
import { isFailure } from "../errors.ts";
import type { Kaneo } from "./client.ts";
import { endpoint } from "./endpoint.ts";
import { type Label, labelSchema } from "./schemas.ts";
import type { Task, TaskLabel } from "./tasks.ts";

/**
 * Puts a label on a task and gives the task's copy; a label that it carries already stays.
 *
 * @param label A workspace label: with another task's copy Kaneo would take the label off that task.
 */
export function attachLabel(kaneo: Kaneo, task: Task, label: Label): Promise<TaskLabel> {
  return kaneo.put(endpoint`/api/label/${label.id}/task`, labelSchema, { taskId: task.id });
}

/**
 * Takes the label called `name` off a task.
 *
 * @returns the copies removed; none when the task does not carry it.
 */
export async function detachLabel(kaneo: Kaneo, task: Task, name: string): Promise<TaskLabel[]> {
  const copies = task.labels.filter((label) => label.name === name);
  for (const { id } of copies) {
    await kaneo.delete(endpoint`/api/label/${id}/task`, labelSchema).catch((error: unknown) => {
      if (!isFailure(error, "not_found")) throw error;
    });
  }
  return copies;
}
