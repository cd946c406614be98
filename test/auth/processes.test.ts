import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../sandbox/start-sandbox.ts";
import { spawnServer } from "../support/spawn-server.ts";
import {
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

test.concurrent("servers that are called at the same time show one code, and one of them polls", async () => {
  await using world = await startWorld();
  const servers = Array.from({ length: 6 }, () => world.home.startServer());

  const failures = await settle(
    world.clock,
    Promise.all(servers.map((server) => failureFrom(server.token()))),
  );
  const codes = new Set(failures.map(({ message }) => codeIn(message)));
  await world.kaneo.approve([...codes][0] ?? "");
  const tokens = await settle(world.clock, Promise.all(servers.map((server) => server.token())));

  expect(codes.size).toBe(1);
  expect(new Set(tokens).size).toBe(1);
  expect(world.requestsTo(CODE_PATH)).toHaveLength(1);
  expect(world.requestsTo(TOKEN_PATH)).toHaveLength(1);
});

test.concurrent("when the server that polls goes away, another one goes on after a whole interval", async () => {
  await using world = await startWorld();
  const [first, second] = [world.home.startServer(), world.home.startServer()];
  const code = codeIn((await failureFrom(first.token())).message);
  await failureFrom(second.token());
  await first.close();
  await world.kaneo.approve(code);
  const startedAt = world.clock.elapsed();

  await settle(world.clock, second.token());

  expect(world.clock.elapsed() - startedAt).toBeGreaterThanOrEqual(1_200);
  expect(world.requestsTo(CODE_PATH)).toHaveLength(1);
  expect(await world.home.names("lease-2")).toHaveLength(1);
});

test.concurrent("a server that stopped without a word is replaced only after eight silent seconds", async () => {
  await using world = await startWorld();
  await failureFrom(world.home.startServer().token());
  const elsewhere = { pid: 7, host: "elsewhere", namespace: "pid:[1]", beat: 4 };
  await world.home.write(".lease-9", JSON.stringify(elsewhere));
  const other = world.home.startServer();
  await failureFrom(other.token());
  const startedAt = world.clock.elapsed();

  await passUntil(world.clock, async () => (await world.home.names("lease-10")).length > 0);

  expect(world.clock.elapsed() - startedAt).toBeGreaterThanOrEqual(8_000);
  expect(world.requestsTo(TOKEN_PATH)).toHaveLength(0);
});

test.concurrent("a server with an old token never removes the newer one of another", async () => {
  await using world = await startWorld();
  const { kaneo, home } = world;
  const old = await signInOn(world, home.startServer());
  const servers = Array.from({ length: 4 }, () => home.startServer());
  const fresh = "the-newer-token-of-another";
  const { url: base } = kaneo;
  const record = { version: 1, base, clientId: "kaneo-mcp", accessToken: fresh, obtainedAt: 1 };
  for (const server of servers) await server.token();
  await servers[0]?.session.signOut();

  const refusals = servers.map((server) => failureFrom(server.refused(old)).catch(() => undefined));
  await home.write(".token", JSON.stringify(record));
  await settle(world.clock, Promise.all(refusals));

  expect(await home.read(".token")).toContain(fresh);
});

test.concurrent("three processes share one code; the one that polls is killed; the others are signed in soon after the approval", async () => {
  await using kaneo = await startSandbox({ seed: "empty", deviceInterval: "1s" });
  await using folder = await makeTemporaryFolder();
  await using servers = await startServers(kaneo, folder.path, 3);
  await servers.initialize();

  const links = await Promise.all(servers.all.map((server) => server.call("sign_in")));
  const codes = new Set(links.map(({ text }) => codeIn(text)));
  const leaderPid = await leaderIn(folder.path);
  servers.all.find(({ pid }) => pid === leaderPid)?.kill("SIGKILL");
  const survivors = servers.all.filter(({ pid }) => pid !== leaderPid);
  const waiting = survivors.map((server) => server.call("sign_in", { wait_seconds: 25 }));
  await kaneo.approve([...codes][0] ?? "");
  const approvedAt = performance.now();
  const answers = await Promise.all(waiting);
  const tookMs = performance.now() - approvedAt;

  const polls = kaneo.requests.filter(({ path }) => path === TOKEN_PATH).map(({ at }) => at);
  const gaps = polls.slice(1).map((at, index) => at - (polls[index] ?? 0));
  expect(codes.size).toBe(1);
  expect(kaneo.requests.filter(({ path }) => path === CODE_PATH)).toHaveLength(1);
  expect(answers.map(({ text }) => text)).toEqual(
    survivors.map(() => expect.stringMatching(/^Signed in/)),
  );
  expect(Math.min(...gaps, 1_000)).toBeGreaterThanOrEqual(1_000);
  // An unchanged beat alone would have cost eight seconds.
  expect(tookMs).toBeLessThan(6_000);
});

test.concurrent("all processes are killed; the one that starts next goes on with the same code, approved meanwhile", async () => {
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
  const link = await after.all[0]?.call("sign_in");
  const state = await after.all[0]?.call("sign_in", { wait_seconds: 25 });

  expect(codeIn(link?.text ?? "")).toBe(code);
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

/** The pid in the lease that leads. */
async function leaderIn(home: string): Promise<number> {
  const folder = join(home, "data", "auth");
  const leases = (await readdir(folder)).filter((name) => /\.lease-\d+$/.test(name));
  const lease = await readFile(join(folder, leases.at(-1) ?? ""), "utf8");
  return JSON.parse(lease).pid;
}
