import { PassThrough, Writable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import { expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import type { McpServer } from "../../src/mcp/server.ts";
import { serveStdio } from "../../src/mcp/stdio.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { createRecordingLog } from "../support/recording-log.ts";

interface WireOptions {
  clock?: FakeClock;
  stdout?: Writable;
  maxLineBytes?: number;
}

/** A server that answers when the test says so, on two streams. */
function serve({ stdout, ...options }: WireOptions = {}) {
  const stdin = new PassThrough();
  const written = new PassThrough({ encoding: "utf8" });
  const log = createRecordingLog();
  const received: JSONRPCMessage[] = [];
  const waiting = new Map<unknown, (answer?: JSONRPCMessage) => void>();
  let closings = 0;
  const server: McpServer = {
    receive: (message, send) => {
      received.push(message);
      if (!("id" in message)) return Promise.resolve();
      return new Promise((resolve) => {
        waiting.set(message.id, (answer) => {
          if (answer) send(answer);
          resolve();
        });
      });
    },
    endInput: () => {},
    close: async () => {
      closings += 1;
    },
  };
  let leave = () => {};
  const told = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const streams = { stdin, stdout: stdout ?? written, leave: told };
  const over = serveStdio(server, { clock: systemClock, log, ...streams, ...options });
  return {
    stdin,
    received,
    log,
    leave,
    over,
    closings: () => closings,
    /** Answers the request with this id; without an answer, it was cancelled. */
    answer: (id: number, message?: JSONRPCMessage) => waiting.get(id)?.(message),
    write: async (bytes: string | Buffer) => {
      stdin.write(bytes);
      await delay(5);
    },
    sent: (): JSONRPCMessage[] =>
      readAll(written)
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line)),
  };
}

/** Newer Nodes give one chunk at a time. */
function readAll(stream: PassThrough): string {
  let text = "";
  for (let chunk = stream.read(); chunk !== null; chunk = stream.read()) text += chunk;
  return text;
}

const request = (id: number) => ({ jsonrpc: "2.0" as const, id, method: "tools/call" });
const answer = (id: number) => ({ jsonrpc: "2.0" as const, id, result: {} });
const line = (message: unknown) => `${JSON.stringify(message)}\n`;

test("hands on each message of a chunk, with blank lines and carriage returns between them", async () => {
  const wire = serve();

  await wire.write(`\r\n${line(request(1))}\n  \r\n${JSON.stringify(request(2))}\r\n`);

  expect(wire.received).toEqual([request(1), request(2)]);
});

test("writes one message a line", async () => {
  const wire = serve();

  await wire.write(line(request(1)) + line(request(2)));
  wire.answer(1, { ...answer(1), result: { text: "two\nlines" } });
  wire.answer(2, answer(2));
  await delay(5);

  expect(wire.sent()).toEqual([{ ...answer(1), result: { text: "two\nlines" } }, answer(2)]);
});

test("refuses a line over the limit by its id and goes on", async () => {
  const wire = serve({ maxLineBytes: 200 });
  const long = { ...request(1), params: { text: "x".repeat(300) } };

  await wire.write(line(long));
  await wire.write(line(request(2)));

  expect(wire.sent()).toMatchObject([{ id: 1, error: { code: -32600 } }]);
  expect(wire.received).toEqual([request(2)]);
  expect(wire.log.lines).toHaveLength(1);
});

test("says once what of a batch is of no use, however often it holds that", async () => {
  const wire = serve();

  await wire.write(line([5, request(1), 6, null, { id: null }]));

  expect(wire.received).toEqual([request(1)]);
  expect(wire.log.lines).toEqual([
    "warn: Ignored something from the client that is not a JSON-RPC 2.0 message, or more than 1000 at once.",
  ]);
});

test("takes nothing of a batch of more than a thousand messages, and goes on", async () => {
  const wire = serve();

  await wire.write(line(Array.from({ length: 1_001 }, (_, id) => request(id))));
  await wire.write(line(request(2_000)));

  expect(wire.received).toEqual([request(2_000)]);
  expect(wire.log.lines).toHaveLength(1);
});

test("closes as soon as stdin ends when no request is open", async () => {
  const wire = serve();

  await wire.write(line({ jsonrpc: "2.0", method: "notifications/initialized" }));
  wire.stdin.end();

  await wire.over;
  expect(wire.closings()).toBe(1);
});

test("answers what is open when stdin ends, then closes", async () => {
  const wire = serve();

  await wire.write(line(request(1)) + line(request(2)));
  wire.stdin.end();
  await delay(20);
  wire.answer(2, answer(2));
  await delay(20);
  expect(wire.closings()).toBe(0);
  wire.answer(1, answer(1));

  await wire.over;
  expect(wire.sent()).toEqual([answer(2), answer(1)]);
});

test("waits two and a half seconds at most for what is open when stdin ends", async () => {
  const clock = new FakeClock({ byHand: true });
  const wire = serve({ clock });

  await wire.write(line(request(1)));
  wire.stdin.end();
  await delay(20);
  await clock.advance(2_400);
  const early = wire.closings();
  await clock.advance(200);

  await wire.over;
  expect(early).toBe(0);
  expect(wire.closings()).toBe(1);
});

test("leaves three seconds after its client, whatever the server still does", async () => {
  const clock = new FakeClock({ byHand: true });
  const stuck: McpServer = {
    receive: async () => {},
    endInput: () => {},
    close: () => new Promise(() => {}),
  };
  const stdin = new PassThrough();
  const leave = new Promise<void>(() => {});
  let isOver = false;
  const streams = { stdin, stdout: new PassThrough(), leave };
  const over = serveStdio(stuck, { ...streams, clock, log: createRecordingLog() }).then(() => {
    isOver = true;
  });

  stdin.end();
  await delay(20);
  await clock.advance(2_900);
  await delay(20);
  const wasOver = isOver;
  await clock.advance(200);

  await over;
  expect(wasOver).toBe(false);
});

test("does not wait for a request that was cancelled", async () => {
  const wire = serve({ clock: new FakeClock({ byHand: true }) });

  await wire.write(line(request(1)));
  wire.answer(1);
  wire.stdin.end();

  await wire.over;
  expect(wire.closings()).toBe(1);
});

test("leaves at once when it is told to, also while it waits for last answers", async () => {
  const wire = serve({ clock: new FakeClock({ byHand: true }) });

  await wire.write(line(request(1)));
  wire.stdin.end();
  await delay(20);
  wire.leave();

  await wire.over;
  expect(wire.closings()).toBe(1);
});

test("reads a last line that has no newline", async () => {
  const wire = serve();

  wire.stdin.end(JSON.stringify(request(1)));
  await delay(20);
  wire.answer(1, answer(1));

  await wire.over;
  expect(wire.received).toEqual([request(1)]);
});

test("closes when nobody reads stdout any more", async () => {
  const stdout = new Writable({
    write: (_chunk, _encoding, done) => done(Object.assign(new Error("EPIPE"), { code: "EPIPE" })),
  });
  const wire = serve({ stdout });

  await wire.write(line(request(1)));
  wire.answer(1, answer(1));

  await wire.over;
  expect(wire.closings()).toBe(1);
});

test("neither takes nor sends anything once it is over", async () => {
  const wire = serve();

  await wire.write(line(request(1)));
  wire.leave();
  await wire.over;
  wire.answer(1, answer(1));
  await wire.write(line(request(2)));

  expect(wire.closings()).toBe(1);
  expect(wire.sent()).toEqual([]);
  expect(wire.received).toEqual([request(1)]);
});

test("takes nothing more from a client that does not read, until it reads", async () => {
  const reading: (() => void)[] = [];
  const stdout = new Writable({ write: (_chunk, _encoding, done) => void reading.push(done) });
  const wire = serve({ stdout });
  const large = { ...answer(1), result: { text: "x".repeat(9_000_000) } };

  await wire.write(line(request(1)));
  wire.answer(1, large);
  await wire.write(line(request(2)));
  const before = wire.received.length;
  while (reading.length > 0) {
    reading.shift()?.();
    await delay(5);
  }
  await delay(5);

  expect(before).toBe(1);
  expect(wire.received).toEqual([request(1), request(2)]);
});
