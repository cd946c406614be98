import { expect, test } from "vitest";
import { pauseMs } from "../../src/auth/device-flow.ts";
import { renderFailure } from "../../src/text/failure.ts";
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

test.concurrent("touches neither disk nor network before the first call", async () => {
  await using world = await startWorld();

  const server = world.home.startServer();
  const state = await server.session.state();

  expect(state).toEqual({ kind: "signed_out" });
  expect(world.kaneo.requests).toEqual([]);
  expect(await world.home.names()).toEqual([]);
});

test.concurrent("the first call answers at once with three lines: the link, what to compare, what to do next", async () => {
  await using world = await startWorld();

  const failure = await failureFrom(world.home.startServer().token());

  const code = codeIn(failure.message);
  const host = new URL(world.kaneo.url).host.replace(".", "\\.");
  expect(failure.kind).toBe("sign_in_required");
  expect(renderFailure(failure).split("\n")).toEqual([
    `Sign in to Kaneo: ${world.kaneo.url}/device?user_code=${code}`,
    expect.stringMatching(
      new RegExp(
        `^Compare the code ${code} with the page\\. The link leads to ${host} and is valid until \\d\\d:\\d\\d \\(30 minutes\\)\\.$`,
      ),
    ),
    "Nothing was done yet: show the person the link and the code, and once they have approved, repeat this call or call sign_in with wait_seconds 20.",
  ]);
  expect(world.requestsTo(CODE_PATH)).toHaveLength(1);
  expect(world.requestsTo(TOKEN_PATH)).toHaveLength(0);
});

test.concurrent("after the approval every call has the token, also in a new process, which asks nobody", async () => {
  await using world = await startWorld();
  const server = world.home.startServer();
  const code = codeIn((await failureFrom(server.token())).message);
  await world.kaneo.approve(code);

  const repeated = server.token();
  await passUntil(world.clock, async () => (await world.home.names("1/token.json")).length > 0);
  const token = await repeated;
  world.kaneo.clearRequests();
  const again = [await server.token(), await world.home.startServer().token()];

  expect(again).toEqual([token, token]);
  expect(world.kaneo.requests).toEqual([]);
  expect(JSON.parse(await world.home.read("1/token.json"))).toMatchObject({
    version: 1,
    base: world.kaneo.url,
    clientId: "kaneo-mcp",
    accessToken: token,
  });
  expect(await world.home.names()).toEqual(["1", "1/claim-1", "1/code.json", "1/token.json"]);
  expect(world.home.secrets).toContain(token);
});

test.concurrent("a repeated call waits for the approval and then gives the same link again", async () => {
  await using world = await startWorld();
  const server = world.home.startServer();
  const first = await failureFrom(server.token());
  const startedAt = world.clock.elapsed();

  const repeated = failureFrom(server.token());
  await passUntil(world.clock, () => server.waitingFor() !== undefined);
  const waitingFor = server.waitingFor();
  const second = await settle(world.clock, repeated);

  expect(codeIn(second.message)).toBe(codeIn(first.message));
  expect(second.hint).toBe(first.hint);
  expect(waitingFor).toContain(codeIn(first.message));
  expect(world.clock.elapsed() - startedAt).toBeGreaterThanOrEqual(20_000);
  expect(world.requestsTo(CODE_PATH)).toHaveLength(1);
});

test.concurrent("calls that come together before there is a link share one code", async () => {
  await using world = await startWorld();
  const server = world.home.startServer();

  const failures = await Promise.all([1, 2, 3, 4].map(() => failureFrom(server.token())));

  expect(new Set(failures.map(({ message }) => codeIn(message))).size).toBe(1);
  expect(world.requestsTo(CODE_PATH)).toHaveLength(1);
});

test.concurrent("waits a whole interval before the first poll", async () => {
  await using world = await startWorld();
  const server = world.home.startServer();
  await failureFrom(server.token());
  const startedAt = world.clock.elapsed();

  await passUntil(world.clock, () => world.requestsTo(TOKEN_PATH).length > 0, 100);

  expect(world.clock.elapsed() - startedAt).toBeGreaterThanOrEqual(1_200);
});

test.concurrent("asks every 12 seconds at most once two minutes have passed, whatever Kaneo's interval", () => {
  const pace = { intervalSeconds: 5, failures: 0, pauseSeconds: 0 };

  const [before, after] = [pauseMs(pace, 119_999), pauseMs(pace, 120_000)];

  expect([before, after]).toEqual([6_000, 12_000]);
});

test.concurrent("a process that waits for the approval sleeps between two looks", async () => {
  await using world = await startWorld();
  await failureFrom(world.home.startServer().token());

  await passUntil(world.clock, () => world.clock.sleeping > 0, 0);
  const asleep = world.clock.elapsed();

  expect(asleep).toBe(0);
});

test.concurrent("a denial is said, by every process, and nothing is started for a minute", async () => {
  await using world = await startWorld();
  const server = world.home.startServer();
  await world.kaneo.deny(codeIn((await failureFrom(server.token())).message));
  await passUntil(world.clock, async () =>
    (await world.home.read("1/ended.json")).includes("denied"),
  );

  const failures = [
    await failureFrom(server.token()),
    await failureFrom(server.session.signIn(0)),
    await failureFrom(world.home.startServer().token()),
  ];
  const codesInBetween = world.requestsTo(CODE_PATH).length;
  await world.clock.advance(60_000);
  const later = await failureFrom(server.token());

  for (const { kind, message } of failures) {
    expect(kind).toBe("sign_in_failed");
    expect(message).toContain("was denied in the browser");
  }
  expect(failures[0]?.hint).toMatch(/after \d+ s /);
  expect(codesInBetween).toBe(1);
  expect(codeIn(later.message)).not.toBe("");
});

test.concurrent("an expiry is said once, without a new code; the call after that starts anew", async () => {
  await using world = await startWorld({ deviceExpiresIn: "1m" });
  const server = world.home.startServer();
  const first = codeIn((await failureFrom(server.token())).message);
  await passUntil(
    world.clock,
    async () => (await world.home.read("1/ended.json")).includes("expired"),
    1_000,
  );

  const told = await failureFrom(server.token());
  const codesThen = world.requestsTo(CODE_PATH).length;
  const second = codeIn((await failureFrom(server.token())).message);

  expect(told.message).toContain("expired before it was approved");
  expect(told.message).not.toContain("user_code");
  expect(codesThen).toBe(1);
  expect(second).not.toBe("");
  expect(second).not.toBe(first);
});

test.concurrent("a call that waits hears at once of a denial", async () => {
  await using world = await startWorld();
  const server = world.home.startServer();
  const code = codeIn((await failureFrom(server.token())).message);
  const waiting = failureFrom(server.token());
  await world.kaneo.deny(code);

  const failure = await settle(world.clock, waiting);

  expect(failure.message).toContain("was denied");
});

test.concurrent("sign_in with a wait returns as soon as the person has approved", async () => {
  await using world = await startWorld();
  const server = world.home.startServer();
  const first = await server.session.signIn(20);
  const code = first.kind === "pending" ? codeIn(first.question.message) : "";
  await world.kaneo.approve(code);
  const startedAt = world.clock.elapsed();

  const state = await settle(world.clock, server.session.signIn(20), 25);

  expect(state).toMatchObject({ kind: "signed_in" });
  expect(world.clock.elapsed() - startedAt).toBeLessThan(10_000);
});

test.concurrent("says when requests go with another token than before, perhaps of another person", async () => {
  await using world = await startWorld();
  let replaced = 0;
  const onTokenReplaced = () => {
    replaced += 1;
  };
  const server = world.home.startServer({ onTokenReplaced });
  await signInOn(world, server);
  await server.token();
  const before = replaced;
  await server.session.signOut();

  await signInOn(world, server);

  expect([before, replaced]).toEqual([0, 1]);
});

test.concurrent("a cancelled call stops waiting; the sign-in goes on", async () => {
  await using world = await startWorld();
  const server = world.home.startServer();
  const code = codeIn((await failureFrom(server.token())).message);
  const cancel = new AbortController();
  const waiting = failureFrom(server.token(cancel.signal));
  await passUntil(world.clock, () => server.waitingFor() !== undefined);

  cancel.abort();
  const failure = await waiting;
  await world.kaneo.approve(code);
  await passUntil(world.clock, async () => (await world.home.names("1/token.json")).length > 0);

  expect(failure.kind).toBe("cancelled");
});

test.concurrent("state tells of a sign-in that another process started, without starting anything", async () => {
  await using world = await startWorld();
  const code = codeIn((await failureFrom(world.home.startServer().token())).message);
  world.kaneo.clearRequests();

  const state = await world.home.startServer().session.state();

  expect(state).toMatchObject({ kind: "pending", question: { signIn: { userCode: code } } });
  expect(world.kaneo.requests).toEqual([]);
});

test.concurrent("closing while the sign-in is pending ends at once and leaves it to the next process", async () => {
  await using world = await startWorld();
  const server = world.home.startServer();
  await failureFrom(server.token());

  await server.close();

  expect(world.clock.sleeping).toBe(0);
  expect(await world.home.names()).toEqual(["1", "1/code.json"]);
});

test.concurrent("every call looks whether another process has signed out", async () => {
  await using world = await startWorld();
  const [one, other] = [world.home.startServer(), world.home.startServer()];
  await signInOn(world, one);
  await other.token();
  await one.session.signOut();

  const state = await other.session.state();
  const failure = await failureFrom(other.token());

  expect(state).toEqual({ kind: "signed_out" });
  expect(failure.kind).toBe("sign_in_required");
});
