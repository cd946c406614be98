import { expect, test } from "vitest";
import { runLifeCycle } from "../robustness/life-cycle.ts";

test("many ends with twenty calls in flight", async ({ task }) => {
  const counts = await runLifeCycle({ roundsEach: 15, seed: 3 });

  const { rounds, endings, answered, slowest, complaints, late } = counts;
  const times = Object.entries(slowest).map(([ending, ms]) => `${ending} ${ms} ms`);
  task.meta.counts = `life cycle: ${rounds} processes ended in ${endings} ways with 20 calls in flight, ${answered} answers before the end, slowest ends: ${times.join(", ")}; ${complaints.length} orphans, bad exits or stray lines`;
  expect({ complaints, late }).toEqual({ complaints: [], late: [] });
});
