/**
 * The first tasks of a big project, without reading it whole. Kaneo's pages may lose tasks that tie in the sort
 * (docs/kaneo.md, "Lists"), but the first page of a sort is exact up to those that tie with its last task.
 */
import type { Kaneo } from "./client.ts";
import { mapConcurrently } from "./concurrency.ts";
import { endpoint, withQuery } from "./endpoint.ts";
import { type Board, boardSchema, type Project } from "./schemas.ts";
import { isByStatusOnly, type TaskFilter, wantedStatuses } from "./task-filter.ts";
import { compareKeys, sortKey, type TaskOrder, type TaskSort } from "./task-order.ts";
import {
  ARCHIVED,
  PRIORITIES,
  type Status,
  statusesOf,
  type Task,
  taskOf,
  tasksOf,
} from "./tasks.ts";

/** A status, and how many of the tasks that match have it; undefined where that was not counted. */
export interface CountedStatus extends Status {
  total: number | undefined;
}

export interface FirstPage {
  tasks: Task[];
  /** How many match in all. */
  total: number;
  columns: Status[];
  /** Those asked for, in board order, counted up to the last of `tasks`. */
  statuses: CountedStatus[];
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

/** What Kaneo is to sort by for each of our sorts; it compares titles otherwise. */
const SORTED_BY: Record<Exclude<TaskSort, "title">, string> = {
  board: "position",
  due: "dueDate",
  // Of each priority, one after the other.
  priority: "number",
  created: "createdAt",
  number: "number",
};

/** The first page where Kaneo's own pages have it; undefined where the whole project has to be read. */
export async function readFirstPage(kaneo: Kaneo, wanted: Wanted): Promise<FirstPage | undefined> {
  const { project, filter, order, limit } = wanted;
  const { sort, direction } = order;
  // Kaneo has what is not due at the beginning then.
  const isOther = sort === "title" || (sort === "due" && direction === "desc");
  if (isOther || !isByStatusOnly(filter) || limit > MOST_PER_PAGE) return undefined;
  if (isSmall(project)) return undefined;

  const pages = pagesOf(kaneo, { ...wanted, sort });
  const isInParts = sort === "board" || sort === "priority";
  const isActive = filter.statuses === undefined && (filter.state ?? "active") === "active";
  const partsOf = (statuses: readonly Status[]): Query[] => {
    const priorities = PRIORITIES.map((priority) => ({ priority }));
    const parts = sort === "board" ? statuses.map(({ slug }) => ({ status: slug })) : priorities;
    return direction === "desc" ? parts.toReversed() : parts;
  };
  // Where planned tasks are wanted they come first, whatever columns there are.
  const isFirstKnown = sort === "priority" || (sort === "board" && direction === "asc");
  const [firstPart] = isFirstKnown ? partsOf(wantedStatuses([], filter)) : [];
  // At once what is known to be needed, beside what tells the rest.
  const [head] = await Promise.all([
    pages.read(isInParts ? { limit: 1 } : {}),
    isActive && pages.read({ status: ARCHIVED.slug, limit: 1 }),
    firstPart && pages.read(firstPart),
  ]);
  const { columns } = head.data;
  const statuses = wantedStatuses(columns, filter);
  const isWanted = ({ status }: Task) => statuses.some(({ slug }) => slug === status);
  const tasks = isInParts
    ? await firstOfParts(pages, partsOf(statuses), { limit, isWanted })
    : pages.exactRows(head).filter(isWanted);
  if (!isInParts && tasks.length < limit && !isWhole(head)) return undefined;
  const total = await countAll(pages, { head, columns, statuses });
  return {
    tasks: tasks.slice(0, limit),
    total,
    columns,
    statuses: statuses.map((status) => ({ ...status, total: pages.totals.get(status.slug) })),
  };
}

type Pages = ReturnType<typeof pagesOf>;

interface Query {
  status?: string;
  priority?: string;
  limit?: number | undefined;
}

function pagesOf(
  kaneo: Kaneo,
  { project, order, sort, limit }: Wanted & { sort: keyof typeof SORTED_BY },
) {
  // More than are shown: some tie with the last, or have another status.
  const pageSize = Math.min(2 * limit, MOST_PER_PAGE);
  const sortOrder = sort === "priority" ? "asc" : order.direction;
  const compare = compareKeys(order);
  /** By a status's slug, as far as they are known. */
  const totals = new Map<string, number>();
  /** By their path. */
  const asked = new Map<string, Promise<Board>>();

  async function read(query: Query): Promise<Board> {
    const path = withQuery(endpoint`/api/task/tasks/${project.id}`, {
      ...{ sortBy: SORTED_BY[sort], sortOrder, limit: pageSize },
      ...query,
    });
    const asking = asked.get(path) ?? kaneo.get(path, boardSchema);
    asked.set(path, asking);
    const board = await asking;
    if (query.status !== undefined) totals.set(query.status, board.pagination.total);
    return board;
  }

  function rows(board: Board): Task[] {
    const place = { projectIndex: 0, columnIndex: 0 };
    const keyed = tasksOf(board).map((row) => {
      const task = taskOf(row, project);
      return { task, key: sortKey(task, sort, place) };
    });
    return keyed.sort((one, other) => compare(one.key, other.key)).map(({ task }) => task);
  }

  /** The tasks of a first page that certainly come first: behind it may be more that tie with its last. */
  function exactRows(board: Board): Task[] {
    const all = rows(board);
    const last = all.at(-1);
    if (last === undefined || SORTED_BY[sort] === "number" || isWhole(board)) return all;
    return all.filter((task) => placeIn(sort, task) !== placeIn(sort, last));
  }

  return { totals, read, rows, exactRows };
}

function placeIn(sort: TaskSort, { position, due, createdAt }: Task): unknown {
  if (sort === "board") return position;
  return sort === "due" ? due : createdAt;
}

function isWhole(board: Board): boolean {
  return tasksOf(board).length >= board.pagination.total;
}

/** Part after part, until there are enough. */
async function firstOfParts(
  pages: Pages,
  parts: readonly Query[],
  { limit, isWanted }: { limit: number; isWanted(task: Task): boolean },
): Promise<Task[]> {
  const tasks: Task[] = [];
  for (const part of parts) {
    if (tasks.length >= limit) break;
    const page = await pages.read(part);
    const exact = pages.exactRows(page).filter(isWanted);
    const isEnough = isWhole(page) || tasks.length + exact.length >= limit;
    const all = isEnough ? exact : pages.rows(await pages.read({ ...part, limit: undefined }));
    tasks.push(...all.filter(isWanted));
  }
  return tasks;
}

interface Counted {
  head: Board;
  columns: readonly Status[];
  statuses: readonly Status[];
}

/** How many tasks have a wanted status: by these, or by all and those of the others, whichever are fewer to count. */
async function countAll(pages: Pages, { head, columns, statuses }: Counted): Promise<number> {
  const wanted = new Set(statuses.map(({ slug }) => slug));
  const others = statusesOf(columns).filter(({ slug }) => !wanted.has(slug));
  const [unknown = [], unknownOthers = []] = [statuses, others].map((some) =>
    some.filter(({ slug }) => !pages.totals.has(slug)),
  );
  const isDirect = unknown.length <= unknownOthers.length;
  await mapConcurrently(isDirect ? unknown : unknownOthers, ({ slug }) =>
    pages.read({ status: slug, limit: 1 }),
  );
  const sum = (some: readonly Status[]) =>
    some.reduce((soFar, { slug }) => soFar + (pages.totals.get(slug) ?? 0), 0);
  return isDirect ? sum(statuses) : Math.max(0, head.pagination.total - sum(others));
}
