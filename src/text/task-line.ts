import type { Calendar } from "../kaneo/dates/read-dates.ts";
import type { Blocking } from "../kaneo/relations/blockers.ts";
import { kindWords, type RelatedTask } from "../kaneo/relations/relations.ts";
import type { CreatedTask, NewTask } from "../kaneo/tasks/create.ts";
import type { Plan } from "../kaneo/tasks/create-many.ts";
import type { TaskSort } from "../kaneo/tasks/list/order.ts";
import { type Status, statusName, type Task } from "../kaneo/tasks/task.ts";
import { inline, quoted, renderPerson } from "../untrusted.ts";
import { renderDay, renderDue, renderDueInFull } from "./dates.ts";
import { spaced, stacked } from "./text.ts";

interface TaskLineParts {
  /** What it waits for and holds up, where that was looked up. */
  blocking?: Blocking | undefined;
  /** What the lines are in the order of: on a board they stand below the name of their column. */
  sort?: TaskSort;
}

/** One task on one line: `WEB-12  in-progress  high  @Bob Stone  due 2026-03-01  [bug, ui]  "Fix login redirect loop"`. */
export function renderTaskLine(task: Task, timeZone: string, parts: TaskLineParts = {}): string {
  const { blocking, sort } = parts;
  return spaced([
    inline(task.key, 60),
    sort !== "board" && task.status,
    ...fieldsOf(task, timeZone),
    sort === "created" && `created ${renderDay(task.createdAt, timeZone)}`,
    task.updatedAt && `updated ${renderDay(task.updatedAt, timeZone)}`,
    blocking && keysOf("blocked by", blocking.blockedBy),
    blocking && keysOf("blocks", blocking.blocks),
    quoted(task.title),
  ]);
}

/** A task that is named below another: `  WEB-12  in-progress  @Bob  due 2026-03-01  "Fix login"`. */
export function renderRelated(other: RelatedTask, timeZone: string): string {
  const { key, column, assignee, due, title } = other;
  const status = renderStatus(other.status, column);
  const who = assignee && renderPerson(assignee);
  const when = due && `due ${renderDue(due, timeZone)}`;
  return `  ${spaced([inline(key, 60), status, who, when, quoted(title)])}`;
}

/** A status, as its column is called where it is known: `monitoring (Watching) [final]`. */
function renderStatus(slug: string, column: Status | undefined): string {
  return column === undefined ? slug : `${statusName(column)}${finalMark(column)}`;
}

/** Behind a column whose tasks are done; where it is called so everybody knows. */
export function finalMark({ slug, isFinal }: Pick<Status, "slug" | "isFinal">): string {
  return isFinal && slug !== "done" ? " [final]" : "";
}

type Fields = Pick<Task, "priority" | "assignee" | "start" | "due"> & {
  labels: readonly { name: string }[];
};

function fieldsOf({ priority, assignee, start, due, labels }: Fields, timeZone: string) {
  return [
    priority !== "no-priority" && priority,
    assignee && assigneeName(assignee),
    start && `start ${renderDue(start, timeZone)}`,
    due && `due ${renderDue(due, timeZone)}`,
    labels.length > 0 && `[${renderLabels(labels)}]`,
  ];
}

/** `Due before today, 2026-11-27: WEB-12.`, as a wrong year would show itself; "" where no due date that was given is over. */
export function renderPastDue(
  given: readonly { key: string; due?: string | undefined }[],
  { now, timeZone }: Pick<Calendar, "now" | "timeZone">,
): string {
  const today = renderDay(new Date(now()).toISOString(), timeZone);
  const past = given.filter(({ due }) => due && renderDay(due, timeZone) < today);
  return past.length === 0 ? "" : `${keysOf(`Due before today, ${today}:`, past)}.`;
}

const MOST_KEYS = 5;

/** The words and the keys of the first five tasks, and how many more there are; "" for none. */
export function keysOf(words: string, tasks: readonly { key: string }[]): string {
  if (tasks.length === 0) return "";
  const rest = tasks.length > MOST_KEYS ? `, ${tasks.length - MOST_KEYS} more` : "";
  const shown = tasks.slice(0, MOST_KEYS).map(({ key }) => inline(key, 60));
  return `${words} ${shown.join(", ")}${rest}`;
}

/** A new task, with the tasks around it, then what could not be added to it, part by part. */
export function renderCreated(
  { task, relations, problems }: CreatedTask,
  timeZone: string,
): string[] {
  const around = relations.length > 0 && `(${relations.join(", ")})`;
  return [spaced([renderTaskLine(task, timeZone), around]), ...problems];
}

/** A task of a list that may be created, as one that is, but without a key. */
export function renderPlan(
  { task, links }: Extract<Plan, { task: NewTask }>,
  plans: readonly Plan[],
  timeZone: string,
): string {
  const relations = links.map(({ kind, other }) => {
    const which = typeof other === "number" ? plans[other]?.name : other.task.key;
    return `${kindWords(kind)} ${inline(which ?? "", 60)}`;
  });
  const around = relations.length > 0 && `(${relations.join(", ")})`;
  return spaced([task.status, ...fieldsOf(task, timeZone), quoted(task.title), around]);
}

/** The fields of a task that are set, one per line, without its texts. */
export function renderTaskFields(task: Task, columns: readonly Status[], timeZone: string): string {
  const column = columns.find(({ slug }) => slug === task.status);
  return stacked([
    `Status: ${renderStatus(task.status, column)}`,
    `Priority: ${task.priority}`,
    `Assignee: ${task.assignee ? assigneeName(task.assignee) : "none"}`,
    task.start && `Start: ${renderDueInFull(task.start, timeZone)}`,
    task.due && `Due: ${renderDueInFull(task.due, timeZone)}`,
    task.labels.length > 0 && `Labels: ${renderLabels(task.labels)}`,
  ]);
}

/** The columns of a board on one line: `to-do, in-progress (Doing), done [final]`. */
export function renderColumns(columns: readonly Status[]): string {
  return columns
    .map((column) => `${statusName(column)}${column.isFinal ? " [final]" : ""}`)
    .join(", ");
}

function assigneeName({ id, name }: NonNullable<Task["assignee"]>): string {
  return name === undefined ? `user ${id}` : renderPerson(name);
}

/** Names of labels, each once: `bug, "billing, EU"`. */
export function renderLabels(labels: readonly { name: string }[]): string {
  // With a comma in it, one would read as two.
  const show = (name: string) => (name.includes(",") ? quoted(name, 40) : inline(name, 40));
  return [...new Set(labels.map(({ name }) => show(name)))].join(", ");
}
