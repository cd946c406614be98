import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import type { HttpRequest } from "../../src/http/http.ts";
import { answerJson, client, startServer, until } from "./servers.ts";

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

const differentKeys = Array.from({ length: 20_000 }, (_, i) => `"key-${i}" : 1`).join(",");

test.each<[string, string]>([
  ["opening brackets", "[".repeat(400_001)],
  ["objects", `[${"{},".repeat(400_001)}{}]`],
  ["numbers", `[${"1,".repeat(600_001)}1]`],
  ["different keys", `{${differentKeys}}`],
])("an answer of too many %s is not even parsed", async (_, text) => {
  const bomb = gzipSync(text);
  await using server = await startServer((response) => {
    response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
    response.end(bomb);
  });
  await using http = client(server.url);

  const answer = http(get);

  await expect(answer).rejects.toMatchObject({
    kind: "unexpected",
    message: expect.stringContaining(
      "more objects, fields or different names than Kaneo ever does",
    ),
  });
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

test("of several big answers the next is taken in when the one before is read", async () => {
  const held: (() => void)[] = [];
  await using server = await startServer((response, _, count) => {
    if (count > 1) return void response.end("x".repeat(2 * 2 ** 20));
    // More than fits between the two ends: when the last of it has left, most of it has come.
    response.write("x".repeat(20 * 2 ** 20), () => held.push(() => response.end()));
  });
  await using http = client(server.url);
  const order: string[] = [];
  const big = { ...get, timeoutMs: 60_000, maxBytes: 32 * 2 ** 20 };
  const first = http(big).then(() => order.push("first"));
  await until(() => held.length === 1);
  const second = http(big).then(() => order.push("second"));
  await until(() => server.seen.length === 2);

  // Long enough for the second, which is whole, to have been read.
  await systemClock.sleep(200);
  for (const release of held) release();
  await Promise.all([first, second]);

  expect(order).toEqual(["first", "second"]);
});

test("an answer that waits for its turn ends with its own deadline", async () => {
  let isBig = false;
  await using server = await startServer((response, _, count) => {
    if (count > 1) return void response.end("x".repeat(2 * 2 ** 20));
    // More than fits between the two ends: when the last of it has left, most of it has come.
    response.write("x".repeat(20 * 2 ** 20), () => {
      isBig = true;
    });
  });
  await using http = client(server.url);
  const long = { ...get, timeoutMs: 60_000, maxBytes: 32 * 2 ** 20 };
  const first = http(long).catch(() => undefined);
  await until(() => isBig);

  const second = http({ ...long, timeoutMs: 400 });

  // On a busy machine the head of its answer may come later than that.
  await expect(second).rejects.toMatchObject({
    message: expect.stringMatching(/(?:not finished its answer after|not answer within) 0\.4 s/),
  });
  await http.close();
  await first;
});
