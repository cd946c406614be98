import { randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import type { HttpRequest } from "../../src/http/http.ts";
import { until } from "../support/until.ts";
import { answerJson, client, startRawServer, startServer } from "./servers.ts";

const get: HttpRequest = { method: "GET", path: "/api/project" };
const post: HttpRequest = { method: "POST", path: "/api/task/p1", body: { title: "One" } };

test("a small gzip answer that decodes to 200 MB is given up early", async () => {
  // A gzip stream may be one whole member after the other, which is packed once.
  const bomb = Buffer.concat(Array(200).fill(gzipSync(Buffer.alloc(2 ** 20))));
  await using server = await startServer((response) => {
    response.writeHead(200, { "content-encoding": "gzip" }).end(bomb);
  });
  await using http = client(server.url);
  const before = process.memoryUsage.rss();

  const answer = http(get);

  await expect(answer).rejects.toMatchObject({
    kind: "unexpected",
    message: expect.stringContaining("more than 4 MiB"),
  });
  expect(bomb.length).toBeLessThan(250_000);
  expect(process.memoryUsage.rss() - before).toBeLessThan(120 * 2 ** 20);
});

/** Answers everything with this text. */
function startZipped(text: string) {
  const zipped = gzipSync(text);
  const headers = { "content-type": "application/json", "content-encoding": "gzip" };
  return startServer((response) => void response.writeHead(200, headers).end(zipped));
}

const differentKeys = (length: number) =>
  `{${Array.from({ length }, (_, i) => `"key-${i}" : 1`).join(",")}}`;

test.each<[string, string]>([
  ["opening brackets", "[".repeat(400_001)],
  ["objects", `[${"{},".repeat(400_001)}{}]`],
  ["numbers", `[${"1,".repeat(600_001)}1]`],
  ["different keys", differentKeys(10_001)],
])("an answer of too many %s is not even parsed", async (_, text) => {
  await using server = await startZipped(text);
  await using http = client(server.url);

  const answer = http(get);

  await expect(answer).rejects.toMatchObject({
    kind: "unexpected",
    message: expect.stringContaining(
      "more objects, fields or different names than Kaneo ever does",
    ),
  });
});

test.each<[string, string]>([
  ["objects and lists", `[${"{},".repeat(399_998)}{}]`],
  ["lists in lists", "[".repeat(400_000) + "]".repeat(400_000)],
  ["members", `[${"1,".repeat(600_000)}1]`],
  ["different keys", differentKeys(10_000)],
])("an answer of as many %s as are read is read", async (_, text) => {
  await using server = await startZipped(text);
  await using http = client(server.url);

  const { body } = await http(get);

  expect(typeof body).toBe("object");
});

test("brackets, commas and colons inside texts do not count", async () => {
  const signs = "[{,".repeat(50);
  const texts = Array.from({ length: 20_000 }, (_, i) => `say ${i}\\": ${signs}`);
  await using server = await startServer((response) => answerJson(response, texts));
  await using http = client(server.url);

  const answer = await http(get);

  expect(answer.body).toEqual(texts);
});

test("an answer that never ends is given up at the limit", async () => {
  await using server = await startServer((response) => {
    const chunk = Buffer.alloc(64 * 1024, " ");
    const pour = () => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on("drain", pour);
    pour();
  });
  await using http = client(server.url);

  const answer = http({ ...get, maxBytes: 2 ** 20 });

  await expect(answer).rejects.toMatchObject({
    kind: "unexpected",
    message: expect.stringContaining("more than 1 MiB"),
  });
  await until(() => server.sockets[0]?.destroyed === true);
});

test("a body of exactly the limit is read, compressed or not", async () => {
  const text = "x".repeat(2 ** 20);
  await using server = await startServer((response, _, count) => {
    if (count === 1) response.end(text);
    else response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(text));
  });
  await using http = client(server.url);
  const limited = { ...get, maxBytes: 2 ** 20 };

  const [plain, compressed] = [await http(limited), await http(limited)];

  expect(plain.body).toBe(text);
  expect(compressed.body).toBe(text);
});

test("a write with an answer over the limit is reported as unknown", async () => {
  await using server = await startServer((response) => void response.end("x".repeat(2_000)));
  await using http = client(server.url);

  const answer = http({ ...post, maxBytes: 1_000 });

  await expect(answer).rejects.toMatchObject({ kind: "outcome_unknown" });
});

test("a request that expects a long answer may have one, and no other", async () => {
  await using server = await startServer((response) => void response.end("x".repeat(5 * 2 ** 20)));
  await using http = client(server.url);

  const answer = await http({ ...get, maxBytes: 6 * 2 ** 20 });
  const other = http(get);

  expect(answer.size).toBe(5 * 2 ** 20);
  await expect(other).rejects.toMatchObject({ kind: "unexpected" });
});

test.each<[string, (socket: Socket) => void]>([
  ["ends", (socket) => void socket.end()],
  ["is reset", (socket) => void socket.resetAndDestroy()],
])("a big answer whose connection %s is over, whatever another one does", async (_, over) => {
  const text = "x".repeat(2 ** 20);
  const sockets: Socket[] = [];
  await using server = await startRawServer({
    onData: (socket) => {
      // Neither its length nor pieces: the end of the connection is the answer's (RFC 9112 §6.3).
      if (sockets.push(socket) === 1) socket.write(`HTTP/1.1 200 OK\r\n\r\n${text}${text}`);
      else socket.write(`HTTP/1.1 200 OK\r\n\r\n${text}`);
    },
  });
  await using http = client(server.url);
  const first = http(get).catch(() => undefined);
  await until(() => sockets[0]?.writableLength === 0);
  const second = http(get);
  await until(() => sockets[1]?.writableLength === 0);

  // Little enough to be at hand when the end of it comes, and this much later than the rest.
  await systemClock.sleep(100);
  sockets[1]?.write("xxx");
  await systemClock.sleep(100);
  for (const socket of sockets.slice(1)) over(socket);

  expect((await second).body).toBe(`${text}xxx`);
  await http.close();
  await first;
});

test("a read is repeated when answers were more than 36 MiB at once", async () => {
  const big = "x".repeat(30 * 2 ** 20);
  const held: ServerResponse[] = [];
  await using server = await startServer((response, _, count) => {
    if (count > 2) return void response.end("at last");
    // More than fits between the two ends: when the last of it has left, most of it has come.
    response.write(big, () => held.push(response));
  });
  await using http = client(server.url);
  const long = { ...get, timeoutMs: 60_000, maxBytes: 32 * 2 ** 20 };
  const other = http(long).catch(() => undefined);
  await until(() => held.length === 1);

  const answer = await http(long);

  expect(answer.body).toBe("at last");
  expect(server.seen).toHaveLength(3);
  await http.close();
  await other;
});

test("of two big answers the second is read when the first is, which may take longer", async () => {
  const long = gzipSync(Buffer.alloc(30 * 2 ** 20, "x"));
  const short = gzipSync(randomBytes(20_000).toString("base64"));
  const waiting = new Map<string, ServerResponse>();
  await using server = await startServer((response, { url }) => {
    response.setHeader("content-encoding", "gzip");
    waiting.set(url, response);
  });
  await using http = client(server.url);
  const order: string[] = [];
  const request = { ...get, timeoutMs: 60_000, maxBytes: 32 * 2 ** 20 };
  const both = ["/long", "/short"].map((path) =>
    http({ ...request, path }).then(() => order.push(path)),
  );
  await until(() => waiting.size === 2);

  await new Promise<void>((resolve) => waiting.get("/long")?.end(long, resolve));
  await systemClock.sleep(10);
  waiting.get("/short")?.end(short);
  await Promise.all(both);

  expect(order).toEqual(["/long", "/short"]);
});

test("an answer that was read makes room for the next", async () => {
  const big = "x".repeat(30 * 2 ** 20);
  await using server = await startServer((response) => void response.end(big));
  await using http = client(server.url);
  const long = { ...get, timeoutMs: 60_000, maxBytes: 32 * 2 ** 20 };

  for (const _ of [1, 2, 3]) await http(long);

  expect(server.seen).toHaveLength(3);
});

test("a write is not called uncertain because others' answers take all room", async () => {
  const half = "x".repeat(18 * 2 ** 20 - 200);
  const held: ServerResponse[] = [];
  await using server = await startServer((response, { method }) => {
    if (method === "POST") return answerJson(response, { id: "t1", note: "y".repeat(1_000) });
    response.write(half, () => held.push(response));
  });
  await using http = client(server.url);
  const long = { ...get, timeoutMs: 60_000, maxBytes: 32 * 2 ** 20 };
  const others = [http(long), http(long)].map((one) => one.catch(() => undefined));
  await until(() => held.length === 2);
  // For what is still between the two ends.
  await systemClock.sleep(200);

  const answer = await http(post);

  expect(answer.body).toMatchObject({ id: "t1" });
  await http.close();
  await Promise.all(others);
});
