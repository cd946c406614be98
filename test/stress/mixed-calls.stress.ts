import { expect, test } from "vitest";
import { runMixedCalls } from "../robustness/mixed-calls.ts";

test("ten thousand mixed calls to one process, twenty at a time", async ({ task }) => {
  const counts = await runMixedCalls({ calls: 10_000, seed: 11 });

  const { calls, answered, failures, complaints, early, late, handlesBefore, handlesAfter } =
    counts;
  task.meta.counts = `mixed calls: ${calls} calls, 20 at a time, ${answered} answered (${failures} clear failures, ${complaints.length} complaints) in ${Math.round(counts.milliseconds / 1000)} s, resident memory ${early} MiB after a tenth and ${late} MiB at the end (× ${(late / early).toFixed(2)}), handles ${handlesBefore} before and ${handlesAfter} after, ${counts.children} children`;
  expect({ answered, complaints, children: counts.children }).toEqual({
    answered: calls,
    complaints: [],
    children: 0,
  });
  expect(late / early).toBeLessThanOrEqual(1.3);
  expect(handlesAfter).toBeLessThanOrEqual(handlesBefore);
});
