import { expect, test } from "vitest";
import { runHostileBodies } from "../robustness/hostile-bodies.ts";

test("answers that cost more than they weigh", async ({ task }) => {
  const counts = await runHostileBodies();

  const { bodies, mostGrowthMib, slowestAnswerMs, slowestEndMs, mostProcessorMs } = counts;
  const { slowest, complaints } = counts;
  task.meta.counts = `hostile bodies: ${bodies} answers that cost more than they weigh, most memory ${mostGrowthMib} MiB above an honest call's (${slowest.growth}), slowest answer ${Math.round(slowestAnswerMs)} ms (${slowest.answer}) and ${mostProcessorMs} ms of processor, slowest end ${Math.round(slowestEndMs)} ms after the client's (${slowest.end}), ${complaints.length} unclear, too big or taken for good`;
  expect(complaints).toEqual([]);
  expect(slowestEndMs).toBeLessThan(3_500);
});
