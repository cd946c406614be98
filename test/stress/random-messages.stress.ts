import { expect, test } from "vitest";
import { runRandomMessages } from "../robustness/random-messages.ts";

test("ten thousand random messages to one process", async ({ task }) => {
  const seed = Date.now() % 1_000_000;
  const counts = await runRandomMessages({ messages: 10_000, seed });

  const { messages, requests, answers, wrong, strayLines, exit } = counts;
  task.meta.counts = `random JSON-RPC (seed ${seed}): ${messages} messages with ${requests} valid requests, ${answers} answers, ${wrong.length} missing or doubled, ${strayLines.length} lines on stdout that are not JSON-RPC, exit code ${exit.code}`;
  expect({ wrong, strayLines }).toEqual({ wrong: [], strayLines: [] });
  expect(exit).toEqual({ code: 0, signal: null });
});
