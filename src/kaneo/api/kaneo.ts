/** What a call sees of Kaneo: its routes, its requests, and how new what is kept has to be. */
import type { z } from "zod";
import { KaneoMcpError } from "../../errors.ts";
import type { Upload, Uploader } from "../../http/upload.ts";
import { inline } from "../../untrusted.ts";
import type { Following } from "../events/live.ts";
import type { Sized } from "./memory.ts";

declare const endpointBrand: unique symbol;

/** A request path whose ids were checked: only {@link endpoint} makes one. */
export type Endpoint = string & { readonly [endpointBrand]: true };

/** What Kaneo gives as an id. */
export const ID = /^[A-Za-z0-9_-]{1,128}$/;

/**
 * Builds a path such as endpoint`/api/task/${id}`. Every inserted value must be an id: `encodeURIComponent` alone lets
 * `.` and `..` through, and `/api/task/..` is another route.
 *
 * @throws KaneoMcpError "invalid_input" when a value is not an id.
 */
export function endpoint(parts: TemplateStringsArray, ...ids: string[]): Endpoint {
  const path = parts.reduce((soFar, part, index) => soFar + checkedId(ids[index - 1] ?? "") + part);
  // The brand exists for the compiler only, and this function is the one place that grants it.
  return path as Endpoint;
}

/** Appends a query; undefined values are left out. */
export function withQuery(
  path: Endpoint,
  query: Record<string, string | number | boolean | undefined>,
): Endpoint {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.set(name, String(value));
  }
  if (search.size === 0) return path;
  // The checked path stays as it is, and URLSearchParams encodes the rest.
  return `${path}?${search}` as Endpoint;
}

/**
 * The path of an operation that the instance itself describes: its plain steps as they are, and an id in the place of each
 * name in braces.
 *
 * @throws KaneoMcpError "invalid_input" when an id is none, when one is missing, or when the template is not plain.
 */
export function filledIn(template: string, ids: Readonly<Record<string, string>>): Endpoint {
  const steps = template.split("/").slice(1);
  const filled = steps.map((step) => {
    const [, name] = /^\{(\w+)\}$/.exec(step) ?? [];
    return checkedId(name === undefined ? step : (ids[name] ?? ""));
  });
  // Every step was checked, as those of endpoint.
  return `/api/${filled.join("/")}` as Endpoint;
}

function checkedId(id: string): string {
  if (ID.test(id)) return id;
  const why = `"${inline(id, 60)}" is not an id that Kaneo could have given.`;
  throw new KaneoMcpError("invalid_input", why);
}

/** A list that rarely changes, such as a project's columns (schemas.ts). */
export interface KeptList<T> {
  endpoint: Endpoint;
  schema: z.ZodType<T>;
  /** Whether nobody changes it, so that what is missing in it need not be looked for in a newer one. */
  isFixed?: boolean;
}

/**
 * One tool call's view of a Kaneo instance: its requests end with the call, its kept lists are shared. Each answer is
 * checked against the schema of what we use of it.
 *
 * Requests throw KaneoMcpError: of `http`, of the answer's status (failures.ts), or when a good answer has another shape
 * than Kaneo's, "unexpected" for a read and "outcome_unknown" for a write.
 */
export interface Kaneo {
  get<T>(endpoint: Endpoint, schema: z.ZodType<T>): Promise<T>;
  post<T>(endpoint: Endpoint, schema: z.ZodType<T>, body?: unknown): Promise<T>;
  put<T>(endpoint: Endpoint, schema: z.ZodType<T>, body?: unknown): Promise<T>;
  patch<T>(endpoint: Endpoint, schema: z.ZodType<T>, body?: unknown): Promise<T>;
  delete<T>(endpoint: Endpoint, schema: z.ZodType<T>, body?: unknown): Promise<T>;
  /** The bytes of a file, at most so many; what they are is not looked at. */
  bytes(endpoint: Endpoint, maxBytes: number): Promise<Buffer>;
  /** Puts a picture where Kaneo said; see {@link Uploader}. */
  upload(picture: Omit<Upload, "signal">): Promise<string>;
  /** Base URL of the instance. */
  readonly instance: string;
  /** What stands for a workspace or project that a call leaves out. */
  readonly defaults: KaneoDefaults;
  /** Where Kaneo's web pages begin; undefined also while that is not known. It is looked up once, unless `mayAsk` is false. */
  webPage(mayAsk: boolean): Promise<string | undefined>;
  /** Gives a list from memory, or asks for it when it is older than 60 s. */
  kept<T>(list: KeptList<T>): Promise<T>;
  /** Whether `kept` would not have to ask. */
  isKept(list: KeptList<unknown>): boolean;
  /** `kept` as of now. */
  fresh<T>(list: KeptList<T>): Promise<T>;
  /**
   * Gives what `make` makes of Kaneo's answers, or made of them up to 60 s ago, for what is read part by part. Every write of
   * this process drops all of these: what it changed has to show.
   */
  snapshot<T>(name: string, make: () => Promise<Sized<T>>): Promise<T>;
  /** The same call, for which what is kept must not be older than that. */
  asOf(since: KeptSince): Kaneo;
  /** When this call began, by `elapsed`: for `asOf`, and for what may take so long in all. */
  readonly startedAt: number;
  /** Whether anything that was kept is older than this call. */
  usesOlder(): boolean;
  /**
   * Drops a list that a write made stale; undefined drops all, and stops listening. A write that Kaneo refuses because something
   * in it does not fit drops all lists by itself.
   */
  forget(list?: KeptList<unknown>): void;
  /**
   * A call of its own, for what reads again and again and keeps only the last: all answers to one call together may have so
   * many bytes, and a watch over hours would end silently with that.
   */
  newCall(): Kaneo;
  /** Milliseconds since some start, for `asOf`. */
  elapsed(): number;
  /** Waits, as long as the call lasts. */
  sleep(ms: number): Promise<void>;
  /**
   * When this call was made, in milliseconds since the epoch by Kaneo's clock: some seconds too early rather than too late.
   * Infinity as long as no answer bore a date.
   */
  madeAt(): number;
  /** Listens to what Kaneo announces on a channel (live.ts), until `end` is called. */
  follow(channel: Endpoint): Promise<Following>;
  /**
   * A moment of `elapsed` since which nothing changed that is announced on a channel, nor by a write of this process; the
   * present where that is not known. Listens on for a minute, so that the next look may be spared.
   */
  unchangedSince(channel: Endpoint): Promise<number>;
  /**
   * Does what bears the same name one after the other, whichever call of this process it belongs to: clients make several calls
   * at once, and Kaneo refuses no write over a newer one.
   */
  inTurn<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** Whether this process has written something about the task with that id since then. */
  wroteSince(taskId: string, since: number): boolean;
  /** Whether this call has sent a write that Kaneo did not refuse: something is, or may be, changed. */
  writesSent(): boolean;
}

/**
 * Since when what is kept must have been read; a number is a moment by `Kaneo.elapsed`. Lately is two seconds ago: good enough for
 * what a write takes from a list and Kaneo does not check, so that many such writes cost one request.
 */
export type KeptSince = "now" | "lately" | number;

export interface KaneoDefaults {
  workspace?: string | undefined;
  project?: string | undefined;
}

/** Where a person finds a path of Kaneo's web app: the address, or the path alone where nobody knows its beginning. */
export async function addressOnPage(kaneo: Kaneo, path: string): Promise<string> {
  const base = await kaneo.webPage(true);
  return base === undefined ? `${path} ${UNKNOWN}` : `${base}${path}`;
}

const UNKNOWN =
  "(to be added to the address at which people open this Kaneo, which is not known here)";

/** What `kept` gives of several lists, as one. */
export async function allKept<T>(
  kaneo: Kaneo,
  ids: readonly string[],
  listOf: (id: string) => KeptList<T[]>,
): Promise<T[]> {
  return (await Promise.all(ids.map((id) => kaneo.kept(listOf(id))))).flat();
}

/** Looks up on what is kept, and when that misses, once more on what is newer than the call: a list may only have been stale. */
export async function keptOrFresh<T>(
  kaneo: Kaneo,
  lookUp: (kaneo: Kaneo) => Promise<T | undefined>,
): Promise<T | undefined> {
  return (await lookUp(kaneo)) ?? lookUp(kaneo.asOf(kaneo.startedAt));
}
