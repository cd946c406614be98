import { z } from "zod";
import { KaneoMcpError } from "../errors.ts";
import type { Kaneo } from "../kaneo/client.ts";
import { endpoint } from "../kaneo/endpoint.ts";
import { columnsOf, projectsOf } from "../kaneo/lists.ts";
import { fold } from "../kaneo/matching.ts";
import { findProject } from "../kaneo/references.ts";
import { type Project, taskSchema } from "../kaneo/schemas.ts";
import { type ChangedTask, changeTask, type TaskChanges } from "../kaneo/task-changes.ts";
import {
  adopt,
  type CreatedTask,
  createTask as create,
  type NewTask,
} from "../kaneo/task-creation.ts";
import { findTask, type LocatedTask, type PlacedTask } from "../kaneo/task-finder.ts";
import { renderCreated, renderTaskLine } from "../text/task-line.ts";
import { inline } from "../text/untrusted.ts";
import * as fields from "./fields.ts";
import { assertDatesInOrder, resolveArguments, resolveLabels, resolveText } from "./task-input.ts";
import { defineTool } from "./tool.ts";

/** What a new task can have, besides its project. */
export const newTaskFields = {
  title: fields.title,
  description: fields.description.optional(),
  status: fields.status
    .describe("Column slug or name, or planned; the first column if left out")
    .optional(),
  priority: fields.priority.optional(),
  assignee: fields.assignee.optional(),
  due: fields.date.optional(),
  start: fields.date.optional(),
  labels: fields.labels.optional(),
};

type NewTaskArguments = z.output<z.ZodObject<typeof newTaskFields>>;

/** Resolves the words of a new task in its project. */
export async function resolveNewTask(
  kaneo: Kaneo,
  args: NewTaskArguments,
  { project, timeZone }: { project: Project; timeZone: string },
): Promise<NewTask> {
  const [resolved, labels, columns] = await Promise.all([
    resolveArguments(kaneo, args, { project, timeZone }),
    resolveLabels(kaneo, project, args.labels),
    args.status === undefined ? kaneo.kept(columnsOf(project.id)) : [],
  ]);
  const status = resolved.status ?? columns[0]?.slug ?? "planned";
  const { start, due } = resolved;
  assertDatesInOrder({ start, due }, timeZone);
  return {
    project,
    title: args.title,
    description: resolveText(args.description) ?? "",
    status,
    priority: args.priority ?? "no-priority",
    assignee: resolved.assignee ?? undefined,
    start: start ?? undefined,
    due: due ?? undefined,
    labels,
  };
}

/**
 * Kaneo relates only tasks of one workspace, and says so after the task was created.
 *
 * @throws KaneoMcpError "invalid_input"; nothing was created.
 */
export function assertCanBeParent({ task, project }: PlacedTask, { workspaceId }: Project): void {
  if (project.workspaceId === workspaceId) return;
  throw new KaneoMcpError(
    "invalid_input",
    `${task.key} is in another workspace, so it can be no parent here. Nothing was created.`,
  );
}

const createTask = defineTool({
  name: "create_task",
  toolset: "tasks",
  title: "Create task",
  description:
    "Creates one task and gives its key; for several use create_tasks. Labels must exist: create_label makes them.",
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false },
  input: z.object({
    project: fields.projectOrDefault,
    ...newTaskFields,
    parent: fields.task.describe("Key, id or URL of the task that this is a subtask of").optional(),
  }),
  example: {
    project: "WEB",
    title: "Fresh task",
    status: "in-progress",
    assignee: "me",
    due: "2026-10-01",
    labels: ["bug", "search"],
    parent: "WEB-1",
  },
  run: async ({ project: reference, parent, ...args }, { kaneo, timeZone }) => {
    const [project, above] = await Promise.all([
      findProject(kaneo, { project: reference }),
      parent === undefined ? undefined : findTask(kaneo, parent),
    ]);
    const newTask = await resolveNewTask(kaneo, args, { project, timeZone });
    if (above !== undefined) assertCanBeParent(above, project);
    const created = await create(kaneo, newTask);
    return above === undefined ? created : adopt(kaneo, created, above);
  },
  text: (created: CreatedTask, { timeZone }) =>
    `Created ${renderCreated(created, timeZone).join("\n")}`,
});

const updateTask = defineTool({
  name: "update_task",
  toolset: "tasks",
  title: "Update task",
  description:
    "Changes only the named fields of one task and shows its new state; the word none clears assignee, due, start or description. project moves it there, which changes its key. For the same change to several tasks use update_tasks.",
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
  input: z.object({
    task: fields.task,
    title: fields.title.optional(),
    description: fields.description.describe("Markdown; replaces all of it").optional(),
    status: fields.status.optional(),
    priority: fields.priority.optional(),
    assignee: fields.assignee.optional(),
    due: fields.clearableDate.optional(),
    start: fields.clearableDate.optional(),
    add_labels: fields.labels.optional(),
    remove_labels: fields.labels.optional(),
    project: fields.project.describe("Project to move it to: slug, name, id or URL").optional(),
  }),
  example: {
    task: "WEB-4",
    title: "Changed task",
    status: "done",
    priority: "low",
    assignee: "me",
    due: "2026-10-01",
    start: "2026-09-01",
    add_labels: ["search"],
    remove_labels: ["bug"],
  },
  run: async ({ task: reference, ...args }, { kaneo, timeZone }) => {
    if (Object.values(args).every((value) => value === undefined)) {
      throw new KaneoMcpError("invalid_input", "Nothing to change: name at least one field.");
    }
    const located = await findTask(kaneo, reference);
    const changes = await resolveChanges(kaneo, located, { ...args, timeZone });
    return { before: located.task.key, ...(await changeTask(kaneo, located, changes)) };
  },
  text: renderChange,
});

interface ChangeArguments {
  title?: string | undefined;
  description?: string | undefined;
  status?: string | undefined;
  priority?: string | undefined;
  assignee?: string | undefined;
  due?: string | undefined;
  start?: string | undefined;
  add_labels?: string[] | undefined;
  remove_labels?: string[] | undefined;
  project?: string | undefined;
  timeZone: string;
}

async function resolveChanges(
  kaneo: Kaneo,
  { project, task, columns }: LocatedTask,
  { timeZone, ...args }: ChangeArguments,
): Promise<TaskChanges> {
  const destination =
    args.project === undefined ? project : await findProject(kaneo, { project: args.project });
  const isMove = destination.id !== project.id;
  const scope = { project: destination, timeZone, columns: isMove ? undefined : columns };
  const [resolved, addLabels, removeLabels] = await Promise.all([
    resolveArguments(kaneo, args, scope),
    resolveLabels(kaneo, project, args.add_labels),
    labelsToRemove(kaneo, { task, project }, args.remove_labels),
  ]);
  const { start = task.start, due = task.due } = resolved;
  const namesDates = resolved.start !== undefined || resolved.due !== undefined;
  if (namesDates) assertDatesInOrder({ start, due }, timeZone);
  return {
    ...resolved,
    title: args.title,
    description: resolveText(args.description),
    priority: args.priority,
    addLabels,
    removeLabels,
    project: args.project === undefined ? undefined : destination,
  };
}

/** Labels that hang on the task, also those that the workspace no longer has. */
async function labelsToRemove(
  kaneo: Kaneo,
  { task, project }: PlacedTask,
  references: readonly string[] = [],
): Promise<{ name: string }[]> {
  const carried = task.labels.map(({ name }) => name);
  const resolved = references.map(async (reference) => {
    const name =
      carried.find((candidate) => candidate === reference) ??
      carried.find((candidate) => fold(candidate) === fold(reference));
    return name === undefined ? resolveLabels(kaneo, project, [reference]) : [{ name }];
  });
  return (await Promise.all(resolved)).flat();
}

function renderChange(
  { before, task, changed, unchanged }: ChangedTask & { before: string },
  { timeZone }: { timeZone: string },
): string {
  const moved = before === task.key ? "" : ` (was ${before})`;
  const what = changed.length === 0 ? "Nothing had to change" : `Changed ${changed.join(", ")}`;
  const same = unchanged.length === 0 ? "" : `; already so: ${unchanged.join(", ")}`;
  return `${what}${same}.\n${renderTaskLine(task, timeZone)}${moved}`;
}

const deleteTask = defineTool({
  name: "delete_task",
  toolset: "tasks",
  title: "Delete task",
  description:
    "Deletes a task for good, with its comments and time entries. To put it away instead, use update_task with status archived.",
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
  input: z.object({
    task: fields.task,
    confirm_title: fields.title.describe("Its exact title, as get_task or list_tasks shows it"),
  }),
  example: { task: "WEB-6", confirm_title: "Dark mode contrast" },
  run: async ({ task: reference, confirm_title }, { kaneo }) => {
    const { task, project } = await findTask(kaneo, reference);
    if (fold(confirm_title) !== fold(task.title)) {
      throw new KaneoMcpError(
        "invalid_input",
        `${task.key} is titled "${inline(task.title, 500)}", not "${inline(confirm_title)}". Nothing was deleted.`,
        { hint: "Make sure that it is the right task, then repeat with its title." },
      );
    }
    await kaneo.delete(endpoint`/api/task/${task.id}`, taskSchema);
    // The number of tasks is what keys are resolved with.
    kaneo.forget(projectsOf(project.workspaceId));
    return task;
  },
  text: (task) => `Deleted ${task.key}  ${inline(task.title)}`,
});

export const taskWriteTools = [createTask, updateTask, deleteTask];
