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

/** Project and number, which end every key and make it unique. */
const UNIQUE_PARTS = 2;
/** Titles are compared so far only, since the key goes into the cursor. */
const LONGEST_KEY = 100;

/** The key of `task` in an order: its project is one of those that are listed, its column one of the project's. */
export function sortKey(
  task: Task,
  { sort, direction }: TaskOrder,
  place: { projectIndex: number; columnIndex: number },
): SortKey {
  const unique = [place.projectIndex, task.number];
  switch (sort) {
    case "board":
      return [place.projectIndex, place.columnIndex, task.position, ...unique];
    case "due":
      // Behind or before every date, so that those without one come last.
      return [task.due ?? (direction === "asc" ? "~" : ""), ...unique];
    case "priority":
      return [urgencyOf(task), ...unique];
    case "created":
      return [task.createdAt, ...unique];
    case "updated":
      // One that was not there yet when the updates were read.
      return [task.updatedAt ?? task.createdAt, ...unique];
    case "number":
      return [task.number, ...unique];
    case "title":
      return [foldAccents(task.title.slice(0, LONGEST_KEY)), ...unique];
  }
}

function urgencyOf({ priority }: Task): number {
  const known: readonly string[] = PRIORITIES;
  return known.indexOf(priority);
}

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
