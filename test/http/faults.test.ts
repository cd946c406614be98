import type { Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { KaneoMcpError } from "../../src/errors.ts";
import type { HttpRequest } from "../../src/http/http.ts";
import { until } from "../support/until.ts";
import { answerJson, client, startRawServer, startServer } from "./servers.ts";

const get: HttpRequest = { method: "GET", path: "/api/project" };
const post: HttpRequest = { method: "POST", path: "/api/task/p1", body: { title: "One" } };

const cutGzip = gzipSync("{}".repeat(500)).subarray(0, 20);

const lost: [string, (socket: Socket) => void][] = [
  ["is reset", (socket) => socket.resetAndDestroy()],
  ["is closed", (socket) => socket.end()],
  ["is closed within the head", (socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-le")],
  [
    "is closed within the body",
    (socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"),
  ],
  [
    "is reset within the body",
    (socket) => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{", () => socket.resetAndDestroy());
    },
  ],
  [
    "is closed within a chunk",
    (socket) => socket.end("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\n{"),
  ],
  ["is used for something that is not HTTP", (socket) => socket.end("SSH-2.0-OpenSSH_9.6\r\n")],
];

test.each(lost)(
  "a write whose connection %s is sent once and reported as unknown",
  async (_, lose) => {
    const received: string[] = [];
    await using server = await startRawServer({
      onData: (socket, text) => {
        received.push(text);
        lose(socket);
      },
    });
    await using http = client(server.url);

    const answer = http(post);

    await expect(answer).rejects.toMatchObject({
      kind: "outcome_unknown",
      message: expect.stringContaining("may or may not have been saved"),
      hint: expect.stringContaining("before repeating"),
    });
    expect(received).toHaveLength(1);
  },
);

test.each(lost)(
  "a read whose connection %s, every time, is reported with the host and the reason",
  async (_, lose) => {
    await using server = await startRawServer({ onData: lose });
    await using http = client(server.url);

    const answer = http({ ...get, path: "/api/secret-path" });

    await expect(answer).rejects.toMatchObject({
      kind: "unavailable",
      message: expect.stringMatching(/^Kaneo at 127\.0\.0\.1:\d+ (reset|closed|answered|sent)/),
    });
    await expect(answer).rejects.not.toMatchObject({ message: expect.stringContaining("secret") });
  },
);

test("an endless trickle ends with the deadline", async () => {
  await using server = await startServer((response) => {
    response.writeHead(200, { "content-type": "text/plain" });
    const trickle = setInterval(() => response.write("."), 10);
    response.on("close", () => clearInterval(trickle));
  });
  await using http = client(server.url);

  const answer = http({ ...get, timeoutMs: 200 });

  await expect(answer).rejects.toMatchObject({
    kind: "unavailable",
    message: expect.stringContaining("had not finished its answer after 0.2 s"),
  });
  await until(() => server.sockets[0]?.destroyed === true);
});

test("a silent server ends with the deadline: a read failed, a write unknown", async () => {
  await using server = await startServer(() => undefined);
  await using http = client(server.url);
  const timeoutMs = 150;

  const [read, write] = await Promise.allSettled([
    http({ ...get, timeoutMs }),
    http({ ...post, timeoutMs }),
  ]);

  expect(read).toMatchObject({
    reason: {
      kind: "unavailable",
      message: expect.stringContaining("did not answer within 0.15 s"),
    },
  });
  expect(write).toMatchObject({ reason: { kind: "outcome_unknown" } });
  expect(server.seen).toHaveLength(2);
});

test("the deadline is over all attempts together", async () => {
  await using server = await startServer((response, _, count) => {
    if (count === 1) answerJson(response, {}, 503);
  });
  await using http = client(server.url, { clock: systemClock });

  const answer = http({ ...get, timeoutMs: 700 });

  await expect(answer).rejects.toMatchObject({ kind: "unavailable" });
  expect(server.seen).toHaveLength(2);
});

test("cancelling a read closes its socket", async () => {
  await using server = await startServer(() => undefined);
  await using http = client(server.url);
  const abort = new AbortController();
  const answer = http({ ...get, signal: abort.signal });
  await until(() => server.seen.length === 1);

  abort.abort();

  await expect(answer).rejects.toMatchObject({
    kind: "cancelled",
    message: "The request was cancelled. Nothing was changed.",
  });
  await until(() => server.sockets[0]?.destroyed === true);
});

test("cancelling a write that was sent says that it may have been saved", async () => {
  await using server = await startServer(() => undefined);
  await using http = client(server.url);
  const abort = new AbortController();
  const answer = http({ ...post, signal: abort.signal });
  await until(() => server.seen.length === 1);

  abort.abort(new Error("The person pressed Escape."));

  await expect(answer).rejects.toMatchObject({
    kind: "cancelled",
    message: expect.stringContaining("may or may not have been saved"),
  });
});

test("a request that was cancelled before is not sent", async () => {
  await using server = await startServer((response) => answerJson(response, {}));
  await using http = client(server.url);

  const answer = http({ ...post, signal: AbortSignal.abort() });

  await expect(answer).rejects.toMatchObject({ kind: "cancelled" });
  expect(server.sockets).toHaveLength(0);
});

test("a request that waits for a connection when it is cancelled is never sent", async () => {
  const held: (() => void)[] = [];
  await using server = await startServer((response) => {
    held.push(() => answerJson(response, {}));
  });
  await using http = client(server.url);
  const others = Array.from({ length: 16 }, () => http(get));
  await until(() => held.length === 16);
  const abort = new AbortController();
  const waiting = http({ ...post, signal: abort.signal });
  await systemClock.sleep(20);

  abort.abort();

  await expect(waiting).rejects.toMatchObject({
    kind: "cancelled",
    message: "The request was cancelled. Nothing was changed.",
  });
  for (const release of held) release();
  await Promise.all(others);
  await systemClock.sleep(50);
  expect(server.seen).toHaveLength(16);
});

test.each([
  ["is no gzip", { encoding: "gzip", bytes: Buffer.from("{}"), told: "damaged" }],
  ["ends too early", { encoding: "gzip", bytes: cutGzip, told: "before its answer was complete" }],
  ["is compressed otherwise", { encoding: "br", bytes: Buffer.from("{}"), told: "not asked for" }],
])("an answer that %s is reported", async (_, { encoding, bytes, told }) => {
  await using server = await startServer((response) => {
    response.writeHead(200, { "content-encoding": encoding }).end(bytes);
  });
  await using http = client(server.url);

  const answer = http(get);

  await expect(answer).rejects.toMatchObject({ message: expect.stringContaining(told) });
});

test("a name that does not exist is reported as such", async () => {
  await using http = client("https://kaneo.invalid");

  const answer = http(post);

  await expect(answer).rejects.toMatchObject({
    kind: "unavailable",
    message: expect.stringMatching(/^Kaneo at kaneo\.invalid was not found: .*DNS/),
  });
});

const outOfTime = new KaneoMcpError("out_of_time", "The time of this call was over.");

test("what a call has no time left for is not sent, and the reason is that of the call", async () => {
  await using server = await startServer((response) => answerJson(response, {}));
  await using http = client(server.url);

  const answer = http({ ...post, signal: AbortSignal.abort(outOfTime) });

  await expect(answer).rejects.toBe(outOfTime);
  expect(server.sockets).toHaveLength(0);
});

test("a read that is under way when the call's time is over ends with the call's reason", async () => {
  await using server = await startServer(() => undefined);
  await using http = client(server.url);
  const call = new AbortController();
  const answer = http({ ...get, signal: call.signal });
  await until(() => server.seen.length === 1);

  call.abort(outOfTime);

  await expect(answer).rejects.toBe(outOfTime);
});

test("a write that is under way when the call's time is over may have been saved", async () => {
  await using server = await startServer(() => undefined);
  await using http = client(server.url);
  const call = new AbortController();
  const answer = http({ ...post, signal: call.signal });
  await until(() => server.seen.length === 1);

  call.abort(outOfTime);

  await expect(answer).rejects.toMatchObject({
    kind: "outcome_unknown",
    message:
      "The change may or may not have been saved: it was sent, and no answer came before this: The time of this call was over.",
  });
});

test("a request may have a shorter time than others", async () => {
  await using server = await startServer(() => undefined);
  await using http = client(server.url);

  const answer = http({ ...get, timeoutMs: 100 });

  await expect(answer).rejects.toMatchObject({
    message: expect.stringContaining("did not answer within 0.1 s"),
  });
});

test.each(["000", "099", "1", "abc"])("the status %s is no HTTP", async (status) => {
  await using server = await startRawServer({
    onData: (socket) => socket.end(`HTTP/1.1 ${status} Odd\r\ncontent-length: 2\r\n\r\n{}`),
  });
  await using http = client(server.url);

  const answer = http(get);

  await expect(answer).rejects.toMatchObject({
    kind: "unavailable",
    message: expect.stringContaining("answered with something that is not HTTP"),
  });
});

test("of the answers before an answer a hundred are passed over, and more are no HTTP", async () => {
  const hint = "HTTP/1.1 103 Early Hints\r\nlink: </a.css>\r\n\r\n";
  const end = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
  await using server = await startRawServer({
    onData: (socket, text) =>
      void socket.write(hint.repeat(text.startsWith("GET") ? 100 : 101) + end),
  });
  await using http = client(server.url);

  const answer = await http(get);
  const flooded = http(post);

  expect(answer.body).toEqual({});
  await expect(flooded).rejects.toMatchObject({
    kind: "outcome_unknown",
    message: expect.stringContaining("something that is not HTTP"),
  });
});
