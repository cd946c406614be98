import { expect, test } from "vitest";
import type { Following } from "../../../src/kaneo/events/live.ts";
import { OWN_CHANNEL } from "../../../src/kaneo/events/live.ts";
import { waitFor } from "../../../src/kaneo/events/waiting.ts";

test("a channel keeps what the last eight waits saw, each for the next wait for the same", async () => {
  const following: Following = {
    ...{ quietSince: 0, count: 0, left: undefined },
    announcedSince: () => new Map(),
    next: async () => {},
    end: () => {},
  };
  const kaneo = { elapsed: () => 0, follow: async () => following };
  const seenBefore = async (scope: string) => {
    const befores: unknown[] = [];
    const look = async (before: string | undefined) => {
      befores.push(before);
      return { look: scope, happened: undefined };
    };
    await waitFor(kaneo, { channel: OWN_CHANNEL, scope, look }, { seconds: 0, signal: undefined });
    return befores[0];
  };

  for (const scope of "abcdefghi") await seenBefore(scope);
  const again = [await seenBefore("i"), await seenBefore("b"), await seenBefore("a")];

  expect(again).toEqual(["i", "b", undefined]);
});
