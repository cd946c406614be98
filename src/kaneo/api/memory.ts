/** What a connection remembers: Kaneo's answers, for a short time, what this process itself has written, and what it is at. */
import type { Clock } from "../../clock.ts";
import { isFailure } from "../../errors.ts";

/** What is kept, and about how many bytes that are. */
export interface Sized<T> {
  data: T;
  size: number;
}

interface Entry {
  value: Promise<unknown>;
  loadedAt: number;
  /** 0 while it is under way. */
  bytes: number;
}

const TIME_TO_LIVE_MS = 60_000;
const MOST_KEPT_BYTES = 16 * 2 ** 20;
const ENTRY_BYTES = 500;

/** The beginning of the names under which lists keep what was made of answers. */
export const SNAPSHOT = "snapshot ";
/** What goes stale with any change of a task: boards, projects with their counts, labels with their copies. */
export const OF_TASKS = new RegExp(`^(?:${SNAPSHOT}|/api/(?:task|project|label)\\b)`);
/** What a write to a route makes stale: the order of columns, too, since a new task's status is the first of them. */
export const MADE_STALE: [written: RegExp, kept: RegExp][] = [
  [/^/, new RegExp(`^${SNAPSHOT}`)],
  [/^\/api\/column\//, /^\/api\/column\//],
  [/^\/api\/project(?:\/|$)/, /^\/api\/(?:project|column)\b/],
  [
    /^\/api\/auth\/organization\/(?:create|update)/,
    /^\/api\/(?:auth\/organization\/list$|workspace\/)/,
  ],
];

export type KeptLists = ReturnType<typeof keepLists>;

/** Answers kept for a short time, so that look-ups by name cost no request. */
export function keepLists(clock: Clock) {
  const entries = new Map<string, Entry>();

  const isOld = ({ loadedAt }: Entry) => clock.elapsed() - loadedAt > TIME_TO_LIVE_MS;

  function newEnough(key: string, since: number): Entry | undefined {
    const entry = entries.get(key);
    return entry === undefined || entry.loadedAt < since || isOld(entry) ? undefined : entry;
  }

  function tidy(): void {
    let bytes = 0;
    for (const [key, entry] of [...entries].reverse()) {
      // What alone is too much must not drive out the rest.
      if (bytes + entry.bytes > MOST_KEPT_BYTES || isOld(entry)) entries.delete(key);
      else bytes += entry.bytes;
    }
  }

  async function load<T>(key: string, loader: () => Promise<Sized<T>>): Promise<T> {
    const answer = loader();
    const entry = { value: answer.then(({ data }) => data), loadedAt: clock.elapsed(), bytes: 0 };
    entries.delete(key);
    entries.set(key, entry);
    try {
      const value = await entry.value;
      entry.bytes = ENTRY_BYTES + key.length + (await answer).size;
      tidy();
      // On real time, as the memory that it frees.
      setTimeout(tidy, TIME_TO_LIVE_MS + 1).unref();
      return value;
    } catch (error) {
      if (entries.get(key) === entry) entries.delete(key);
      throw error;
    }
  }

  async function get<T>(key: string, loader: () => Promise<Sized<T>>, since: number): Promise<T> {
    const entry = newEnough(key, since);
    if (entry === undefined) return load(key, loader);
    try {
      // A key always belongs to the same loader, so the value has the type that this loader gives.
      return (await entry.value) as T;
    } catch (error) {
      if (isOfAnother(error)) return load(key, loader);
      throw error;
    }
  }

  return {
    get,
    has: (key: string, since: number) => newEnough(key, since) !== undefined,
    forget: (key?: string | RegExp) => {
      if (key === undefined) entries.clear();
      else if (typeof key === "string") entries.delete(key);
      else for (const one of entries.keys()) if (key.test(one)) entries.delete(one);
    },
  };
}

/**
 * Does what bears the same name one after the other: whoever reads something to write it back must not be overtaken. When
 * `signal` aborts, nothing can be sent any more, and the work is done at once, so that it fails.
 */
export function takeTurns() {
  const last = new Map<string, Promise<void>>();
  return <T>(name: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> => {
    const before = last.get(name);
    const isDue = before && signal ? Promise.race([before, abortOf(signal)]) : before;
    const mine = Promise.resolve(isDue).then(work);
    // The next one waits for those before, too: of an aborted call the turn did not come.
    const turn: Promise<void> = Promise.allSettled([before, mine]).then(() => {
      if (last.get(name) === turn) last.delete(name);
    });
    last.set(name, turn);
    return mine;
  };
}

function abortOf(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** Whether a call failed for a reason that another one may not have: it has ended, or it might ask nobody to sign in. */
function isOfAnother(error: unknown): boolean {
  const isAsking = isFailure(error, "sign_in_required") && error.signIn !== undefined;
  return !isAsking && isFailure(error, "cancelled", "out_of_time", "sign_in_required");
}

const MOST_NOTED = 1_000;

/** Notes which ids were written about, and when: whoever waits for others to change something must not take that for theirs. */
export function noteWrites(clock: Clock) {
  const byId = new Map<string, number>();
  let last = Number.NEGATIVE_INFINITY;
  return {
    note: (...parts: unknown[]): void => {
      last = clock.elapsed();
      for (const id of parts.flatMap(idsIn)) putLast(byId, [id, last], MOST_NOTED);
    },
    last: () => last,
    wroteSince: (id: string, since: number) => (byId.get(id) ?? Number.NEGATIVE_INFINITY) >= since,
  };
}

/** Puts an entry behind all others, of which the first goes where there are more than `most`. */
export function putLast<Key, Value>(
  map: Map<Key, Value>,
  [key, value]: [Key, Value],
  most: number,
) {
  map.delete(key);
  map.set(key, value);
  const [first] = map.keys();
  if (first !== undefined && map.size > most) map.delete(first);
}

/** What may be an id in a path or in a field of a body. */
function idsIn(part: unknown): string[] {
  if (typeof part === "string") return part.match(/[a-z0-9]{24}/g) ?? [];
  if (typeof part !== "object" || part === null) return [];
  return Object.values(part)
    .flat()
    .filter((value): value is string => typeof value === "string" && /^[a-z0-9]{24}$/.test(value));
}
