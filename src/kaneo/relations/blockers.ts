/** Which open tasks hold others up. Kaneo gives relations task by task, so that few are asked for them. */
import { mapConcurrently, TASKS_AT_ONCE } from "../api/concurrency.ts";
import type { Kaneo } from "../api/kaneo.ts";
import { columnsOf, type Project } from "../api/schemas.ts";
import type { PlacedTask } from "../tasks/find.ts";
import { isClosed, type Status, type Task } from "../tasks/task.ts";
import {
  type RelatedTask,
  type RelationKind,
  relationsOf,
  type TaskRelation,
} from "./relations.ts";

/** The open tasks around one. */
export interface Blocking {
  blockedBy: RelatedTask[];
  blocks: RelatedTask[];
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
  const boardOf = new Map(boards.map((board) => [board.project.id, board]));
  const read = async (task: Task): Promise<[id: string, Blocking]> => {
    const board = boardOf.get(task.projectId);
    const isWaiting = board !== undefined && !isClosed(task.status, board.columns);
    const relations = isWaiting ? await relationsOf(kaneo, { task, ...board }) : [];
    const open = (kind: RelationKind) => openOf(kaneo, relations, { kind, boardOf });
    return [task.id, { blockedBy: await open("blocked_by"), blocks: await open("blocks") }];
  };
  return new Map(await mapConcurrently(tasks, read, TASKS_AT_ONCE));
}

const MOST_LOOKED_AT = 20;

/** The tasks that were blocked by one that is now done, and by nothing else that is open; and its subtasks that are open. */
export async function leftBy(kaneo: Kaneo, placed: PlacedTask) {
  const { task: done, project } = placed;
  const relations = await relationsOf(kaneo, placed);
  const subtasks = await openOf(kaneo, relations, { kind: "parent_of" });
  const blocked = await openOf(kaneo, relations, { kind: "blocks" });
  const freed = await mapConcurrently(blocked.slice(0, MOST_LOOKED_AT), async (task) => {
    const around = await relationsOf(kaneo, { task, project });
    const blockers = await openOf(kaneo, around, { kind: "blocked_by" });
    return blockers.every(({ id }) => id === done.id) ? [task] : [];
  });
  return { freed: freed.flat(), subtasks };
}

/** The open tasks among those that a task is related to in this way. */
async function openOf(
  kaneo: Kaneo,
  relations: readonly TaskRelation[],
  { kind, boardOf }: { kind: RelationKind; boardOf?: ReadonlyMap<string, ReadBoard> },
): Promise<RelatedTask[]> {
  const open: RelatedTask[] = [];
  for (const { kind: one, other } of relations) {
    if (one !== kind) continue;
    const board = boardOf?.get(other.projectId);
    const columns = board?.columns ?? (await kaneo.kept(columnsOf(other.projectId)));
    if (!isClosed(other.status, columns)) open.push(other);
  }
  return open;
}
