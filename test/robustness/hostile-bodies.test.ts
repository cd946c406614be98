import { expect, test } from "vitest";
import { runHostileBodies } from "./hostile-bodies.ts";

// test/stress has the long form of this.
test("stays small and clear when an answer costs more than it weighs", async () => {
  const only = /^(900,000|390,000 wrong|20,000|590,000 × 1|390,000 keys|a \w+ of (a|ten|beginn))/;

  const { bodies, complaints } = await runHostileBodies({ only });

  expect(complaints).toEqual([]);
  expect(bodies).toBe(9);
}, 120_000);
