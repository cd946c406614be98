import { expect, test } from "vitest";
import type { Following } from "../../../src/kaneo/events/live.ts";
import { OWN_CHANNEL } from "../../../src/kaneo/events/live.ts";
import { waitFor } from "../../../src/kaneo/events/waiting.ts";

/** Nothing is announced, and time passes only in waits, and in looks that take it. */
function startQuiet({ quietSince }: { quietSince: number | undefined }) {
  const clock = { now: 0 };
  const following: Following = {
    quietSince,
    count: 0,
    left: new Map(),
    announcedSince: () => new Map(),
    next: async (_, ms) => {
      clock.now += ms;
    },
    end: () => {},
  };
  return { clock, kaneo: { elapsed: () => clock.now, follow: async () => following } };
}

test("what was seen more than two minutes ago is nothing to compare with", async () => {
  const { clock, kaneo } = startQuiet({ quietSince: 0 });
  const befores: unknown[] = [];
  const look = async (before: string | undefined) => {
    befores.push(before);
    return { state: "seen", news: undefined };
  };
  const watched = { channel: OWN_CHANNEL, scope: "", look };

  for (const at of [0, 119_000, 240_000]) {
    clock.now = at;
    await waitFor(kaneo, watched, { seconds: 0, signal: undefined });
  }

  expect(befores).toEqual([undefined, "seen", undefined]);
});

test("where nothing is announced, a look that takes long is repeated the less often", async () => {
  const { clock, kaneo } = startQuiet({ quietSince: undefined });
  const begun: number[] = [];
  const look = async () => {
    begun.push(clock.now);
    clock.now += 2_000;
    return { state: "seen", news: undefined };
  };
  const watched = { channel: OWN_CHANNEL, scope: "", look };

  const waited = await waitFor(kaneo, watched, { seconds: 45, signal: undefined });

  expect(begun).toEqual([0, 20_000, 40_000, 45_000]);
  expect(waited.pollSeconds).toBe(20);
});

test("a channel keeps what the last eight waits saw, each for the next wait for the same", async () => {
  const { kaneo } = startQuiet({ quietSince: 0 });
  const seenBefore = async (scope: string) => {
    const befores: unknown[] = [];
    const look = async (before: string | undefined) => {
      befores.push(before);
      return { state: scope, news: undefined };
    };
    await waitFor(kaneo, { channel: OWN_CHANNEL, scope, look }, { seconds: 0, signal: undefined });
    return befores[0];
  };

  for (const scope of "abcdefghi") await seenBefore(scope);
  const again = [await seenBefore("i"), await seenBefore("b"), await seenBefore("a")];

  expect(again).toEqual(["i", "b", undefined]);
});
