import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { residentMib } from "../robustness/mixed-calls.ts";
import { seededRandom } from "../robustness/seeded-random.ts";
import { startListening } from "../support/listening.ts";
import { startTwo, type Two } from "../support/two-servers.ts";
import { until } from "../support/until.ts";
import { leaveNothing } from "../support/wait-cycles.ts";

const CHANGES = 1_000;
const CUTS = 50;

/** The numbers of the changes that the answers to one wait after another tell, until `isOver` and nothing more comes. */
async function tellAll({ mine }: Two, isOver: () => boolean): Promise<number[]> {
  const told: number[] = [];
  for (;;) {
    const wasOver = isOver();
    const { text } = await mine.call("wait_for_changes", { project: "WEB", seconds: 2 });
    for (const [, number] of text.matchAll(/→ "Change (\d+)"/g)) told.push(Number(number));
    if (wasOver && text.includes("nothing happened")) return told;
  }
}

test.for([
  // Faster than it is opened again: what happens meanwhile is more than Kaneo lists at once.
  { pace: "fast", mostPauseMs: 30, mostOpenMs: 300, isOpenBefore: false },
  { pace: "slow", mostPauseMs: 200, mostOpenMs: 4_000, isOpenBefore: true },
])(
  "of a thousand $pace changes each is told once, with the socket cut fifty times",
  async (given, { task }) => {
    await using two = await startTwo();
    const { sockets } = two.sandbox;
    const random = seededRandom(14);
    await two.mine.call("wait_for_changes", { project: "WEB", seconds: 0 });
    let isOver = false;
    const change = async () => {
      for (let number = 1; number <= CHANGES; number += 1) {
        const key = `WEB-${1 + random.whole(4)}`;
        await two.theirs.call("update_task", { task: key, title: `Change ${number}` });
        await delay(random.whole(given.mostPauseMs));
      }
    };
    const cut = async () => {
      for (let cuts = 0; cuts < CUTS; cuts += 1) {
        if (given.isOpenBefore) await until(() => sockets.open > 0);
        await delay(random.whole(given.mostOpenMs));
        sockets.cut();
        await until(() => sockets.open === 0);
      }
    };

    const telling = tellAll(two, () => isOver);
    await Promise.all([change(), cut()]);
    isOver = true;
    const told = await telling;

    const each = new Set(told);
    task.meta.counts = `live changes (${given.pace}): ${CHANGES} in a row, ${each.size} told, ${told.length - each.size} twice, socket cut ${CUTS} times and opened ${sockets.opened} times`;
    expect(told.toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: CHANGES }, (_, i) => i + 1),
    );
    if (given.isOpenBefore) expect(sockets.opened).toBeGreaterThanOrEqual(CUTS);
  },
);

/** Kaneo answers a key a hundred times a minute as to who it is, which every new process asks. */
const WAITS_AT_ONE_KANEO = 10;

test("of a hundred waits none misses what happens between the call and its socket", async ({
  task,
}) => {
  const random = seededRandom(15);
  let told = 0;
  for (let kaneos = 0; kaneos < 10; kaneos += 1) {
    await using two = await startTwo();
    for (let round = 0; round < WAITS_AT_ONE_KANEO; round += 1) {
      await using waiter = await two.another();
      // One's own each, since what happened right before the call is told, too.
      const key = `WEB-${1 + round}`;
      const waiting = waiter.call("wait_for_changes", { task: key, seconds: 6 });
      await delay(random.whole(300));
      await two.theirs.call("update_task", { task: key, title: `Change ${round}` });
      const { text } = await waiting;
      if (text.includes(`→ "Change ${round}"`)) told += 1;
    }
  }

  task.meta.counts = `live changes (before the socket): 100 waits with a change before the socket was open, ${told} told of it`;
  expect(told).toBe(100);
});

test.for([
  { mode: "on", rounds: 20, mostMs: 2_000 },
  { mode: "absent", rounds: 3, mostMs: 15_000 },
] as const)("with sockets $mode a change is seen within $mostMs ms", async (given, { task }) => {
  await using two = await startTwo();
  two.sandbox.sockets.mode = given.mode;
  const random = seededRandom(16);
  const tookMs: number[] = [];

  await two.mine.call("wait_for_changes", { project: "WEB", seconds: 1 });
  for (let round = 0; round < given.rounds; round += 1) {
    const waiting = two.mine.call("wait_for_changes", { project: "WEB", seconds: 20 });
    await delay(300 + random.whole(700));
    await two.theirs.call("add_comment", { task: "WEB-2", content: `Round ${round}` });
    const began = performance.now();
    const { text } = await waiting;
    tookMs.push(performance.now() - began);
    expect(text).toContain(`Round ${round}`);
  }

  const longestMs = Math.round(Math.max(...tookMs));
  task.meta.counts = `live changes (sockets ${given.mode}): ${given.rounds} changes seen, the slowest after ${longestMs} ms`;
  expect(longestMs).toBeLessThan(given.mostMs);
});

const FLOODS = [
  {
    name: "a million messages",
    text: '{"type":"TASK_UPDATED","projectId":"p","taskId":"t"}',
    times: 1_000_000,
  },
  { name: "frames of 10 MB", text: "x".repeat(10_000_000), times: 5 },
  { name: "rubbish", text: '\u0000{"type":[[[[', times: 10_000 },
];
const ROUNDS = 3;

test.for(FLOODS)("$name cost no memory, and everything else goes on", async (given, { task }) => {
  const { name, text, times } = given;
  await using two = await startTwo();
  const { sandbox, mine, theirs } = two;
  await mine.call("wait_for_changes", { project: "WEB", seconds: 1 });
  const before = await residentMib(mine.pid);
  sandbox.clearRequests();
  let most = before;
  let failures = 0;

  for (let round = 0; round < ROUNDS; round += 1) {
    const waiting = mine.call("wait_for_changes", { project: "WEB", seconds: 10 });
    await until(() => sandbox.sockets.open > 0);
    for (let said = 0; said < times; said += 1) {
      sandbox.sockets.say(text);
      if (said % 10_000 === 0) await delay(0);
    }
    if ((await mine.call("get_task", { task: "WEB-2" })).isError) failures += 1;
    most = Math.max(most, await residentMib(mine.pid));
    if ((await waiting).isError) failures += 1;
  }
  const asked = sandbox.requests.length;
  await theirs.call("add_comment", { task: "WEB-2", content: `After ${name}` });
  const { text: after } = await mine.call("wait_for_changes", { project: "WEB", seconds: 20 });

  const grownMib = Math.round(most - before);
  task.meta.counts = `live changes (${name}): ${ROUNDS} times, ${failures} failures, ${grownMib} MiB more, ${asked} requests to Kaneo`;
  expect(failures).toBe(0);
  expect(after).toContain(`After ${name}`);
  expect(grownMib).toBeLessThan(100);
  expect(asked).toBeLessThan(ROUNDS * 60);
});

test("ten thousand waits that are cancelled, time out or end leave no socket, timer or listener", async ({
  task,
}) => {
  await using listening = await startListening();
  const { clock, sockets } = listening;

  await leaveNothing(listening, 10_000);
  await clock.advance(61_000);
  await until(() => sockets.open === 0);

  task.meta.counts = `live changes (cycles): 10,000 waits, ${sockets.opened} socket, ${clock.sleeping} timers left`;
  expect(sockets.opened).toBe(1);
  expect(clock.sleeping).toBe(0);
});
