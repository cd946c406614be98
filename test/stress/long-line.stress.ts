import { expect, test } from "vitest";
import { createLineSplitter } from "../../src/mcp/stdio.ts";

const CHUNK = Buffer.alloc(65_536, "x");

function bestTimeFor(megabytes: number): number {
  const times = [1, 2, 3].map(() => {
    const splitter = createLineSplitter({ maxBytes: 1e9, onLine() {}, onOversize() {} });
    const began = performance.now();
    for (let left = megabytes * 16; left > 0; left -= 1) splitter.push(CHUNK);
    splitter.end();
    return performance.now() - began;
  });
  return Math.min(...times);
}

test("a line takes time in proportion to its length", ({ task }) => {
  const small = bestTimeFor(4);
  const large = bestTimeFor(32);

  task.meta.counts = `one line of 32 MiB: × ${(large / small).toFixed(1)} the time of one of 4 MiB`;
  // Eight times the length. Searching from the start at each chunk would take 64 times as long.
  expect(large).toBeLessThan(32 * Math.max(small, 2));
});
