import { z } from "zod";
import { KaneoMcpError } from "../errors.ts";
import type { Kaneo } from "../kaneo/client.ts";
import { oneLine } from "../kaneo/matching.ts";
import { fateOf } from "../kaneo/outcomes.ts";
import { type Change, changesOf, type TaskChanges } from "../kaneo/task-changes.ts";
import { findTask, type PlacedTask } from "../kaneo/task-finder.ts";
import type { Task } from "../kaneo/tasks.ts";
import { renderTaskLine } from "../text/task-line.ts";
import * as fields from "./fields.ts";
import { assertDatesInOrder, resolveChanges } from "./task-input.ts";
import { defineTool } from "./tool.ts";

interface ChangedTask {
  /** As the server has it now. */
  task: Task;
  /** The fields that were changed, in order. */
  changed: string[];
  /** The named fields that already had their value. */
  unchanged: string[];
}

export const updateTask = defineTool({
  name: "update_task",
  toolset: "tasks",
  title: "Update task",
  description:
    "Changes only the named fields of one task and shows its new state; the word none clears assignee, due, start or description. find and replace change one place of the description. project moves it there, which changes its key. For the same change to several tasks use update_tasks.",
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
  input: z.object({
    task: fields.task,
    title: fields.title.optional(),
    description: fields.description.describe("Markdown; replaces all of it").optional(),
    find: z.string().describe("Text that stands once in the description").optional(),
    replace: z.string().describe("What to put there").optional(),
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
  run: async ({ task: reference, ...args }, context) => {
    if (Object.values(args).every((value) => value === undefined)) {
      throw new KaneoMcpError("invalid_input", "Nothing to change: name at least one field.");
    }
    const { kaneo, timeZone } = context;
    const located = await findTask(kaneo, reference);
    const changes = await resolveChanges(kaneo, located, { ...args, calendar: context });
    const { start = located.task.start, due = located.task.due } = changes;
    const namesDates = changes.start !== undefined || changes.due !== undefined;
    if (namesDates) assertDatesInOrder({ start, due }, timeZone);
    return { before: located.task.key, ...(await changeTask(kaneo, located, changes)) };
  },
  text: ({ before, task, changed, unchanged }, { timeZone }) => {
    const moved = before === task.key ? "" : ` (was ${before})`;
    const what = changed.length === 0 ? "Nothing had to change" : `Changed ${changed.join(", ")}`;
    const same = unchanged.length === 0 ? "" : `; already so: ${unchanged.join(", ")}`;
    return `${what}${same}.\n${renderTaskLine(task, timeZone)}${moved}`;
  },
});

/**
 * Applies `wanted` one by one.
 *
 * @throws KaneoMcpError of the first change that fails, saying what was changed before it and what was not; and
 * "invalid_input" before any change for a project of another workspace.
 */
async function changeTask(
  kaneo: Kaneo,
  { task, project }: PlacedTask,
  wanted: TaskChanges,
): Promise<ChangedTask> {
  assertSameWorkspace({ task, project }, wanted);
  const changes = changesOf(wanted);
  const changed: string[] = [];
  const unchanged: string[] = [];
  let current = task;
  for (const [index, change] of changes.entries()) {
    if (change.isSo(current)) {
      unchanged.push(change.field);
      continue;
    }
    try {
      current = await change.send(kaneo, { task: current, project });
    } catch (error) {
      const left = changes.slice(index + 1).filter(({ isSo }) => !isSo(current));
      throw partly(error, { task: current, changed, failed: change, left });
    }
    changed.push(change.field);
  }
  return { task: current, changed, unchanged };
}

function assertSameWorkspace(
  { task, project }: PlacedTask,
  { project: destination }: TaskChanges,
): void {
  if (destination === undefined || destination.workspaceId === project.workspaceId) return;
  throw new KaneoMcpError(
    "invalid_input",
    `${task.key} cannot move to ${oneLine(destination.name)}, which is in another workspace. Nothing was changed.`,
    { hint: "Kaneo moves tasks only within a workspace. Create it anew there instead." },
  );
}

interface Progress {
  task: Task;
  changed: string[];
  failed: Change;
  left: Change[];
}

function partly(error: unknown, { task, changed, failed, left }: Progress): unknown {
  if (!(error instanceof KaneoMcpError)) return error;
  const fate = fateOf(error);
  const untried = [...(fate === "not tried" ? [failed] : []), ...left].map(({ field }) => field);
  const message = [
    `${task.key}, ${failed.field}: ${error.message}`,
    changed.length === 0 ? "Nothing was changed before." : `Changed before: ${changed.join(", ")}.`,
    fate === "uncertain" ? `Uncertain: ${failed.field}.` : "",
    fate === "failed" ? `Not changed: ${failed.field}.` : "",
    untried.length === 0 ? "" : `Not tried: ${untried.join(", ")}.`,
  ];
  return new KaneoMcpError(error.kind, message.filter((part) => part !== "").join(" "), {
    cause: error,
    ...(error.hint !== undefined && { hint: error.hint }),
  });
}
