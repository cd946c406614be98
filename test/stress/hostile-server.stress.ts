import { expect, test } from "vitest";
import { runHostileServer } from "../robustness/hostile-server.ts";

test("answers without an end and evil sign-in links", async ({ task }) => {
  const counts = await runHostileServer({ rounds: 10 });

  const { floods, links, peakBefore, peakAfter, complaints } = counts;
  task.meta.counts = `hostile server: ${floods} endless answers and gzip bombs, peak memory ${peakBefore} MiB before and ${peakAfter} MiB after, ${links} evil sign-in answers, ${complaints.length} shown, unclear or too big`;
  expect(complaints).toEqual([]);
});
