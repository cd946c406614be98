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
  waitSignedIn,
} from "./sign-in-rounds.ts";

const pause = ({ random }: Round) => delay(random.whole(1.5 * INTERVAL_MS));

test.concurrent("the server that polls is killed three times, and the survivors are signed in", async ({
  task,
}) => {
  const rounds = 30;
  let signedIn = 0;
  const complaints = await playRounds({ rounds, lanes: 3, seed: 30 }, async (round) => {
    let servers = await round.start(5);
    const code = await showCode(servers);
    for (let kills = 0; kills < 3; kills += 1) {
      await pause(round);
      servers = await killLeader(round, servers);
    }
    await round.kaneo.approve(code);
    const moments = await waitSignedIn(round, servers);
    signedIn += moments.length;
    await checkToken(round, servers);
  });

  task.meta.counts = `sign-in, poller killed three times a round: ${rounds} rounds, ${3 * rounds} kills, ${signedIn} survivors signed in, ${complaints.length} complaints (second codes, early polls, other tokens, not signed in)`;
  expect(complaints).toEqual([]);
});

test.concurrent("all are killed, one is started again, and the old link signs it in", async ({
  task,
}) => {
  const rounds = 15;
  const linkMs: number[] = [];
  const complaints = await playRounds({ rounds, lanes: 2, seed: 15 }, async (round) => {
    const servers = await round.start(4);
    const code = await showCode(servers);
    await pause(round);
    for (const server of servers) server.kill("SIGKILL");
    await Promise.all(servers.map((server) => server.exit));
    const isApprovedBefore = round.random.fraction() < 0.5;
    if (isApprovedBefore) await round.kaneo.approve(code);

    const again = await round.start(1);
    const calledAt = performance.now();
    const shown = await showCode(again);
    linkMs.push(performance.now() - calledAt);
    if (shown !== code) round.complain("another code after the restart");
    if (!isApprovedBefore) await round.kaneo.approve(code);
    await waitSignedIn(round, again);
    await checkToken(round, again);
  });

  task.meta.counts = `sign-in, all processes killed and one started again: ${rounds} rounds, ${complaints.length} complaints (other codes, early polls, not signed in), the same link after: ${spreadOf(linkMs)}`;
  expect(complaints).toEqual([]);
});

test.concurrent("the server that polls is suspended, another takes over, and it finds that when it wakes up", async ({
  task,
}) => {
  const rounds = 6;
  const takeoverMs: number[] = [];
  const complaints = await playRounds({ rounds, lanes: 3, seed: 6 }, async (round) => {
    const servers = await round.start(3);
    const code = await showCode(servers);
    await pause(round);
    const suspended = await round.leader(servers);
    const others = servers.filter((server) => server !== suspended);
    suspended.kill("SIGSTOP");
    const stoppedAt = performance.now();
    await round.leader(others);
    takeoverMs.push(performance.now() - stoppedAt);
    const wakesBeforeApproval = round.random.fraction() < 0.5;
    await pause(round);
    if (wakesBeforeApproval) suspended.kill("SIGCONT");
    await pause(round);
    await round.kaneo.approve(code);
    await waitSignedIn(round, others);
    suspended.kill("SIGCONT");
    await waitSignedIn(round, [suspended]);
    await checkToken(round, servers);
  });

  task.meta.counts = `sign-in, poller suspended and woken up later: ${rounds} rounds, ${takeoverMs.length} takeovers after: ${spreadOf(takeoverMs)}, ${complaints.length} complaints (second codes, early polls, other tokens, not signed in)`;
  expect(complaints).toEqual([]);
});

/** Kills the one that polls; gives the others. */
async function killLeader(round: Round, servers: ServerProcess[]): Promise<ServerProcess[]> {
  const victim = await round.leader(servers);
  victim.kill("SIGKILL");
  await victim.exit;
  return servers.filter((server) => server !== victim);
}
