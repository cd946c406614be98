/**
 * Lists of tasks with every filter, a total order and cursors. Kaneo's own pages lose and repeat tasks that tie in the
 * sort (docs/kaneo.md, "Lists"), so what matches is read in one answer a project, ordered here, and kept for a minute for the next
 * pages. Only the first page of one big project comes from Kaneo's own (first-page.ts); who asks for the second has all read.
 */

import { mapConcurrently } from "../../api/concurrency.ts";
import { fingerprint, readCursor, type SortKey, writeCursor } from "../../api/cursors.ts";
import { endpoint, type Kaneo, withQuery } from "../../api/kaneo.ts";
import { boardSchema, columnsOf, lightBoardSchema, type Project } from "../../api/schemas.ts";
import { type EventGap, findEvents } from "../../events/events.ts";
import { type Blocking, blockingOf, type ReadBoard } from "../../relations/blockers.ts";
import { MOST_TASKS_READ, type RecentTask, readEach, tasksByChange } from "../project-tasks.ts";
import { type Status, statusesOf, type Task, taskOf } from "../task.ts";
import {
  assertStatusesExist,
  filterIn,
  leftOutOf,
  queryOf,
  type TaskFilter,
  wantedStatuses,
} from "./filter.ts";
import { type CountedStatus, isSmall, readFirstPage } from "./first-page.ts";
import { compareKeys, sortKey, type TaskOrder } from "./order.ts";

export interface TaskListing {
  projects: readonly Project[];
  filter: TaskFilter;
  /** How the moments of the filter were said. By "now" the next page has another one, and belongs to the same listing. */
  said?: readonly (string | undefined)[] | undefined;
  order: TaskOrder;
  /** Infinity for all. */
  limit: number;
  /**
   * Whether it matters who blocks whom: "shown" for the tasks of the page; "blocked" keeps the tasks that an open task blocks,
   * "free" the others, both of the first 200 that match otherwise.
   */
  blockers?: "shown" | "blocked" | "free" | undefined;
  /** From an earlier page with the same projects, filter, order and blockers, said alike. */
  cursor?: string | undefined;
}

/** A project that was read, with those of its statuses that were asked for, in board order. */
export interface ListedBoard extends ReadBoard {
  statuses: readonly CountedStatus[];
}

export interface ListedTasks {
  /** Those of the page, without their descriptions. */
  tasks: Task[];
  total: number;
  boards: ListedBoard[];
  /** By a task's id, where that was looked up. */
  blocking: ReadonlyMap<string, Blocking>;
  /** Tasks that match but for their blockers, which were not looked up. */
  notLookedAt: number;
  /** Tasks that match otherwise, but for their blockers, in the status that `leftOutOf` names. */
  leftOut: number;
  /** Where comments may have been overlooked that make a task no longer untouched. */
  commentGap: EventGap | undefined;
  /** How many of them come before the first of `tasks`. */
  before: number;
  /** For the next page; undefined on the last. */
  nextCursor: string | undefined;
  /** How long before this call they were read; 0 for one that reads them itself. */
  ageMs: number;
}

/**
 * Lists the tasks that match, from the cursor on, as they are now, or behind a cursor as they were at most a minute ago.
 * Walking all cursors yields each task exactly once as long as none changes meanwhile; a change moves only the task that
 * it touches.
 *
 * @throws KaneoMcpError "invalid_input" when the cursor belongs to another listing, "not_found" for a status that no
 * listed project has.
 */
export async function listTasks(kaneo: Kaneo, listing: TaskListing): Promise<ListedTasks> {
  const { order, limit, cursor, blockers } = listing;
  const identity = identityOf(listing);
  const first = cursor === undefined ? await listFirstPage(kaneo, listing) : undefined;
  if (first !== undefined) return first;

  const position = cursor === undefined ? undefined : readCursor(cursor, identity);
  const startedAt = kaneo.elapsed();
  const view = cursor === undefined ? kaneo.asOf(startedAt) : kaneo;
  const read = () => readAll(kaneo, listing);
  const { found, readAt, ...kept } = await view.snapshot(fingerprint(identity), read);
  const compare = compareKeys(order);
  const next = position ? found.findIndex(({ key }) => compare(key, position) > 0) : 0;
  const before = next === -1 ? found.length : next;
  const page = found.slice(before, before + limit);
  const last = page.at(-1);
  const hasMore = before + page.length < found.length;
  const tasks = page.map(({ task }) => task);
  return {
    ...kept,
    tasks,
    total: found.length,
    blocking: blockers === "shown" ? await blockingOf(kaneo, tasks, kept.boards) : kept.blocking,
    before,
    nextCursor: last && hasMore ? writeCursor(last.key, identity) : undefined,
    ageMs: Math.max(0, startedAt - readAt),
  };
}

/** The first page of one big project, where that can be had without the rest. */
async function listFirstPage(kaneo: Kaneo, listing: TaskListing): Promise<ListedTasks | undefined> {
  const { projects, filter, order, limit, blockers } = listing;
  const [project, ...others] = projects;
  if (project === undefined || others.length > 0 || blockers !== undefined) return undefined;
  const found = await readFirstPage(kaneo, { project, filter, order, limit });
  if (found === undefined) return undefined;
  const { board, ...page } = found;
  assertStatusesExist([board.columns], filter.statuses ?? []);
  const last = page.tasks.at(-1);
  const keyOf = keysIn(board.columns, order, 0);
  const hasMore = page.tasks.length < page.total;
  const nextCursor = last && hasMore ? writeCursor(keyOf(last), identityOf(listing)) : undefined;
  const nothing = { blocking: new Map(), notLookedAt: 0, commentGap: undefined };
  return { ...page, ...nothing, boards: [board], before: 0, nextCursor, ageMs: 0 };
}

function identityOf({ projects, filter, said, order, blockers }: TaskListing): unknown {
  const { dueAfter, dueBefore, unfinishedDays, untouchedSince: since, ...lasting } = filter;
  const moments = said ?? [dueAfter, dueBefore, since];
  return [projects.map(({ id }) => id), lasting, moments, order, blockers];
}

interface Found {
  task: Task;
  key: SortKey;
}

/** What a task takes without its description, seen with 5,000 of them. */
const TASK_BYTES = 800;
/** What one takes that a task waits for, or holds up: each of 200 tasks may have thousands. */
const RELATED_BYTES = 400;

/** Everything that matches, in order; `readAt` is a moment of `Kaneo.elapsed`. */
async function readAll(kaneo: Kaneo, { projects, filter, order, blockers }: TaskListing) {
  const readAt = kaneo.elapsed();
  const { untouchedSince: since } = filter;
  const needsUpdates = since !== undefined || order.sort === "updated";
  const dated = needsUpdates ? await tasksByChange(kaneo, projects) : [];
  const recent = dated.filter(({ updatedAt }) => since === undefined || updatedAt < since);
  const updates = new Map(recent.map(({ id, updatedAt }) => [id, updatedAt]));
  const read = await mapConcurrently(projects, (project, projectIndex) =>
    readProject(kaneo, project, { filter, order, projectIndex, updates }),
  );
  const boards = read.map(({ board }) => board);
  assertStatusesExist(
    boards.map(({ columns }) => columns),
    filter.statuses ?? [],
  );
  const matching = read.flatMap(({ found }) => found);
  const ids = new Set(matching.map(({ task }) => task.id));
  const unsure = recent.filter(({ id }) => ids.has(id));
  const commented = since === undefined ? undefined : await commentedSince(kaneo, unsure, since);
  const untouched = matching.filter(({ task }) => !commented?.ids.has(task.id));
  const other = leftOutOf(filter)?.slug;
  const compare = compareKeys(order);
  const listed = untouched
    .filter(({ task }) => task.status !== other)
    .sort((a, b) => compare(a.key, b.key));
  const { found, ...looked } = await narrow(kaneo, listed, { boards, blockers });
  const leftOut = untouched.length - listed.length;
  const counts = boards.map((board) => counted(board, found));
  const data = { found, ...looked, leftOut, commentGap: commented?.gap, boards: counts, readAt };
  const related = [...looked.blocking.values()].flatMap(({ blockedBy, blocks }) => [
    ...blockedBy,
    ...blocks,
  ]);
  return { data, size: found.length * TASK_BYTES + related.length * RELATED_BYTES };
}

/**
 * The ids of those of `tasks`, none of which has changed since then, that were commented on since. Kaneo dates changes of
 * labels and relations nowhere, and logged time task by task only, so that these do not count. The gap is where comments
 * may have been overlooked.
 */
async function commentedSince(kaneo: Kaneo, tasks: readonly RecentTask[], since: string) {
  const projects = new Map(tasks.map(({ project }) => [project.id, project]));
  const [project, ...others] = projects.values();
  const { events, gap } = await findEvents(kaneo, {
    workspaceIds: [...new Set([...projects.values()].map(({ workspaceId }) => workspaceId))],
    project: others.length === 0 ? project : undefined,
    kinds: ["comment"],
    since,
    ofUnchanged: tasks,
    isForAll: true,
  });
  const nameIn = (projectId: string, key: string) => `${projectId} ${key}`;
  const recent = events.filter(({ at }) => at >= since);
  const commented = new Set(recent.map(({ projectId, key }) => nameIn(projectId, key)));
  const touched = tasks.filter((task) => commented.has(nameIn(task.project.id, task.key)));
  return { ids: new Set(touched.map(({ id }) => id)), gap };
}

/** Those of `found` that are blocked, or free, where that matters. */
async function narrow(
  kaneo: Kaneo,
  found: Found[],
  { boards, blockers }: { boards: ReadBoard[]; blockers: TaskListing["blockers"] },
) {
  if (blockers === undefined || blockers === "shown")
    return { found, blocking: new Map<string, Blocking>(), notLookedAt: 0 };
  const first = found.slice(0, MOST_TASKS_READ);
  const { found: looked, tasksRead } = await readEach(kaneo, first, async (one) => {
    const blocking = await blockingOf(kaneo, [one.task], boards);
    return [...blocking].map(([id, around]) => ({ one, id, around }));
  });
  const wanted = looked.filter(
    ({ around }) => around.blockedBy.length > 0 === (blockers === "blocked"),
  );
  const blocking = new Map(wanted.map(({ id, around }) => [id, around]));
  return { found: wanted.map(({ one }) => one), blocking, notLookedAt: found.length - tasksRead };
}

interface OneOfMany {
  filter: TaskFilter;
  order: TaskOrder;
  projectIndex: number;
  /** Where they matter. */
  updates: ReadonlyMap<string, string>;
}

async function readProject(
  kaneo: Kaneo,
  project: Project,
  { filter, order, projectIndex, updates }: OneOfMany,
) {
  // By id: what is moved while the statuses are read, one after the other, may come twice.
  const matching = new Map<string, Task>();
  let columns: Status[] = [];
  for await (const part of readInParts(kaneo, project, filter)) {
    columns = part.columns;
    const isMatch = filterIn(columns, filter);
    for (const row of part.rows) {
      const task = { ...taskOf(row, project), updatedAt: updates.get(row.id) };
      if (isMatch(task)) matching.set(task.id, { ...task, description: "", urls: undefined });
    }
  }
  const keyOf = keysIn(columns, order, projectIndex);
  return {
    board: { project, columns, statuses: wantedStatuses(columns, filter) },
    found: [...matching.values()].map((task) => ({ task, key: keyOf(task) })),
  };
}

/** Reads a project at once, or a big one status by status, which takes as long and far less memory. */
async function* readInParts(kaneo: Kaneo, project: Project, filter: TaskFilter) {
  const query = queryOf(filter);
  const schema = filter.text === undefined ? lightBoardSchema : boardSchema;
  const read = (status?: string) =>
    kaneo.get(withQuery(endpoint`/api/task/tasks/${project.id}`, { status, ...query }), schema);
  const isNarrow = Object.values(query).some((value) => value !== undefined);
  if (isNarrow || isSmall(project)) {
    yield await read();
    return;
  }
  const columns = await kaneo.fresh(columnsOf(project.id));
  const leftOut = leftOutOf(filter);
  const statuses = wantedStatuses(columns, filter).concat(leftOut ?? []);
  yield { columns, rows: [] };
  for (const { slug } of statuses) yield { columns, rows: (await read(slug)).rows };
}

function keysIn(columns: readonly Status[], order: TaskOrder, projectIndex: number) {
  const indexes = new Map(statusesOf(columns).map(({ slug }, index) => [slug, index]));
  return (task: Task) =>
    sortKey(task, order, { projectIndex, columnIndex: indexes.get(task.status) ?? 0 });
}

function counted(
  { project, columns, statuses }: ReadBoard & { statuses: Status[] },
  found: readonly Found[],
): ListedBoard {
  // In one pass: a board may have a thousand columns, and tens of thousands of tasks.
  const totals = new Map<string, number>();
  for (const { task } of found) {
    if (task.projectId !== project.id) continue;
    totals.set(task.status, (totals.get(task.status) ?? 0) + 1);
  }
  const counts = statuses.map((one) => ({ ...one, total: totals.get(one.slug) ?? 0 }));
  return { project, columns, statuses: counts };
}
