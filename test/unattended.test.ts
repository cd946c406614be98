/** What clients ask by themselves, as at their start, or again and again: nobody is asked to sign in for that. */
import { expect, test } from "vitest";
import { withBearer } from "../src/auth/credentials.ts";
import { systemClock } from "../src/clock.ts";
import { createHttp } from "../src/http/http-client.ts";
import { startSandbox } from "./sandbox/start-sandbox.ts";
import { codesGiven, linkIn } from "./support/scenario-sign-in.ts";
import { spawnServer } from "./support/spawn-server.ts";
import { CODE_PATH, failureFrom, signInOn, startWorld } from "./support/temp-home.ts";

test("a request that no person waits for is sent with a token, and starts no sign-in without one", async () => {
  await using world = await startWorld();
  const server = world.home.startServer();
  const http = createHttp({ baseUrl: world.kaneo.url, clock: systemClock, userAgent: "test" });
  const list = { method: "GET", path: "/api/auth/organization/list" } as const;
  const ask = () => withBearer(http, server)({ ...list, isUnattended: true });

  const before = await failureFrom(ask());
  const codes = [world.requestsTo(CODE_PATH).length];
  await signInOn(world, server);
  const { status } = await ask();
  world.kaneo.data.auth.session.length = 0;
  const after = await failureFrom(ask());
  codes.push(world.requestsTo(CODE_PATH).length);

  for (const { kind, signIn } of [before, after]) {
    expect([kind, signIn]).toEqual(["sign_in_required", undefined]);
  }
  expect(status).toBe(200);
  expect(codes).toEqual([0, 1]);
});

test("after the sign-in has ended, a client's own list and subscription start no new one, and the next call does", async () => {
  await using sandbox = await startSandbox({ deviceInterval: "1s" });
  const env = { KANEO_API_URL: sandbox.url };
  await using first = await spawnServer({ env });
  await first.initialize();
  await sandbox.approve(linkIn((await first.call("list_projects")).text).code);
  await first.call("list_projects");
  sandbox.data.auth.session.length = 0;
  await using server = await spawnServer({ env, home: first.home });
  await server.initialize();

  const listed = await server.request("resources/list");
  const uri = "kaneo://project/WEB/board";
  const refused = server.request("resources/subscribe", { uri });
  await expect(refused).rejects.toThrow("Nobody is signed in to Kaneo.");
  const codes = codesGiven(sandbox);
  const { text } = await server.call("list_projects");

  expect(listed).toEqual({ resources: [] });
  expect([codes, codesGiven(sandbox)]).toEqual([1, 2]);
  expect(linkIn(text).link).toContain(sandbox.url);
});
