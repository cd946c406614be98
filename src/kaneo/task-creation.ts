import { reasonOf } from "../errors.ts";
import type { Kaneo } from "./client.ts";
import { endpoint } from "./endpoint.ts";
import { oneLine } from "./matching.ts";
import { link } from "./relations.ts";
import { type Label, type Member, type Project, taskSchema } from "./schemas.ts";
import { attachLabel } from "./task-changes.ts";
import type { PlacedTask } from "./task-finder.ts";
import { taskOf } from "./tasks.ts";

/** A task to create; everything is resolved: ids, slugs, ISO dates. */
export interface NewTask {
  project: Project;
  title: string;
  description: string;
  status: string;
  priority: string;
  assignee: Member | undefined;
  start: string | undefined;
  due: string | undefined;
  labels: readonly Label[];
}

/** A new task as the server has it. */
export interface CreatedTask extends PlacedTask {
  /** The key of the task that it is a subtask of. */
  parent?: string;
  /** What could not be added to it, in full sentences; the task exists all the same. */
  problems: string[];
}

/**
 * Creates a task, then hangs its labels on it.
 *
 * @throws KaneoMcpError when the task itself was not created.
 */
export async function createTask(kaneo: Kaneo, newTask: NewTask): Promise<CreatedTask> {
  return hangLabels(kaneo, await createBareTask(kaneo, newTask), newTask.labels);
}

/**
 * Creates a task without its labels.
 *
 * @throws KaneoMcpError when it was not created.
 */
export async function createBareTask(kaneo: Kaneo, newTask: NewTask): Promise<CreatedTask> {
  const { project, title, description, status, priority, assignee, start, due } = newTask;
  const row = await kaneo.post(endpoint`/api/task/${project.id}`, taskSchema, {
    title,
    description,
    status,
    priority,
    ...(start !== undefined && { startDate: start }),
    ...(due !== undefined && { dueDate: due }),
    ...(assignee !== undefined && { userId: assignee.id }),
  });
  const task = taskOf({ ...row, assigneeName: row.assigneeName ?? assignee?.name }, project);
  return { task, project, problems: [] };
}

/** Hangs labels on a new task; what fails joins its problems. */
export async function hangLabels(
  kaneo: Kaneo,
  created: CreatedTask,
  wanted: readonly Label[],
): Promise<CreatedTask> {
  const problems = [...created.problems];
  const labels = [];
  for (const label of wanted) {
    try {
      labels.push(await attachLabel(kaneo, created.task, label));
    } catch (error) {
      problems.push(`Label ${oneLine(label.name)} could not be added: ${reasonOf(error)}`);
    }
  }
  return { ...created, task: { ...created.task, labels }, problems };
}

/** Makes a new task a subtask of `parent`; when that fails, the failure joins its problems. */
export async function adopt(
  kaneo: Kaneo,
  created: CreatedTask,
  parent: PlacedTask,
): Promise<CreatedTask> {
  try {
    await link(kaneo, { task: created, kind: "subtask_of", other: parent });
    return { ...created, parent: parent.task.key };
  } catch (error) {
    const problem = `It could not be made a subtask of ${parent.task.key}: ${reasonOf(error)}`;
    return { ...created, problems: [...created.problems, problem] };
  }
}
