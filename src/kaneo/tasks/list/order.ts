import type { SortKey } from "../../api/cursors.ts";
import { foldAccents } from "../../names/matching.ts";
import { PRIORITIES, type Task } from "../task.ts";

export const TASK_SORTS = [
  "board",
  "due",
  "priority",
  "created",
  "updated",
  "number",
  "title",
] as const;
export type TaskSort = (typeof TASK_SORTS)[number];

/** A total order of tasks. */
export interface TaskOrder {
  sort: TaskSort;
  direction: "asc" | "desc";
}

/** Titles are compared so far only, since the key goes into the cursor. */
const LONGEST_KEY = 100;

/** Where a task stands: its project among those that are listed, its column among the project's. */
interface Place {
  projectIndex: number;
  columnIndex: number;
}

const BY_URGENCY: readonly string[] = PRIORITIES;

const KEYS: Record<TaskSort, (task: Task, order: TaskOrder, place: Place) => SortKey> = {
  board: ({ position }, _, { projectIndex, columnIndex }) => [projectIndex, columnIndex, position],
  // Behind or before every date, so that those without one come last.
  due: ({ due }, { direction }) => [due ?? (direction === "asc" ? "~" : "")],
  priority: ({ priority }) => [BY_URGENCY.indexOf(priority)],
  created: ({ createdAt }) => [createdAt],
  // One that was not there yet when the updates were read has none.
  updated: ({ updatedAt, createdAt }) => [updatedAt ?? createdAt],
  number: ({ number }) => [number],
  title: ({ title }) => [foldAccents(title.slice(0, LONGEST_KEY))],
};

/** The key of `task` in an order. */
export function sortKey(task: Task, order: TaskOrder, place: Place): SortKey {
  return [...KEYS[order.sort](task, order, place), place.projectIndex, task.number];
}

/** Project and number, which end every key and make it unique. */
const UNIQUE_PARTS = 2;

/** Compares keys in the order's direction; ties always ascend. */
export function compareKeys({ direction }: TaskOrder): (a: SortKey, b: SortKey) => number {
  const sign = direction === "asc" ? 1 : -1;
  return (a, b) => {
    const index = a.findIndex((part, at) => part !== b[at]);
    const [left, right] = [a[index], b[index]];
    if (left === undefined || right === undefined) return 0;
    const isTie = index >= a.length - UNIQUE_PARTS;
    return (left < right ? -1 : 1) * (isTie ? 1 : sign);
  };
}
