import { createHash } from "node:crypto";
import { KaneoMcpError } from "../../errors.ts";
import { fold } from "../matching.ts";
import { PRIORITIES, type Task } from "../tasks.ts";

export const TASK_SORTS = ["board", "due", "priority", "created", "number", "title"] as const;
export type TaskSort = (typeof TASK_SORTS)[number];

/** A total order of tasks. */
export interface TaskOrder {
  sort: TaskSort;
  direction: "asc" | "desc";
}

/** Where a task stands: its project among those listed, its column among the project's. */
export interface TaskPlace {
  projectIndex: number;
  columnIndex: number;
}

/** What a task is ordered by: the sort's own values, then project and number, which make it unique. */
export type SortKey = (string | number)[];

const UNIQUE_PARTS = 2;
/** Titles are compared so far only, since the key goes into the cursor. */
const LONGEST_KEY = 100;

/** The key of `task` in a sort. */
export function sortKey(task: Task, sort: TaskSort, place: TaskPlace): SortKey {
  const unique = [place.projectIndex, task.number];
  switch (sort) {
    case "board":
      return [place.projectIndex, place.columnIndex, task.position, ...unique];
    case "due":
      return [task.due ?? "", ...unique];
    case "priority":
      return [urgencyOf(task), ...unique];
    case "created":
      return [task.createdAt, ...unique];
    case "number":
      return [task.number, ...unique];
    case "title":
      return [fold(task.title.slice(0, LONGEST_KEY)), ...unique];
  }
}

function urgencyOf({ priority }: Task): number {
  const known: readonly string[] = PRIORITIES;
  return known.indexOf(priority);
}

/** Compares keys in the order's direction; ties always ascend, and tasks without a due date come last. */
export function compareKeys({ sort, direction }: TaskOrder): (a: SortKey, b: SortKey) => number {
  const sign = direction === "asc" ? 1 : -1;
  return (a, b) => {
    for (const [index, left] of a.entries()) {
      const right = b[index] ?? "";
      if (left === right) continue;
      if (sort === "due" && index === 0 && (left === "" || right === ""))
        return left === "" ? 1 : -1;
      return (left < right ? -1 : 1) * (index < a.length - UNIQUE_PARTS ? sign : 1);
    }
    return 0;
  };
}

/** A cursor that continues behind `key`; `listing` is everything that the order of the pages depends on. */
export function writeCursor(key: SortKey, listing: unknown): string {
  return Buffer.from(JSON.stringify([fingerprint(listing), ...key])).toString("base64url");
}

/**
 * The key behind which the page of `cursor` starts.
 *
 * @throws KaneoMcpError "invalid_input" when the cursor was made for another listing, or by nobody.
 */
export function readCursor(cursor: string, listing: unknown): SortKey {
  const parts = parseCursor(cursor);
  const [print, ...key] = parts;
  if (print === fingerprint(listing)) return key;
  const why =
    parts.length === 0
      ? "was given by no answer"
      : "belongs to a call with other arguments, or what it reads has changed";
  throw new KaneoMcpError("invalid_input", `This cursor ${why}.`, {
    hint: "Repeat the arguments of the call that gave the cursor, or leave the cursor out to start anew.",
  });
}

function parseCursor(cursor: string): SortKey {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    const isKey =
      Array.isArray(parts) && parts.every((part) => /^(string|number)$/.test(typeof part));
    return isKey ? parts : [];
  } catch {
    return [];
  }
}

/** A short name of anything that JSON can tell. */
export function fingerprint(listing: unknown): string {
  return createHash("sha256").update(JSON.stringify(listing)).digest("base64url").slice(0, 8);
}
