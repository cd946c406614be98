/** Changes to one task by the narrowest endpoints: a full PUT clears what it leaves out (docs/kaneo.md, "Tasks"). */
import { type FailureKind, isFailure, KaneoMcpError } from "../errors.ts";
import type { Kaneo } from "./client.ts";
import { endpoint } from "./endpoint.ts";
import { projectsOf } from "./lists.ts";
import { oneLine } from "./matching.ts";
import {
  type Label,
  labelSchema,
  type Member,
  movedTaskSchema,
  type Project,
  type TaskRow,
  taskSchema,
} from "./schemas.ts";
import type { PlacedTask } from "./task-finder.ts";
import { carriesLabel, type Task, type TaskLabel } from "./tasks.ts";

/** What to change; an absent field stays, null clears. Everything is resolved: ids, slugs, ISO dates. */
export interface TaskChanges {
  assignee?: Member | null | undefined;
  title?: string | undefined;
  description?: string | undefined;
  priority?: string | undefined;
  start?: string | null | undefined;
  due?: string | null | undefined;
  /** Workspace labels. */
  addLabels?: readonly Label[] | undefined;
  removeLabels?: readonly Pick<Label, "name">[] | undefined;
  /** A status of `project` when that is given too. */
  status?: string | undefined;
  /** Where to move the task; its key changes with it. */
  project?: Project | undefined;
}

export interface ChangedTask {
  /** As the server has it now. */
  task: Task;
  /** The fields that were changed, in order. */
  changed: string[];
  /** The named fields that already had their value. */
  unchanged: string[];
}

/** One request of a change. */
interface Step {
  /** As a person calls what it changes. */
  field: string;
  isNeeded(task: Task): boolean;
  /** Gives the task as the server then has it. */
  send(kaneo: Kaneo, task: Task): Promise<Task>;
}

/**
 * Applies `changes` one by one: first the assignee, which a role most likely forbids, last the status or the move, which
 * tell others that all the rest is done.
 *
 * @throws KaneoMcpError of the first step that fails, saying what was changed before it and what was not; and
 * "invalid_input" before any change for a project of another workspace.
 */
export async function changeTask(
  kaneo: Kaneo,
  { task, project }: PlacedTask,
  changes: TaskChanges,
): Promise<ChangedTask> {
  assertSameWorkspace(task, project, changes.project);
  const steps = stepsOf(changes);
  const changed: string[] = [];
  const unchanged: string[] = [];
  let current = task;
  for (const [index, step] of steps.entries()) {
    if (!step.isNeeded(current)) {
      unchanged.push(step.field);
      continue;
    }
    try {
      current = await step.send(kaneo, current);
    } catch (error) {
      const left = steps.slice(index + 1).filter(({ isNeeded }) => isNeeded(current));
      throw partly(error, { task: current, changed, failed: step, left });
    }
    changed.push(step.field);
  }
  return { task: current, changed, unchanged };
}

function assertSameWorkspace(task: Task, source: Project, destination: Project | undefined): void {
  if (destination === undefined || destination.workspaceId === source.workspaceId) return;
  throw new KaneoMcpError(
    "invalid_input",
    `${task.key} cannot move to ${oneLine(destination.name)}, which is in another workspace. Nothing was changed.`,
    { hint: "Kaneo moves tasks only within a workspace. Create it anew there instead." },
  );
}

function stepsOf(changes: TaskChanges): Step[] {
  const { assignee, title, description, priority, start, due, status, project } = changes;
  const steps: (Step | undefined)[] = [
    assignee === undefined ? undefined : assigneeStep(assignee),
    title === undefined ? undefined : fieldStep("title", title),
    description === undefined ? undefined : fieldStep("description", description),
    priority === undefined ? undefined : fieldStep("priority", priority),
    // The start is checked against the due date that the task then has.
    due === undefined ? undefined : dueStep(due),
    start === undefined ? undefined : startStep(start),
    ...(changes.addLabels ?? []).map(addLabelStep),
    ...(changes.removeLabels ?? []).map(removeLabelStep),
    project === undefined ? undefined : moveStep(project),
    status === undefined ? undefined : fieldStep("status", status),
  ];
  return steps.filter((step) => step !== undefined);
}

function fieldStep(field: "title" | "description" | "priority" | "status", value: string): Step {
  const routes = {
    title: (id: string) => endpoint`/api/task/title/${id}`,
    description: (id: string) => endpoint`/api/task/description/${id}`,
    priority: (id: string) => endpoint`/api/task/priority/${id}`,
    status: (id: string) => endpoint`/api/task/status/${id}`,
  };
  return {
    field,
    isNeeded: (task) => task[field] !== value,
    send: async (kaneo, task) =>
      merge(task, await kaneo.put(routes[field](task.id), taskSchema, { [field]: value })),
  };
}

function assigneeStep(member: Member | null): Step {
  return {
    field: "assignee",
    isNeeded: (task) => task.assignee?.id !== member?.id,
    send: async (kaneo, task) => {
      const body = { userId: member?.id ?? null };
      const row = await kaneo.put(endpoint`/api/task/assignee/${task.id}`, taskSchema, body);
      return merge(task, row, member?.name);
    },
  };
}

function dueStep(due: string | null): Step {
  return {
    field: "due",
    isNeeded: (task) => task.due !== (due ?? undefined),
    send: async (kaneo, task) => {
      // Leaving dueDate out clears it; null is refused.
      const body = due === null ? {} : { dueDate: due };
      return merge(
        task,
        await kaneo.put(endpoint`/api/task/due-date/${task.id}`, taskSchema, body),
      );
    },
  };
}

/** The start date has no endpoint of its own: everything else is sent as it stands, and left out to stay empty. */
function startStep(start: string | null): Step {
  return {
    field: "start",
    isNeeded: (task) => task.start !== (start ?? undefined),
    send: async (kaneo, task) => {
      const path = endpoint`/api/task/${task.id}`;
      // Names were looked up since the task was read, and what others changed meanwhile must not be undone.
      const now = await kaneo.get(path, taskSchema);
      const current = merge(task, now, now.assigneeName);
      const row = await kaneo.put(path, taskSchema, {
        title: current.title,
        description: current.description,
        priority: current.priority,
        status: current.status,
        projectId: current.projectId,
        position: current.position,
        ...(current.assignee && { userId: current.assignee.id }),
        ...(current.due && { dueDate: current.due }),
        ...(start !== null && { startDate: start }),
      });
      return merge(current, row);
    },
  };
}

function addLabelStep(label: Label): Step {
  return {
    field: `label ${oneLine(label.name)}`,
    isNeeded: (task) => !carriesLabel(task, label.name),
    send: async (kaneo, task) => {
      const copy = await attachLabel(kaneo, task, label);
      return { ...task, labels: [...task.labels, copy] };
    },
  };
}

function removeLabelStep({ name }: Pick<Label, "name">): Step {
  return {
    field: `label ${oneLine(name)} (removed)`,
    isNeeded: (task) => carriesLabel(task, name),
    send: async (kaneo, task) => {
      const removed = await detachLabel(kaneo, task, name);
      return { ...task, labels: task.labels.filter((label) => !removed.includes(label)) };
    },
  };
}

function moveStep(project: Project): Step {
  return {
    field: "project",
    isNeeded: (task) => task.projectId !== project.id,
    send: async (kaneo, task) => {
      const { task: row } = await kaneo.put(endpoint`/api/task/move/${task.id}`, movedTaskSchema, {
        destinationProjectId: project.id,
      });
      // A task fewer here and one more there: task-finder.ts computes with these numbers.
      kaneo.forget(projectsOf(project.workspaceId));
      return {
        ...merge(task, row),
        projectId: project.id,
        number: row.number,
        key: `${project.slug}-${row.number}`,
      };
    },
  };
}

/** The answers of writes name the assignee only by id; the name is known from the change, or stays. */
function merge(task: Task, row: TaskRow, newName?: string): Task {
  const name = row.userId === task.assignee?.id ? task.assignee?.name : newName;
  return {
    ...task,
    title: row.title,
    description: row.description ?? "",
    status: row.status,
    priority: row.priority ?? "no-priority",
    start: row.startDate,
    due: row.dueDate,
    position: row.position ?? task.position,
    assignee: row.userId === undefined ? undefined : { id: row.userId, name },
  };
}

/** After these failures the change may have been saved all the same. */
const UNCERTAIN: FailureKind[] = ["outcome_unknown", "unexpected", "cancelled"];

function partly(
  error: unknown,
  {
    task,
    changed,
    failed,
    left,
  }: { task: Task; changed: string[]; failed: Step; left: readonly Step[] },
): unknown {
  if (!(error instanceof KaneoMcpError)) return error;
  const untouched = left.map(({ field }) => field);
  const isUncertain = UNCERTAIN.includes(error.kind);
  const message = [
    `${task.key}, ${failed.field}: ${error.message}`,
    sentence("Changed before", changed) || "Nothing was changed before.",
    sentence("Not certain", isUncertain ? [failed.field] : []),
    sentence("Not changed", isUncertain ? untouched : [failed.field, ...untouched]),
  ];
  return new KaneoMcpError(error.kind, message.filter((part) => part !== "").join(" "), {
    cause: error,
    ...(error.hint !== undefined && { hint: error.hint }),
  });
}

function sentence(what: string, fields: readonly string[]): string {
  return fields.length === 0 ? "" : `${what}: ${fields.join(", ")}.`;
}

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
