import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { spawnServer } from "../support/spawn-server.ts";
import { runHostileServer } from "./hostile-server.ts";
import { runLifeCycle } from "./life-cycle.ts";
import { runMixedCalls } from "./mixed-calls.ts";
import { runRandomMessages } from "./random-messages.ts";
import { runRandomParams } from "./random-params.ts";
import { runSecretSearch } from "./secret-search.ts";

// test/stress has the long forms of these.

// They run side by side, and mostly wait.
const patient = { timeout: 300_000 };
const leftCleanly = { code: 0, signal: null };

test.concurrent(
  "answers every valid request exactly once between hundreds of malformed messages",
  patient,
  async () => {
    const { wrong, strayLines, exit } = await runRandomMessages({ messages: 500, seed: 7 });

    expect({ wrong, strayLines, exit }).toEqual({ wrong: [], strayLines: [], exit: leftCleanly });
  },
);

test.concurrent(
  "answers random params of resources, prompts and completion with results or the right errors",
  patient,
  async () => {
    const { complaints, results, errors } = await runRandomParams({ runs: 40, seed: 13 });

    expect(complaints).toEqual([]);
    expect(Math.min(results, errors)).toBeGreaterThan(100);
  },
);

test.concurrent(
  "answers hundreds of calls, twenty at a time, and keeps no handle and no child",
  patient,
  async () => {
    const { answered, complaints, children, handlesBefore, handlesAfter } = await runMixedCalls({
      calls: 300,
      seed: 11,
    });

    expect({ answered, complaints, children }).toEqual({
      answered: 300,
      complaints: [],
      children: 0,
    });
    expect(handlesAfter).toBeLessThanOrEqual(handlesBefore);
  },
);

test.concurrent(
  "leaves cleanly with twenty calls in flight, however the client goes",
  patient,
  async () => {
    const { complaints } = await runLifeCycle({ roundsEach: 1, seed: 3 });

    expect(complaints).toEqual([]);
  },
);

test.concurrent(
  "shows no secret anywhere, even at debug and when Kaneo throws it back",
  patient,
  async () => {
    const { finds, secrets } = await runSecretSearch();

    expect(finds).toEqual([]);
    expect(secrets).toBeGreaterThan(4);
  },
);

test.concurrent(
  "stays small and clear under endless answers and evil sign-in links",
  patient,
  async () => {
    const { complaints } = await runHostileServer({ rounds: 1 });

    expect(complaints).toEqual([]);
  },
);

test.concurrent(
  "keeps no more than a megabyte of notes that nobody reads from stderr",
  patient,
  async () => {
    await using server = await spawnServer({ readsErrors: false });

    server.write("{}\n".repeat(1_000_000));
    server.send({ id: 1, method: "ping" });
    await server.answerTo(1);

    const [, peak] =
      /VmHWM:\s+(\d+)/.exec(await readFile(`/proc/${server.pid}/status`, "utf8")) ?? [];
    expect(Number(peak) / 1024).toBeLessThan(130);
  },
);
