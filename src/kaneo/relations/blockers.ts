/** Which open tasks hold others up. Kaneo gives relations task by task, so that few are asked for them. */
import type { Kaneo } from "../api/client.ts";
import { mapConcurrently, TASKS_AT_ONCE } from "../api/concurrency.ts";
import { columnsOf } from "../api/lists.ts";
import type { Project } from "../api/schemas.ts";
import type { PlacedTask } from "../tasks/find.ts";
import { isClosed, type Status, type Task } from "../tasks/task.ts";
import { type RelatedTask, relationsOf } from "./relations.ts";

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
 * What each of `tasks`, all of the projects of `boards`, waits for and holds up, by its id: one request an open task, and one
 * for the columns of each other project. A done or archived task blocks nothing and waits for nothing.
 */
export async function blockingOf(
  kaneo: Kaneo,
  tasks: readonly Task[],
  boards: readonly ReadBoard[],
): Promise<Map<string, Blocking>> {
  const known = new Map(boards.map((board) => [board.project.id, board]));
  const read = async (task: Task): Promise<[id: string, Blocking]> => {
    const blocking: Blocking = { blockedBy: [], blocks: [] };
    const board = known.get(task.projectId);
    if (board === undefined || isClosed(task.status, board.columns)) return [task.id, blocking];
    const relations = await relationsOf(kaneo, { task, ...board });
    for (const { kind, other } of relations) {
      if (kind !== "blocked_by" && kind !== "blocks") continue;
      if (!(await isOpen(kaneo, other, known.get(other.projectId)?.columns))) continue;
      blocking[kind === "blocks" ? "blocks" : "blockedBy"].push(other.key);
    }
    return [task.id, blocking];
  };
  return new Map(await mapConcurrently(tasks, read, TASKS_AT_ONCE));
}

/** How many blocked tasks are looked at. */
const MOST_LOOKED_AT = 20;

/** The tasks that were blocked by one that is now done, and by nothing else that is open. */
export async function freedBy(kaneo: Kaneo, placed: PlacedTask): Promise<RelatedTask[]> {
  const relations = await relationsOf(kaneo, placed);
  const blocked = relations.filter(({ kind }) => kind === "blocks").slice(0, MOST_LOOKED_AT);
  const freed = await mapConcurrently(blocked, async ({ other }) => {
    if (!(await isOpen(kaneo, other))) return [];
    const around = await relationsOf(kaneo, { task: other, project: placed.project });
    const blockers = around.filter(({ kind, other: { id } }) => {
      return kind === "blocked_by" && id !== placed.task.id;
    });
    for (const blocker of blockers) if (await isOpen(kaneo, blocker.other)) return [];
    return [other];
  });
  return freed.flat();
}

async function isOpen(
  kaneo: Kaneo,
  { projectId, status }: RelatedTask,
  columns?: readonly Status[],
): Promise<boolean> {
  return !isClosed(status, columns ?? (await kaneo.kept(columnsOf(projectId))));
}
