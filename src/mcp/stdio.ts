import type { Readable, Writable } from "node:stream";
import type {
  JSONRPCErrorResponse,
  JSONRPCMessage,
  RequestId,
} from "@modelcontextprotocol/sdk/types.js";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { McpServer } from "./server.ts";

/** A message of this size still passes. */
const MAX_LINE_BYTES = 32 * 1024 * 1024;
/** With more than this written and not yet read, nothing more is taken from the client. */
const MAX_UNREAD_BYTES = 8 * 1024 * 1024;
/** How long a client that has closed our stdin may wait for the answers to its last requests. */
const LAST_ANSWERS_MS = 2_500;
/** How long all of the end may take, those answers included. Clients kill what takes longer. */
const END_MS = 3_000;

export interface StdioOptions {
  stdin: Readable;
  stdout: Writable;
  clock: Clock;
  log: Log;
  /** Aborted when the process has to end at once. */
  leave: AbortSignal;
  /** Longest line in bytes; default 32 MiB. */
  maxLineBytes?: number;
}

/**
 * Serves one client over two streams, one message a line. Resolves when that is over: the client closed stdin and has the
 * answers to its last requests, nobody reads stdout any more, or `leave` was aborted.
 */
export async function serveStdio(server: McpServer, options: StdioOptions): Promise<void> {
  const { stdin, stdout, clock, leave } = options;
  const underWay = new Set<Promise<void>>();
  let isOpen = true;
  const send = (message: JSONRPCMessage): void => {
    if (!isOpen) return;
    stdout.write(`${JSON.stringify(message)}\n`);
    if (stdout.writableLength > MAX_UNREAD_BYTES) stdin.pause();
  };
  const lines = createLineSplitter({
    ...actOnLines(options, {
      send,
      receive: (message) => {
        const answered = server.receive(message, send);
        underWay.add(answered);
        void answered.finally(() => underWay.delete(answered));
      },
    }),
  });

  const atOnce = new AbortController();
  const inputEnd = new Promise<void>((resolve) => stdin.once("end", resolve));
  for (const stream of [stdin, stdout]) stream.on("error", () => atOnce.abort());
  leave.addEventListener("abort", () => atOnce.abort(), { once: true });
  stdout.on("drain", () => isOpen && stdin.resume());
  stdin.on("data", (chunk: Buffer) => isOpen && lines.push(chunk));
  await Promise.race([inputEnd, aborted(atOnce.signal)]);

  if (!atOnce.signal.aborted) lines.end();
  const limit = clock.sleep(END_MS);
  const lastAnswers = clock.sleep(LAST_ANSWERS_MS, atOnce.signal).catch(() => {});
  await Promise.race([Promise.all(underWay), lastAnswers]);
  isOpen = false;
  stdin.pause();
  await Promise.race([Promise.all([server.close(), flush(stdout)]), limit]);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
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
  { log, maxLineBytes = MAX_LINE_BYTES }: StdioOptions,
  { send, receive }: Record<"send" | "receive", (message: JSONRPCMessage) => void>,
): LineSplitterOptions {
  return {
    maxBytes: maxLineBytes,
    onLine(line) {
      const { messages, refusals, lost } = readLine(line);
      if (lost) log.warn(`Ignored ${lost} from the client.`);
      for (const answer of refusals) send(answer);
      for (const message of messages) receive(message);
    },
    onOversize({ head, tail, bytes }) {
      const about = `${bytes} bytes; the limit is ${maxLineBytes}.`;
      log.warn(`Refused a message of the client: ${about}`);
      const id = findRequestId(head, tail);
      if (id !== undefined) send(refusal(id, `Too long: ${about}`));
    },
  };
}

/** Cuts a stream of bytes into lines. */
export interface LineSplitter {
  push(chunk: Buffer): void;
  /** Hands out what followed the last newline. */
  end(): void;
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
 * Makes a {@link LineSplitter} whose time is linear in the bytes that arrive, since no byte is searched or copied
 * twice, and whose memory is bounded by `maxBytes`.
 */
export function createLineSplitter(options: LineSplitterOptions): LineSplitter {
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
    push(chunk) {
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
    end() {
      if (bytes > 0) finish();
    },
  };
}

/** What one line from the client holds. */
export interface LineContent {
  /** Messages to act on, in their order. */
  messages: JSONRPCMessage[];
  /** Answers to what has no acceptable shape but a usable id. */
  refusals: JSONRPCErrorResponse[];
  /** Why something on the line gets no answer at all; undefined when nothing is lost. */
  lost: string | undefined;
}

/**
 * Reads a line: one message or a batch of them (JSON-RPC 2.0 §6, MCP 2025-03-26). What is not JSON has no id and gets
 * no answer: MCP knows no `id: null`, and clients report such a message as an error of its own.
 */
export function readLine(line: string): LineContent {
  const content: LineContent = { messages: [], refusals: [], lost: undefined };
  if (line.trim() === "") return content;
  let parsed: unknown;
  try {
    // trim also takes a byte order mark away, which some shells put in front of what they pipe.
    parsed = JSON.parse(line.trim());
  } catch {
    content.lost = "a line that is not JSON";
    return content;
  }
  const members: unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  if (members.length === 0) content.lost = "an empty batch";
  for (const member of members) sort(member, content);
  return content;
}

/** Members that JSON-RPC does not define are overlooked, and so are params that are null. */
function sort(member: unknown, content: LineContent): void {
  if (!isRecord(member)) {
    content.lost = "a message that is not an object";
    return;
  }
  const { id, method } = member;
  const params = member["params"] ?? undefined;
  if (method === undefined && ("result" in member || "error" in member)) {
    content.lost = "an answer to nothing that was asked";
  } else if ("id" in member && !isRequestId(id)) {
    content.lost = "a message of no known shape";
  } else if (member["jsonrpc"] === "2.0" && typeof method === "string" && isParams(params)) {
    content.messages.push({
      jsonrpc: "2.0",
      ...(isRequestId(id) && { id }),
      method,
      ...(params && { params }),
    });
  } else if (isRequestId(id)) {
    content.refusals.push(refusal(id, complaint(member)));
  } else {
    content.lost = "a message of no known shape";
  }
}

function complaint(member: Record<string, unknown>): string {
  if (member["jsonrpc"] !== "2.0") return 'Invalid request: "jsonrpc" must be "2.0".';
  if (typeof member["method"] !== "string") return 'Invalid request: "method" must be a string.';
  return 'Invalid request: "params" must be an object, and "_meta" in it too.';
}

function isParams(value: unknown): value is Record<string, unknown> | undefined {
  if (value === undefined) return true;
  return isRecord(value) && (value["_meta"] === undefined || isRecord(value["_meta"]));
}

/** JSON-RPC 2.0 §5.1. */
const INVALID_REQUEST = -32600;

/** The answer to a message that cannot be acted on. */
function refusal(id: RequestId, message: string): JSONRPCErrorResponse {
  return { jsonrpc: "2.0", id, error: { code: INVALID_REQUEST, message } };
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

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
