import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { withBearer } from "../../src/auth/credentials.ts";
import type { SignIn } from "../../src/auth/sign-in.ts";
import { systemClock } from "../../src/clock.ts";
import { createHttp } from "../../src/http/http-client.ts";
import type { Fault } from "../sandbox/faults.ts";
import {
  CODE_PATH,
  codeIn,
  failureFrom,
  fileKey,
  settle,
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

/** Signs in as another process would; gives the token. */
async function writeNewerToken({ kaneo, home }: World, n = 2): Promise<string> {
  const accessToken = await kaneo.signIn(kaneo.people.bob);
  const owner = { version: 1, base: kaneo.url, clientId: "kaneo-mcp" };
  const record = { ...owner, accessToken };
  await home.write(`${n}/token.json`, JSON.stringify(record));
  return accessToken;
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
  expect(await world.home.names("1")).toContain("1/revoked");
  expect(await world.home.names("1/token")).toEqual([]);
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
  expect(await world.home.read("1/token.json")).toContain(token);
  expect(world.kaneo.requests.map(({ path }) => path)).toEqual([
    LIST.path,
    SESSION.path,
    LIST.path,
  ]);
});

test.concurrent.each<[string, Fault]>([
  ["200 with a web page", { kind: "html" }],
  ["500", { kind: "answer", status: 500 }],
])("a 401 is passed on when %s does not confirm that the token is dead", async (_name, fault) => {
  await using world = await startWorld();
  const server = world.home.startServer();
  await signInOn(world, server);
  world.kaneo.fail({ path: LIST.path }, { kind: "answer", status: 401, body: "Unauthorized" });
  world.kaneo.fail({ path: SESSION.path }, fault);

  const answer = await connect(world, server)(LIST);

  expect(answer.status).toBe(401);
  expect(await world.home.names("1/token")).toHaveLength(1);
});

test.concurrent("a newer token on disk is taken before the old one is refused", async () => {
  await using world = await startWorld();
  const server = world.home.startServer();
  const old = await signInOn(world, server);
  const http = connect(world, server);
  await http(LIST);
  await revoke(world, old);
  const accessToken = await writeNewerToken(world);

  const { status } = await http(LIST);

  expect(status).toBe(200);
  expect(world.requestsTo(CODE_PATH)).toHaveLength(0);
  expect(world.requestsTo(LIST.path)).toHaveLength(1);
  expect(await world.home.read("2/token.json")).toContain(accessToken);
});

test.concurrent("once a request of a call was repeated with a newer token, the rest of the call goes with that one", async () => {
  await using world = await startWorld();
  const server = world.home.startServer();
  const old = await signInOn(world, server);
  const http = connect(world, server);
  const { signal } = new AbortController();
  await http({ ...LIST, signal });
  await revoke(world, old);
  await writeNewerToken(world);
  await http({ ...LIST, signal });
  world.kaneo.clearRequests();

  const { status } = await http({ ...LIST, signal });

  expect(status).toBe(200);
  expect(world.requestsTo(LIST.path)).toHaveLength(1);
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

test.concurrent("when each of several tokens is dead, one new sign-in starts", async () => {
  await using world = await startWorld();
  const old = await signInOn(world, world.home.startServer());
  const newer = await writeNewerToken(world);
  for (const token of [old, newer]) await revoke(world, token);

  const failure = await failureFrom(connect(world, world.home.startServer())(LIST));

  expect(failure.kind).toBe("sign_in_required");
  expect(world.requestsTo(CODE_PATH)).toHaveLength(1);
  expect((await world.home.names()).filter((name) => name.includes("token"))).toEqual([]);
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
  expect(await world.home.names("1/token")).toEqual([]);
  expect(await server.session.state()).toEqual({ kind: "signed_out" });
});

test.concurrent("sign_out forgets the token also when Kaneo cannot be told, and says why", async () => {
  await using world = await startWorld();
  await signInOn(world, world.home.startServer());
  await world.kaneo.close();

  // It has no connection from before, which may not have heard yet that it is closed.
  const result = await world.home.startServer().session.signOut();

  expect(result.outcome).toBe("forgotten_only");
  expect(result.detail).toContain("refused the connection");
  expect(await world.home.names("1/token")).toEqual([]);
});

test.concurrent.each<[string, Fault, RegExp]>([
  ["200 with a web page", { kind: "html" }, /^its answer does not say that it did$/],
  [
    "200 with success: false",
    { kind: "answer", status: 200, body: { success: false } },
    /^its answer does not say that it did$/,
  ],
  ["a lost connection", { kind: "reset", when: "after" }, /^Kaneo at .* closed the connection/],
])("sign_out takes %s for no revocation", async (_name, fault, detail) => {
  await using world = await startWorld();
  const server = world.home.startServer();
  await signInOn(world, server);
  world.kaneo.fail({ path: "/api/auth/sign-out" }, fault);

  const result = await server.session.signOut();

  expect(result.outcome).toBe("forgotten_only");
  expect(result.detail).toMatch(detail);
  expect(await world.home.names("1/token")).toEqual([]);
});

test.concurrent("sign_out revokes the tokens of all sign-ins on this machine", async () => {
  await using world = await startWorld();
  const server = world.home.startServer();
  await signInOn(world, server);
  await writeNewerToken(world);

  const result = await world.home.startServer().session.signOut();

  expect(result).toEqual({ outcome: "revoked" });
  const told = world.requestsTo("/api/auth/sign-out").map(({ headers }) => headers.authorization);
  expect(new Set(told).size).toBe(2);
  expect(await server.session.state()).toEqual({ kind: "signed_out" });
});

test.concurrent("a sign_out that is cancelled with several tokens still to be revoked can be repeated", async () => {
  await using world = await startWorld();
  const server = world.home.startServer();
  await signInOn(world, server);
  for (const n of [2, 3]) await writeNewerToken(world, n);
  const cancelled = await failureFrom(server.session.signOut(AbortSignal.abort()));

  const result = await server.session.signOut();

  expect(cancelled.kind).toBe("cancelled");
  expect(result).toEqual({ outcome: "revoked" });
  expect((await world.home.names()).filter((name) => name.includes("token"))).toEqual([]);
});

test.concurrent("sign_out removes the files of 0.1.0, which hold live tokens", async () => {
  await using world = await startWorld();
  const key = fileKey(world.kaneo.url);
  await mkdir(world.home.authFolder, { mode: 0o700 });
  const others = ["other.token", `${"x".repeat(key.length)}.token`, `${key}.v2`];
  for (const name of [`${key}.token`, `${key}.pending`, `${key}.lease-7`, ...others]) {
    await writeFile(join(world.home.authFolder, name), "{}");
  }

  const result = await world.home.startServer().session.signOut();

  expect(result).toEqual({ outcome: "nothing" });
  expect((await readdir(world.home.authFolder)).sort()).toEqual(others.sort());
});

test.concurrent("sign_out while a sign-in is pending ends it for every process", async () => {
  await using world = await startWorld();
  const [one, other] = [world.home.startServer(), world.home.startServer()];
  await failureFrom(one.token());
  await settle(world.clock, failureFrom(other.token()));

  const result = await one.session.signOut();
  const again = await one.session.signOut();
  const state = await other.session.state();

  expect(result.outcome).toBe("nothing");
  expect(result.detail).toContain("cancelled");
  expect(again).toEqual({ outcome: "nothing" });
  expect(state).toEqual({ kind: "signed_out" });
  expect(codeIn((await failureFrom(one.token())).message)).not.toBe("");
});
