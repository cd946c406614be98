/**
 * Lists of tasks with every filter, a total order and cursors. Kaneo's own pages lose and repeat tasks that tie in the
 * sort (docs/kaneo.md, "Lists"), so a project's tasks are read in one answer, and ordered and cut here.
 */
import { type Blocking, blockingOf, type ReadBoard } from "./blockers.ts";
import type { Kaneo } from "./client.ts";
import { mapConcurrently } from "./concurrency.ts";
import { endpoint, withQuery } from "./endpoint.ts";
import { containsWords } from "./matching.ts";
import { MOST_TASKS_READ } from "./recent-tasks.ts";
import { boardSchema, type Project } from "./schemas.ts";
import {
  compareKeys,
  readCursor,
  type SortKey,
  sortKey,
  type TaskOrder,
  writeCursor,
} from "./task-order.ts";
import {
  ARCHIVED,
  carriesLabel,
  matchStatus,
  type Status,
  statusesOf,
  type Task,
  taskOf,
  tasksOf,
  unknownStatus,
} from "./tasks.ts";

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
  /** Names, of each group of which a task must carry one: the same label may be written otherwise in another workspace. */
  labels?: readonly (readonly string[])[] | undefined;
  /** ISO 8601, inclusive. */
  dueBefore?: string | undefined;
  dueAfter?: string | undefined;
  /** Only tasks without a due date. */
  isUndated?: boolean | undefined;
  /** Words that all stand in key, title or description, in any case and order. */
  text?: string | undefined;
}

export interface TaskListing {
  projects: readonly Project[];
  filter: TaskFilter;
  order: TaskOrder;
  limit: number;
  /**
   * Whether it matters who blocks whom: "shown" for the tasks of the page; "blocked" keeps the tasks that an open task blocks,
   * "free" the others, both of the first 200 that match otherwise.
   */
  blockers?: "shown" | "blocked" | "free" | undefined;
  /** From an earlier page with the same projects, filter and order. */
  cursor?: string | undefined;
}

/** A project that was read, with those of its statuses that were asked for, in board order. */
export interface ListedBoard extends ReadBoard {
  statuses: readonly Status[];
}

export interface ListedTasks {
  tasks: Task[];
  /** How many match in all. */
  total: number;
  /** All that match, in order. */
  matching: Task[];
  boards: ListedBoard[];
  /** By a task's id, where that was looked up. */
  blocking: ReadonlyMap<string, Blocking>;
  /** Tasks that match but for their blockers, which were not looked up. */
  notLookedAt: number;
  /** How many of them come before the first of `tasks`. */
  before: number;
  /** For the next page; undefined on the last. */
  nextCursor: string | undefined;
}

interface Candidate {
  task: Task;
  key: SortKey;
}

interface ProjectTasks extends ListedBoard {
  candidates: Candidate[];
}

const PROJECTS_AT_ONCE = 4;

/**
 * Lists the tasks that match, from the cursor on. Walking all cursors yields each task exactly once as long as none
 * changes meanwhile; a change moves only the task that it touches.
 *
 * @throws KaneoMcpError "invalid_input" when the cursor belongs to another listing, "not_found" for a status that no
 * listed project has.
 */
export async function listTasks(kaneo: Kaneo, listing: TaskListing): Promise<ListedTasks> {
  const { projects, filter, order, limit, cursor, blockers } = listing;
  const identity = [projects.map(({ id }) => id), filter, order, blockers];
  const position = cursor === undefined ? undefined : readCursor(cursor, identity);
  const boards = await mapConcurrently(projects, PROJECTS_AT_ONCE, (project, projectIndex) =>
    tasksOfProject(kaneo, project, { ...listing, projectIndex }),
  );
  assertStatusesExist(boards, filter.statuses ?? []);

  const compare = compareKeys(order);
  const found = boards.flatMap(({ candidates }) => candidates);
  found.sort((a, b) => compare(a.key, b.key));
  const { matching, blocking, notLookedAt } = await narrow(kaneo, found, { boards, blockers });
  const isBehind = ({ key }: Candidate) => position === undefined || compare(key, position) > 0;
  const next = matching.findIndex(isBehind);
  const before = next === -1 ? matching.length : next;
  const page = matching.slice(before, before + limit);
  const last = page.at(-1);
  const tasks = page.map(({ task }) => task);
  return {
    tasks,
    total: matching.length,
    matching: matching.map(({ task }) => task),
    boards,
    blocking: blockers === "shown" ? await blockingOf(kaneo, tasks, boards) : blocking,
    notLookedAt,
    before,
    nextCursor:
      last !== undefined && before + page.length < matching.length
        ? writeCursor(last.key, identity)
        : undefined,
  };
}

/** Those of `found` that are blocked, or free, where that matters. */
async function narrow(
  kaneo: Kaneo,
  found: Candidate[],
  { boards, blockers }: { boards: ListedBoard[]; blockers: TaskListing["blockers"] },
) {
  if (blockers === undefined || blockers === "shown")
    return { matching: found, blocking: new Map<string, Blocking>(), notLookedAt: 0 };
  const lookedAt = found.slice(0, MOST_TASKS_READ);
  const tasks = lookedAt.map(({ task }) => task);
  const blocking = await blockingOf(kaneo, tasks, boards);
  const isWanted = ({ task }: Candidate) => {
    const isBlocked = blocking.get(task.id)?.blockedBy.length;
    return Boolean(isBlocked) === (blockers === "blocked");
  };
  const notLookedAt = found.length - lookedAt.length;
  return { matching: lookedAt.filter(isWanted), blocking, notLookedAt };
}

async function tasksOfProject(
  kaneo: Kaneo,
  project: Project,
  { filter, order, projectIndex }: TaskListing & { projectIndex: number },
): Promise<ProjectTasks> {
  const path = withQuery(endpoint`/api/task/tasks/${project.id}`, {
    status:
      filter.statuses === undefined && filter.state === "archived" ? ARCHIVED.slug : undefined,
    priority: filter.priorities?.length === 1 ? filter.priorities[0] : undefined,
    assigneeId: filter.assigneeId === "none" ? undefined : filter.assigneeId,
    dueBefore: filter.dueBefore,
    dueAfter: filter.dueAfter,
  });
  const board = await kaneo.get(path, boardSchema);
  const { columns } = board.data;
  const all = statusesOf(columns);
  const wanted = new Set(wantedStatuses(columns, filter).map(({ slug }) => slug));
  const statuses = all.filter(({ slug }) => wanted.has(slug));
  const columnIndexes = new Map(all.map(({ slug }, index) => [slug, index]));

  const candidates: Candidate[] = [];
  for (const row of tasksOf(board)) {
    if (!wanted.has(row.status)) continue;
    const task = taskOf(row, project);
    if (!matches(task, filter)) continue;
    const columnIndex = columnIndexes.get(row.status) ?? all.length;
    candidates.push({ task, key: sortKey(task, order.sort, { projectIndex, columnIndex }) });
  }
  return { project, columns, statuses, candidates };
}

function wantedStatuses(
  columns: readonly Status[],
  { state, statuses }: TaskFilter,
): readonly Status[] {
  const all = statusesOf(columns);
  if (statuses !== undefined) {
    return statuses
      .flatMap((reference) => partsOf(reference, [columns]))
      .map((reference) => matchStatus(columns, reference))
      .filter((found) => found !== undefined);
  }
  switch (state ?? "active") {
    case "all":
      return all;
    case "archived":
      return all.filter(({ slug }) => slug === "archived");
    case "active":
      return all.filter(({ slug }) => slug !== "archived");
    case "open":
      return columns.filter(({ isFinal }) => !isFinal);
    case "done":
      return all.filter(({ isFinal }) => isFinal);
  }
}

/** Takes `to-do, done` for two where no board has a status of that name. */
function partsOf(reference: string, boards: readonly (readonly Status[])[]): string[] {
  const isName = boards.some((columns) => matchStatus(columns, reference) !== undefined);
  return isName ? [reference] : reference.split(/[,;\n]/).filter((part) => part.trim() !== "");
}

function assertStatusesExist(perProject: ProjectTasks[], references: readonly string[]): void {
  if (perProject.length === 0) return;
  const boards = perProject.map(({ columns }) => columns);
  for (const reference of references.flatMap((listed) => partsOf(listed, boards))) {
    if (boards.some((columns) => matchStatus(columns, reference) !== undefined)) continue;
    const names = new Map(boards.flat().map((column) => [column.slug, column]));
    throw unknownStatus([...names.values()], reference, "the listed projects");
  }
}

function matches(task: Task, filter: TaskFilter): boolean {
  if (filter.priorities !== undefined && !filter.priorities.includes(task.priority)) return false;
  if (filter.assigneeId === "none" && task.assignee !== undefined) return false;
  if (filter.labels?.some((names) => !names.some((name) => carriesLabel(task, name)))) return false;
  if (filter.isUndated && task.due !== undefined) return false;
  if (filter.text === undefined) return true;
  return containsWords([task.key, task.title, task.description].join("\n"), filter.text);
}
