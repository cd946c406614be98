import type { Readable, Writable } from "node:stream";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import type { Clock } from "../clock.ts";
import { createInFlight } from "./in-flight.ts";
import type { Log } from "./log.ts";
import { createMessageReader } from "./message-reader.ts";

/** A message of this size still passes. */
const MAX_LINE_BYTES = 32 * 1024 * 1024;
/** How long a client that has closed our stdin may wait for the answers to its last requests. */
const LAST_ANSWERS_MS = 3_000;
/** How long the answers that are written may take to leave when the connection is closed. */
const FLUSH_MS = 1_000;
/** With more than this written and not yet read, nothing more is taken from the client. */
const MAX_UNREAD_BYTES = 8 * 1024 * 1024;

export interface StdioOptions {
  stdin: Readable;
  stdout: Writable;
  clock: Clock;
  log: Log;
  /** Longest line in bytes; default 32 MiB. */
  maxLineBytes?: number;
}

/** JSON-RPC over two streams, one message a line. */
export interface StdioTransport extends Transport {
  /** Resolves once the connection is over, whoever ended it, and the answers written before have left. */
  readonly closed: Promise<void>;
}

/**
 * Makes the transport of a process that lives as long as its client wants it to: it closes when the client closes
 * stdin, after the answers to requests in flight (at most three seconds), and at once when stdout has no reader.
 */
export function createStdioTransport(options: StdioOptions): StdioTransport {
  const { stdin, stdout, clock, log, maxLineBytes = MAX_LINE_BYTES } = options;
  const inFlight = createInFlight();
  const closed = createSettler();
  let isOpen = true;

  const close = async (limit: Promise<void>): Promise<void> => {
    if (!isOpen) return;
    isOpen = false;
    stdin.pause();
    transport.onclose?.();
    await Promise.race([flush(stdout), limit]);
    closed.settle();
  };

  const closeAfterLastAnswers = async (): Promise<void> => {
    reader.end();
    const limit = clock.sleep(LAST_ANSWERS_MS);
    await Promise.race([inFlight.idle(), limit]);
    await close(limit);
  };

  const write = (message: JSONRPCMessage): void => {
    if (!isOpen) return;
    stdout.write(`${JSON.stringify(message)}\n`);
    inFlight.answered(message);
    if (stdout.writableLength > MAX_UNREAD_BYTES) stdin.pause();
  };

  const onMessage = (message: JSONRPCMessage): void => {
    inFlight.received(message);
    transport.onmessage?.(message);
  };

  const reader = createMessageReader({ maxLineBytes, log, onMessage, refuse: write });
  const transport: StdioTransport = {
    closed: closed.promise,
    async start() {
      stdout.on("error", () => void close(Promise.resolve()));
      stdout.on("drain", () => isOpen && stdin.resume());
      stdin.on("error", () => void close(Promise.resolve()));
      stdin.once("end", () => void closeAfterLastAnswers());
      stdin.on("data", (chunk: Buffer) => isOpen && reader.push(chunk));
    },
    async send(message) {
      write(message);
      if (isOpen && stdout.writableNeedDrain) await flush(stdout);
    },
    close: () => close(clock.sleep(FLUSH_MS)),
  };
  return transport;
}

/** Resolves when everything written so far has left or never will. */
function flush(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed) resolve();
    else stream.write("", () => resolve());
  });
}

/** A promise with its own resolver; `Promise.withResolvers` needs Node 22. */
function createSettler(): { promise: Promise<void>; settle(): void } {
  let settle = (): void => {};
  const promise = new Promise<void>((resolve) => {
    settle = resolve;
  });
  return { promise, settle: () => settle() };
}
