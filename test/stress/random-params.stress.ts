import { expect, test } from "vitest";
import { runRandomParams } from "../robustness/random-params.ts";

test("four hundred random params for every method about resources, prompts and completion", async ({
  task,
}) => {
  const seed = Date.now() % 1_000_000;
  const counts = await runRandomParams({ runs: 400, seed });

  const { requests, results, errors, complaints } = counts;
  task.meta.counts = `random params (seed ${seed}): ${requests} requests, ${results} results, ${errors} errors, ${complaints.length} methods with a wrong code or a bug`;
  expect(complaints).toEqual([]);
});
