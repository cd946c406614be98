/** What others change in a project: whether anything, for who watches it, and what, for who waits for it (waiting.ts). */
import { fingerprint } from "../api/cursors.ts";
import { endpoint, type Kaneo, withQuery } from "../api/kaneo.ts";
import { boardSchema, columnsOf, type Project } from "../api/schemas.ts";
import { currentUserId } from "../members.ts";
import { MOST_HITS } from "../search.ts";
import { type Task, taskOf } from "../tasks/task.ts";
import { eventsSince, newestEvents, type TaskEvent } from "./events.ts";
import { channelOf } from "./live.ts";
import type { Sight, Watched } from "./waiting.ts";

const WATCH_POLL_MS = 15_000;
/** Columns are not announced, and seldom changed. */
const COLUMNS_POLL_MS = 60_000;

/**
 * Calls `changed` after every change in a project, by whomever, until `signal` aborts: with the task's id where that is
 * known. May call it once too often, never too seldom. Resolves as soon as nothing is missed any more, so that what is read
 * after that is what the changes come on top of.
 */
export async function watchProject(
  kaneo: Kaneo,
  project: Project,
  { changed, signal }: { changed: (taskId: string | undefined) => void; signal: AbortSignal },
): Promise<void> {
  let following = await kaneo.follow(channelOf(project.id));
  let counted = following.count;
  const columns = async () => JSON.stringify(await kaneo.fresh(columnsOf(project.id)));
  const [isProjectChanged, areColumnsChanged] = await Promise.all([
    differs(() => printOf(kaneo, project)),
    differs(columns),
  ]).catch((error: unknown) => {
    following.end();
    throw error;
  });
  const tellAnnounced = () => {
    const ids = [...following.announcedSince(counted).keys()];
    counted = following.count;
    for (const id of ids.length === 0 ? [""] : ids) changed(id || undefined);
  };
  const step = async (): Promise<void> => {
    const patience = following.quietSince === undefined ? WATCH_POLL_MS : COLUMNS_POLL_MS;
    await following.next(counted, patience, signal);
    if (following.count !== counted) return tellAnnounced();
    const isLive = following.quietSince !== undefined;
    if (await (isLive ? areColumnsChanged() : isProjectChanged())) changed(undefined);
    if (isLive) return;
    // What is followed ends for good when another account may be in use.
    following.end();
    following = await kaneo.follow(channelOf(project.id));
    counted = following.count;
  };
  const watch = async () => {
    // What cannot be read now may be there at the next look; an abort ends the loop.
    while (!signal.aborted) await step().catch(() => {});
    following.end();
  };
  void watch();
}

/** Makes a function that tells whether `look` sees something else than the last time. */
async function differs(look: () => Promise<string>): Promise<() => Promise<boolean>> {
  let seen = await look();
  return async () => {
    const before = seen;
    seen = await look();
    return seen !== before;
  };
}

/** Is another one when anything in a project is. */
async function printOf(kaneo: Kaneo, project: Project): Promise<string> {
  const { columns, tasks, events } = await readProject(kaneo, project);
  return [columns, events[0]?.id, ...[...tasks.values()].map(({ print }) => print)].join(" ");
}

interface Reading {
  at: number;
  columns: string;
  /** By id; without descriptions. */
  tasks: Map<string, { task: Task; print: string }>;
  /** At least all since the reading before; the newest first. */
  events: TaskEvent[];
  /** Whether more was recorded than can be found. */
  isCut: boolean;
}

export interface ProjectState extends Reading {
  /** The events that are left for the next answer, the oldest first. */
  held: TaskEvent[];
  /** The tasks of which an event was told whose change came only after this look at them. */
  ahead: ReadonlySet<string>;
  /** Whether nothing was told since the first look: what is announced late may be in it already. */
  isFirst: boolean;
}

export interface ProjectNews {
  /** Recorded by Kaneo, the oldest first. */
  events: TaskEvent[];
  /** How many more were recorded, which the next wait tells. */
  held: number;
  /** Changed in a way that Kaneo does not record, as they are now. */
  changed: Task[];
  /** As they were, and the kind of announcement that told why, such as `TASK_MOVED`. */
  gone: { task: Task; announced: string | undefined }[];
  isBoardChanged: boolean;
  isCut: boolean;
}

/** What to look for in a project, or in one of its tasks. */
export function newsOf(
  kaneo: Kaneo,
  project: Project,
  taskId?: string,
): Watched<ProjectState, ProjectNews> {
  let me: string | undefined;
  return {
    channel: channelOf(project.id),
    scope: taskId ?? "",
    look: async (before, announced) => {
      me ??= await currentUserId(kaneo);
      const now = await readProject(kaneo, project, before);
      // What others did since the call is news also to the first look.
      const isOld = ({ at, personId }: TaskEvent) =>
        personId === me || Date.parse(at) < kaneo.madeAt();
      const untold = { held: [], ahead: new Set<string>(), isFirst: true };
      const earlier = before ?? { ...now, ...untold, events: now.events.filter(isOld) };
      const isByOthers = (id: string, personId = me) =>
        (taskId === undefined || id === taskId) &&
        (personId !== me || announced.has(id) || !kaneo.wroteSince(id, earlier.at));
      return compare(earlier, now, { announced, isByOthers, isWhole: taskId === undefined });
    },
  };
}

/** Events come last, since Kaneo records one a moment after the change that it is about. */
async function readProject(watch: Kaneo, project: Project, before?: Reading): Promise<Reading> {
  const kaneo = watch.newCall();
  const at = kaneo.elapsed();
  const path = withQuery(endpoint`/api/task/tasks/${project.id}`, { sortBy: "number" });
  const { columns, rows } = await kaneo.get(path, boardSchema);
  const { events, isCut } = before
    ? await eventsSince(kaneo, project, { since: before.events[0]?.at, known: idsOf(before) })
    : { events: await newestEvents(kaneo, project), isCut: false };
  const tasks = rows.map((row) => {
    const task = { ...taskOf(row, project), description: "" };
    return [row.id, { task, print: fingerprint(row) }] as const;
  });
  return { at, columns: JSON.stringify(columns), tasks: new Map(tasks), events, isCut };
}

function idsOf({ events }: Reading): Set<string> {
  return new Set(events.map(({ id }) => id));
}

/** More events are told by the next answer. */
const MOST_TOLD = 50;

interface Around {
  announced: ReadonlyMap<string, string>;
  /** Whether it was not this process that wrote about the task; `personId` is who did, where Kaneo tells. */
  isByOthers(taskId: string, personId?: string): boolean;
  isWhole: boolean;
}

function compare(
  before: ProjectState,
  now: Reading,
  around: Around,
): Sight<ProjectState, ProjectNews> {
  const { announced, isByOthers, isWhole } = around;
  const ids = new Map([...now.tasks.values()].map(({ task }) => [task.key, task.id]));
  const idOf = (key: string) => ids.get(key) ?? key;
  const others = newEvents(before, now).filter(({ key, personId }) =>
    isByOthers(idOf(key), personId),
  );
  const queue = [...before.held, ...others];
  const [events, held] = [queue.slice(0, MOST_TOLD), queue.slice(MOST_TOLD)];
  const told = new Set(queue.map(({ key }) => key));
  const changed = changedTasks(before, now, around).filter(({ key }) => !told.has(key));
  const gone = [...before.tasks.values()]
    .filter(({ task: { id } }) => !now.tasks.has(id) && isByOthers(id))
    .map(({ task }) => ({ task, announced: announced.get(task.id) }));
  const isBoardChanged = isWhole && before.columns !== now.columns;
  const isAnything = isBoardChanged || events.length + changed.length + gone.length > 0;
  // A comment is the only event that does not change its task. Of a first look, which is its own before, nobody knows.
  const isAhead = ({ key, kind }: TaskEvent) =>
    kind !== "comment" && before.tasks !== now.tasks && !isTaskChanged(before, now, idOf(key));
  const ahead = new Set(others.filter(isAhead).map(({ key }) => key));
  const isFirst = before.isFirst && !isAnything;
  const state = { ...now, held, ahead, isFirst };
  const news = { events, held: held.length, changed, gone, isBoardChanged, isCut: now.isCut };
  return { state, news: isAnything ? news : undefined };
}

/** The oldest first. */
function newEvents(before: Reading, { events }: Reading): TaskEvent[] {
  const known = idsOf(before);
  // Events go with their tasks when these are deleted, and older ones take their places in the list, or others of the same
  // moment, as an import gives to many.
  const oldest = before.events.length < MOST_HITS ? "" : (before.events.at(-1)?.at ?? "");
  return events.filter(({ id, at }) => at > oldest && !known.has(id)).reverse();
}

function changedTasks(
  before: ProjectState,
  now: Reading,
  { announced, isByOthers }: Around,
): Task[] {
  const tasks = [...now.tasks.values()].map(({ task }) => task);
  return tasks.filter(({ id, key }) => {
    // Of all that is announced only relations show neither here nor in the events.
    const isUnseen =
      announced.get(id) === "TASK_RELATION_UPDATED" || (before.isFirst && announced.has(id));
    const isSeen = isTaskChanged(before, now, id) && !before.ahead.has(key);
    return (isUnseen || isSeen) && isByOthers(id);
  });
}

/** Whether a task is not as it was. */
function isTaskChanged(before: Reading, now: Reading, taskId: string): boolean {
  return before.tasks.get(taskId)?.print !== now.tasks.get(taskId)?.print;
}
