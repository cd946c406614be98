import type { CreatedTask } from "../kaneo/task-creation.ts";
import { type Status, statusName, type Task } from "../kaneo/tasks.ts";
import { renderDate } from "./dates.ts";
import { inline } from "./untrusted.ts";

/** One task on one line: `WEB-12  in-progress  high  Bob Stone  due 2026-03-01  [bug, ui]  Fix login redirect loop`. */
export function renderTaskLine(task: Task, timeZone: string): string {
  const parts = [
    inline(task.key, 60),
    task.status,
    task.priority === "no-priority" ? undefined : task.priority,
    task.assignee && assigneeName(task.assignee),
    task.due && `due ${renderDate(task.due, timeZone)}`,
    task.labels.length > 0 ? `[${labelNames(task)}]` : undefined,
    inline(task.title),
  ];
  return parts.filter((part) => part !== undefined).join("  ");
}

/** A new task, with the task above it, then what could not be added to it, part by part. */
export function renderCreated({ task, parent, problems }: CreatedTask, timeZone: string): string[] {
  const below = parent === undefined ? "" : `  (subtask of ${parent})`;
  return [`${renderTaskLine(task, timeZone)}${below}`, ...problems];
}

/** The fields of a task that are set, one per line, without its texts. */
export function renderTaskFields(task: Task, columns: readonly Status[], timeZone: string): string {
  const column = columns.find(({ slug }) => slug === task.status);
  const fields: [string, string | undefined][] = [
    ["Status", column === undefined ? task.status : statusName(column)],
    ["Priority", task.priority],
    ["Assignee", task.assignee ? assigneeName(task.assignee) : "none"],
    ["Start", task.start && renderDate(task.start, timeZone)],
    ["Due", task.due && renderDate(task.due, timeZone)],
    ["Labels", task.labels.length > 0 ? labelNames(task) : undefined],
  ];
  return fields
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${value}`)
    .join("\n");
}

/** The columns of a board on one line: `to-do, in-progress (Doing), done [final]`. */
export function renderColumns(columns: readonly Status[]): string {
  return columns
    .map((column) => `${statusName(column)}${column.isFinal ? " [final]" : ""}`)
    .join(", ");
}

function assigneeName({ id, name }: NonNullable<Task["assignee"]>): string {
  return name === undefined ? `user ${id}` : inline(name, 60);
}

function labelNames({ labels }: Task): string {
  return [...new Set(labels.map(({ name }) => inline(name, 40)))].join(", ");
}
