/** From the words in a call's arguments to what Kaneo takes. */
import { KaneoMcpError } from "../../errors.ts";
import { type Kaneo, keptOrFresh } from "../../kaneo/api/kaneo.ts";
import { resolveAll } from "../../kaneo/api/outcomes.ts";
import { columnsOf, type Label, type Member, type Project } from "../../kaneo/api/schemas.ts";
import { type Calendar, readDate, shiftDate } from "../../kaneo/dates/read-dates.ts";
import { findLabels } from "../../kaneo/labels.ts";
import { findMember } from "../../kaneo/members.ts";
import { withMentions } from "../../kaneo/mentions.ts";
import { fold, matchesOf, splitNames } from "../../kaneo/names/matching.ts";
import { findDestination } from "../../kaneo/projects/find.ts";
import { relationChanges } from "../../kaneo/relations/changes.ts";
import type { Change, TaskChanges } from "../../kaneo/tasks/changes.ts";
import { findTask, type LocatedTask, type PlacedTask } from "../../kaneo/tasks/find.ts";
import { type ColumnPlace, changePlace } from "../../kaneo/tasks/place.ts";
import { type Replacement, replaceIn } from "../../kaneo/tasks/replace.ts";
import {
  matchStatus,
  OFF_BOARD,
  type Status,
  type Task,
  unknownStatus,
} from "../../kaneo/tasks/task.ts";
import { renderDate } from "../../text/dates.ts";
import { inline } from "../../untrusted.ts";
import { changeByComment } from "../comments.ts";
import { isNobody, isNone, textToStore } from "../fields.ts";
import { type LinkTo, type RelationArguments, wantedRelations } from "../relations.ts";

type Words<Name extends string> = { [Key in Name]?: string | undefined };

/** The arguments that create and update share. */
type TaskArguments = Words<"status" | "assignee" | "due" | "start">;

/** What can be changed of a task that exists. */
export type ChangeArguments = TaskArguments &
  RelationArguments &
  Words<"title" | "description" | "find" | "replace" | "priority" | "project" | "place"> &
  Words<"comment" | "shift"> & {
    add_labels?: string[] | undefined;
    remove_labels?: string[] | undefined;
  };

interface TaskScope {
  project: Project;
  /** The project's columns where they were just read; without them they are looked up. */
  columns?: readonly Status[] | undefined;
  calendar: Calendar;
}

/**
 * Resolves status, assignee and dates, concurrently; null means none.
 *
 * @throws KaneoMcpError "not_found", "ambiguous" or "invalid_input", with what would be valid.
 */
export async function resolveArguments(
  kaneo: Kaneo,
  { status, assignee, due, start }: TaskArguments,
  scope: TaskScope,
): Promise<Pick<TaskChanges, keyof TaskArguments>> {
  const { calendar } = scope;
  const [dueDate, startDate, statusSlug, member] = await resolveAll([
    resolveDate(due, calendar),
    resolveDate(start, calendar),
    findStatus(kaneo, scope, status),
    resolveAssignee(kaneo, scope.project, assignee),
  ]);
  return { due: dueDate, start: startDate, status: statusSlug, assignee: member };
}

/**
 * Resolves the words of a change to a task.
 *
 * @throws KaneoMcpError as {@link resolveArguments}, and "invalid_input" when `find` does not fit exactly once.
 */
export async function resolveChanges(
  kaneo: Kaneo,
  located: LocatedTask,
  given: ChangeArguments & {
    calendar: Calendar;
    /** Whose relations name tasks looks them up before. */
    linkTo?: LinkTo;
    /** Whether find fits every place, of the title, too. */
    everywhere?: boolean;
  },
): Promise<TaskChanges> {
  const { calendar, linkTo, everywhere = false, ...args } = given;
  const { project, task, columns } = located;
  const { inDescription, inTitle } = replacementsIn(task, args, everywhere);
  const destination =
    args.project === undefined ? project : await findDestination(kaneo, args.project, located);
  const isMove = destination.id !== project.id;
  const scope = { project: destination, calendar, columns: isMove ? undefined : columns };
  const [resolved, addLabels, removeLabels] = await resolveAll([
    resolveArguments(kaneo, args, scope),
    findLabels(kaneo, project.workspaceId, args.add_labels),
    labelsToRemove(kaneo, { task, project }, args.remove_labels),
  ]);
  assertNotEarlier(task, { args, dates: resolved });
  const isOnBoard = !OFF_BOARD.includes(task.status);
  // Kaneo's move brings what is on no board into a column.
  const status = resolved.status ?? (isMove && isOnBoard ? undefined : task.status);
  const last: Change[] = [];
  if (args.place !== undefined) {
    const there = { id: task.id, projectId: destination.id, status };
    const place = await resolvePlace(kaneo, args.place, there);
    last.push(changePlace(place, { isNewHere: isMove || status !== task.status }));
  }
  if (args.comment !== undefined)
    last.push(changeByComment(await withMentions(kaneo, project.workspaceId, args.comment)));
  const relations =
    linkTo && (await relationChanges(kaneo, located, wantedRelations(args, linkTo)));
  const remake = (of: Task) => ({
    ...shiftedDates(of, args, calendar),
    ...(inTitle && { title: replaceIn(of.title, inTitle) }),
  });
  return {
    ...resolved,
    status: isMove ? status : resolved.status,
    title: args.title,
    ...remake(task),
    remake: (args.shift ?? inTitle) === undefined ? undefined : remake,
    replacement: inDescription,
    description: textToStore(args.description),
    priority: args.priority,
    addLabels,
    removeLabels,
    relations,
    project: args.project === undefined ? undefined : destination,
    last,
  };
}

/**
 * @throws KaneoMcpError "invalid_input" for `+1 week` that would bring a date forward: it counts from today, as all such words do,
 *   and who writes it means that date's own week later.
 */
function assertNotEarlier(
  task: Task,
  { args, dates }: { args: ChangeArguments; dates: Pick<TaskChanges, "due" | "start"> },
): void {
  for (const field of ["due", "start"] as const) {
    const said = args[field] ?? "";
    const isEarlier = said.startsWith("+") && dates[field] && dates[field] < (task[field] ?? "");
    if (!isEarlier) continue;
    const why = `${field} "${inline(said)}" counts from today, and would be earlier than the ${field} date of ${task.key}. Nothing was changed.`;
    throw new KaneoMcpError("invalid_input", why, {
      hint: "shift of update_tasks moves a date from where it is; where the earlier day is meant, give that day.",
    });
  }
}

/** Both dates where there is a shift. @throws KaneoMcpError "invalid_input" beside dates, otherwise as {@link shiftDate}. */
export function shiftedDates(
  task: Pick<Task, "start" | "due">,
  { shift, start, due }: Words<"shift" | "start" | "due">,
  calendar: Calendar,
) {
  if (shift === undefined) return {};
  if (start !== undefined || due !== undefined) {
    const message = "Give either shift or the dates themselves. Nothing was changed.";
    throw new KaneoMcpError("invalid_input", message);
  }
  const move = (date: string | undefined) => date && shiftDate(date, shift, calendar);
  return { start: move(task.start), due: move(task.due) };
}

/** @throws KaneoMcpError "invalid_input" for other words, for the task itself, and for one that will not be in the same column. */
async function resolvePlace(
  kaneo: Kaneo,
  said: string,
  { id, projectId, status }: { id: string; projectId: string; status: string | undefined },
): Promise<ColumnPlace> {
  const end = ENDS.find((one) => one === said.toLowerCase());
  if (end !== undefined) return { where: end };
  const [, side = "", reference] = /^(before|after)\b\s*(\S.*)$/is.exec(said) ?? [];
  const where = SIDES.find((one) => one === side.toLowerCase());
  if (where === undefined || reference === undefined) {
    throw new KaneoMcpError("invalid_input", `The place "${inline(said)}" is not understood.`, {
      hint: "Say top, bottom, before WEB-3 or after WEB-3.",
    });
  }
  const { task: anchor } = await findTask(kaneo, reference);
  if (anchor.id === id) {
    const message = `${anchor.key} cannot be placed ${where} itself. Nothing was changed.`;
    throw new KaneoMcpError("invalid_input", message);
  }
  if (anchor.projectId === projectId && (status === undefined || anchor.status === status)) {
    return { where, anchor };
  }
  const why = `${anchor.key} is in ${anchor.status}, which is not the task's column. Nothing was changed.`;
  throw new KaneoMcpError("invalid_input", why, {
    hint: `Give status ${anchor.status} along with place, and project if that is another one.`,
  });
}

const ENDS = ["top", "bottom"] as const;
const SIDES = ["before", "after"] as const;

/** What find and replace mean for a task: the one place of its description, which must be there, or all of them, in its title, too. */
function replacementsIn(
  task: Task,
  { find, replace, description }: ChangeArguments,
  isEverywhere: boolean,
): { inDescription?: Replacement | undefined; inTitle?: Replacement | undefined } {
  // Clients fill what they leave out; with find, an empty replace takes the part out.
  if (find === undefined && !replace) return {};
  if (find === undefined || replace === undefined || description !== undefined) {
    const why = "Give find and replace together, without description.";
    throw new KaneoMcpError("invalid_input", why, {
      hint: "find is a part of the description, replace what is put there; empty takes the part out.",
    });
  }
  const replacement = { find, replace: textToStore(replace) ?? "", isEverywhere };
  if (!isEverywhere) {
    replaceIn(task.description, replacement);
    return { inDescription: replacement };
  }
  const fitting = (text: string) =>
    replaceIn(text, replacement) === text ? undefined : replacement;
  return { inDescription: fitting(task.description), inTitle: fitting(task.title) };
}

/** Labels that hang on the task, also those that the workspace no longer has. */
async function labelsToRemove(
  kaneo: Kaneo,
  { task, project }: PlacedTask,
  references: readonly string[] = [],
): Promise<Pick<Label, "id" | "name">[]> {
  const carried = (reference: string) =>
    matchesOf(task.labels, reference, { names: [({ id }) => id, ({ name }) => name] })[0];
  const isCarried = (reference: string) => carried(reference) !== undefined;
  const resolved = splitNames(references, isCarried).map(async (reference) => {
    const label = carried(reference);
    return label === undefined ? findLabels(kaneo, project.workspaceId, [reference]) : [label];
  });
  return (await Promise.all(resolved)).flat();
}

/**
 * Why Kaneo should not have the dates that a task, or one that is new, would then have: it refuses them on some routes and
 * stores them on others. Undefined when it may, and when none of them changes.
 */
export function reasonAgainstDates(
  wanted: Pick<TaskChanges, "start" | "due">,
  timeZone: string,
  task: Partial<Task> = {},
): string | undefined {
  const { start = task.start, due = task.due } = wanted;
  const isChanged = wanted.start !== undefined || wanted.due !== undefined;
  if (!isChanged || !start || !due || start <= due) return undefined;
  return `would start ${renderDate(start, timeZone)}, after it is due ${renderDate(due, timeZone)}`;
}

/** @throws KaneoMcpError "invalid_input" when the task would start after it is due; nothing was changed. */
export function assertDatesInOrder(...dates: Parameters<typeof reasonAgainstDates>): void {
  const reason = reasonAgainstDates(...dates);
  if (reason === undefined) return;
  throw new KaneoMcpError("invalid_input", `The task ${reason}. Nothing was saved.`, {
    hint: "Give both start and due in order, or none for one of them.",
  });
}

async function findStatus(
  kaneo: Kaneo,
  { project, columns = [] }: TaskScope,
  reference: string | undefined,
): Promise<string | undefined> {
  if (reference === undefined) return undefined;
  const known = matchStatus(columns, reference);
  if (known !== undefined) return known.slug;
  const list = columnsOf(project.id);
  const found = await keptOrFresh(kaneo, async (now) =>
    matchStatus(await now.kept(list), reference),
  );
  if (found === undefined) throw unknownStatus(await kaneo.kept(list), reference, project.name);
  return found.slug;
}

async function resolveAssignee(
  kaneo: Kaneo,
  { workspaceId }: Project,
  reference: string | undefined,
): Promise<Member | null | undefined> {
  if (reference === undefined) return undefined;
  if (isNobody(reference)) return null;
  // Kaneo takes anybody, also who left.
  const now = fold(reference) === "me" ? kaneo : kaneo.asOf("lately");
  return findMember(now, [workspaceId], reference);
}

/** Rejects instead of throwing, so that what else is wrong is told, too. */
async function resolveDate(text: string | undefined, calendar: Calendar) {
  if (text === undefined) return undefined;
  return isNone(text) ? null : readDate(text, calendar);
}
