import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../sandbox/start-sandbox.ts";
import { spawnServer } from "../support/spawn-server.ts";
import {
  approvedToken,
  CODE_PATH,
  codeIn,
  failureFrom,
  passUntil,
  settle,
  signInOn,
  startWorld,
  TOKEN_PATH,
} from "../support/temp-home.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";

test.concurrent("servers that are called at the same time show one code, and one of them asks at a time", async () => {
  await using world = await startWorld();
  const servers = Array.from({ length: 6 }, () => world.home.startServer());

  const calls = servers.map((server) => failureFrom(server.token()));
  const failures = await settle(world.clock, Promise.all(calls), 20);
  const codes = new Set(failures.map(({ message }) => codeIn(message)));
  await world.kaneo.approve([...codes][0] ?? "");
  const tokens = await Promise.all(servers.map((server) => approvedToken(world, server)));

  expect(codes.size).toBe(1);
  expect(new Set(tokens).size).toBe(1);
  expect(world.requestsTo(CODE_PATH)).toHaveLength(1);
});

test.concurrent("when the server that asked goes away, another one goes on after a whole interval", async () => {
  await using world = await startWorld();
  const [first, second] = [world.home.startServer(), world.home.startServer()];
  const code = codeIn((await failureFrom(first.token())).message);
  await settle(world.clock, failureFrom(second.token()), 20);
  await first.close();
  await world.kaneo.approve(code);
  world.kaneo.clearRequests();
  const startedAt = world.clock.elapsed();

  await approvedToken(world, second);

  expect(world.clock.elapsed() - startedAt).toBeGreaterThanOrEqual(1_000);
  expect(world.requestsTo(CODE_PATH)).toHaveLength(0);
});

test.concurrent("a claim whose server stopped without a word costs its turn: the interval and three seconds", async () => {
  await using world = await startWorld();
  await failureFrom(world.home.startServer().token());
  await world.home.write("1/claim-1", "7");
  const startedAt = world.clock.elapsed();

  await passUntil(world.clock, () => world.requestsTo(TOKEN_PATH).length > 0, 100);

  expect(world.clock.elapsed() - startedAt).toBeGreaterThanOrEqual(4_000);
  expect(world.clock.elapsed() - startedAt).toBeLessThanOrEqual(6_000);
});

test.concurrent("a slow_down holds also when it came after a later answer", async () => {
  await using world = await startWorld();
  const { home, kaneo, clock } = world;
  await failureFrom(home.startServer().token());
  const owner = { version: 1, base: kaneo.url, clientId: "kaneo-mcp" };
  for (const [k, intervalSeconds] of [
    [1, 6],
    [2, 1],
  ]) {
    const answer = { ...owner, intervalSeconds, failures: 0, pauseSeconds: 0 };
    await home.write(`1/answer-${k}.json`, JSON.stringify(answer));
    await home.write(`1/claim-${k}`, "7");
  }
  const startedAt = clock.elapsed();

  await passUntil(clock, () => world.requestsTo(TOKEN_PATH).length > 0, 100);

  expect(clock.elapsed() - startedAt).toBeGreaterThanOrEqual(7_200);
});

test.concurrent("a folder whose maker never came with a code is abandoned after ten seconds", async () => {
  await using world = await startWorld();
  await world.home.write("1/claim-0", "");
  const startedAt = world.clock.elapsed();

  const failure = await settle(world.clock, failureFrom(world.home.startServer().token()), 50);

  expect(codeIn(failure.message)).not.toBe("");
  expect(world.clock.elapsed() - startedAt).toBeGreaterThanOrEqual(10_000);
  expect(await world.home.names("2/code.json")).toHaveLength(1);
});

test.concurrent("a server with an old token never removes the newer one of another", async () => {
  await using world = await startWorld();
  const { kaneo, home } = world;
  const old = await signInOn(world, home.startServer());
  const servers = Array.from({ length: 4 }, () => home.startServer());
  const fresh = "the-newer-token-of-another";
  const { url: base } = kaneo;
  const record = { version: 1, base, clientId: "kaneo-mcp", accessToken: fresh };
  for (const server of servers) await server.token();
  await servers[0]?.session.signOut();

  const refusals = servers.map((server) => failureFrom(server.refused(old)).catch(() => undefined));
  await home.write("9/token.json", JSON.stringify(record));
  await settle(world.clock, Promise.all(refusals));

  expect(await home.read("9/token.json")).toContain(fresh);
  expect(await servers[3]?.token()).toBe(fresh);
});

test.concurrent("three processes share one code; the one that asks is killed; the others are signed in after the approval", async () => {
  await using kaneo = await startSandbox({ seed: "empty", deviceInterval: "1s" });
  await using folder = await makeTemporaryFolder();
  await using servers = await startServers(kaneo, folder.path, 3);
  await servers.initialize();

  const links = await Promise.all(servers.all.map((server) => server.call("sign_in")));
  const codes = new Set(links.map(({ text }) => codeIn(text)));
  const askerPid = await askerIn(folder.path);
  servers.all.find(({ pid }) => pid === askerPid)?.kill("SIGKILL");
  const survivors = servers.all.filter(({ pid }) => pid !== askerPid);
  const waiting = survivors.map((server) => server.call("sign_in", { wait_seconds: 20 }));
  await kaneo.approve([...codes][0] ?? "");
  const answers = await Promise.all(waiting);

  const polls = kaneo.requests.filter(({ path }) => path === TOKEN_PATH).map(({ at }) => at);
  const gaps = polls.slice(1).map((at, index) => at - (polls[index] ?? 0));
  expect(survivors).toHaveLength(2);
  expect(codes.size).toBe(1);
  expect(kaneo.requests.filter(({ path }) => path === CODE_PATH)).toHaveLength(1);
  expect(answers.map(({ text }) => text)).toEqual(
    survivors.map(() => expect.stringMatching(/^Signed in/)),
  );
  expect(Math.min(...gaps, 1_000)).toBeGreaterThanOrEqual(1_000);
});

test.concurrent("all processes are killed; the first call of the one that starts next is signed in with the code approved meanwhile", async () => {
  await using kaneo = await startSandbox({ seed: "empty", deviceInterval: "1s" });
  await using folder = await makeTemporaryFolder();
  await using before = await startServers(kaneo, folder.path, 2);
  await before.initialize();
  const links = await Promise.all(before.all.map((server) => server.call("sign_in")));
  const [code] = links.map(({ text }) => codeIn(text));
  for (const server of before.all) server.kill("SIGKILL");
  await kaneo.approve(code ?? "");

  await using after = await startServers(kaneo, folder.path, 1);
  await after.initialize();
  const state = await after.all[0]?.call("sign_in");

  expect(state?.text).toMatch(/^Signed in/);
  expect(kaneo.requests.filter(({ path }) => path === CODE_PATH)).toHaveLength(1);
});

async function startServers(kaneo: Sandbox, home: string, count: number) {
  const env = { KANEO_API_URL: kaneo.url };
  const starting = Array.from({ length: count }, () => spawnServer({ env, home }));
  const all = await Promise.all(starting);
  return {
    all,
    initialize: () => Promise.all(all.map((server) => server.initialize())),
    async [Symbol.asyncDispose]() {
      for (const server of all) await server[Symbol.asyncDispose]();
    },
  };
}

/** The pid in the highest claim of the first sign-in, as soon as there is one. */
async function askerIn(home: string): Promise<number> {
  const auth = join(home, "data", "auth");
  for (;;) {
    const entries = await readdir(auth, { recursive: true });
    const claims = entries.filter((name) => /\/1\/claim-\d+$/.test(name));
    const [highest] = claims.sort((a, b) => b.localeCompare(a, "en", { numeric: true }));
    const text = highest === undefined ? "" : await readFile(join(auth, highest), "utf8");
    if (text !== "") return Number(text);
    await delay(20);
  }
}
