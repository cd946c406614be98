import { expect, test } from "vitest";
import { runRandomArguments } from "../robustness/random-arguments.ts";

test("two hundred random calls of every tool", async ({ task }) => {
  const seed = Date.now() % 1_000_000;
  const counts = await runRandomArguments({ callsPerTool: 200, seed });

  const { tools, calls, results, failures, complaints } = counts;
  task.meta.counts = `random arguments (seed ${seed}): ${tools} tools, ${calls} calls, ${results} results, ${failures} clear failures, ${complaints.length} tools with a stack, an unclear text or a 500 of Kaneo`;
  expect(complaints).toEqual([]);
});
