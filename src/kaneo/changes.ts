/** What others change in a project while somebody watches it, as soon as it can be known (live.ts), by looking twice. */
import { createHash } from "node:crypto";
import type { Kaneo } from "./client.ts";
import { type Endpoint, endpoint, withQuery } from "./endpoint.ts";
import { newestEvents, type TaskEvent } from "./events.ts";
import { channelOf, type Following } from "./live.ts";
import { boardSchema, type Project } from "./schemas.ts";
import { type Status, type Task, taskOf, tasksOf } from "./tasks.ts";

/** Something that can be looked at again and again. */
export interface Watched<Look, Happened> {
  channel: Endpoint;
  look(): Promise<Look>;
  /** What happened between two looks; undefined when that is nothing. */
  compare(before: Look, now: Look, following: Following): Happened | undefined;
  /** What the next one who watches is to begin after. */
  markOf(look: Look): string;
}

export interface Waited<Happened> {
  /** Undefined when nothing happened in the time. */
  happened: Happened | undefined;
  seconds: number;
  /** Whether Kaneo's announcements were heard at the end; otherwise how often it was looked, in seconds. */
  isLive: boolean;
  pollSeconds: number;
}

const POLL_MS = 5_000;
/** A look that takes long is not repeated at that pace. */
const LOOKS_PER_PAUSE = 10;

/** Waits until something happens in what is watched, or the time is over. */
export async function waitFor<Look, Happened>(
  kaneo: Kaneo,
  { channel, look, compare, markOf }: Watched<Look, Happened>,
  { seconds, signal }: { seconds: number; signal: AbortSignal | undefined },
): Promise<Waited<Happened>> {
  const beganAt = kaneo.elapsed();
  const endAt = beganAt + seconds * 1000;
  // Nobody is listened to before it is known who asks.
  let before = await look();
  let lookedAt = beganAt;
  const pollMs = Math.max(POLL_MS, (kaneo.elapsed() - beganAt) * LOOKS_PER_PAUSE);
  const following = await kaneo.follow(channel);
  const answer = (happened: Happened | undefined) => {
    following.mark = markOf(before);
    const passed = Math.round((kaneo.elapsed() - beganAt) / 1000);
    const isLive = following.quietSince !== undefined;
    return { happened, seconds: passed, isLive, pollSeconds: Math.round(pollMs / 1000) };
  };
  // A socket that opens only now is counted; one that was open may have announced something since the first look.
  let counted = following.quietSince === undefined ? following.count : -1;
  try {
    for (;;) {
      const { count, quietSince, announced } = following;
      const isLast = kaneo.elapsed() >= endAt;
      const isPoll = quietSince === undefined && kaneo.elapsed() - lookedAt >= pollMs;
      if (isLast || isPoll || count !== counted || announced.size > 0) {
        counted = count;
        lookedAt = kaneo.elapsed();
        const now = await look();
        const happened = compare(before, now, following);
        before = now;
        if (happened !== undefined || isLast) return answer(happened);
        announced.clear();
      } else {
        const until = quietSince === undefined ? Math.min(endAt, lookedAt + pollMs) : endAt;
        await following.next(count, Math.max(0, until - kaneo.elapsed()), signal);
      }
    }
  } finally {
    following.end();
  }
}

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
      counted = following.count;
      const ids = [...following.announced.keys()];
      following.announced.clear();
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
  /** The newest fifty. */
  events: TaskEvent[];
}

export interface ProjectChanges {
  /** Recorded by Kaneo, the oldest first. */
  events: TaskEvent[];
  /** Changed in a way that Kaneo does not record, as they are now. */
  changed: Task[];
  deleted: Task[];
  /** Whether the columns are others. */
  isBoardChanged: boolean;
}

/** Watches a project, or one of its tasks. */
export function watchedProject(
  kaneo: Kaneo,
  project: Project,
  taskId?: string,
): Watched<ProjectLook, ProjectChanges> {
  return {
    channel: channelOf(project.id),
    look: () => lookAt(kaneo, project),
    compare: (before, now, following) => {
      const { announced, mark } = following;
      const isOthers = (id: string) =>
        (taskId === undefined || id === taskId) &&
        (announced.has(id) || !kaneo.wroteSince(id, before.at));
      const changes = changesBetween(before, now, { announced, mark, isOthers });
      const { events, changed, deleted } = changes;
      const isBoardChanged = changes.isBoardChanged && taskId === undefined;
      const isNothing = events.length + changed.length + deleted.length === 0 && !isBoardChanged;
      return isNothing ? undefined : { ...changes, isBoardChanged };
    },
    markOf: ({ events }) => events[0]?.id ?? "",
  };
}

async function lookAt(kaneo: Kaneo, project: Project): Promise<ProjectLook> {
  const at = kaneo.elapsed();
  const path = withQuery(endpoint`/api/task/tasks/${project.id}`, { sortBy: "number" });
  const board = await kaneo.get(path, boardSchema);
  // Afterwards, since Kaneo records an event a moment after the change that it is about.
  const events = await newestEvents(kaneo, project);
  const columns: Status[] = board.data.columns.map(({ tasks: _, ...column }) => column);
  const tasks = tasksOf(board).map((row) => {
    const print = createHash("sha256").update(JSON.stringify(row)).digest("base64");
    const task = { ...taskOf(row, project), description: "" };
    return [row.id, { task, print }] as const;
  });
  return { at, columns: JSON.stringify(columns), tasks: new Map(tasks), events };
}

/** The first of `rows`, the newest first, up to the one that `mark` names; none without one. */
export function newerThan<Row extends { id: string }>(
  mark: string | undefined,
  rows: readonly Row[],
): readonly Row[] {
  if (mark === undefined) return [];
  const index = rows.findIndex(({ id }) => id === mark);
  return index === -1 ? rows : rows.slice(0, index);
}

interface Seen {
  announced: ReadonlyMap<string, string>;
  /** The newest event that an earlier look has told. */
  mark: string | undefined;
  /** Whether it was not this process that wrote about the task. */
  isOthers(taskId: string): boolean;
}

function changesBetween(
  before: ProjectLook,
  now: ProjectLook,
  { announced, mark, isOthers }: Seen,
): ProjectChanges {
  const ids = new Map([...now.tasks.values()].map(({ task }) => [task.key, task.id]));
  const known = new Set(before.events.map(({ id }) => id));
  // What was announced before this wait began was recorded before it, too.
  for (const { id, key } of newerThan(mark, before.events)) {
    if (announced.has(ids.get(key) ?? "")) known.delete(id);
  }
  const events = now.events.filter(
    ({ id, key }) => !known.has(id) && isOthers(ids.get(key) ?? key),
  );
  const told = new Set(events.map(({ key }) => key));
  const changed = [...now.tasks.values()].filter(({ task: { id, key }, print }) => {
    const isChanged = before.tasks.get(id)?.print !== print || announced.has(id);
    return isChanged && !told.has(key) && isOthers(id);
  });
  const deleted = [...before.tasks.values()].filter(
    ({ task: { id } }) => !now.tasks.has(id) && isOthers(id),
  );
  return {
    events: events.toReversed(),
    changed: changed.map(({ task }) => task),
    deleted: deleted.map(({ task }) => task),
    isBoardChanged: before.columns !== now.columns,
  };
}
