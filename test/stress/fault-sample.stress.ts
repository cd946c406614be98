import { expect, test } from "vitest";
import { runFaultSample } from "../robustness/fault-sample.ts";

test("every network fault at the built file, with its own deadline", async ({ task }) => {
  const { faults, calls, contactsOfSecondHost, slowestMs, complaints } = await runFaultSample();

  task.meta.counts = `fault sample: ${faults} faults × a read and a write of the built file = ${calls} calls, ${complaints.length} unclear, late or doubled, ${contactsOfSecondHost} contacts of the second host, slowest ${(slowestMs / 1000).toFixed(1)} s of 30`;
  expect(complaints).toEqual([]);
  expect(contactsOfSecondHost).toBe(0);
});
