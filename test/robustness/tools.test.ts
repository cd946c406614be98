import { expect, test } from "vitest";
import { everyTool } from "../support/example-ids.ts";
import { runFaultMatrix } from "./fault-matrix.ts";
import { runHostileAnswers } from "./hostile-answers.ts";
import { runRandomArguments } from "./random-arguments.ts";

// test/stress has the long forms of these.

test("every tool fails clearly or succeeds after all under network faults, and never writes twice", async () => {
  const counts = await runFaultMatrix({ step: 59, lanes: 2 });

  expect(counts.complaints).toEqual([]);
  expect(counts).toMatchObject({ tools: everyTool.length, faults: 16 });
  expect(counts).toMatchObject({ doubledWrites: 0, contactsOfSecondHost: 0 });
});

test("every tool answers random arguments with a result or a clear failure", async () => {
  const { complaints } = await runRandomArguments({ callsPerTool: 10, seed: 5 });

  expect(complaints).toEqual([]);
});

test("no tool crashes, leaves its paths or shows forged lines when Kaneo's answers are lies", async () => {
  const counts = await runHostileAnswers({ step: 97, twistsPerTool: 2, seed: 13 });

  expect(counts.complaints).toEqual([]);
  expect(counts.strayPaths).toEqual([]);
});
