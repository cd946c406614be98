/**
 * What Kaneo announces: that something changed, not what (docs/kaneo.md, "Announcements"). One socket a channel, open only
 * while somebody needs it; who needs it has to go on without, since a socket can be refused or cut at any time.
 */
import type { Clock } from "../../clock.ts";
import type { OpenSocket } from "../../http/http.ts";
import { type Endpoint, endpoint, withQuery } from "../api/kaneo.ts";
import { putLast } from "../api/memory.ts";
import { type Announcement, stayConnected } from "./live-socket.ts";

/** Where changes in a project are announced. */
export function channelOf(projectId: string): Endpoint {
  return endpoint`/api/ws/${projectId}`;
}

/** Where it is announced that this account has a new notification. */
export const OWN_CHANNEL = endpoint`/api/ws/user`;

/** Somebody listens to a channel. */
export interface Following {
  /** A moment of `Clock.elapsed` since which nothing was announced; undefined while nothing would be. */
  readonly quietSince: number | undefined;
  /** Grows with each announcement, with each write of this process, and when the socket opens or is lost. */
  readonly count: number;
  /** The tasks of which something was announced since then, each with the last type of it; "" for the whole project. */
  announcedSince(count: number): Map<string, string>;
  /** What those who followed before have left here. */
  readonly left: Map<string, unknown>;
  /** Resolves when `count` is not `seen` any more, or after `ms`. @throws the signal's reason. */
  next(seen: number, ms: number, signal?: AbortSignal): Promise<void>;
  /** Must be called, once. The socket, what is left and what is announced stay a minute for the next who follows. */
  end(): void;
}

export interface LiveOptions {
  clock: Clock;
  openSocket: OpenSocket;
  /** Names this process: what it wrote itself is not announced to it. */
  windowId: string;
  /** Told before anybody else that something was announced. */
  onAnnounced(): void;
  /** From 0 to 1, like `Math.random`. */
  random?: () => number;
}

/** How long a socket stays open that nobody needs any more. */
const IDLE_MS = 60_000;
/** More channels than that are not listened to. */
const MOST_CHANNELS = 32;

export type Live = ReturnType<typeof createLive>;

/** Listens to the channels that somebody follows. */
export function createLive(options: LiveOptions) {
  const feeds = new Map<Endpoint, Feed>();

  return {
    follow: (channel: Endpoint): Following => {
      const known = feeds.get(channel);
      if (known) return known.hold();
      if (feeds.size >= MOST_CHANNELS) return followNothing(options.clock);
      const feed = new Feed(channel, options, () => feeds.delete(channel));
      feeds.set(channel, feed);
      return feed.hold();
    },
    /** Wakes everybody who follows anything, since this process itself has written something. */
    stir: (): void => {
      for (const feed of feeds.values()) feed.wake();
    },
    /** Closes every socket; those who follow are told, and may go on with new ones. */
    close: (): void => {
      for (const feed of [...feeds.values()]) feed.close();
    },
  };
}

function followNothing({ sleep }: Clock): Following {
  const nothing = { quietSince: undefined, count: 0, left: new Map() };
  const next = (_: number, ms: number, signal?: AbortSignal) => sleep(ms, signal);
  return { ...nothing, announcedSince: () => new Map(), next, end: () => {} };
}

/** More than a project ever has at once; where that is passed, who follows reads everything anyway. */
const MOST_ANNOUNCED = 5_000;

/** One channel, as long as somebody needs it and a minute more. */
class Feed implements Following {
  quietSince: number | undefined;
  count = 0;
  readonly left = new Map<string, unknown>();
  #holds = 0;
  #idle = new AbortController();
  /** By the task's id; the latest comes last. */
  readonly #announced = new Map<string, { type: string; count: number }>();
  readonly #over = new AbortController();
  readonly #wakers = new Set<() => void>();
  readonly #options: LiveOptions;
  readonly #onOver: () => void;

  constructor(channel: Endpoint, options: LiveOptions, onOver: () => void) {
    this.#options = options;
    this.#onOver = onOver;
    const { clock, openSocket, random, windowId } = options;
    void stayConnected({
      clock,
      openSocket,
      random,
      path: withQuery(channel, { windowId }),
      over: this.#over.signal,
      onOpen: () => this.#become(clock.elapsed()),
      onLost: () => this.quietSince !== undefined && this.#become(undefined),
      onAnnounced: (announcement) => this.#hear(announcement),
    });
  }

  hold(): this {
    this.#holds += 1;
    this.#idle.abort();
    return this;
  }

  end(): void {
    this.#holds -= 1;
    if (this.#holds > 0 || this.#over.signal.aborted) return;
    this.#idle = new AbortController();
    const close = () => this.close();
    this.#options.clock.sleep(IDLE_MS, this.#idle.signal).then(close, () => {});
  }

  close(): void {
    this.#onOver();
    this.#idle.abort();
    this.#over.abort();
    this.#become(undefined);
  }

  wake(): void {
    this.count += 1;
    for (const waker of this.#wakers) waker();
  }

  announcedSince(seen: number): Map<string, string> {
    const since = [...this.#announced].filter(([, { count }]) => count > seen);
    return new Map(since.map(([taskId, { type }]) => [taskId, type]));
  }

  async next(seen: number, ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.count !== seen) return;
    const woken = new AbortController();
    const stop = () => woken.abort();
    this.#wakers.add(stop);
    signal?.addEventListener("abort", stop);
    // Ends early when woken, which is no failure.
    await this.#options.clock.sleep(ms, woken.signal).catch(() => {});
    this.#wakers.delete(stop);
    signal?.removeEventListener("abort", stop);
    signal?.throwIfAborted();
  }

  #become(quietSince: number | undefined): void {
    this.quietSince = quietSince;
    this.wake();
  }

  #hear({ type, taskIds }: Announcement): void {
    this.#options.onAnnounced();
    const told = { type, count: this.count + 1 };
    for (const taskId of taskIds) putLast(this.#announced, [taskId, told], MOST_ANNOUNCED);
    this.#become(this.#options.clock.elapsed());
  }
}
