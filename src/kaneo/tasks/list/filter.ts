/** Which tasks a list has: what Kaneo filters itself, and what is filtered here. */
import { reworded } from "../../../errors.ts";
import { containsWords, fold, partsOf } from "../../names/matching.ts";
import {
  ARCHIVED,
  carriesOneOf,
  type LabelChoice,
  matchStatus,
  NO_PRIORITY,
  PLANNED,
  type Status,
  statusesOf,
  statusName,
  type Task,
  unknownStatus,
} from "../task.ts";

export const TASK_STATES = ["active", "open", "done", "archived", "all"] as const;
export type TaskState = (typeof TASK_STATES)[number];

/** Which tasks; an absent field does not restrict. */
export interface TaskFilter {
  state?: TaskState | undefined;
  /** Slugs or names; a project without such a status contributes none, but one project must have it. */
  statuses?: readonly string[] | undefined;
  priorities?: readonly string[] | undefined;
  /** A user's id, or "none" for tasks of nobody. */
  assigneeId?: string | undefined;
  /** A task carries one of each. */
  labels?: readonly LabelChoice[] | undefined;
  /** ISO 8601, inclusive. */
  dueBefore?: string | undefined;
  dueAfter?: string | undefined;
  /** Due moments that mean a day which is not over, though their clock time may be. */
  unfinishedDays?: readonly string[] | undefined;
  isUndated?: boolean | undefined;
  /** Without a change or comment since then, ISO 8601. */
  untouchedSince?: string | undefined;
  /** Words that all stand in key, title or description, or, where one has a slash, in the address of an issue; in any case and order. */
  text?: string | undefined;
}

/**
 * As much of it as Kaneo has filters for, besides the status. Nor for tasks without a priority: those of issues have null
 * before 2.19 (issue-opened.ts), which its filter does not find.
 */
export function queryOf({ priorities = [], assigneeId, dueBefore, dueAfter }: TaskFilter) {
  const [priority, ...others] = priorities;
  return {
    priority: others.length > 0 || priority === NO_PRIORITY ? undefined : priority,
    assigneeId: assigneeId === "none" ? undefined : assigneeId,
    dueBefore,
    dueAfter,
  };
}

/** Whether nothing but the status matters. */
export function isByStatusOnly({ state, statuses, ...others }: TaskFilter): boolean {
  return Object.values(others).every((value) => value === undefined || value === false);
}

/**
 * The status that is left out though nobody named the statuses, and in which people look, too: what is planned is open to some,
 * and what is archived was mostly done. A whole board is without its archive, as Kaneo shows it.
 */
export function leftOutOf(filter: TaskFilter): Status | undefined {
  const { state = "active", statuses, untouchedSince } = filter;
  if (statuses !== undefined) return undefined;
  if (state === "open") return PLANNED;
  // Nearly all of an archive is untouched, and only the comments of each task would tell.
  if (untouchedSince !== undefined) return undefined;
  const isOfArchived = state === "done" || (state === "active" && !isByStatusOnly(filter));
  return isOfArchived ? ARCHIVED : undefined;
}

/** Those of a project's statuses, in board order, whose tasks are asked for. */
export function wantedStatuses(
  columns: readonly Status[],
  { state = "active", statuses }: TaskFilter,
): Status[] {
  const all = statusesOf(columns);
  if (statuses === undefined) return all.filter(IN_STATE[state]);
  const named = statuses
    .flatMap((reference) => statusParts(reference, [columns]))
    .map((reference) => matchStatus(columns, reference)?.slug);
  return all.filter(({ slug }) => named.includes(slug));
}

const IN_STATE: Record<TaskState, (status: Status) => boolean> = {
  all: () => true,
  archived: (status) => status === ARCHIVED,
  active: (status) => status !== ARCHIVED,
  open: (status) => status !== PLANNED && status !== ARCHIVED && !status.isFinal,
  done: ({ isFinal }) => isFinal,
};

/** Takes `to-do, done` for two where no board has a status of that name. */
function statusParts(reference: string, boards: readonly (readonly Status[])[]): string[] {
  const isName = boards.some((columns) => matchStatus(columns, reference) !== undefined);
  return isName ? [reference] : partsOf(reference);
}

/** @throws KaneoMcpError "not_found" for a status that none of these boards has. */
export function assertStatusesExist(
  boards: readonly (readonly Status[])[],
  references: readonly string[],
): void {
  if (boards.length === 0) return;
  for (const reference of references.flatMap((listed) => statusParts(listed, boards))) {
    if (boards.some((columns) => matchStatus(columns, reference) !== undefined)) continue;
    const names = new Map(boards.flat().map((column) => [statusName(column), column]));
    const unknown = unknownStatus([...names.values()], reference, "the listed projects");
    const state = TASK_STATES.find((one) => one === fold(reference));
    const hint = state && `Leave out status, and give state ${state}.`;
    throw reworded(unknown, unknown.message, hint);
  }
}

/** Tells whether a task of a board matches, as far as Kaneo has not seen to that, but for the status that {@link leftOutOf} names. */
export function filterIn(columns: readonly Status[], filter: TaskFilter) {
  const wanted = new Set(wantedStatuses(columns, filter).map(({ slug }) => slug));
  const leftOut = leftOutOf(filter)?.slug;
  return (task: Task): boolean => {
    const { status, updatedAt } = task;
    const isTouched = filter.untouchedSince !== undefined && updatedAt === undefined;
    return (wanted.has(status) || status === leftOut) && !isTouched && matches(task, filter);
  };
}

function matches(task: Task, filter: TaskFilter): boolean {
  if (filter.priorities !== undefined && !filter.priorities.includes(task.priority)) return false;
  if (filter.assigneeId === "none" && task.assignee !== undefined) return false;
  if (filter.labels?.some((choice) => !carriesOneOf(task, choice))) return false;
  if (filter.isUndated && task.due !== undefined) return false;
  if (task.due !== undefined && filter.unfinishedDays?.includes(task.due)) return false;
  const { text } = filter;
  if (text === undefined) return true;
  // Of an address only its path is worth a search: its words stand in that of every issue, and issue 8's begins that of 81.
  const [path = ""] = text.split(/[#?]/);
  const isTied =
    path.includes("/") && task.urls?.some((url) => containsWords(`${url}/`, `${path}/`));
  return isTied || containsWords([task.key, task.title, task.description].join("\n"), text);
}
