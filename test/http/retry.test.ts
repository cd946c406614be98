import { expect, test } from "vitest";
import { FakeClock } from "../support/fake-clock.ts";
import { until } from "../support/until.ts";
import { answerJson, client, DEAF_PORT, startRawServer, startServer } from "./servers.ts";

const get = { method: "GET", path: "/api/project" } as const;

test.each([408, 429, 502, 503, 504])("repeats a read that was answered %i", async (status) => {
  await using server = await startServer((response, _, count) =>
    answerJson(response, { count }, count < 3 ? status : 200),
  );
  await using http = client(server.url);

  const answer = await http(get);

  expect(answer.body).toEqual({ count: 3 });
});

test("repeats a read twice at most, waiting longer each time, and gives the last answer", async () => {
  await using server = await startServer((response, _, count) =>
    answerJson(response, { count }, 503),
  );
  const clock = new FakeClock();
  await using http = client(server.url, { clock });

  const answer = await http(get);

  expect(answer).toMatchObject({ status: 503, body: { count: 3 } });
  expect(clock.waits).toEqual([200, 400]);
});

test.each([400, 401, 403, 404, 500, 501])(
  "does not repeat a read that was answered %i",
  async (status) => {
    await using server = await startServer((response) => answerJson(response, {}, status));
    await using http = client(server.url);

    const answer = await http(get);

    expect(answer.status).toBe(status);
    expect(server.seen).toHaveLength(1);
  },
);

test.each(["POST", "PUT", "PATCH", "DELETE"] as const)(
  "never repeats a %s that was answered",
  async (method) => {
    await using server = await startServer((response) => answerJson(response, {}, 503));
    await using http = client(server.url);

    const answer = await http({ ...get, method });

    expect(answer.status).toBe(503);
    expect(server.seen).toHaveLength(1);
  },
);

test("varies its waits by chance", async () => {
  await using server = await startServer((response) => answerJson(response, {}, 503));
  const clock = new FakeClock();
  await using http = client(server.url, { clock, random: () => 0 });

  await http(get);

  expect(clock.waits).toEqual([100, 200]);
});

const day = Date.UTC(2026, 0, 2);

interface Ask {
  retryAfter?: string;
  xRetryAfter?: string;
  tryAgainIn?: unknown;
  asked: number;
}

test.each<[string, Ask]>([
  ["Retry-After in seconds", { retryAfter: "7", asked: 7_000 }],
  ["Retry-After as a date", { retryAfter: "Fri, 02 Jan 2026 00:00:09 GMT", asked: 9_000 }],
  ["a Retry-After in the past", { retryAfter: "Thu, 01 Jan 2026 00:00:00 GMT", asked: 0 }],
  ["a negative Retry-After", { retryAfter: "-5", asked: 0 }],
  ["an unreadable Retry-After", { retryAfter: "soon", asked: 0 }],
  ["X-Retry-After", { xRetryAfter: "10", asked: 10_000 }],
  ["details.tryAgainIn", { tryAgainIn: 5_983, asked: 5_983 }],
  ["a senseless details.tryAgainIn", { tryAgainIn: "later", asked: 0 }],
  ["a details.tryAgainIn that is no number", { tryAgainIn: { valueOf: 1 }, asked: 0 }],
])("honours %s", async (_, { retryAfter, xRetryAfter, tryAgainIn, asked }) => {
  await using server = await startServer((response, _, count) => {
    if (retryAfter) response.setHeader("retry-after", retryAfter);
    if (xRetryAfter) response.setHeader("x-retry-after", xRetryAfter);
    // better-auth's limiter sends its JSON as text.
    response.writeHead(count === 1 ? 429 : 200, { "content-type": "text/plain" });
    response.end(JSON.stringify({ message: "Too many requests.", details: { tryAgainIn } }));
  });
  const clock = new FakeClock({ startMs: day });
  await using http = client(server.url, { clock });

  const answer = await http(get);

  expect(answer.status).toBe(200);
  expect(clock.waits).toEqual([asked + 200]);
});

test("reports a wait that goes beyond the deadline instead of waiting", async () => {
  await using server = await startServer((response) => {
    const body = { code: "RATE_LIMITED", details: { tryAgainIn: 59_983 } };
    answerJson(response, body, 429);
  });
  const clock = new FakeClock();
  await using http = client(server.url, { clock });

  const answer = await http(get);

  expect(answer).toMatchObject({ status: 429, body: { details: { tryAgainIn: 59_983 } } });
  expect(clock.waits).toEqual([]);
});

test("counts earlier waits against the deadline", async () => {
  await using server = await startServer((response) => {
    response.writeHead(503, { "retry-after": "15" }).end();
  });
  const clock = new FakeClock();
  await using http = client(server.url, { clock });

  const answer = await http(get);

  expect(answer.status).toBe(503);
  expect(clock.waits).toEqual([15_200]);
});

test("repeats a read whose connection was reset or whose answer was cut", async () => {
  const head = (length: number) => `HTTP/1.1 200 OK\r\ncontent-length: ${length}\r\n\r\n`;
  let count = 0;
  await using server = await startRawServer({
    onData: (socket) => {
      count += 1;
      if (count === 1) socket.resetAndDestroy();
      else socket.end(count === 2 ? `${head(50)}{` : `${head(4)}done`);
    },
  });
  await using http = client(server.url);

  const answer = await http(get);

  expect(answer.body).toBe("done");
  expect(server.sockets).toHaveLength(3);
});

test("a wait between attempts ends when the caller cancels", async () => {
  await using server = await startServer((response) => answerJson(response, {}, 503));
  const clock = new FakeClock({ byHand: true });
  await using http = client(server.url, { clock });
  const abort = new AbortController();
  const answer = http({ ...get, signal: abort.signal });
  await until(() => clock.sleeping === 1);

  abort.abort();

  await expect(answer).rejects.toMatchObject({ kind: "cancelled" });
  expect(server.seen).toHaveLength(1);
});

test.each(["GET", "POST"] as const)(
  "repeats a %s when the connection was refused",
  async (method) => {
    const clock = new FakeClock();
    await using http = client(`http://127.0.0.1:${DEAF_PORT}`, { clock });

    const answer = http({ ...get, method });

    await expect(answer).rejects.toMatchObject({
      kind: "unavailable",
      message: `Kaneo at 127.0.0.1:${DEAF_PORT} refused the connection.`,
    });
    expect(clock.waits).toEqual([200, 400]);
  },
);
