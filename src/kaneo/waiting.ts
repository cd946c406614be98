/** Waits for what others do, as soon as it can be known (live.ts), by looking twice. */
import type { Kaneo } from "./client.ts";
import type { Endpoint } from "./endpoint.ts";

/** Something that can be looked at again and again. */
export interface Watched<Look, Happened> {
  channel: Endpoint;
  /** Which part of the channel it is, if not all. */
  scope: string;
  /** The first look, without one before, is only compared with. */
  look(before?: Look): Promise<Look>;
  /** What happened between two looks; undefined when that is nothing. `announced` has tasks with a type, as in live.ts. */
  compare(before: Look, now: Look, announced: ReadonlyMap<string, string>): Happened | undefined;
}

export interface Waited<Happened> {
  /** Undefined when nothing happened in the time. */
  happened: Happened | undefined;
  seconds: number;
  /** Whether Kaneo's announcements were heard at the end; otherwise how often it was looked, in seconds. */
  isLive: boolean;
  pollSeconds: number;
}

/** A look, and what was announced before it. The next wait begins with the last of one, so that nothing is missed between. */
interface Seen<Look> {
  scope: string;
  at: number;
  /** How long after it one looks again where nothing is announced. */
  pollMs: number;
  count: number;
  look: Look;
}

/** After that, what happened meanwhile is no news. */
const FRESH_MS = 120_000;
const POLL_MS = 5_000;
/** A look that takes long is not repeated at that pace. */
const LOOKS_PER_PAUSE = 10;
/** However much is announced, Kaneo is asked no more than so often, and once a second. */
const LOOKS_AT_ONCE = 3;

/** Waits until something happens in what is watched, or the time is over. */
export async function waitFor<Look, Happened>(
  kaneo: Pick<Kaneo, "elapsed" | "follow">,
  { channel, scope, look, compare }: Watched<Look, Happened>,
  { seconds, signal }: { seconds: number; signal: AbortSignal | undefined },
): Promise<Waited<Happened>> {
  const beganAt = kaneo.elapsed();
  const endAt = beganAt + seconds * 1000;
  const following = await kaneo.follow(channel);
  const see = async (before?: Look): Promise<Seen<Look>> => {
    // What is announced during a look, and a socket that opens only then, call for another one.
    const { count } = following;
    const at = kaneo.elapsed();
    const now = await look(before);
    const pollMs = Math.max(POLL_MS, (kaneo.elapsed() - at) * LOOKS_PER_PAUSE);
    return { scope, at, pollMs, count, look: now };
  };
  try {
    // Only what was seen by this very function is left there.
    const left = following.left as Seen<Look> | undefined;
    const isFresh = left?.scope === scope && beganAt - left.at < FRESH_MS;
    let seen = isFresh ? left : await see();
    let looks = 0;
    const dueInMs = () => {
      const isNews = following.count !== seen.count;
      const pacedAt = beganAt + (looks - LOOKS_AT_ONCE) * 1000;
      const polledAt = following.quietSince === undefined ? seen.at + seen.pollMs : endAt;
      return Math.min(isNews ? pacedAt : polledAt, endAt) - kaneo.elapsed();
    };
    for (;;) {
      for (let ms = dueInMs(); ms > 0; ms = dueInMs()) {
        await following.next(following.count, ms, signal);
      }
      looks += 1;
      const before = seen;
      const announced = following.announcedSince(before.count);
      seen = await see(before.look);
      const happened = compare(before.look, seen.look, announced);
      if (happened === undefined && seen.at < endAt) continue;
      following.left = seen;
      return {
        happened,
        seconds: Math.round((kaneo.elapsed() - beganAt) / 1000),
        isLive: following.quietSince !== undefined,
        pollSeconds: Math.round(seen.pollMs / 1000),
      };
    }
  } finally {
    following.end();
  }
}
