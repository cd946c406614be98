import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { SignInFolder } from "../../src/auth/sign-in-folder.ts";
import { systemClock } from "../../src/clock.ts";
import { seededRandom } from "../robustness/seeded-random.ts";
import { type Sandbox, startSandbox } from "../sandbox/start-sandbox.ts";
import { type ServerProcess, spawnServer } from "../support/spawn-server.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";

const ROUNDS = 300;
const SERVERS = 4;

test("four servers whose token is dead never remove the new one that is written meanwhile", async ({
  task,
}) => {
  const random = seededRandom(300);
  const complaints: string[] = [];
  let asked = 0;
  let lastTookMs = 20;
  await using kaneo = await startSandbox({ seed: "empty" });
  await using home = await makeTemporaryFolder();
  const folder = openFolder(kaneo, home.path);
  const write = async (accessToken: string) => {
    let n: number | undefined;
    while (n === undefined) n = await folder.make(await folder.look());
    await folder.publish(n, "token.json", { accessToken });
    await folder.tidy(await folder.look(), n);
  };
  await write(await kaneo.signIn(kaneo.people.alice));
  await using servers = await startServers(kaneo, home.path);
  await callAll(servers.all);

  for (let round = 1; round <= ROUNDS; round += 1) {
    const next = replaceSession(kaneo);
    const startedAt = performance.now();
    const calling = callAll(servers.all);
    await delay(random.fraction() * 1.5 * lastTookMs);
    await write(next);
    asked += (await calling).filter(({ isError }) => isError).length;
    lastTookMs = Math.min(performance.now() - startedAt, 200);

    const kept = await openFolder(kaneo, home.path).token(await folder.look());
    if (kept?.token !== next) complaints.push(`round ${round}: the new token is lost`);
    const failed = (await callAll(servers.all)).find(({ isError }) => isError);
    if (failed) complaints.push(`round ${round}: ${failed.text}`);
  }

  task.meta.counts = `sign-in, dead token in ${SERVERS} processes against a new one being written: ${ROUNDS} rounds, ${complaints.length} new tokens lost or not used, ${asked} of ${ROUNDS * SERVERS} calls came before the new token`;
  expect(complaints).toEqual([]);
});

function openFolder(kaneo: Sandbox, home: string): SignInFolder {
  return new SignInFolder({
    dataDir: join(home, "data"),
    baseUrl: kaneo.url,
    clientId: "kaneo-mcp",
    clock: systemClock,
    warn: () => undefined,
    pid: process.pid,
    uid: process.getuid?.(),
  });
}

/** Ends the session in Kaneo and gives the token of a new one. */
function replaceSession({ data }: Sandbox): string {
  const sessions = data.auth["session"] ?? [];
  const [old] = sessions.splice(0);
  const token = `new-${crypto.randomUUID()}`;
  sessions.push(Object.assign({}, old, { id: crypto.randomUUID(), token }));
  return token;
}

async function startServers({ url }: Sandbox, home: string) {
  const env = { KANEO_API_URL: url };
  const starting = Array.from({ length: SERVERS }, () => spawnServer({ env, home }));
  const all = await Promise.all(starting);
  await Promise.all(all.map((server) => server.initialize()));
  return {
    all,
    async [Symbol.asyncDispose]() {
      for (const server of all) await server[Symbol.asyncDispose]();
    },
  };
}

function callAll(servers: ServerProcess[]) {
  return Promise.all(servers.map((server) => server.call("list_notifications")));
}
