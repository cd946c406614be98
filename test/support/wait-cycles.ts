import { getEventListeners } from "node:events";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Endpoint } from "../../src/kaneo/api/kaneo.ts";
import type { Live } from "../../src/kaneo/events/live.ts";
import { waitFor } from "../../src/kaneo/events/waiting.ts";
import type { FakeClock } from "./fake-clock.ts";
import { until } from "./until.ts";

interface Listening {
  live: Live;
  channel: Endpoint;
  clock: FakeClock;
}

/**
 * Waits for changes as often as that, each time ending in one of three ways: cancelled, out of time, or since something
 * happened. Fails when a listener is left, or more timers than the socket's own and the one that will close it.
 */
export async function leaveNothing({ live, channel, clock }: Listening, cycles: number) {
  const kaneo = { follow: async () => live.follow(channel), elapsed: () => clock.elapsed() };
  const first = live.follow(channel);
  await until(() => first.quietSince !== undefined);
  first.end();
  const session = new AbortController();
  for (let cycle = 0; cycle < cycles; cycle += 1) {
    const [isCancelled, isOutOfTime] = [cycle % 3 === 0, cycle % 3 === 1];
    const cancel = new AbortController();
    const { signal } = isCancelled ? cancel : session;
    let news: string | undefined;
    const watched = { channel, scope: "", look: async () => ({ state: cycle, news }) };
    const waiting = waitFor(kaneo, watched, { seconds: 1, signal }).catch(() => "cancelled");
    await nextTurn();
    news = isOutOfTime ? undefined : "something";
    if (isCancelled) cancel.abort();
    else if (isOutOfTime) await clock.advance(1_000);
    else live.stir();
    await waiting;
    const left = [signal, session.signal].flatMap((one) => getEventListeners(one, "abort"));
    if (left.length > 0) throw new Error(`${left.length} listeners are left in cycle ${cycle}.`);
  }
  // The ping, and the minute after the last need.
  if (clock.sleeping > 2) throw new Error(`${clock.sleeping} timers are left.`);
}
