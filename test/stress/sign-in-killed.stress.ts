import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import type { ServerProcess } from "../support/spawn-server.ts";
import {
  checkToken,
  INTERVAL_MS,
  playRounds,
  type Round,
  showCode,
  spreadOf,
  TOKEN_PATH,
  waitSignedIn,
  watchLoad,
} from "./sign-in-rounds.ts";

const pause = ({ random }: Round) => delay(random.whole(1.5 * INTERVAL_MS));

test.concurrent("the server that asks is killed three times, and the survivors are signed in", async ({
  task,
}) => {
  const rounds = 30;
  let signedIn = 0;
  const { complaints, shortestGapMs } = await playRounds(
    { rounds, lanes: 3, seed: 30 },
    async (round) => {
      let servers = await round.start(5);
      const code = await showCode(round, servers);
      for (let kills = 0; kills < 3; kills += 1) {
        await pause(round);
        servers = await killAsker(round, servers);
      }
      await round.kaneo.approve(code);
      const moments = await waitSignedIn(round, servers);
      signedIn += moments.length;
      await checkToken(round, servers);
    },
  );

  task.meta.counts = `sign-in, asker killed three times a round: ${rounds} rounds, ${3 * rounds} kills, ${signedIn} survivors signed in, ${complaints.length} complaints (second codes, early questions, other tokens, not signed in), shortest gap ${shortestGapMs} ms`;
  expect(complaints).toEqual([]);
});

test.concurrent("all are killed, one is started again, and the old link signs it in", async ({
  task,
}) => {
  const rounds = 15;
  const { complaints } = await playRounds({ rounds, lanes: 2, seed: 15 }, async (round) => {
    const servers = await round.start(4);
    const code = await showCode(round, servers);
    await pause(round);
    for (const server of servers) server.kill("SIGKILL");
    await Promise.all(servers.map((server) => server.exit));
    // A token that was on its way to a killed server is lost, and nobody can help that.
    const isApprovedBefore = round.random.fraction() < 0.5;
    if (isApprovedBefore) await round.kaneo.approve(code);

    const again = await round.start(1);
    if (!isApprovedBefore) {
      if ((await showCode(round, again)) !== code) round.complain("another code");
      await round.kaneo.approve(code);
    }
    await waitSignedIn(round, again);
    await checkToken(round, again);
  });

  task.meta.counts = `sign-in, all processes killed and one started again: ${rounds} rounds, ${complaints.length} complaints (other codes, early questions, not signed in)`;
  expect(complaints).toEqual([]);
});

test.concurrent("the server that asks is suspended, another goes on, and it finds that when it wakes up", async ({
  task,
}) => {
  const rounds = 12;
  const goneOnMs: number[] = [];
  let late = 0;
  const { complaints, shortestGapMs } = await playRounds(
    { rounds, lanes: 3, seed: 6 },
    async (round) => {
      const servers = await round.start(3);
      const code = await showCode(round, servers);
      await pause(round);
      const suspended = await round.asker(servers);
      const others = servers.filter((server) => server !== suspended);
      suspended.kill("SIGSTOP");
      const stoppedAt = performance.now();
      using load = watchLoad();
      await round.asker(others);
      const tookMs = performance.now() - stoppedAt;
      goneOnMs.push(tookMs);
      if (tookMs > INTERVAL_MS + 4_000 + load.lostMs()) late += 1;
      const wakesBeforeApproval = round.random.fraction() < 0.5;
      await pause(round);
      if (wakesBeforeApproval) suspended.kill("SIGCONT");
      await pause(round);
      await round.kaneo.approve(code);
      await waitSignedIn(round, others);
      suspended.kill("SIGCONT");
      await waitSignedIn(round, [suspended]);
      await checkToken(round, servers);
    },
  );

  task.meta.counts = `sign-in, asker suspended and woken up later: ${rounds} rounds, another asked after: ${spreadOf(goneOnMs)}, ${late} above interval + 4 s and what the machine lost, ${complaints.length} complaints (second codes, early questions, other tokens, not signed in), shortest gap ${shortestGapMs} ms`;
  expect(complaints).toEqual([]);
  expect(late).toBe(0);
});

test.concurrent("the asker is killed or suspended right after a slow_down, and the next heeds it", async ({
  task,
}) => {
  const rounds = 8;
  const gaps: number[] = [];
  const { complaints } = await playRounds({ rounds, lanes: 4, seed: 9 }, async (round) => {
    const { kaneo } = round;
    kaneo.fail({ path: TOKEN_PATH }, { kind: "answer", status: 400, body: { error: "slow_down" } });
    const servers = await round.start(3);
    const code = await showCode(round, servers);
    const asker = await round.asker(servers).catch(() => undefined);
    while (questions(round).length < 1) await delay(5);
    await delay(round.random.whole(40));
    const others = servers.filter((server) => server !== asker);
    asker?.kill(round.random.fraction() < 0.5 ? "SIGKILL" : "SIGSTOP");
    while (questions(round).length < 2) await delay(50);
    await kaneo.approve(code);
    await waitSignedIn(round, others);
    const [first = 0, second = 0] = questions(round);
    gaps.push(second - first);
    asker?.kill("SIGKILL");
  });

  // One that dies before it has written the slow_down down takes it along.
  const heeded = gaps.filter((ms) => ms >= 6_000).length;
  task.meta.counts = `sign-in, asker killed or suspended up to 40 ms after a slow_down: ${rounds} rounds, next question 6 s later in ${heeded}, shortest gap ${Math.round(Math.min(...gaps))} ms, ${complaints.length} complaints`;
  expect(complaints).toEqual([]);
});

function questions({ kaneo }: Round): number[] {
  return kaneo.requests.filter(({ path }) => path === TOKEN_PATH).map(({ at }) => at);
}

/** Kills the one that asks; gives the others. */
async function killAsker(round: Round, servers: ServerProcess[]): Promise<ServerProcess[]> {
  const victim = await round.asker(servers);
  // The question may be the one that brings the token only after the approval, which comes later.
  victim.kill("SIGKILL");
  await victim.exit;
  return servers.filter((server) => server !== victim);
}
