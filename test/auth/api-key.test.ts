import { expect, test } from "vitest";
import { createApiKeySession, withApiKey } from "../../src/auth/credentials.ts";
import { systemClock } from "../../src/clock.ts";
import { createHttp } from "../../src/http/http-client.ts";
import type { Fault } from "../sandbox/faults.ts";
import { CODE_PATH, failureFrom, startWorld, type World } from "../support/temp-home.ts";

const LIST = { method: "GET", path: "/api/auth/organization/list" } as const;
const CONFIG = { method: "GET", path: "/api/project?workspaceId=none" } as const;
const SESSION = { method: "GET", path: "/api/auth/get-session" } as const;

function bareHttp({ kaneo }: World) {
  return createHttp({ baseUrl: kaneo.url, clock: systemClock, userAgent: "test" });
}

test.concurrent("an API key goes as a bearer, and to get-session in its own header too", async () => {
  await using world = await startWorld();
  const { alice } = world.kaneo.people;
  const http = withApiKey(bareHttp(world), alice.apiKey);

  const [list, session] = [await http(LIST), await http(SESSION)];

  expect(list.status).toBe(200);
  expect(session.body).toMatchObject({ user: { email: alice.email } });
  const [listed, asked] = world.kaneo.requests;
  expect(listed?.headers).not.toHaveProperty("x-api-key");
  expect(asked?.headers).toMatchObject({ "x-api-key": alice.apiKey });
  expect(await world.home.names()).toEqual([]);
});

test.concurrent.each([
  ["a route of Kaneo", CONFIG],
  ["a route of better-auth", LIST],
  ["get-session", SESSION],
])(
  "a bad API key, told by %s, is reported as such and starts no sign-in",
  async (_name, request) => {
    await using world = await startWorld();

    const failure = await failureFrom(withApiKey(bareHttp(world), "k".repeat(64))(request));

    expect(failure.kind).toBe("config");
    expect(failure.message).toContain("refuses the API key");
    expect(failure.hint).toContain("KANEO_API_KEY");
    expect(failure.message).not.toContain("kkk");
    expect(world.requestsTo(CODE_PATH)).toHaveLength(0);
  },
);

/** What Kaneo before 2.18 makes of every refusal of get-session. */
const HIDDEN: Fault = {
  kind: "answer",
  status: 500,
  body: { message: "Internal Server Error" },
};

test.concurrent("a bad API key is reported as such by a Kaneo whose get-session fails of it", async () => {
  await using world = await startWorld();
  world.kaneo.fail({ path: SESSION.path }, HIDDEN);

  const failure = await failureFrom(withApiKey(bareHttp(world), "k".repeat(64))(SESSION));

  expect(failure.kind).toBe("config");
  expect(failure.message).toContain("refuses the API key");
});

test.concurrent("a limit of the API key is passed on where a Kaneo's get-session fails of it", async () => {
  await using world = await startWorld();
  world.kaneo.fail({ path: SESSION.path }, HIDDEN);
  const limit: Fault = { kind: "rate-limit", form: "tryAgainIn", seconds: 50 };
  world.kaneo.fail({ path: LIST.path }, limit);

  const answer = await withApiKey(bareHttp(world), world.kaneo.people.alice.apiKey)(SESSION);

  expect(answer).toMatchObject({ status: 429, waitMs: 50_000 });
});

test.concurrent("a failure of get-session is passed on when the API key is good elsewhere", async () => {
  await using world = await startWorld();
  world.kaneo.fail({ path: SESSION.path }, HIDDEN);

  const answer = await withApiKey(bareHttp(world), world.kaneo.people.alice.apiKey)(SESSION);

  expect(answer.status).toBe(500);
  expect(world.requestsTo(LIST.path)).toHaveLength(1);
});

test.concurrent("a 401 of one route is passed on when the API key is good elsewhere", async () => {
  await using world = await startWorld();
  world.kaneo.fail({ path: "/api/project" }, { kind: "answer", status: 401, body: "Unauthorized" });

  const answer = await withApiKey(bareHttp(world), world.kaneo.people.alice.apiKey)(CONFIG);

  expect(answer).toMatchObject({ status: 401, body: "Unauthorized" });
  expect(world.requestsTo(LIST.path)).toHaveLength(1);
});

test.concurrent("a 401 of a front, which says nothing about the API key, is passed on", async () => {
  await using world = await startWorld();
  const wall: Fault = { kind: "answer", status: 401, body: "<!doctype html>Sign in" };
  world.kaneo.fail({ times: 2 }, wall);

  const answer = await withApiKey(bareHttp(world), world.kaneo.people.alice.apiKey)(CONFIG);

  expect(answer.status).toBe(401);
});

test.concurrent("with an API key there is nothing to sign in to or out of", async () => {
  const session = createApiKeySession("https://kaneo.example.org");

  expect(await session.state()).toEqual({ kind: "api_key" });
  expect(await session.signIn(20)).toEqual({ kind: "api_key" });
  expect(await session.signOut()).toEqual({ outcome: "api_key" });
});
