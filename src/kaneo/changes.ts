/** What others change in a project while somebody waits (waiting.ts), or watches it. */
import { createHash } from "node:crypto";
import type { Kaneo } from "./client.ts";
import { endpoint, withQuery } from "./endpoint.ts";
import { eventsSince, newestEvents, type TaskEvent } from "./events.ts";
import { channelOf } from "./live.ts";
import { currentUserId } from "./references.ts";
import { boardSchema, type Project } from "./schemas.ts";
import { MOST_HITS } from "./search.ts";
import { type Status, type Task, taskOf, tasksOf } from "./tasks.ts";
import type { Watched } from "./waiting.ts";

const WATCH_POLL_MS = 15_000;

/**
 * Calls `changed` after every change in a project, by whomever, until `signal` aborts: with the task's id where that is
 * known. May call it once too often.
 */
export async function watchProject(
  kaneo: Kaneo,
  project: Project,
  { changed, signal }: { changed: (taskId: string | undefined) => void; signal: AbortSignal },
): Promise<void> {
  const following = await kaneo.follow(channelOf(project.id));
  signal.addEventListener("abort", following.end, { once: true });
  let counted = following.count;
  let before = await lookAt(kaneo, project).catch((error: unknown) => {
    following.end();
    throw error;
  });
  const step = async (): Promise<void> => {
    await following.next(counted, WATCH_POLL_MS, signal);
    if (following.count !== counted) {
      const ids = [...following.announcedSince(counted).keys()];
      counted = following.count;
      for (const id of ids.length === 0 ? [""] : ids) changed(id === "" ? undefined : id);
    } else if (following.quietSince === undefined) {
      const now = await lookAt(kaneo, project);
      if (printOf(now) !== printOf(before)) changed(undefined);
      before = now;
    }
  };
  const watch = async () => {
    // What cannot be read now may be there at the next look; an abort ends the loop.
    while (!signal.aborted) await step().catch(() => {});
  };
  void watch();
}

function printOf({ columns, tasks, events }: ProjectLook): string {
  return [columns, events[0]?.id, ...[...tasks.values()].map(({ print }) => print)].join(" ");
}

/** A project as it was at one moment. */
export interface ProjectLook {
  at: number;
  columns: string;
  /** By id; without descriptions. */
  tasks: Map<string, { task: Task; print: string }>;
  /** At least all since the look before; the newest first. */
  events: TaskEvent[];
  /** The ids of those that are left for the next answer. */
  held: ReadonlySet<string>;
  /** Whether there were more than can be found. */
  isCut: boolean;
  /** The tasks of which an event was told whose change came only after this look at them. */
  ahead: Set<string>;
  /** Whether nothing was told since the first look: what is announced late may be in it already. */
  isFirst: boolean;
}

export interface ProjectChanges {
  /** Recorded by Kaneo, the oldest first. */
  events: TaskEvent[];
  /** How many more were recorded, which the next wait tells. */
  held: number;
  /** Changed in a way that Kaneo does not record, as they are now. */
  changed: Task[];
  deleted: Task[];
  /** Whether the columns are others. */
  isBoardChanged: boolean;
  /** Whether more was recorded than can be found. */
  isCut: boolean;
}

/** Watches a project, or one of its tasks. */
export function watchedProject(
  kaneo: Kaneo,
  project: Project,
  taskId?: string,
): Watched<ProjectLook, ProjectChanges> {
  let me: string | undefined;
  return {
    channel: channelOf(project.id),
    scope: taskId ?? "",
    look: async (before) => {
      me ??= await currentUserId(kaneo);
      const now = await lookAt(kaneo, project, before);
      if (before !== undefined) return now;
      // What others did since the call is news, though it came before the first look.
      const key = taskId && now.tasks.get(taskId)?.task.key;
      const fresh = now.events
        .filter(({ at }) => Date.parse(at) >= kaneo.madeAt())
        .filter((event) => event.personId !== me && (!key || event.key === key));
      return { ...now, held: new Set(fresh.map(({ id }) => id)) };
    },
    compare: (before, now, announced) => {
      const isOthers = (id: string, personId = me) =>
        (taskId === undefined || id === taskId) &&
        (personId !== me || announced.has(id) || !kaneo.wroteSince(id, before.at));
      const changes = changesBetween(before, now, { announced, isOthers });
      const { events, changed, deleted } = changes;
      const isBoardChanged = changes.isBoardChanged && taskId === undefined;
      const isAnything = events.length + changed.length + deleted.length > 0 || isBoardChanged;
      if (!isAnything) now.isFirst = before.isFirst;
      return isAnything ? { ...changes, isBoardChanged } : undefined;
    },
  };
}

/**
 * Kaneo records an event a moment after the change that it is about, so that events are read last; but first where they are
 * those of before.
 */
async function lookAt(watch: Kaneo, project: Project, before?: ProjectLook): Promise<ProjectLook> {
  const kaneo = watch.anew();
  const at = kaneo.elapsed();
  const path = withQuery(endpoint`/api/task/tasks/${project.id}`, { sortBy: "number" });
  const earlier = before === undefined ? await newestEvents(kaneo, project) : undefined;
  const board = await kaneo.get(path, boardSchema);
  const oldestHeld = before?.events.findLast(({ id }) => before.held.has(id));
  const since = (oldestHeld ?? before?.events[0])?.at;
  const later = before && (await eventsSince(kaneo, project, { since, known: knownTo(before) }));
  const { events, isCut } = later ?? { events: earlier ?? [], isCut: false };
  const columns: Status[] = board.data.columns.map(({ tasks: _, ...column }) => column);
  const tasks = tasksOf(board).map((row) => {
    const print = createHash("sha256").update(JSON.stringify(row)).digest("base64");
    const task = { ...taskOf(row, project), description: "" };
    return [row.id, { task, print }] as const;
  });
  return {
    at,
    columns: JSON.stringify(columns),
    tasks: new Map(tasks),
    events,
    held: new Set(),
    isCut,
    ahead: new Set(),
    isFirst: before === undefined,
  };
}

function knownTo({ events, held }: ProjectLook): Set<string> {
  return new Set(events.map(({ id }) => id).filter((id) => !held.has(id)));
}

/** More events are told by the next answer. */
const MOST_TOLD = 50;

interface Seen {
  announced: ReadonlyMap<string, string>;
  /** Whether it was not this process that wrote about the task; `personId` is who did, where Kaneo tells. */
  isOthers(taskId: string, personId?: string): boolean;
}

function changesBetween(
  before: ProjectLook,
  now: ProjectLook,
  { announced, isOthers }: Seen,
): ProjectChanges {
  const ids = new Map([...now.tasks.values()].map(({ task }) => [task.key, task.id]));
  const known = knownTo(before);
  // Events go with their tasks when these are deleted, and older ones take their places in the list.
  const oldest = before.events.length < MOST_HITS ? "" : (before.events.at(-1)?.at ?? "");
  const fresh = now.events.filter(({ id, key, at, personId }) => {
    const isNew = at >= oldest && !known.has(id);
    return before.held.has(id) || (isNew && isOthers(ids.get(key) ?? key, personId));
  });
  now.held = new Set(fresh.slice(0, -MOST_TOLD).map(({ id }) => id));
  const events = fresh.slice(-MOST_TOLD).reverse();
  const told = new Set(fresh.map(({ key }) => key));
  const changed = [...now.tasks.values()].filter(({ task: { id, key }, print }) => {
    // Of all that is announced only relations show neither here nor in the events.
    const isRelated =
      announced.get(id) === "TASK_RELATION_UPDATED" || (before.isFirst && announced.has(id));
    const isChanged = before.tasks.get(id)?.print !== print || isRelated;
    const isTold = told.has(key) || (before.ahead.has(key) && !isRelated);
    return isChanged && !isTold && isOthers(id);
  });
  for (const { id: eventId, key, kind } of fresh) {
    const id = ids.get(key) ?? "";
    if (kind === "comment" || before.held.has(eventId)) continue;
    if (before.tasks.get(id)?.print === now.tasks.get(id)?.print) now.ahead.add(key);
  }
  const deleted = [...before.tasks.values()].filter(
    ({ task: { id } }) => !now.tasks.has(id) && isOthers(id),
  );
  return {
    events,
    held: now.held.size,
    changed: changed.map(({ task }) => task),
    deleted: deleted.map(({ task }) => task),
    isBoardChanged: before.columns !== now.columns,
    isCut: now.isCut,
  };
}
