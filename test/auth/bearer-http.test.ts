import { expect, test } from "vitest";
import { createApiKeySession, withApiKey } from "../../src/auth/api-key-http.ts";
import { withBearer } from "../../src/auth/bearer-http.ts";
import type { SignIn } from "../../src/auth/sign-in.ts";
import { systemClock } from "../../src/clock.ts";
import { createHttp } from "../../src/http/http-client.ts";
import {
  CODE_PATH,
  codeIn,
  failureFrom,
  signInOn,
  startWorld,
  type World,
} from "../support/temp-home.ts";

const LIST = { method: "GET", path: "/api/auth/organization/list" } as const;
const CONFIG = { method: "GET", path: "/api/project?workspaceId=none" } as const;
const SESSION = { method: "GET", path: "/api/auth/get-session" } as const;

function connect(world: World, signIn: SignIn) {
  return withBearer(bareHttp(world), signIn);
}

function bareHttp({ kaneo }: World) {
  return createHttp({ baseUrl: kaneo.url, clock: systemClock, userAgent: "test" });
}

/** Ends the session in Kaneo behind the server's back. */
async function revoke(world: World, token: string) {
  const headers = { authorization: `Bearer ${token}` };
  await bareHttp(world)({ method: "POST", path: "/api/auth/sign-out", body: {}, headers });
  world.kaneo.clearRequests();
}

test.concurrent("every request carries the token, and none is made to check it", async () => {
  await using world = await startWorld();
  const server = world.home.startServer();
  const token = await signInOn(world, server);
  world.kaneo.clearRequests();

  const { status } = await connect(world, server)(LIST);

  expect(status).toBe(200);
  expect(world.kaneo.requests).toHaveLength(1);
  expect(world.kaneo.requests[0]?.headers).toMatchObject({ authorization: `Bearer ${token}` });
});

test.concurrent.each([
  ["401 on a route of Kaneo", CONFIG],
  ["403 INVALID_API_KEY on a route of better-auth", LIST],
  ["null from get-session", SESSION],
])("a dead token, told by %s, is removed and one new sign-in starts", async (_name, request) => {
  await using world = await startWorld();
  const server = world.home.startServer();
  await connect(world, server)(SESSION).catch(() => undefined);
  await server.close();
  const token = await signInOn(world, world.home.startServer());
  const http = connect(world, server);
  await http(LIST);
  await revoke(world, token);

  const failures = await Promise.all([1, 2, 3].map(() => failureFrom(http(request))));

  for (const failure of failures) {
    expect(failure.kind).toBe("sign_in_required");
    expect(codeIn(failure.message)).toBe(codeIn(failures[0]?.message ?? ""));
  }
  expect(failures[0]?.message).toContain("The earlier sign-in is no longer valid");
  expect(await world.home.names(".token")).toEqual([]);
  expect(world.requestsTo(CODE_PATH)).toHaveLength(1);
});

test.concurrent("a stray 401 from one route is passed on and signs nobody out", async () => {
  await using world = await startWorld();
  const server = world.home.startServer();
  const token = await signInOn(world, server);
  world.kaneo.clearRequests();
  world.kaneo.fail({ path: LIST.path }, { kind: "answer", status: 401, body: "Unauthorized" });
  const http = connect(world, server);

  const stray = await http(LIST);
  const next = await http(LIST);

  expect(stray).toMatchObject({ status: 401, body: "Unauthorized" });
  expect(next.status).toBe(200);
  expect(await world.home.read(".token")).toContain(token);
  expect(world.kaneo.requests.map(({ path }) => path)).toEqual([
    LIST.path,
    SESSION.path,
    LIST.path,
  ]);
});

test.concurrent("a 401 is passed on when Kaneo cannot confirm that the token is dead", async () => {
  await using world = await startWorld();
  const server = world.home.startServer();
  await signInOn(world, server);
  world.kaneo.fail({ path: LIST.path }, { kind: "answer", status: 401, body: "Unauthorized" });
  world.kaneo.fail({ path: SESSION.path }, { kind: "html" });

  const answer = await connect(world, server)(LIST);

  expect(answer.status).toBe(401);
  expect(await world.home.names(".token")).toHaveLength(1);
});

test.concurrent("a newer token on disk is taken instead of the dead one, and the request repeated once", async () => {
  await using world = await startWorld();
  const server = world.home.startServer();
  const old = await signInOn(world, server);
  const http = connect(world, server);
  await http(LIST);
  await revoke(world, old);
  const accessToken = await world.kaneo.signIn(world.kaneo.people.bob);
  const { url: base } = world.kaneo;
  const record = { version: 1, base, clientId: "kaneo-mcp", accessToken, obtainedAt: Date.now() };
  await world.home.write(".token", JSON.stringify(record));

  const { status } = await http(LIST);

  expect(status).toBe(200);
  expect(world.requestsTo(CODE_PATH)).toHaveLength(0);
  expect(world.requestsTo(LIST.path)).toHaveLength(2);
  expect(await world.home.read(".token")).toContain(accessToken);
});

test.concurrent("a token that Kaneo refuses right after giving it is reported, without a loop", async () => {
  await using world = await startWorld();
  const server = world.home.startServer();
  const token = await signInOn(world, server);
  await revoke(world, token);

  const failure = await failureFrom(connect(world, server)(LIST));

  expect(failure.kind).toBe("unexpected");
  expect(failure.message).toContain("refuses the token it gave");
  expect(world.requestsTo(CODE_PATH)).toHaveLength(0);
});

test.concurrent("sign_in finds out that the token is dead", async () => {
  await using world = await startWorld();
  const token = await signInOn(world, world.home.startServer());
  await revoke(world, token);

  const state = await world.home.startServer().session.signIn(0);

  expect(state.kind).toBe("pending");
});

test.concurrent("sign_out revokes the session in Kaneo and forgets it for every process", async () => {
  await using world = await startWorld();
  const server = world.home.startServer();
  const token = await signInOn(world, server);

  const result = await server.session.signOut();

  const headers = { authorization: `Bearer ${token}` };
  expect(result).toEqual({ outcome: "revoked" });
  expect((await bareHttp(world)({ ...SESSION, headers })).body).toBeNull();
  expect(await world.home.names(".token")).toEqual([]);
  expect(await server.session.state()).toEqual({ kind: "signed_out" });
});

test.concurrent("sign_out forgets the token also when Kaneo cannot be told, and says why", async () => {
  await using world = await startWorld();
  const server = world.home.startServer();
  await signInOn(world, server);
  await world.kaneo.close();

  const result = await server.session.signOut();

  expect(result.outcome).toBe("forgotten_only");
  expect(result.detail).toContain("refused the connection");
  expect(await world.home.names(".token")).toEqual([]);
});

test.concurrent("sign_out while a sign-in is pending ends it for every process", async () => {
  await using world = await startWorld();
  const [one, other] = [world.home.startServer(), world.home.startServer()];
  await failureFrom(one.token());
  await failureFrom(other.token());

  const result = await one.session.signOut();
  const again = await one.session.signOut();

  expect(result.outcome).toBe("nothing");
  expect(result.detail).toContain("cancelled");
  expect(again).toEqual({ outcome: "nothing" });
  expect(codeIn((await failureFrom(one.token())).message)).not.toBe("");
});

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

test.concurrent("with an API key there is nothing to sign in to or out of", async () => {
  const session = createApiKeySession("https://kaneo.example.org");

  expect(await session.state()).toEqual({ kind: "api_key" });
  expect(await session.signIn(25)).toEqual({ kind: "api_key" });
  expect(await session.signOut()).toEqual({ outcome: "api_key" });
});
