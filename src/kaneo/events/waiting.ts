/** Waits for what others do, as soon as it can be known (live.ts), by looking twice. */
import type { Endpoint, Kaneo } from "../api/kaneo.ts";
import { putLast } from "../api/memory.ts";
import type { Following } from "./live.ts";

/** Something that can be looked at again and again. */
export interface Watched<State, News> {
  channel: Endpoint;
  /** Which part of the channel it is, if not all. */
  scope: string;
  /** Looks, and compares that with the look before; `announced` is what was since then, as `Following.announcedSince` has it. */
  look(
    before: State | undefined,
    announced: ReadonlyMap<string, string>,
  ): Promise<Sight<State, News>>;
}

export interface Sight<State, News> {
  state: State;
  /** What happened since the look before, or else since the call; undefined when that is nothing. */
  news: News | undefined;
}

export interface Waited<News> {
  /** Undefined when nothing happened in the time. */
  news: News | undefined;
  seconds: number;
  /** Whether that was seen by the first look of all, which goes back a little before the call. */
  isFirst: boolean;
  /** Whether Kaneo's announcements were heard at the end; otherwise how often it was looked, in seconds. */
  isLive: boolean;
  pollSeconds: number;
}

/** How things stood. The next wait for the same goes on with the last of one, so that nothing is missed between them. */
interface Seen<State> {
  state: State;
  at: number;
  /** What is announced after that is news. */
  count: number;
  /** How long after it one looks again where nothing is announced. */
  pollMs: number;
}

/** A wait goes on with the last look of one that ended at most so long ago. */
const FRESH_MS = 120_000;
/** Of one channel: a look holds every task of a project. */
const MOST_LEFT = 8;
const POLL_MS = 5_000;
/** A look that takes long is not repeated at that pace. */
const LOOKS_PER_PAUSE = 10;
/** However much is announced, so many looks follow each other at once, and then one a second. */
const LOOKS_AT_ONCE = 3;

/** Waits until something happens in what is watched, or the time is over. */
export async function waitFor<State, News>(
  kaneo: Pick<Kaneo, "elapsed" | "follow">,
  { channel, scope, look }: Watched<State, News>,
  { seconds, signal }: { seconds: number; signal: AbortSignal | undefined },
): Promise<Waited<News>> {
  const beganAt = kaneo.elapsed();
  const endAt = beganAt + seconds * 1000;
  const following = await kaneo.follow(channel);
  try {
    // Only what was seen by this very function is left there.
    const left = following.left as Map<string, Seen<State>>;
    const earlier = left.get(scope);
    let seen = earlier && beganAt - earlier.at < FRESH_MS ? earlier : undefined;
    const isNew = seen === undefined;
    for (let looks = 0; ; looks += 1) {
      if (seen && looks > 0) {
        const noSooner = beganAt + (looks - LOOKS_AT_ONCE) * 1000;
        await untilDue(kaneo, { following, seen, signal }, { noSooner, endAt });
      }
      const at = kaneo.elapsed();
      // What is announced while it looks, and a socket that opens only then, call for another look.
      const { count } = following;
      const announced = following.announcedSince(seen?.count ?? count);
      const { state, news } = await look(seen?.state, announced);
      const pollMs = Math.max(POLL_MS, (kaneo.elapsed() - at) * LOOKS_PER_PAUSE);
      seen = { state, at, count, pollMs };
      putLast(left, [scope, seen], MOST_LEFT);
      if (news === undefined && at < endAt) continue;
      return {
        news,
        seconds: Math.round((kaneo.elapsed() - beganAt) / 1000),
        isFirst: isNew && looks === 0,
        isLive: following.quietSince !== undefined,
        pollSeconds: Math.round(pollMs / 1000),
      };
    }
  } finally {
    following.end();
  }
}

interface Listening {
  following: Following;
  seen: Seen<unknown>;
  signal: AbortSignal | undefined;
}

/** Waits until there may be news since a look: something was announced, or nothing would be, and it is long enough ago. */
async function untilDue(
  kaneo: Pick<Kaneo, "elapsed">,
  { following, seen, signal }: Listening,
  { noSooner, endAt }: { noSooner: number; endAt: number },
): Promise<void> {
  const dueAt = () => {
    if (following.count !== seen.count) return noSooner;
    return following.quietSince === undefined ? seen.at + seen.pollMs : endAt;
  };
  for (;;) {
    const waitMs = Math.min(dueAt(), endAt) - kaneo.elapsed();
    if (waitMs <= 0) return;
    await following.next(following.count, waitMs, signal);
  }
}
