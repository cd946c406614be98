/** A write of a task's row, believed when it shows. */
import type { Endpoint, Kaneo } from "../api/kaneo.ts";
import { confirmed } from "../api/outcomes.ts";
import { type TaskRow, taskSchema } from "../api/schemas.ts";
import { fieldsOf, rowNow, type Task } from "./task.ts";

/** What is sent for a change, and by what it shows. */
export interface Sending {
  field: string;
  path: Endpoint;
  body: unknown;
  isSo(task: Task): boolean;
  /** The answers of writes name the assignee only by id. */
  assigneeName?: string | undefined;
}

/** Gives the task as it then is, and when Kaneo saved it. */
export async function save(
  kaneo: Kaneo,
  task: Task,
  { field, path, body, isSo, assigneeName }: Sending,
) {
  const row = await confirmed(await kaneo.put(path, taskSchema, body), {
    what: `The ${field} of ${task.key}`,
    fields: { id: task.id },
    isSo: (answer) => isSo(merge(task, answer)),
    look: () => rowNow(kaneo, task.id),
  });
  return { task: merge(task, row, assigneeName), savedAt: row.updatedAt };
}

/** The answers of writes name the assignee only by id; the name is known from the change, or stays. */
export function merge(task: Task, row: TaskRow, newName?: string): Task {
  const name = row.userId === task.assignee?.id ? task.assignee?.name : newName;
  return {
    ...task,
    ...fieldsOf(row),
    position: row.position ?? task.position,
    assignee: row.userId === undefined ? undefined : { id: row.userId, name },
  };
}
