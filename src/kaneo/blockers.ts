/** Which open tasks hold others up. Kaneo gives relations task by task, so this is asked for few tasks only. */
import type { Kaneo } from "./client.ts";
import { mapConcurrently } from "./concurrency.ts";
import { columnsOf } from "./lists.ts";
import { TASKS_AT_ONCE } from "./recent-tasks.ts";
import { type RelatedTask, relationsOf } from "./relations.ts";
import type { Project } from "./schemas.ts";
import { ARCHIVED, type Status, type Task } from "./tasks.ts";

/** Keys of open tasks. */
export interface Blocking {
  blockedBy: string[];
  blocks: string[];
}

/** A project whose board was read. */
export interface ReadBoard {
  project: Project;
  columns: readonly Status[];
}

/**
 * What each of `tasks`, all of the projects of `boards`, waits for and holds up, by its id: one request a task, and one for
 * the columns of each other project. A done or archived task blocks nothing and waits for nothing.
 */
export async function blockingOf(
  kaneo: Kaneo,
  tasks: readonly Task[],
  boards: readonly ReadBoard[],
): Promise<Map<string, Blocking>> {
  const known = new Map(boards.map((board) => [board.project.id, board]));
  const isOpen = async ({ status, projectId }: RelatedTask) => {
    if (status === ARCHIVED.slug) return false;
    const columns = known.get(projectId)?.columns ?? (await kaneo.kept(columnsOf(projectId)));
    return !columns.some(({ slug, isFinal }) => slug === status && isFinal);
  };
  const rows = await mapConcurrently(tasks, TASKS_AT_ONCE, async (task) => {
    const blocking: Blocking = { blockedBy: [], blocks: [] };
    const board = known.get(task.projectId);
    const relations = board === undefined ? [] : await relationsOf(kaneo, { task, ...board });
    for (const { kind, other } of relations) {
      if ((kind !== "blocked_by" && kind !== "blocks") || !(await isOpen(other))) continue;
      blocking[kind === "blocks" ? "blocks" : "blockedBy"].push(other.key);
    }
    return [task.id, blocking] as const;
  });
  return new Map(rows);
}
