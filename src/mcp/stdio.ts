import type { Readable, Writable } from "node:stream";
import type {
  JSONRPCErrorResponse,
  JSONRPCMessage,
  RequestId,
} from "@modelcontextprotocol/sdk/types.js";
import type { Clock } from "../clock.ts";
import { hasTooManyParts, isRecord, parsedJson } from "../json.ts";
import type { Log } from "../log.ts";
import { ERROR_CODES } from "./protocol.ts";
import type { McpServer } from "./server.ts";

/** A message of this size still passes. */
const MOST_LINE_BYTES = 32 * 1024 * 1024;
/** No client of today sends batches at all. */
const MOST_IN_BATCH = 1_000;
/** With more than this written and not yet read, nothing more is taken from the client. */
const MOST_UNREAD_BYTES = 8 * 1024 * 1024;
/** How long a client that has closed our stdin may wait for the answers to its last requests. */
const LAST_ANSWERS_MS = 2_500;
/** How long all of the end may take, those answers included. Clients kill what takes longer. */
const END_MS = 3_000;

export interface StdioOptions {
  stdin: Readable;
  stdout: Writable;
  clock: Clock;
  log: Log;
  /** Resolves when the process has to end at once. */
  leave: Promise<void>;
  /** Longest line in bytes; default 32 MiB. */
  maxLineBytes?: number;
}

/**
 * Serves one client over two streams, one message a line. Resolves when that is over: the client closed stdin and has the
 * answers to its last requests, nobody reads stdout any more, or `leave` has resolved.
 */
export async function serveStdio(server: McpServer, options: StdioOptions): Promise<void> {
  const { stdin, stdout, clock, leave } = options;
  const underWay = new Set<Promise<void>>();
  let isOpen = true;
  const send = (message: JSONRPCMessage): void => {
    if (!isOpen) return;
    stdout.write(`${JSON.stringify(message)}\n`);
    if (stdout.writableLength > MOST_UNREAD_BYTES) stdin.pause();
  };
  const receive = (message: JSONRPCMessage): void => {
    const answered = server.receive(message, send);
    underWay.add(answered);
    void answered.finally(() => underWay.delete(answered));
  };
  const lines = createLineSplitter(actOnLines({ send, receive }, options));

  const inputEnd = new Promise<"ended">((resolve) => stdin.once("end", () => resolve("ended")));
  const broken = [stdin, stdout].map(
    (stream) => new Promise((resolve) => stream.on("error", resolve)),
  );
  const atOnce = Promise.race([leave, ...broken]);
  stdout.on("drain", () => isOpen && stdin.resume());
  stdin.on("data", (chunk: Buffer) => isOpen && lines.push(chunk));
  const end = await Promise.race([inputEnd, atOnce]);

  // From here on neither stdin nor a timer of the clock keeps the process alive, which still has to clean up.
  const alive = setInterval(() => {}, END_MS);
  if (end === "ended") lines.end();
  server.endInput();
  const limit = clock.sleep(END_MS);
  await Promise.race([Promise.all(underWay), clock.sleep(LAST_ANSWERS_MS), atOnce]);
  isOpen = false;
  stdin.pause();
  await Promise.race([Promise.all([server.close(), flush(stdout)]), limit]);
  clearInterval(alive);
}

/** Resolves when everything written so far has left or never will. */
function flush(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed) resolve();
    else stream.write("", () => resolve());
  });
}

/** What becomes of the lines of a client; nothing that arrives makes this throw. */
function actOnLines(
  { send, receive }: Record<"send" | "receive", (message: JSONRPCMessage) => void>,
  { log, maxLineBytes = MOST_LINE_BYTES }: StdioOptions,
): LineSplitterOptions {
  const refuse = ({ head, tail }: Record<"head" | "tail", string>, reason: string): void => {
    log.warn(`Refused a message of the client: ${reason}`);
    const id = findRequestId(head, tail);
    if (id !== undefined) send(refusal(id, reason));
  };
  return {
    maxBytes: maxLineBytes,
    onLine(line) {
      if (hasTooManyParts(line)) {
        const ends = { head: line.slice(0, KEPT_BYTES), tail: line.slice(-KEPT_BYTES) };
        return refuse(ends, "it has more objects, lists and members than are read.");
      }
      let isLost = false;
      for (const incoming of readLine(line)) {
        if (incoming === "lost") isLost = true;
        else if ("take" in incoming) receive(incoming.take);
        else send(incoming.refuse);
      }
      // Once: a batch may be a million times the same.
      if (isLost)
        log.warn(
          `Ignored something from the client that is not a JSON-RPC 2.0 message, or more than ${MOST_IN_BATCH} at once.`,
        );
    },
    onOversize({ bytes, ...ends }) {
      refuse(ends, `it has ${bytes} bytes, and the limit is ${maxLineBytes}.`);
    },
  };
}

export interface LineSplitterOptions {
  /** Longest line in bytes, without its newline. */
  maxBytes: number;
  /** A whole line without its newline, decoded only when complete, so that no character is cut. */
  onLine(line: string): void;
  /** A line over the limit, of which only the first and last bytes were kept. */
  onOversize(line: { head: string; tail: string; bytes: number }): void;
}

const NEWLINE = 0x0a;
/** Enough of both ends of a refused line to find the id of its request. */
const KEPT_BYTES = 512;

/**
 * Cuts a stream of bytes into lines, in a time that is linear in the bytes that arrive, since no byte is searched or
 * copied twice, and in a memory that is bounded by `maxBytes`. `end` hands out what followed the last newline.
 */
export function createLineSplitter(options: LineSplitterOptions) {
  let chunks: Buffer[] = [];
  let bytes = 0;
  let head: Buffer | undefined;

  const collect = (piece: Buffer): void => {
    bytes += piece.length;
    chunks.push(piece);
    if (bytes <= options.maxBytes) return;
    const kept = Buffer.concat(chunks);
    head ??= Buffer.from(kept.subarray(0, KEPT_BYTES));
    chunks = [Buffer.from(kept.subarray(-KEPT_BYTES))];
  };

  const finish = (): void => {
    const line = chunks.length === 1 ? chunks[0]?.toString() : Buffer.concat(chunks).toString();
    const refused = head && { head: head.toString(), tail: line ?? "", bytes };
    chunks = [];
    bytes = 0;
    head = undefined;
    if (refused) options.onOversize(refused);
    else options.onLine(line ?? "");
  };

  return {
    push(chunk: Buffer): void {
      let start = 0;
      for (;;) {
        const end = chunk.indexOf(NEWLINE, start);
        if (end === -1) break;
        collect(chunk.subarray(start, end));
        finish();
        start = end + 1;
      }
      if (start < chunk.length) collect(chunk.subarray(start));
    },
    end(): void {
      if (bytes > 0) finish();
    },
  };
}

/** What to do with one message of a line: "lost" gets no answer, since it has no usable id. */
export type Incoming = { take: JSONRPCMessage } | { refuse: JSONRPCErrorResponse } | "lost";

/**
 * Reads a line: one message, or those of a batch one by one (JSON-RPC 2.0 §6, MCP 2025-03-26). What is not JSON has no id and gets
 * no answer: MCP knows no `id: null`, and clients report such a message as an error of its own.
 */
export function* readLine(line: string): Generator<Incoming> {
  // trim also takes a byte order mark away, which some shells put in front of what they pipe.
  const text = line.trim();
  if (text === "") return;
  const parsed = parsedJson(text);
  const messages: unknown[] = Array.isArray(parsed) && parsed.length > 0 ? parsed : [parsed];
  // All of them are under way at once, and no answer leaves before the last is.
  if (messages.length > MOST_IN_BATCH) return yield "lost";
  for (const message of messages) yield readMessage(message);
}

/** Members that JSON-RPC does not define are overlooked, and so are params that are null. */
function readMessage(message: unknown): Incoming {
  if (!isRecord(message)) return "lost";
  const { jsonrpc, id, method, params, result } = message;
  const hasId = isRequestId(id);
  if (hasId && method === undefined && ("result" in message || "error" in message)) {
    // Of an error it matters only that it is no result.
    const reply = isRecord(result) ? { result } : { error: { code: 0, message: "" } };
    return { take: { jsonrpc: "2.0", id, ...reply } };
  }
  const isIdFine = hasId || !("id" in message);
  if (jsonrpc === "2.0" && typeof method === "string" && isParams(params) && isIdFine) {
    return { take: { jsonrpc, ...(hasId && { id }), method, ...(params && { params }) } };
  }
  if (!hasId) return "lost";
  const needed = 'it needs "jsonrpc" "2.0" and "method"; "params", and "_meta" in it, are objects.';
  return { refuse: refusal(id, needed) };
}

function isParams(value: unknown): value is Record<string, unknown> | null | undefined {
  if (value === undefined || value === null) return true;
  return isRecord(value) && (value["_meta"] === undefined || isRecord(value["_meta"]));
}

function refusal(id: RequestId, reason: string): JSONRPCErrorResponse {
  const message = `Invalid request: ${reason}`;
  return { jsonrpc: "2.0", id, error: { code: ERROR_CODES.invalidRequest, message } };
}

/**
 * The id of a request of which only both ends are known; undefined when it stands at neither. Both patterns match at
 * the root of the message only: the head from its first brace on, the tail because just one brace follows the id.
 */
export function findRequestId(head: string, tail: string): RequestId | undefined {
  const found =
    /^\s*\{\s*(?:"jsonrpc"\s*:\s*"2\.0"\s*,\s*)?"id"\s*:\s*(-?\d{1,15}|"[^"\\]{0,200}")\s*,/.exec(
      head,
    ) ??
    /,\s*"id"\s*:\s*(-?\d{1,15}|"[^"\\]{0,200}")\s*(?:,\s*"jsonrpc"\s*:\s*"2\.0"\s*)?\}\s*$/.exec(
      tail,
    );
  const id: unknown = found?.[1] && JSON.parse(found[1]);
  return isRequestId(id) ? id : undefined;
}

function isRequestId(value: unknown): value is RequestId {
  return typeof value === "string" || Number.isSafeInteger(value);
}
