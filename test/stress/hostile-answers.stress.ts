import { expect, test } from "vitest";
import { runHostileAnswers } from "../robustness/hostile-answers.ts";

test("every tool against lies of every shape", async ({ task }) => {
  const seed = Date.now() % 1_000_000;
  const counts = await runHostileAnswers({ step: 2, twistsPerTool: 60, seed });

  const { tools, calls, results, failures, requests, strayPaths, complaints } = counts;
  task.meta.counts = `hostile answers (seed ${seed}): ${tools} tools, ${calls} calls, ${failures} clear failures, ${results} results, ${complaints.length} crashes or forged lines, ${requests} requests, ${strayPaths.length} of them outside the known paths`;
  expect({ complaints, strayPaths }).toEqual({ complaints: [], strayPaths: [] });
});
