import { expect, test } from "vitest";
import { runFaultMatrix } from "../robustness/fault-matrix.ts";

test("every tool under every network fault", async ({ task }) => {
  const counts = await runFaultMatrix();

  const { tools, faults, calls, failed, succeeded, doubledWrites, contactsOfSecondHost } = counts;
  task.meta.counts = `fault matrix: ${tools} tools × ${faults} faults × first, every and write request × first and later call = ${calls} calls, ${failed} clear failures, ${succeeded} successes, ${counts.complaints.length} complaints, ${doubledWrites} doubled writes, ${contactsOfSecondHost} contacts of the second host, slowest ${Math.round(counts.slowestMs)} ms`;
  expect(counts.complaints).toEqual([]);
  // Enough for a few requests one after the other, each with its whole time, on a busy machine.
  expect(counts.slowestMs).toBeLessThan(10_000);
  expect(doubledWrites + contactsOfSecondHost).toBe(0);
});
