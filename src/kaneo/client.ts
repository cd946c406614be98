import type { z } from "zod";
import type { Clock } from "../clock.ts";
import type { Http } from "../http/http.ts";
import { createCache } from "./cache.ts";
import type { Endpoint } from "./endpoint.ts";
import { createRequests, type Requests } from "./requests.ts";

/** A list that rarely changes, such as a project's columns (lists.ts). */
export interface KeptList<T> {
  endpoint: Endpoint;
  schema: z.ZodType<T>;
}

/** One tool call's view of a Kaneo instance: its requests end with the call, its kept lists are shared. */
export interface Kaneo extends Requests {
  /** Base URL of the instance. */
  readonly instance: string;
  /** What stands for a workspace or project that a call leaves out. */
  readonly defaults: KaneoDefaults;
  /** Gives a list from memory, or asks for it when it is older than 60 s or than `since`, a moment of `elapsed`. */
  kept<T>(list: KeptList<T>, since?: number): Promise<T>;
  /**
   * Drops a list that a write made stale; undefined drops all. When Kaneo refuses a write because something in it does
   * not fit, all are dropped without that.
   */
  forget(list?: KeptList<unknown>): void;
  /** Milliseconds since some start, for `since`. */
  elapsed(): number;
}

export interface KaneoDefaults {
  workspace?: string | undefined;
  project?: string | undefined;
}

export interface KaneoOptions {
  http: Http;
  clock: Clock;
  instance: string;
  defaults: KaneoDefaults;
}

/** The connection that all calls share. */
export interface KaneoConnection {
  /** A view whose requests are aborted by `signal`. */
  forCall(signal?: AbortSignal): Kaneo;
  /** Drops all that is kept, as when another account may be in use. */
  forget(): void;
}

/** Connects to one instance; sends nothing yet. */
export function connectKaneo({ http, clock, instance, defaults }: KaneoOptions): KaneoConnection {
  const cache = createCache(clock);

  function forCall(signal?: AbortSignal): Kaneo {
    // What Kaneo refuses was perhaps looked up in a list that is stale.
    const requests = createRequests(http, { signal, onRefusedWrite: () => cache.forget() });
    return {
      ...requests,
      instance,
      defaults,
      kept: ({ endpoint, schema }, since = Number.NEGATIVE_INFINITY) =>
        cache.get(endpoint, () => requests.get(endpoint, schema), since),
      forget: (list) => cache.forget(list?.endpoint),
      elapsed: () => clock.elapsed(),
    };
  }

  return { forCall, forget: () => cache.forget() };
}
