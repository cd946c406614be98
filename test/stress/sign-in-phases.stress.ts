import { readdir, utimes } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import {
  CODE_PATH,
  checkToken,
  livingTokens,
  playRounds,
  type Round,
  showCode,
  spreadOf,
  TOKEN_PATH,
  waitSignedIn,
} from "./sign-in-rounds.ts";

const PHASES = {
  "the code is asked for": async (round) => {
    round.kaneo.fail({ path: CODE_PATH }, { kind: "delay", ms: 1_500 });
    const [one, other] = await startTwo(round);
    const asking = Promise.all([round.call(one, "sign_in"), round.call(other, "sign_in")]);
    await until(() => asked(round, CODE_PATH) > 0);
    await round.call(one, "sign_out");
    await asking;
  },
  "the code waits": async (round) => {
    const [one, other] = await startTwo(round);
    await showCode(round, [one, other]);
    await round.call(other, "sign_out");
  },
  "the token is on its way": async (round) => {
    const [one, other] = await startTwo(round);
    const code = await showCode(round, [one, other]);
    round.kaneo.fail({ path: TOKEN_PATH, times: 3 }, { kind: "delay", ms: 1_200 });
    const before = asked(round, TOKEN_PATH);
    await round.kaneo.approve(code);
    await until(() => asked(round, TOKEN_PATH) > before);
    await round.call(one, "sign_out");
  },
  "the token is on its way to one that is suspended, and two sign-ins follow": async (round) => {
    round.allowCodes(3);
    const [one, other] = await startTwo(round);
    const code = await showCode(round, [one, other]);
    round.kaneo.fail({ path: TOKEN_PATH }, { kind: "delay", ms: 700 });
    const asker = await round.asker([one, other]);
    const second = asker === one ? other : one;
    await until(() => asked(round, TOKEN_PATH) > 0);
    asker.kill("SIGSTOP");
    await round.kaneo.approve(code);
    await delay(1_000);
    for (let times = 0; times < 2; times += 1) {
      await round.call(second, "sign_out");
      await round.call(second, "sign_in");
    }
    await round.call(second, "sign_out");
    asker.kill("SIGCONT");
  },
} satisfies Record<string, (round: Round) => Promise<void>>;

test("signed out in each phase, no token is left alive and everybody asks to sign in", async ({
  task,
}) => {
  const lines: string[] = [];
  for (const [name, play] of Object.entries(PHASES)) {
    const rounds = 5;
    const { complaints } = await playRounds({ rounds, lanes: 3, seed: 41 }, async (round) => {
      round.allowCodes(2);
      await play(round);
      await delay(3_000);
      if (livingTokens(round.kaneo) > 0) round.complain("a token is alive after sign_out");
    });
    lines.push(`${name}: ${complaints.length}`);
    expect(complaints, name).toEqual([]);
  }

  task.meta.counts = `sign-in, signed out in each phase, 5 rounds each, tokens left alive or other complaints: ${lines.join(", ")}`;
});

test("sign_out with Kaneo unreachable: every other process asks to sign in at its next call", async ({
  task,
}) => {
  const rounds = 4;
  const { complaints } = await playRounds({ rounds, lanes: 2, seed: 42 }, async (round) => {
    const servers = await round.start(4);
    await round.kaneo.approve(await showCode(round, servers));
    await waitSignedIn(round, servers);
    round.kaneo.fail({ path: "/api/auth/sign-out" }, { kind: "reset", when: "before" });
    const [first, ...others] = servers;
    if (first) await round.call(first, "sign_out");
    const texts = await Promise.all(others.map((server) => round.call(server, "whoami")));
    for (const text of texts) if (!text.startsWith("Not signed in.")) round.complain(text);
  });

  task.meta.counts = `sign-in, sign_out in one of 4 processes, Kaneo unreachable: ${rounds} rounds, ${complaints.length} processes that went on with the token`;
  expect(complaints).toEqual([]);
});

test("the asker is stopped with the token on its way and another one is ended by its client: the token is kept", async ({
  task,
}) => {
  const rounds = 8;
  const { complaints } = await playRounds({ rounds, lanes: 4, seed: 43 }, async (round) => {
    const servers = await round.start(3);
    const code = await showCode(round, servers);
    round.kaneo.fail({ path: TOKEN_PATH }, { kind: "delay", ms: 600 });
    const asker = await round.asker(servers);
    await until(() => asked(round, TOKEN_PATH) > 0);
    await round.kaneo.approve(code);
    asker.kill("SIGSTOP");
    const [ended, stays] = servers.filter((server) => server !== asker);
    ended?.endInput();
    await delay(500 + round.random.whole(4_000));
    asker.kill("SIGCONT");
    if (stays) await waitSignedIn(round, [stays, asker]);
    if (stays) await checkToken(round, [stays, asker]);
  });

  task.meta.counts = `sign-in, asker suspended with the token on its way, another ended by its client: ${rounds} rounds, ${complaints.length} complaints (token lost, second codes, early questions)`;
  expect(complaints).toEqual([]);
});

test("a process that is ended with the token on its way writes it down", async ({ task }) => {
  const rounds = 10;
  const { complaints } = await playRounds({ rounds, lanes: 4, seed: 44 }, async (round) => {
    const [server] = await round.start(1);
    if (!server) return;
    const code = await showCode(round, [server]);
    round.kaneo.fail({ path: TOKEN_PATH }, { kind: "delay", ms: 1_200 });
    await until(() => asked(round, TOKEN_PATH) > 0);
    await round.kaneo.approve(code);
    if (round.random.fraction() < 0.5) server.endInput();
    else server.kill("SIGTERM");
    await server.exit;
    const [next] = await round.start(1);
    const text = next && (await round.call(next, "whoami"));
    if (!text?.includes("alice@example.com")) round.complain(`the next process says: ${text}`);
  });

  task.meta.counts = `sign-in, process ended (stdin, SIGTERM) with the token on its way: ${rounds} rounds, ${complaints.length} tokens lost`;
  expect(complaints).toEqual([]);
});

test("call, link, end of the process, approval, new process: its first call does the work", async ({
  task,
}) => {
  const lines: string[] = [];
  for (const [name, waitMs, agoMs] of LATER) {
    const tookMs: number[] = [];
    const { complaints } = await playRounds(
      { rounds: 20, lanes: 4, seed: 45, interval: "5s" },
      async (round) => {
        const [first] = await round.start(1);
        if (!first) return;
        await round.kaneo.approve(await showCode(round, [first]));
        first.endInput();
        await first.exit;
        await delay(waitMs);
        if (agoMs > 0) await setBack(round, agoMs);
        const [second] = await round.start(1);
        const before = round.kaneo.requests.length;
        const calledAt = performance.now();
        const text = second && (await round.call(second, "list_notifications"));
        tookMs.push(performance.now() - calledAt);
        if (text === undefined || /Sign in/.test(text)) round.complain(`its first call: ${text}`);
        const device = round.kaneo.requests.slice(before).filter(({ path }) => /device/.test(path));
        if (device.length > 1) round.complain(`${device.length} requests more`);
      },
    );
    lines.push(`${name} ${20 - complaints.length} of 20 (${spreadOf(tookMs)})`);
    expect(complaints, name).toEqual([]);
  }

  task.meta.counts = `sign-in, call → link → process ends → approval → new process, first call, at 5 s interval: ${lines.join(", ")}`;
});

const LATER = [
  ["1 s later", 1_000, 0],
  ["6 s later", 6_000, 0],
  ["20 minutes later", 0, 20 * 60_000],
] as const;

test("files whose times are ahead or behind: no early question, no second code, signed in", async ({
  task,
}) => {
  const skews = [600_000, 3_600_000, -600_000, -3_600_000];
  let played = 0;
  const { complaints } = await playRounds({ rounds: 8, lanes: 4, seed: 46 }, async (round) => {
    const servers = await round.start(2);
    const code = await showCode(round, servers);
    await delay(1_500);
    await setBack(round, skews[played % skews.length] ?? 0);
    played += 1;
    const later = await round.start(1);
    await round.kaneo.approve(code);
    await waitSignedIn(round, [...servers, ...later]);
    await checkToken(round, [...servers, ...later]);
  });

  // A file that truly lies ten minutes back looks the same: one question then comes at once.
  const unexpected = complaints.filter((complaint) => !/questions after only/.test(complaint));
  task.meta.counts = `sign-in, files' times 10 minutes and an hour ahead and behind: 8 rounds, ${unexpected.length} complaints (second codes, not signed in), ${complaints.length - unexpected.length} early questions, which times put back by hand explain`;
  expect(unexpected).toEqual([]);
});

async function startTwo(round: Round) {
  const [one, other] = await round.start(2);
  if (!one || !other) throw new Error("Two were started.");
  return [one, other] as const;
}

function asked({ kaneo }: Round, path: string): number {
  return kaneo.requests.filter((request) => request.path === path).length;
}

async function until(fact: () => boolean): Promise<void> {
  while (!fact()) await delay(10);
}

/** Puts the times of all files of the sign-in back; below zero, ahead. */
async function setBack({ home }: Round, ms: number): Promise<void> {
  const folder = join(home, "data", "auth");
  const then = new Date(Date.now() - ms);
  for (const name of await readdir(folder, { recursive: true })) {
    await utimes(join(folder, name), then, then).catch(() => undefined);
  }
}
