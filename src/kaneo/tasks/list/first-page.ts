/**
 * The first tasks of a big project, without reading it whole. Kaneo's pages may lose tasks that tie in the sort
 * (docs/kaneo.md, "Lists"), but the first page of a sort is exact up to those that tie with its last task.
 */
import type { Kaneo } from "../../api/client.ts";
import { mapConcurrently } from "../../api/concurrency.ts";
import { endpoint, withQuery } from "../../api/endpoint.ts";
import { type Board, boardSchema, type Project } from "../../api/schemas.ts";
import {
  ARCHIVED,
  PLANNED,
  PRIORITIES,
  type Status,
  statusesOf,
  type Task,
  taskOf,
} from "../task.ts";
import { isByStatusOnly, leavesOutPlanned, type TaskFilter, wantedStatuses } from "./filter.ts";
import { compareKeys, sortKey, type TaskOrder, type TaskSort } from "./order.ts";

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
  /** As in `ListedTasks`. */
  plannedToo: number;
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

/** What Kaneo is to sort by for each of our sorts; it compares titles otherwise, and knows no updates. */
const SORTED_BY: Record<Exclude<TaskSort, "title" | "updated">, string> = {
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
  const isOther =
    sort === "title" || sort === "updated" || (sort === "due" && direction === "desc");
  if (isOther || !isByStatusOnly(filter) || limit > MOST_PER_PAGE) return undefined;
  if (isSmall(project)) return undefined;

  const pages = pagesOf(kaneo, { ...wanted, sort });
  const isActive = filter.statuses === undefined && (filter.state ?? "active") === "active";
  const isWithoutPlanned = leavesOutPlanned(filter);
  // Where planned tasks are wanted they come first, whatever columns there are.
  const isFirstKnown = sort !== "board" || direction === "asc";
  const [firstPart] = isFirstKnown ? partsOf(wantedStatuses([], filter), order) : [];
  // At once what is known to be needed, beside what tells the rest.
  const [head] = await Promise.all([
    pages.read(firstPart === ALL ? ALL : { limit: 1 }),
    isActive && pages.read({ status: ARCHIVED.slug, limit: 1 }),
    isWithoutPlanned && pages.read({ status: PLANNED.slug, limit: 1 }),
    firstPart && pages.read(firstPart),
  ]);
  const { columns } = head;
  const statuses = wantedStatuses(columns, filter);
  const isWanted = ({ status }: Task) => statuses.some(({ slug }) => slug === status);
  const tasks = await firstOfParts(pages, partsOf(statuses, order), { limit, isWanted });
  if (tasks === undefined) return undefined;
  const total = await countAll(pages, { head, columns, statuses });
  return {
    tasks,
    total,
    columns,
    statuses: statuses.map((status) => ({ ...status, total: pages.totals.get(status.slug) })),
    plannedToo: isWithoutPlanned ? (pages.totals.get(PLANNED.slug) ?? 0) : 0,
  };
}

interface Query {
  status?: string;
  priority?: string;
  limit?: number | undefined;
}

const ALL: Query = {};

/** What comes one after the other, and is sorted by Kaneo in itself. */
function partsOf(statuses: readonly Status[], { sort, direction }: TaskOrder): Query[] {
  if (sort !== "board" && sort !== "priority") return [ALL];
  const columns = statuses.map(({ slug }) => ({ status: slug }));
  const parts = sort === "board" ? columns : PRIORITIES.map((priority) => ({ priority }));
  return direction === "desc" ? parts.toReversed() : parts;
}

type Pages = ReturnType<typeof pagesOf>;

function pagesOf(
  kaneo: Kaneo,
  { project, order, sort, limit }: Wanted & { sort: keyof typeof SORTED_BY },
) {
  const pageSize = Math.min(limit + SPARE, MOST_PER_PAGE);
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
    if (query.status !== undefined) totals.set(query.status, board.total);
    return board;
  }

  function rows(board: Board): Task[] {
    const place = { projectIndex: 0, columnIndex: 0 };
    const keyed = board.rows.map((row) => {
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
  return board.rows.length >= board.total;
}

interface First {
  limit: number;
  isWanted(task: Task): boolean;
}

/** Part after part, until there are enough; undefined where all tasks of a project would have to be read at once. */
async function firstOfParts(
  pages: Pages,
  parts: readonly Query[],
  { limit, isWanted }: First,
): Promise<Task[] | undefined> {
  const tasks: Task[] = [];
  for (const part of parts) {
    const missing = limit - tasks.length;
    if (missing === 0) break;
    const found = await firstOfPart(pages, part, { limit: missing, isWanted });
    if (found === undefined) return undefined;
    tasks.push(...found);
  }
  return tasks;
}

/** From the shortest list that certainly holds them. */
async function firstOfPart(
  pages: Pages,
  part: Query,
  { limit, isWanted }: First,
): Promise<Task[] | undefined> {
  for (const query of [part, { ...part, limit: MOST_PER_PAGE }]) {
    const page = await pages.read(query);
    const exact = pages.exactRows(page).filter(isWanted);
    if (isWhole(page) || exact.length >= limit) return exact.slice(0, limit);
  }
  if (part === ALL) return undefined;
  const whole = await pages.read({ ...part, limit: undefined });
  return pages.rows(whole).filter(isWanted).slice(0, limit);
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
  return isDirect ? sum(statuses) : Math.max(0, head.total - sum(others));
}
