import { PassThrough, Writable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import { expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { createStdioTransport } from "../../src/mcp/stdio-transport.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { createRecordingLog } from "../support/recording-log.ts";

interface WireOptions {
  clock?: FakeClock;
  stdout?: Writable;
  maxLineBytes?: number;
}

async function connect({ clock, stdout, ...options }: WireOptions = {}) {
  const stdin = new PassThrough();
  const written = new PassThrough();
  const log = createRecordingLog();
  const transport = createStdioTransport({
    stdin,
    stdout: stdout ?? written,
    clock: clock ?? systemClock,
    log,
    ...options,
  });
  const received: JSONRPCMessage[] = [];
  transport.onmessage = (message) => void received.push(message);
  let closings = 0;
  transport.onclose = () => {
    closings += 1;
  };
  await transport.start();
  const write = async (bytes: string | Buffer) => {
    stdin.write(bytes);
    await delay(5);
  };
  return {
    transport,
    stdin,
    write,
    received,
    log,
    closings: () => closings,
    sent: (): JSONRPCMessage[] =>
      String(written.read() ?? "")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line)),
  };
}

const request = (id: number) => ({ jsonrpc: "2.0" as const, id, method: "tools/call" });
const answer = (id: number) => ({ jsonrpc: "2.0" as const, id, result: {} });
const line = (message: unknown) => `${JSON.stringify(message)}\n`;

test("hands on each message of a chunk, with blank lines and carriage returns between them", async () => {
  const wire = await connect();

  await wire.write(`\r\n${line(request(1))}\n  \r\n${JSON.stringify(request(2))}\r\n`);

  expect(wire.received).toEqual([request(1), request(2)]);
});

test("writes one message a line", async () => {
  const wire = await connect();

  await wire.transport.send({ ...answer(1), result: { text: "two\nlines" } });
  await wire.transport.send(answer(2));

  expect(wire.sent()).toEqual([{ ...answer(1), result: { text: "two\nlines" } }, answer(2)]);
});

test("refuses a line over the limit by its id and goes on", async () => {
  const wire = await connect({ maxLineBytes: 200 });
  const long = { ...request(1), params: { text: "x".repeat(300) } };

  await wire.write(line(long));
  await wire.write(line(request(2)));

  expect(wire.sent()).toMatchObject([{ id: 1, error: { code: -32600 } }]);
  expect(wire.received).toEqual([request(2)]);
  expect(wire.log.lines).toHaveLength(1);
});

test("closes as soon as stdin ends when no request is open", async () => {
  const wire = await connect();

  await wire.write(line({ jsonrpc: "2.0", method: "notifications/initialized" }));
  wire.stdin.end();

  await wire.transport.closed;
  expect(wire.closings()).toBe(1);
});

test("answers what is open when stdin ends, then closes", async () => {
  const wire = await connect();

  await wire.write(line(request(1)) + line(request(2)));
  wire.stdin.end();
  await delay(20);
  await wire.transport.send(answer(2));
  await delay(20);
  expect(wire.closings()).toBe(0);
  await wire.transport.send(answer(1));

  await wire.transport.closed;
  expect(wire.sent()).toEqual([answer(2), answer(1)]);
});

test("waits three seconds at most for what is open when stdin ends", async () => {
  const clock = new FakeClock({ byHand: true });
  const wire = await connect({ clock });

  await wire.write(line(request(1)));
  wire.stdin.end();
  await delay(20);
  await clock.advance(2_900);
  expect(wire.closings()).toBe(0);
  await clock.advance(200);

  await wire.transport.closed;
  expect(wire.closings()).toBe(1);
});

test("does not wait for a request that was cancelled", async () => {
  const wire = await connect({ clock: new FakeClock({ byHand: true }) });
  const cancelled = { method: "notifications/cancelled", params: { requestId: 1 } };

  await wire.write(line(request(1)) + line({ jsonrpc: "2.0", ...cancelled }));
  wire.stdin.end();

  await wire.transport.closed;
  expect(wire.closings()).toBe(1);
});

test("reads a last line that has no newline", async () => {
  const wire = await connect();

  wire.stdin.end(JSON.stringify(request(1)));
  await delay(20);
  await wire.transport.send(answer(1));

  await wire.transport.closed;
  expect(wire.received).toEqual([request(1)]);
});

test("closes when nobody reads stdout any more", async () => {
  const stdout = new Writable({
    write: (_chunk, _encoding, done) => done(Object.assign(new Error("EPIPE"), { code: "EPIPE" })),
  });
  const wire = await connect({ stdout });

  await wire.transport.send(answer(1));

  await wire.transport.closed;
  expect(wire.closings()).toBe(1);
});

test("closes once, and sends nothing afterwards", async () => {
  const wire = await connect();

  await wire.transport.close();
  await wire.transport.close();
  await wire.transport.send(answer(1));
  await wire.write(line(request(1)));

  expect(wire.closings()).toBe(1);
  expect(wire.sent()).toEqual([]);
  expect(wire.received).toEqual([]);
});

test("takes nothing more from a client that does not read, until it reads", async () => {
  const reading: (() => void)[] = [];
  const stdout = new Writable({ write: (_chunk, _encoding, done) => void reading.push(done) });
  const wire = await connect({ stdout });
  const large = { ...answer(1), result: { text: "x".repeat(9_000_000) } };

  const sending = wire.transport.send(large);
  await wire.write(line(request(2)));
  const before = wire.received.length;
  while (reading.length > 0) {
    reading.shift()?.();
    await delay(5);
  }
  await sending;
  await delay(5);

  expect(before).toBe(0);
  expect(wire.received).toEqual([request(2)]);
});
