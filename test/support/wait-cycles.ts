import type { Endpoint } from "../../src/kaneo/endpoint.ts";
import type { Live } from "../../src/kaneo/live.ts";
import { until } from "../http/servers.ts";
import type { FakeClock } from "./fake-clock.ts";

interface Listening {
  live: Live;
  channel: Endpoint;
  clock: FakeClock;
}

/**
 * Follows a channel as often as that, and ends each time in one of three ways: cancelled, out of time, or without having
 * waited. Fails when more timers are under way afterwards than the socket's own and the one that will close it.
 */
export async function leaveNothing({ live, channel, clock }: Listening, cycles: number) {
  const first = live.follow(channel);
  await until(() => first.quietSince !== undefined);
  first.end();
  for (let cycle = 0; cycle < cycles; cycle += 1) {
    const following = live.follow(channel);
    const over = new AbortController();
    if (cycle % 3 > 0) {
      const waiting = following.next(following.count, 1, over.signal).catch(() => {});
      if (cycle % 3 === 1) over.abort();
      else await clock.advance(1);
      await waiting;
    }
    following.end();
  }
  // The ping, and the minute after the last need.
  if (clock.sleeping > 2) throw new Error(`${clock.sleeping} timers are left.`);
}
