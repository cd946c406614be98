/**
 * The first tasks of a big project, without reading it whole. Kaneo's pages may lose tasks that tie in the sort
 * (docs/kaneo.md, "Lists"), but the first page of a sort is exact up to those that tie with its last task.
 */
import { mapConcurrently } from "../../api/concurrency.ts";
import { endpoint, type Kaneo, withQuery } from "../../api/kaneo.ts";
import { type Board, boardSchema, type Project } from "../../api/schemas.ts";
import {
  ARCHIVED,
  NO_PRIORITY,
  PLANNED,
  PRIORITIES,
  type Status,
  statusesOf,
  type Task,
  taskOf,
} from "../task.ts";
import { isByStatusOnly, leftOutOf, type TaskFilter, wantedStatuses } from "./filter.ts";
import { compareKeys, sortKey, type TaskOrder, type TaskSort } from "./order.ts";

/** A status, and how many of the tasks that match have it; undefined where that was not counted. */
export interface CountedStatus extends Status {
  total: number | undefined;
}

interface Wanted {
  project: Project;
  filter: TaskFilter;
  order: TaskOrder;
  limit: number;
}

const SMALL = 500;

/** Whether one answer with all its tasks costs less than several with some of them. */
export function isSmall({ statistics }: Project): boolean {
  return statistics.totalTasks <= SMALL;
}

const MOST_PER_PAGE = 100;
/** So many more than are shown: some tie with the last, or have another status. */
const SPARE = 10;

/** What Kaneo is to sort by, and what may tie there: no number does. It compares titles otherwise than we do, and knows no updates. */
const SORTS: Readonly<Partial<Record<TaskSort, Sorting>>> = {
  board: { by: "position", tiesBy: ({ position }) => position },
  due: { by: "dueDate", tiesBy: ({ due }) => due },
  // Of each priority, one after the other.
  priority: { by: "number" },
  created: { by: "createdAt", tiesBy: ({ createdAt }) => createdAt },
  number: { by: "number" },
};

interface Sorting {
  by: string;
  tiesBy?(task: Task): string | number | undefined;
}

/**
 * The first page, as `listTasks` gives it, where Kaneo's own pages have it, with its statuses counted up to that of the last
 * task; undefined where the whole project has to be read.
 */
export async function readFirstPage(kaneo: Kaneo, wanted: Wanted) {
  const { project, filter, order, limit } = wanted;
  // Downwards Kaneo has what is not due at the beginning.
  const isOther = order.sort === "due" && order.direction === "desc";
  const sorting = isOther ? undefined : SORTS[order.sort];
  const isBig = !isSmall(project) && limit <= MOST_PER_PAGE;
  if (sorting === undefined || !isBig || !isByStatusOnly(filter)) return undefined;

  const pages = pagesOf(kaneo, wanted, sorting);
  const head = await readHead(pages, { filter, order });
  const { columns } = head;
  const statuses = wantedStatuses(columns, filter);
  const isWanted = ({ status }: Task) => statuses.some(({ slug }) => slug === status);
  const tasks: Task[] = [];
  for (const part of sortedParts(statuses, order)) {
    const missing = limit - tasks.length;
    if (missing === 0) break;
    if (part.priority === NO_PRIORITY && (await hasOthers(pages, head))) return undefined;
    const found = await tasksFrom(pages, part, { limit: missing, isWanted });
    if (found === undefined) return undefined;
    tasks.push(...found);
  }
  const total = await countAll(pages, head, statuses);
  const counted = statuses.map((one): CountedStatus => {
    return { ...one, total: pages.totals.get(one.slug) };
  });
  const other = leftOutOf(filter);
  const leftOut = other ? await pages.count(other) : 0;
  return { tasks, total, leftOut, board: { project, columns, statuses: counted } };
}

/** Asks at once for what is needed whatever columns there are, beside what tells these. */
async function readHead(
  pages: Pages,
  { filter, order: { sort, direction } }: Pick<Wanted, "filter" | "order">,
): Promise<Board> {
  const isActive = filter.statuses === undefined && (filter.state ?? "active") === "active";
  const leftOut = leftOutOf(filter);
  const isPlannedFirst = isActive && sort === "board" && direction === "asc";
  const [head] = await Promise.all([
    pages.read(sort === "board" || sort === "priority" ? { limit: 1 } : {}),
    isActive && pages.count(ARCHIVED),
    isPlannedFirst && pages.read({ status: PLANNED.slug }),
    leftOut && pages.count(leftOut),
  ]);
  return head;
}

/** What comes one after the other, and is sorted by Kaneo in itself. */
function sortedParts(statuses: readonly Status[], { sort, direction }: TaskOrder): Query[] {
  if (sort !== "board" && sort !== "priority") return [{}];
  const columns = statuses.map(({ slug }) => ({ status: slug }));
  const parts = sort === "board" ? columns : PRIORITIES.map((priority) => ({ priority }));
  return direction === "desc" ? parts.toReversed() : parts;
}

interface Query {
  status?: string;
  priority?: string;
  limit?: number | undefined;
}

type Pages = ReturnType<typeof pagesOf>;

function pagesOf(kaneo: Kaneo, { project, order, limit }: Wanted, { by, tiesBy }: Sorting) {
  const sortOrder = order.sort === "priority" ? "asc" : order.direction;
  const compare = compareKeys(order);
  /** By a status's slug, as far as they are known. */
  const totals = new Map<string, number>();
  const totalsByPriority = new Map<string, number>();
  /** By their path. */
  const asked = new Map<string, Promise<Board>>();

  async function read(query: Query): Promise<Board> {
    const path = withQuery(endpoint`/api/task/tasks/${project.id}`, {
      sortBy: by,
      sortOrder,
      limit: Math.min(limit + SPARE, MOST_PER_PAGE),
      ...query,
    });
    const asking = asked.get(path) ?? kaneo.get(path, boardSchema);
    asked.set(path, asking);
    const board = await asking;
    if (query.status !== undefined) totals.set(query.status, board.total);
    if (query.priority !== undefined) totalsByPriority.set(query.priority, board.total);
    return board;
  }

  async function count({ slug }: Status): Promise<number> {
    return totals.get(slug) ?? (await read({ status: slug, limit: 1 })).total;
  }

  async function countPriority(priority: string): Promise<number> {
    return totalsByPriority.get(priority) ?? (await read({ priority, limit: 1 })).total;
  }

  /** The tasks of a first page that certainly come first: behind it may be more that tie with its last. */
  function exactRows(board: Board): Task[] {
    const place = { projectIndex: 0, columnIndex: 0 };
    const rows = board.rows
      .map((row) => taskOf(row, project))
      .map((task) => ({ task, key: sortKey(task, order, place) }))
      .sort((one, other) => compare(one.key, other.key))
      .map(({ task }) => task);
    const last = rows.at(-1);
    if (last === undefined || tiesBy === undefined || isWhole(board)) return rows;
    return rows.filter((task) => tiesBy(task) !== tiesBy(last));
  }

  return { totals, read, count, countPriority, exactRows };
}

function isWhole(board: Board): boolean {
  return board.rows.length >= board.total;
}

/** Whether tasks have null in the place of a priority (filter.ts), whom no list of a priority has. */
async function hasOthers(pages: Pages, { total }: Board): Promise<boolean> {
  const counts = await mapConcurrently(PRIORITIES, pages.countPriority);
  return counts.reduce((sum, one) => sum + one, 0) !== total;
}

/** From the shortest list that certainly holds them; undefined where all tasks of a project would have to be read at once. */
async function tasksFrom(
  pages: Pages,
  part: Query,
  { limit, isWanted }: { limit: number; isWanted(task: Task): boolean },
): Promise<Task[] | undefined> {
  const queries: Query[] = [part, { ...part, limit: MOST_PER_PAGE }];
  if (Object.keys(part).length > 0) queries.push({ ...part, limit: undefined });
  for (const query of queries) {
    const page = await pages.read(query);
    const exact = pages.exactRows(page).filter(isWanted);
    if (isWhole(page) || exact.length >= limit) return exact.slice(0, limit);
  }
  return undefined;
}

/** How many tasks have a wanted status: by these, or by all but those of the only other one. */
async function countAll(pages: Pages, { columns, total }: Board, statuses: readonly Status[]) {
  const sum = async (some: readonly Status[]) => {
    const counts = await mapConcurrently(some, pages.count);
    return counts.reduce((soFar, one) => soFar + one, 0);
  };
  const wanted = new Set(statuses.map(({ slug }) => slug));
  const others = statusesOf(columns).filter(({ slug }) => !wanted.has(slug));
  if (others.length > 1) return sum(statuses);
  return Math.max(0, total - (await sum(others)));
}
