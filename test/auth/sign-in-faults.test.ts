import { expect, test } from "vitest";
import type { Fault } from "../sandbox/faults.ts";
import {
  CODE_PATH,
  codeIn,
  failureFrom,
  makeHome,
  passUntil,
  settle,
  signInOn,
  startWorld,
  TOKEN_PATH,
} from "../support/temp-home.ts";

const oauthError = (error: string): Fault => ({ kind: "answer", status: 400, body: { error } });

test.concurrent("an unknown client id is told with both settings that matter", async () => {
  await using world = await startWorld();

  const failure = await failureFrom(world.home.startServer({ clientId: "stranger" }).token());

  expect(failure.kind).toBe("config");
  expect(failure.message).toContain('does not know the client id "stranger"');
  expect(failure.hint).toContain("KANEO_MCP_CLIENT_ID");
  expect(failure.hint).toContain("DEVICE_AUTH_CLIENT_IDS");
});

test.concurrent("an instance that is down is told at once, at every call", async () => {
  await using home = await makeHome({ baseUrl: "http://127.0.0.1:9" });
  const server = home.startServer();

  const failures = [await failureFrom(server.token()), await failureFrom(server.token())];

  for (const { kind, message } of failures) {
    expect(kind).toBe("unavailable");
    expect(message).toContain("127.0.0.1:9");
  }
  expect((await home.names()).filter((name) => name.includes("code"))).toEqual([]);
});

test.concurrent.each<[string, Fault, string, RegExp]>([
  ["a web page", { kind: "html" }, "unexpected", /did not answer like Kaneo.*web page \(HTML\)/],
  ["garbage", { kind: "garbage" }, "unexpected", /did not answer like Kaneo/],
  ["404", { kind: "answer", status: 404 }, "unexpected", /did not answer like Kaneo/],
  ["503", { kind: "answer", status: 503 }, "unavailable", /answered with error 503/],
  [
    "429",
    { kind: "rate-limit", form: "X-Retry-After", seconds: 7 },
    "rate_limited",
    /asks to wait 7 seconds\. Repeat this call then/,
  ],
  ["a redirect", { kind: "redirect", to: "https://elsewhere.test/" }, "unexpected", /elsewhere/],
  [
    "a lost connection",
    { kind: "reset", when: "before" },
    "unavailable",
    /^Kaneo at .* closed the/,
  ],
  ["an unknown error", oauthError("odd_thing"), "unexpected", /it sent odd_thing \(status 400\)/],
])(
  "when %s answers the first call, that is told and nothing is kept",
  async (...[, fault, kind, text]) => {
    await using world = await startWorld();
    world.kaneo.fail({ path: CODE_PATH }, fault);
    const server = world.home.startServer();

    const failure = await failureFrom(server.token());
    const next = await failureFrom(server.token());

    expect(failure.kind).toBe(kind);
    expect(`${failure.message} ${failure.hint}`).toMatch(text);
    expect(failure.hint).not.toBe("");
    expect(codeIn(next.message)).not.toBe("");
    expect(world.requestsTo(CODE_PATH)).toHaveLength(2);
  },
);

test.concurrent("a Kaneo that does not answer the request for a code is waited for eight seconds, and the next call asks again", async () => {
  await using world = await startWorld();
  world.kaneo.fail({ path: CODE_PATH }, { kind: "silence" });
  const server = world.home.startServer();
  const startedAt = world.clock.elapsed();

  const failure = await settle(world.clock, failureFrom(server.token()), 50);
  const tookMs = world.clock.elapsed() - startedAt;
  const next = await failureFrom(server.token());

  expect(failure.kind).toBe("unavailable");
  expect(failure.message).toContain("gave no sign-in link within 8 seconds; nothing was done");
  expect(tookMs).toBeGreaterThanOrEqual(8_000);
  expect(tookMs).toBeLessThan(12_000);
  expect(codeIn(next.message)).not.toBe("");
});

test.concurrent.each<[string, Fault]>([
  ["429 with X-Retry-After", { kind: "rate-limit", form: "X-Retry-After", seconds: 20 }],
  ["429 with Retry-After", { kind: "rate-limit", form: "Retry-After", seconds: 20 }],
])("a poll answered by %s waits that long and goes on", async (_name, fault) => {
  await using world = await startWorld();
  world.kaneo.fail({ path: TOKEN_PATH }, fault);
  const server = world.home.startServer();
  await world.kaneo.approve(codeIn((await failureFrom(server.token())).message));
  await passUntil(world.clock, () => world.requestsTo(TOKEN_PATH).length > 0, 100);
  const limitedAt = world.clock.elapsed();

  await passUntil(world.clock, async () => (await world.home.names("1/token")).length > 0);

  expect(world.clock.elapsed() - limitedAt).toBeGreaterThanOrEqual(19_900);
  expect(world.requestsTo(TOKEN_PATH)).toHaveLength(2);
});

test.concurrent.each<[string, Fault]>([
  ["500", { kind: "answer", status: 500, body: { message: "Internal Server Error" } }],
  ["a web page", { kind: "html" }],
  ["garbage", { kind: "garbage" }],
  ["a lost connection", { kind: "reset", when: "before" }],
  [
    "an OAuth error on a gateway's status",
    { kind: "answer", status: 503, body: { error: "access_denied" } },
  ],
])(
  "polls answered by %s come less and less often, and the sign-in goes on",
  async (_name, fault) => {
    await using world = await startWorld();
    world.kaneo.fail({ path: TOKEN_PATH, times: 2 }, fault);
    const server = world.home.startServer();
    const startedAt = world.clock.elapsed();

    await signInOn(world, server);

    // 1.2 s before the first, then twice and four times as long.
    expect(world.clock.elapsed() - startedAt).toBeGreaterThanOrEqual(8_400);
    expect(world.requestsTo(TOKEN_PATH)).toHaveLength(3);
  },
);

test.concurrent("slow_down makes every later poll five seconds slower, also after a restart (RFC 8628 §3.5)", async () => {
  await using world = await startWorld();
  world.kaneo.fail({ path: TOKEN_PATH }, oauthError("slow_down"));
  const before = world.home.startServer();
  await failureFrom(before.token());
  await passUntil(world.clock, async () =>
    (await world.home.read("1/answer-1.json")).includes('"intervalSeconds":6'),
  );
  await before.close();

  const startedAt = world.clock.elapsed();
  const after = failureFrom(world.home.startServer().token());
  await passUntil(world.clock, () => world.requestsTo(TOKEN_PATH).length === 2, 100);

  // What the files' own times tell is real time, of which hardly any has passed.
  expect(world.clock.elapsed() - startedAt).toBeGreaterThanOrEqual(6_000);
  await settle(world.clock, after);
});

test.concurrent("an interval of a millisecond is one of five seconds", async () => {
  await using world = await startWorld();
  const uri = `${world.kaneo.url}/device`;
  const link = { verification_uri: uri, verification_uri_complete: `${uri}?user_code=ABCD1234` };
  const body = { device_code: "a-device-code", user_code: "ABCD1234", interval: 0.001, ...link };
  world.kaneo.fail({ path: CODE_PATH }, { kind: "answer", status: 200, body });
  world.kaneo.fail({ path: TOKEN_PATH }, oauthError("authorization_pending"));
  await failureFrom(world.home.startServer().token());
  const startedAt = world.clock.elapsed();

  await passUntil(world.clock, () => world.requestsTo(TOKEN_PATH).length > 0, 100);

  expect(world.clock.elapsed() - startedAt).toBeGreaterThanOrEqual(6_000);
});

test.concurrent("a lost answer with the token is told as such, and the next call starts anew", async () => {
  await using world = await startWorld();
  world.kaneo.fail({ path: TOKEN_PATH }, { kind: "reset", when: "after" });
  const server = world.home.startServer();
  await world.kaneo.approve(codeIn((await failureFrom(server.token())).message));
  await passUntil(world.clock, async () =>
    (await world.home.read("1/ended.json")).includes("failed"),
  );

  const failure = await failureFrom(server.token());
  const next = await failureFrom(server.token());

  expect(failure.message).toContain("got lost on the way");
  expect(codeIn(next.message)).not.toBe("");
});

test.concurrent("invalid_grant is not believed while another process may be writing the token", async () => {
  await using world = await startWorld();
  world.kaneo.fail({ path: TOKEN_PATH }, oauthError("invalid_grant"));
  const server = world.home.startServer();
  await failureFrom(server.token());
  const waiting = server.token();
  await passUntil(world.clock, () => world.requestsTo(TOKEN_PATH).length > 0, 100);
  await world.clock.advance(1_000);

  const { url: base } = world.kaneo;
  const token = { version: 1, base, clientId: "kaneo-mcp" };
  const text = JSON.stringify({ ...token, accessToken: "from-elsewhere" });
  await world.home.write("1/token.json", text);

  expect(await settle(world.clock, waiting)).toBe("from-elsewhere");
});

test.concurrent("invalid_grant is not believed for 20 seconds where the question before it has no answer yet", async () => {
  await using world = await startWorld();
  world.kaneo.fail({ path: TOKEN_PATH }, { kind: "silence" });
  world.kaneo.fail({ path: TOKEN_PATH }, oauthError("invalid_grant"));
  const server = world.home.startServer();
  await failureFrom(server.token());
  await passUntil(world.clock, () => world.requestsTo(TOKEN_PATH).length === 2, 100);
  const askedAt = world.clock.elapsed();
  await passUntil(world.clock, () => world.clock.elapsed() - askedAt > 10_000);

  const ended = await world.home.names("1/ended");
  const { url: base } = world.kaneo;
  const token = { version: 1, base, clientId: "kaneo-mcp" };
  const text = JSON.stringify({ ...token, accessToken: "from-elsewhere" });
  await world.home.write("1/token.json", text);
  await passUntil(world.clock, () => world.clock.sleeping === 0, 100);

  expect(ended).toEqual([]);
  expect(await server.token()).toBe("from-elsewhere");
});

const granted = (body: object): Fault => ({ kind: "answer", status: 200, body });
const [mac, cut] = [
  { access_token: "a".repeat(32), token_type: "mac" },
  { access_token: "aaaaaaaa\r\nx-evil: 1", token_type: "bearer" },
];

test.concurrent.each<[string, Fault, string]>([
  ["a token of another type", granted(mac), "a token of unknown type"],
  ["a token with a line break", granted(cut), "a malformed token"],
  ["any other OAuth error", oauthError("server_is_full"), "server_is_full"],
  ["an error that is no name", oauthError("[T0k](https://evil.test)"), "an unknown error"],
])("%s ends the sign-in and is told", async (_name, fault, words) => {
  await using world = await startWorld();
  world.kaneo.fail({ path: TOKEN_PATH }, fault);
  const server = world.home.startServer();
  await failureFrom(server.token());
  await passUntil(world.clock, async () =>
    (await world.home.read("1/ended.json")).includes("failed"),
  );

  const failure = await failureFrom(server.token());

  expect(failure.kind).toBe("sign_in_failed");
  expect(failure.message).toMatch(new RegExp(`failed: Kaneo answered with ${words}\\.$`));
  expect(await world.home.names("1/token")).toEqual([]);
});

test.concurrent("a link that must not be opened is not shown", async () => {
  await using world = await startWorld();
  const evil = "https://kaneo.example.org@evil.test/device";
  const body = {
    device_code: "a-device-code",
    user_code: "ABCD1234",
    verification_uri: evil,
    verification_uri_complete: `${evil}?user_code=ABCD1234`,
  };
  world.kaneo.fail({ path: CODE_PATH }, { kind: "answer", status: 200, body });

  const failure = await failureFrom(world.home.startServer().token());

  expect(failure.kind).toBe("unexpected");
  expect(failure.message).toContain("not safe to open: it carries a user name");
  expect(failure.message).not.toContain("evil.test");
  expect(await world.home.names("1/code")).toEqual([]);
});

test.concurrent("no device code and no token gets into a message or a warning", async () => {
  await using world = await startWorld();
  const server = world.home.startServer();

  const failure = await failureFrom(server.token());
  const { deviceCode } = JSON.parse(await world.home.read("1/code.json"));
  await world.kaneo.approve(codeIn(failure.message));
  await passUntil(world.clock, async () => (await world.home.names("1/token")).length > 0);
  const { accessToken: token } = JSON.parse(await world.home.read("1/token.json"));

  const shown = [failure.message, failure.hint, ...world.home.warnings].join("\n");
  for (const secret of [deviceCode, token]) {
    expect(shown).not.toContain(secret);
    expect(world.home.secrets).toContain(secret);
  }
});
