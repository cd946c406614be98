import { randomUUID } from "node:crypto";
import { setMaxListeners } from "node:events";
import { z } from "zod";
import type { Clock } from "../../clock.ts";
import type { Http, OpenSocket } from "../../http/http.ts";
import type { Upload, Uploader } from "../../http/upload.ts";
import type { Following, Live, LiveOptions } from "../events/live.ts";
import { openCall, SNAPSHOT } from "./call.ts";
import type { Endpoint } from "./endpoint.ts";
import { type Sized, startMemory } from "./memory.ts";

/** A list that rarely changes, such as a project's columns (lists.ts). */
export interface KeptList<T> {
  endpoint: Endpoint;
  schema: z.ZodType<T>;
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
  /** The moment of `elapsed` of what `kept` gives; undefined where it would ask. */
  keptAt(list: KeptList<unknown>): number | undefined;
  /** The same as it is now. */
  fresh<T>(list: KeptList<T>): Promise<T>;
  /**
   * Gives what `make` makes of Kaneo's answers, or made of them up to 60 s ago, for what is read part by part. Every write of
   * this process drops all of these: what it changed has to show.
   */
  snapshot<T>(name: string, make: () => Promise<Sized<T>>): Promise<T>;
  /** The same call, for which what is kept must not be older than that moment of `elapsed` either. */
  asOf(moment: number): Kaneo;
  /**
   * Drops a list that a write made stale; undefined drops all, and stops listening. When Kaneo refuses a write because something in it does
   * not fit, all are dropped without that.
   */
  forget(list?: KeptList<unknown>): void;
  /**
   * A call of its own, for what reads again and again and keeps only the last: all answers to one call together may have so
   * many bytes, and a watch over hours would end silently with that.
   */
  anew(): Kaneo;
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

export interface KaneoDefaults {
  workspace?: string | undefined;
  project?: string | undefined;
}

export interface KaneoOptions {
  http: Http;
  clock: Clock;
  /** For what Kaneo has stored elsewhere. */
  upload: Uploader;
  instance: string;
  defaults: KaneoDefaults;
  openSocket: OpenSocket;
  /** Looks where Kaneo's web pages begin; gives undefined where that is not known. */
  findWebPage(): Promise<string | undefined>;
}

/** The connection that all calls share. */
export interface KaneoConnection {
  /** A view whose requests are aborted by `signal`, and, unattended, never ask anybody to sign in. */
  forCall(signal?: AbortSignal, isUnattended?: boolean): Kaneo;
  /** Drops all that is kept and listened to, as when another account may be in use. */
  forget(): void;
}

/** Connects to one instance; sends nothing yet. */
export function connectKaneo(options: KaneoOptions): KaneoConnection {
  const { upload, clock, instance, defaults, findWebPage } = options;
  const { http, markCall } = readClock(options);
  let webPage: Promise<string | undefined> | undefined;
  const { lists, writes, inTurn } = startMemory(clock);
  const windowId = randomUUID();
  const live = listenLazily({ ...options, windowId, onAnnounced: () => lists.forget(OF_TASKS) });
  const forget = () => {
    lists.forget();
    void live.close();
  };
  const onWrite = (...about: unknown[]) => {
    writes.note(...about);
    void live.stir();
  };
  const shared = { http, clock, windowId, lists, onWrite };

  function forCall(signal?: AbortSignal, isUnattended = false): Kaneo {
    // A call that covers many workspaces listens for its end as often as it has requests under way.
    if (signal) setMaxListeners(0, signal);
    const { read, write, writesSent } = openCall({ ...shared, signal, isUnattended });
    const madeAt = markCall();
    const asOf = (since: number): Kaneo => ({
      get: async (path, schema) => (await read(path, schema)).data,
      post: (path, schema, body) => write({ method: "POST", path, body }, schema),
      put: (path, schema, body) => write({ method: "PUT", path, body }, schema),
      patch: (path, schema, body) => write({ method: "PATCH", path, body }, schema),
      delete: (path, schema, body) => write({ method: "DELETE", path, body }, schema),
      bytes: async (path, maxBytes) =>
        (await read(path, bufferSchema, { maxBytes, isRaw: true })).data,
      upload: (picture) => upload({ ...picture, signal }),
      instance,
      defaults,
      webPage: async (mayAsk) => (webPage ??= mayAsk ? findWebPage() : undefined),
      kept: ({ endpoint, schema }) => lists.get(endpoint, () => read(endpoint, schema), since),
      keptAt: ({ endpoint }) => lists.loadedAt(endpoint),
      fresh: (list) => asOf(clock.elapsed()).kept(list),
      snapshot: (name, make) => lists.get(`${SNAPSHOT}${name}`, make, since),
      asOf: (moment) => asOf(Math.max(moment, since)),
      forget: (list) => (list ? lists.forget(list.endpoint) : forget()),
      anew: () => forCall(signal, isUnattended),
      elapsed: () => clock.elapsed(),
      sleep: (ms) => clock.sleep(ms, signal),
      madeAt,
      follow: async (channel) => (await live.load()).follow(channel),
      unchangedSince: async (channel) =>
        Math.max((await live.load()).quietSince(channel) ?? clock.elapsed(), writes.last()),
      inTurn: (name, work) => inTurn(name, work, signal),
      wroteSince: writes.wroteSince,
      writesSent,
    });
    return asOf(Number.NEGATIVE_INFINITY);
  }

  return { forCall, forget };
}

/** What goes stale with any change of a task: boards, projects with their counts, labels with their copies. */
const OF_TASKS = new RegExp(`^(?:${SNAPSHOT}|/api/(?:task|project|label)\\b)`);

/** Loads what listens when somebody wants to. */
function listenLazily(options: LiveOptions) {
  let loading: Promise<Live> | undefined;
  return {
    load: () =>
      (loading ??= import("../events/live.ts").then(({ createLive }) => createLive(options))),
    stir: async () => (await loading)?.stir(),
    close: async () => (await loading)?.close(),
  };
}

/** A process that just starts, on a busy machine, gets to a call only so long after it was made. */
const TO_GET_TO_A_CALL_MS = 2_000;

/** Reads Kaneo's clock from the date of its answers, which leaves out the fraction of a second. */
function readClock({ http, clock }: Pick<KaneoOptions, "http" | "clock">) {
  let startMs = Number.POSITIVE_INFINITY;
  const dated: Http = async (request) => {
    const response = await http(request);
    const dateMs = Date.parse(response.headers["date"] ?? "");
    if (!Number.isNaN(dateMs)) startMs = dateMs - clock.elapsed();
    return response;
  };
  /** Gives what tells when the call was made that is got to now. */
  const markCall = () => {
    const elapsed = clock.elapsed() - TO_GET_TO_A_CALL_MS;
    return () => startMs + elapsed;
  };
  return { http: dated, markCall };
}

const bufferSchema = z.instanceof(Buffer);

/** Where a person finds a path of Kaneo's web app: the address, or the path alone where nobody knows its beginning. */
export async function addressOnPage(kaneo: Kaneo, path: string): Promise<string> {
  const base = await kaneo.webPage(true);
  return base === undefined ? `${path} ${UNKNOWN}` : `${base}${path}`;
}

const UNKNOWN =
  "(to be put behind the address at which people open this Kaneo, which is not known here)";
