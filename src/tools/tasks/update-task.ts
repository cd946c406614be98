import { z } from "zod";
import { reworded } from "../../errors.ts";
import { mapConcurrently } from "../../kaneo/api/concurrency.ts";
import type { Kaneo } from "../../kaneo/api/kaneo.ts";
import { fateOf, reasonOf } from "../../kaneo/api/outcomes.ts";
import { leftBy } from "../../kaneo/relations/blockers.ts";
import { type Applied, applyChanges, type Difference } from "../../kaneo/tasks/apply-changes.ts";
import type { TaskChanges } from "../../kaneo/tasks/changes.ts";
import { findTask, type LocatedTask, type PlacedTask } from "../../kaneo/tasks/find.ts";
import { isClosed, type Task } from "../../kaneo/tasks/task.ts";
import { renderDifference, renderMade, renderOldText } from "../../text/task-changes.ts";
import { keysOf, renderPastDue, renderTaskLine } from "../../text/task-line.ts";
import { stacked } from "../../text/text.ts";
import { inline, quoted } from "../../untrusted.ts";
import * as fields from "../fields.ts";
import { findNamed, linksIn, relationFields } from "../relations.ts";
import { defineTool, type ToolContext } from "../tool.ts";
import { assertDatesInOrder, resolveChanges } from "./task-arguments.ts";

export const updateTask = defineTool({
  name: "update_task",
  toolset: "tasks",
  description:
    "Changes only the named fields of one task, given as in create_task; none clears assignee, due, start, parent or description. Shows old → new and what it unblocked. unlink_tasks takes relations away. For several use update_tasks.",
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false },
  // A comment is there twice, and what find fitted may fit once more.
  doubles: ({ comment, find }) => (comment ?? find) !== undefined,
  isAlwaysLoaded: true,
  input: z.object({
    task: fields.task,
    title: fields.text.optional(),
    description: fields.description.describe("Markdown; replaces all of it").optional(),
    ...fields.replacing,
    find: fields.replacing.find.describe("Part of the description to replace"),
    ...fields.ofTask,
    status: fields.status.optional(),
    add_labels: fields.names.optional(),
    remove_labels: fields.names.optional(),
    ...relationFields,
    project: fields.text.describe("To move it to; changes its key").optional(),
    place: fields.text.describe("top, bottom, before or after WEB-3").optional(),
    comment: fields.prose.optional(),
  }),
  alsoRead: { due_date: "due", start_date: "start" },
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
    parent: "WEB-1",
    blocks: ["WEB-2"],
    place: "top",
    comment: "Fresh comment",
  },
  run: async ({ task: reference, ...args }, context) => {
    fields.assertAnyGiven(args);
    const { kaneo, timeZone } = context;
    const [located, linkTo] = await Promise.all([
      findTask(kaneo, reference),
      findNamed(kaneo, linksIn(args)),
    ]);
    const changes = await resolveChanges(kaneo, located, { ...args, linkTo, calendar: context });
    assertDatesInOrder(changes, timeZone, located.task);
    const applied = await changeTask(context, located, changes);
    const closed = await tellClosed(kaneo, [{ located, now: applied.task }]);
    return { ...applied, closed, workspaceId: located.project.workspaceId };
  },
  page: ({ task, workspaceId }) => {
    return { task, project: { id: task.projectId, workspaceId }, mayAsk: false };
  },
  text: ({ task, changed, unchanged, closed }, calendar) => {
    const { timeZone } = calendar;
    const told = tellChanged(changed, timeZone);
    const what = told === "" ? "Nothing had to change" : `Changed: ${told}`;
    const same = unchanged.length === 0 ? "" : `; already so: ${unchanged.join(", ")}`;
    return stacked([
      `${what}${same}.`,
      renderTaskLine(task, timeZone),
      renderPastDue(newDue(task, changed), calendar),
      ...closed,
      ...renderOldText(changed),
    ]);
  },
});

/** The due date that a change gave, with the key by which the task is known now. */
export function newDue({ key }: Task, changed: readonly Difference[]) {
  return changed.flatMap(({ field, after }) => (field === "due" ? { key, due: after.due } : []));
}

function tellChanged(changed: Applied["changed"], timeZone: string): string {
  return changed.map((one) => `${renderDifference(one, timeZone)}${renderMade(one)}`).join("; ");
}

/**
 * `WEB-7 "Launch" is no longer blocked.`, for each task that waited for one that was closed just now, and
 * `Still open below WEB-1: WEB-2.`, for each that has subtasks.
 */
export async function tellClosed(
  kaneo: Kaneo,
  changed: readonly { located: LocatedTask; now: Task }[],
): Promise<string[]> {
  const closed = changed.filter(({ located: { task, columns }, now }) => {
    return isClosed(now.status, columns) && !isClosed(task.status, columns);
  });
  try {
    const left = await mapConcurrently(
      closed.slice(0, MOST_CLOSED),
      async ({ located, now }) => ({ now, ...(await leftBy(kaneo, located)) }),
      2,
    );
    const once = new Map(left.flatMap(({ freed }) => freed).map((task) => [task.id, task]));
    const rest = closed.length - MOST_CLOSED;
    return [
      ...[...once.values()].map(
        ({ key, title }) => `${key} ${quoted(title, 80)} is no longer blocked.`,
      ),
      ...left
        .filter(({ subtasks }) => subtasks.length > 0)
        .map(
          ({ now, subtasks }) => `${keysOf(`Still open below ${inline(now.key, 60)}:`, subtasks)}.`,
        ),
      ...(rest > 0
        ? [
            `What waited for the last ${rest} of the ${closed.length} closed, or is below them, was not looked at.`,
          ]
        : []),
    ];
  } catch (error) {
    return [`What waited for it could not be read: ${reasonOf(error)}`];
  }
}

const MOST_CLOSED = 10;

/**
 * Applies `wanted` one by one.
 *
 * @throws KaneoMcpError of the first change that fails, saying what was changed before it and what was not.
 */
export async function changeTask(
  { kaneo, timeZone }: Pick<ToolContext, "kaneo" | "timeZone">,
  placed: PlacedTask,
  wanted: TaskChanges,
): Promise<Applied> {
  const applied = await applyChanges(kaneo, placed, { wanted });
  const { task, changed, failed } = applied;
  if (failed === undefined) return applied;
  const { change, error, left } = failed;
  const fate = fateOf(error);
  const untried = [...(fate === "not tried" ? [change] : []), ...left].map(({ field }) => field);
  const message = [
    `${task.key}, ${change.field}: ${error.message}`,
    changed.length === 0
      ? "Nothing was changed before."
      : `Changed before: ${tellChanged(changed, timeZone)}.`,
    fate === "uncertain" && `Uncertain: ${change.field}.`,
    fate === "failed" && `Not changed: ${change.field}.`,
    untried.length > 0 && `Not tried: ${untried.join(", ")}.`,
  ];
  const told = message.filter(Boolean).join(" ");
  throw reworded(error, stacked([told, ...renderOldText(changed)]));
}
