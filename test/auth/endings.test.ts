import { rm, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { createHttp } from "../../src/http/http-client.ts";
import { createDeferred } from "../support/deferred.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { mountSmallDisk } from "../support/small-disk.ts";
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
  type World,
} from "../support/temp-home.ts";

const SESSION_PATH = "/api/auth/get-session";

/** Approves on `server`, and comes back while the poll that brings the token is under way. */
async function approveDuringPoll(world: World, server: ReturnType<World["home"]["startServer"]>) {
  const delayMs = 200;
  world.kaneo.fail({ path: TOKEN_PATH }, { kind: "delay", ms: delayMs });
  await world.kaneo.approve(codeIn((await failureFrom(server.token())).message));
  await passUntil(world.clock, () => world.requestsTo(TOKEN_PATH).length > 0, 100);
}

test.concurrent("a server that ends while a poll is under way still keeps the token that it brings", async () => {
  await using world = await startWorld();
  const server = world.home.startServer();
  await approveDuringPoll(world, server);

  await server.close();

  expect(await world.home.names("1/token")).toHaveLength(1);
  expect(await world.home.startServer().token()).not.toBe("");
});

test.concurrent("calls that are refused at the same time ask Kaneo once whether their token is dead", async () => {
  await using world = await startWorld();
  const server = world.home.startServer();
  const token = await signInOn(world, server);
  world.kaneo.clearRequests();
  world.kaneo.fail({ path: SESSION_PATH }, { kind: "delay", ms: 300 });

  const instead = await Promise.all([1, 2, 3].map(() => server.refused(token)));

  expect(instead).toEqual([undefined, undefined, undefined]);
  expect(world.requestsTo(SESSION_PATH)).toHaveLength(1);
});

test.concurrent("a refused token stays where Kaneo does not answer whether it is dead", async () => {
  await using world = await startWorld();
  const server = world.home.startServer();
  const token = await signInOn(world, server);
  world.kaneo.fail({ path: SESSION_PATH, times: Infinity }, { kind: "reset", when: "before" });

  const instead = await server.refused(token);

  expect(instead).toBeUndefined();
  expect(await world.home.names("1/token")).toHaveLength(1);
});

test.concurrent("a call that is cancelled does not wait to hear whether its token is dead", async () => {
  await using world = await startWorld();
  const server = world.home.startServer();
  const token = await signInOn(world, server);
  world.kaneo.fail({ path: SESSION_PATH }, { kind: "silence" });

  const failure = await failureFrom(server.refused(token, { signal: AbortSignal.timeout(100) }));

  expect(failure.kind).toBe("cancelled");
});

test.concurrent("a call that waits for the approval is told that its server ends", async () => {
  await using world = await startWorld();
  const server = world.home.startServer();
  await failureFrom(server.token());
  const waiting = failureFrom(server.token());
  await passUntil(world.clock, () => server.waitingFor() !== undefined);

  await server.close();

  expect(await waiting).toMatchObject({
    kind: "cancelled",
    message: "This server is ending; nothing was done.",
  });
});

test.concurrent("a server that ends while Kaneo does not answer a question waits for it two seconds", async () => {
  await using world = await startWorld();
  world.kaneo.fail({ path: TOKEN_PATH }, { kind: "silence" });
  const server = world.home.startServer();
  await failureFrom(server.token());
  await passUntil(world.clock, () => world.requestsTo(TOKEN_PATH).length > 0, 100);
  const startedAt = world.clock.elapsed();

  await settle(world.clock, server.close(), 25);

  expect(world.clock.elapsed() - startedAt).toBeGreaterThanOrEqual(2_000);
  expect(world.clock.elapsed() - startedAt).toBeLessThan(5_000);
  expect(await world.home.names()).toEqual(["1", "1/claim-1", "1/code.json"]);
});

test.concurrent("sign_out revokes also a token that the last poll brings", async () => {
  await using world = await startWorld();
  const server = world.home.startServer();
  await approveDuringPoll(world, server);

  const result = await server.session.signOut();

  expect(result).toEqual({ outcome: "revoked" });
  expect(await world.home.names("1/token")).toEqual([]);
  expect(await server.session.state()).toEqual({ kind: "signed_out" });
});

test.concurrent("a server that was suspended between its claim and its question leaves the question to the others", async () => {
  await using world = await startWorld();
  const { home, kaneo, clock } = world;
  const [isAsking, wakeUp] = [createDeferred<void>(), createDeferred<void>()];
  const http = createHttp({ baseUrl: kaneo.url, clock: systemClock, userAgent: "test" });
  const suspended = home.startServer({
    http: async (request) => {
      if (request.path === TOKEN_PATH) {
        isAsking.resolve();
        await wakeUp.promise;
      }
      return http(request);
    },
  });
  await failureFrom(suspended.token());
  let hasClaimed = false;
  void isAsking.promise.then(() => {
    hasClaimed = true;
  });
  await passUntil(clock, () => hasClaimed, 100);
  await clock.advance(3_000);

  wakeUp.resolve();
  await passUntil(clock, async () => (await home.names("1/claim-2")).length > 0, 100);
  await http.close();

  // The first of two claims was never asked.
  expect(world.requestsTo(TOKEN_PATH).length).toBeLessThanOrEqual(1);
  expect(await home.names("1/answer-1")).toEqual([]);
});

test.concurrent("a token that comes to a suspended server after a sign_out, and two sign-ins later, is revoked at Kaneo", async () => {
  await using world = await startWorld();
  const { home, kaneo } = world;
  const wakeUp = createDeferred<void>();
  const http = createHttp({ baseUrl: kaneo.url, clock: systemClock, userAgent: "kaneo-mcp/test" });
  const suspended = home.startServer({
    http: async (request) => {
      const response = await http(request);
      if (request.path === TOKEN_PATH) await wakeUp.promise;
      return response;
    },
  });
  await kaneo.approve(codeIn((await failureFrom(suspended.token())).message));
  await passUntil(world.clock, () => world.requestsTo(TOKEN_PATH).length > 0, 100);
  const other = home.startServer();
  for (let times = 0; times < 2; times += 1) {
    await other.session.signOut();
    await failureFrom(other.token());
  }
  const isOfSignIn = (session: unknown) => JSON.stringify(session).includes("kaneo-mcp/test");
  const living = () => (kaneo.data.auth["session"] ?? []).filter(isOfSignIn);
  const before = living().length;

  wakeUp.resolve();
  await passUntil(world.clock, () => living().length === 0, 20);
  await http.close();

  expect(before).toBe(1);
  expect((await home.names()).filter((name) => name.includes("token"))).toEqual([]);
  expect((await settle(world.clock, failureFrom(other.token()))).kind).toBe("sign_in_required");
});

test.concurrent("sign_out of a session that Kaneo has ended already does not claim that it lives on", async () => {
  await using world = await startWorld();
  const server = world.home.startServer();
  await signInOn(world, server);
  world.kaneo.data.auth["session"]?.splice(0);

  const result = await server.session.signOut();

  expect(result).toEqual({ outcome: "revoked" });
  expect(await world.home.names("1/token")).toEqual([]);
});

test.concurrent("a server that was suspended while it asked for a code joins the one that another has given out", async () => {
  await using world = await startWorld();
  const { home, kaneo } = world;
  const wakeUp = createDeferred<void>();
  const http = createHttp({ baseUrl: kaneo.url, clock: systemClock, userAgent: "test" });
  // Its own clock stands still.
  const clock = new FakeClock({ byHand: true, startMs: Date.now() });
  const suspended = home.startServer({
    clock,
    http: async (request) => {
      const response = await http(request);
      if (request.path === CODE_PATH) await wakeUp.promise;
      return response;
    },
  });
  const late = failureFrom(suspended.token());
  await passUntil(world.clock, () => world.requestsTo(CODE_PATH).length > 0, 1);
  const other = failureFrom(home.startServer().token());
  await passUntil(world.clock, () => world.requestsTo(CODE_PATH).length > 1);
  const next = codeIn((await other).message);

  wakeUp.resolve();
  const shown = codeIn((await late).message);
  await http.close();

  expect(next).not.toBe("");
  expect(shown).toBe(next);
  expect(await home.read("1/code.json")).toBe("");
  expect(await home.read("2/code.json")).toContain(next);
});

test.concurrent.for([
  ["Kaneo is told", 200, "revoked", ""],
  ["Kaneo is not told", 500, "neither", "Kaneo answered 500; "],
] as const)(
  "sign_out says that the token's file stays where it cannot be removed, and %s",
  async ([, status, outcome, first], context) => {
    await using world = await startWorld();
    await using disk = await mountSmallDisk(world.home.path, context);
    const server = world.home.startServer({ dataDir: disk.path });
    await signInOn(world, server);
    await disk.makeReadOnly();
    const body = { success: true };
    world.kaneo.fail({ path: /sign-out/ }, { kind: "answer", status, body });

    const result = await server.session.signOut();

    expect(result).toEqual({
      outcome,
      detail: expect.stringMatching(
        `^${first}the token's file could not be removed: the disk is read-only; other servers here could not be told .*: the disk is read-only$`,
      ),
    });
    expect(await server.session.state()).toEqual({ kind: "signed_out" });
  },
);

test.concurrent("sign_out of a server whose sign-in is in memory only signs out also those that have the disk by then", async () => {
  await using world = await startWorld();
  const { home } = world;
  await writeFile(home.authFolder, "");
  const [one, other] = [home.startServer(), home.startServer()];
  await signInOn(world, one);
  await rm(home.authFolder);
  await signInOn(world, other);

  const result = await one.session.signOut();

  expect(result).toEqual({ outcome: "revoked" });
  expect(await other.session.state()).toEqual({ kind: "signed_out" });
  expect(await home.names("1")).toContain("1/signed-out");
});

test.concurrent("a code that a full disk did not take stays in force for the server that has shown it, whatever others begin", async (context) => {
  await using world = await startWorld();
  const { home, kaneo } = world;
  await using disk = await mountSmallDisk(home.path, context);
  const dataDir = disk.path;
  const http = createHttp({ baseUrl: kaneo.url, clock: systemClock, userAgent: "test" });
  const server = home.startServer({
    dataDir,
    http: async (request) => {
      if (request.path === CODE_PATH) await disk.fill();
      return http(request);
    },
  });
  const shown = codeIn((await failureFrom(server.token())).message);
  await disk.empty();
  const another = failureFrom(home.startServer({ dataDir }).token());
  const next = codeIn((await settle(world.clock, another, 50)).message);

  await kaneo.approve(shown);
  const token = await approvedToken(world, server);
  await http.close();

  expect(next).not.toBe(shown);
  expect(token).not.toBe("");
});
