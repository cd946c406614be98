import { randomUUID } from "node:crypto";
import { setMaxListeners } from "node:events";
import { z } from "zod";
import type { Clock } from "../../clock.ts";
import type { Http, HttpRequest, OpenSocket } from "../../http/http.ts";
import type { Uploader } from "../../http/upload.ts";
import type { Live } from "../events/live.ts";
import { openCall } from "./call.ts";
import type { Endpoint, Kaneo, KaneoDefaults, KeptSince } from "./kaneo.ts";
import { type KeptLists, keepLists, noteWrites, OF_TASKS, SNAPSHOT, takeTurns } from "./memory.ts";

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

/**
 * The connection to one instance that all calls share; sends nothing yet. `forCall` gives a view whose requests `signal`
 * aborts; `forget` drops all that is kept and listened to, as when another account may be in use.
 */
export function connectKaneo(options: KaneoOptions) {
  const { upload, clock, instance, defaults, findWebPage } = options;
  const { http, epochMsAt } = readClock(options);
  let webPage: Promise<string | undefined> | undefined;
  const windowId = randomUUID();
  const { lists, writes, inTurn, follow, forget, onWrite } = startMemory(options, windowId);
  const shared = { http, windowId, lists, onWrite };

  function forCall(signal?: AbortSignal, how?: Pick<HttpRequest, "isUnattended">): Kaneo {
    // A call that covers many workspaces listens for its end as often as it has requests under way.
    if (signal) setMaxListeners(0, signal);
    const { read, write, writesSent } = openCall({ ...shared, ...how, signal });
    const startedAt = clock.elapsed();
    const { get, usesOlder } = noteAge(lists, startedAt);
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
      startedAt,
      usesOlder,
      madeAt: () => epochMsAt(startedAt - TO_GET_TO_A_CALL_MS),
      writesSent,
      webPage: async (mayAsk) => (webPage ??= mayAsk ? findWebPage() : undefined),
      kept: ({ endpoint, schema, isFixed }) =>
        (isFixed ? lists.get : get)(endpoint, () => read(endpoint, schema), since),
      isKept: ({ endpoint }) => lists.has(endpoint, since),
      fresh: (list) => asOf(clock.elapsed()).kept(list),
      snapshot: (name, make) => lists.get(`${SNAPSHOT}${name}`, make, since),
      asOf: (newer) => asOf(Math.max(since, elapsedAt(newer, clock))),
      forget: (list) => (list ? lists.forget(list.endpoint) : forget()),
      newCall: () => forCall(signal, how),
      elapsed: () => clock.elapsed(),
      sleep: (ms) => clock.sleep(ms, signal),
      follow,
      unchangedSince: async (channel) => {
        const following = await follow(channel);
        following.end();
        return Math.max(following.quietSince ?? clock.elapsed(), writes.last());
      },
      inTurn: (name, work) => inTurn(name, work, signal),
      wroteSince: writes.wroteSince,
    });
    return asOf(Number.NEGATIVE_INFINITY);
  }

  return { forCall, forget };
}

/** What calls know from earlier ones, hear live, and wait for. */
function startMemory(options: KaneoOptions, windowId: string) {
  const lists = keepLists(options.clock);
  const writes = noteWrites(options.clock);
  const onAnnounced = () => lists.forget(OF_TASKS);
  let live: Promise<Live> | undefined;
  return {
    lists,
    writes,
    inTurn: takeTurns(),
    follow: async (channel: Endpoint) => {
      // Loaded when somebody wants to listen.
      live ??= import("../events/live.ts").then(({ createLive }) =>
        createLive({ ...options, windowId, onAnnounced }),
      );
      return (await live).follow(channel);
    },
    forget: () => {
      lists.forget();
      void live?.then(({ close }) => close());
    },
    onWrite: (...about: unknown[]) => {
      writes.note(...about);
      void live?.then(({ stir }) => stir());
    },
  };
}

/** What is kept, for a call that began then, and whether it was given anything older. */
function noteAge(lists: KeptLists, startedAt: number) {
  let usesOlder = false;
  const get: KeptLists["get"] = (key, loader, since) => {
    usesOlder ||= lists.has(key, since) && !lists.has(key, startedAt);
    return lists.get(key, loader, since);
  };
  return { get, usesOlder: () => usesOlder };
}

function elapsedAt(since: KeptSince, clock: Clock): number {
  return typeof since === "number" ? since : clock.elapsed() - AGO_MS[since];
}

const AGO_MS = { now: 0, lately: 2_000 };

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
  return { http: dated, epochMsAt: (elapsed: number) => startMs + elapsed };
}

const bufferSchema = z.instanceof(Buffer);
