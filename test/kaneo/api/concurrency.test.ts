import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import { mapConcurrently } from "../../../src/kaneo/api/concurrency.ts";

test("results keep the order of the items, and no more run at once than allowed", async () => {
  let running = 0;
  let most = 0;

  const run = async (turns: number, index: number) => {
    running += 1;
    most = Math.max(most, running);
    for (let turn = 0; turn < turns; turn += 1) await nextTurn();
    running -= 1;
    return `${index}:${turns}`;
  };

  const results = await mapConcurrently([5, 1, 4, 2, 3], run, 2);

  expect(results).toEqual(["0:5", "1:1", "2:4", "3:2", "4:3"]);
  expect(most).toBe(2);
});

test("after a failure nothing more is started", async () => {
  const started: number[] = [];
  const run = async (item: number) => {
    started.push(item);
    await nextTurn();
    if (item === 2) throw new Error("Two.");
  };

  await expect(mapConcurrently([1, 2, 3, 4, 5, 6], run, 2)).rejects.toThrow("Two.");
  for (let turn = 0; turn < 10; turn += 1) await nextTurn();

  expect(started.length).toBeLessThanOrEqual(3);
});
