import { expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import {
  CODE_PATH,
  codeIn,
  failureFrom,
  passUntil,
  settle,
  startWorld,
  TOKEN_PATH,
} from "../support/temp-home.ts";

test.concurrent("the first call of a new process asks about the code given out before, and has the token when it was approved meanwhile", async () => {
  await using world = await startWorld();
  const before = world.home.startServer();
  const code = codeIn((await failureFrom(before.token())).message);
  await before.close();
  await world.kaneo.approve(code);
  world.kaneo.clearRequests();

  const token = await settle(world.clock, world.home.startServer().token());

  expect(token).not.toBe("");
  expect(world.kaneo.requests.map(({ path }) => path)).toEqual([TOKEN_PATH]);
});

test.concurrent("the first call of a new process gives the same link again when nobody has approved, after one question", async () => {
  await using world = await startWorld();
  const before = world.home.startServer();
  const code = codeIn((await failureFrom(before.token())).message);
  await before.close();
  world.kaneo.clearRequests();

  const again = await settle(world.clock, failureFrom(world.home.startServer().token()));

  expect(codeIn(again.message)).toBe(code);
  expect(world.kaneo.requests.map(({ path }) => path)).toEqual([TOKEN_PATH]);
});

test.concurrent("a link given out before that leads elsewhere is not shown, and a new one is got", async () => {
  await using world = await startWorld();
  const before = world.home.startServer();
  const old = codeIn((await failureFrom(before.token())).message);
  await before.close();
  const code = JSON.parse(await world.home.read("1/code.json"));
  const elsewhere = { ...code, verificationUriComplete: `https://evil.test/device?code=${old}` };
  await world.home.write("1/code.json", JSON.stringify(elsewhere));

  const failure = await settle(world.clock, failureFrom(world.home.startServer().token()));

  expect(failure.kind).toBe("sign_in_required");
  expect(failure.message).not.toContain("evil.test");
  expect(codeIn(failure.message)).not.toBe(old);
});

test.concurrent("a new process waits no longer than 20 seconds for Kaneo's answer about a code given out before", async () => {
  await using world = await startWorld();
  const before = world.home.startServer();
  const code = codeIn((await failureFrom(before.token())).message);
  await before.close();
  world.kaneo.fail({ path: TOKEN_PATH, times: Infinity }, { kind: "silence" });
  const startedAt = world.clock.elapsed();

  const again = await settle(world.clock, failureFrom(world.home.startServer().token()), 25);

  expect(codeIn(again.message)).toBe(code);
  expect(world.clock.elapsed() - startedAt).toBeLessThanOrEqual(20_500);
});

test.concurrent("a call that waits for Kaneo's answer about a code given out before hears of a sign_out", async () => {
  await using world = await startWorld();
  const [before, server] = [world.home.startServer(), world.home.startServer()];
  await failureFrom(before.token());
  const waiting = failureFrom(server.token());
  await passUntil(world.clock, () => server.waitingFor() !== undefined, 1);

  await before.session.signOut();
  const failure = await settle(world.clock, waiting);

  expect(failure.kind).toBe("sign_in_failed");
  expect(failure.message).toContain("was cancelled by sign_out");
  expect(world.requestsTo(CODE_PATH)).toHaveLength(1);
});

test.concurrent("a question is due at once when the last one lies long back", async () => {
  await using world = await startWorld({ deviceInterval: "5s" });
  const before = world.home.startServer();
  const code = codeIn((await failureFrom(before.token())).message);
  await before.close();
  await world.kaneo.approve(code);
  await world.home.age("1/code.json", 20 * 60_000);
  const startedAt = world.clock.elapsed();

  await settle(world.clock, world.home.startServer().token(), 5);

  expect(world.clock.elapsed() - startedAt).toBeLessThan(5_000);
});

test.concurrent.each([
  ["an hour ago", 3_600_000],
  ["in ten minutes", -600_000],
  ["in an hour", -3_600_000],
])("a file that says it was written %s counts as seen just now", async (_name, ms) => {
  await using world = await startWorld({ deviceInterval: "5s" });
  const before = world.home.startServer();
  const code = codeIn((await failureFrom(before.token())).message);
  await before.close();
  await world.home.age("1/code.json", ms);
  const startedAt = world.clock.elapsed();

  const again = await settle(world.clock, failureFrom(world.home.startServer().token()), 25);

  const tookMs = world.clock.elapsed() - startedAt;
  expect(codeIn(again.message)).toBe(code);
  expect(again.message).toContain("(30 minutes)");
  expect(tookMs).toBeGreaterThanOrEqual(6_000);
  expect(tookMs).toBeLessThan(12_000);
});

test.concurrent("yesterday's link leads to a new one within the same call", async () => {
  await using world = await startWorld();
  const before = world.home.startServer();
  const old = codeIn((await failureFrom(before.token())).message);
  await before.close();
  world.kaneo.data.auth["deviceCode"]?.splice(0);
  await world.home.age("1/code.json", 24 * 3_600_000);

  const failure = await settle(world.clock, failureFrom(world.home.startServer().token()), 20);

  expect(failure.kind).toBe("sign_in_required");
  expect(codeIn(failure.message)).not.toBe(old);
  expect(world.requestsTo(CODE_PATH)).toHaveLength(2);
});

test.concurrent("whoami does not take yesterday's link for one that is alive", async () => {
  await using world = await startWorld();
  const before = world.home.startServer();
  await failureFrom(before.token());
  await before.close();
  await world.home.age("1/code.json", 24 * 3_600_000);

  expect(await world.home.startServer().session.state()).toEqual({ kind: "signed_out" });
});

test.concurrent("the first call of a new process starts anew when a sign-in was denied days ago", async () => {
  await using world = await startWorld();
  const before = world.home.startServer();
  await world.kaneo.deny(codeIn((await failureFrom(before.token())).message));
  await passUntil(world.clock, async () => (await world.home.names("1/ended")).length > 0);
  await before.close();
  await world.home.age("1/ended.json", 2 * 24 * 3_600_000);

  const failure = await failureFrom(world.home.startServer().token());

  expect(failure.kind).toBe("sign_in_required");
  expect(codeIn(failure.message)).not.toBe("");
});

test.concurrent("a process with another wall clock shows the code that is alive, and never more than 30 minutes", async () => {
  await using world = await startWorld();
  const code = codeIn((await failureFrom(world.home.startServer().token())).message);
  const hourAhead = { ...systemClock, now: () => Date.now() + 3_600_000 };

  const failure = await failureFrom(world.home.startServer({ clock: hourAhead }).token());

  expect(codeIn(failure.message)).toBe(code);
  expect(failure.message).toContain("(30 minutes)");
});

test.concurrent("times are told in the configured zone, which is named when it is not the system's", async () => {
  await using world = await startWorld();

  const failure = await failureFrom(
    world.home.startServer({ timeZone: "Australia/Lord_Howe" }).token(),
  );

  expect(failure.message).toMatch(/valid until \d\d:\d\d Australia\/Lord_Howe \(30 minutes\)/);
});
