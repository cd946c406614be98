/** How the embedded Kaneo can be told to misbehave. */
import type { ServerResponse } from "node:http";
import type { Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";

export type Fault =
  /** This answer instead of the real one; the request is not carried out. */
  | { kind: "answer"; status: number; body?: string | object; headers?: Record<string, string> }
  /** The real answer, later. The request is carried out after the delay. */
  | { kind: "delay"; ms: number }
  /** The real answer, once this has come about. The request is carried out then. */
  | { kind: "held"; until: Promise<unknown> }
  /** The real answer, announced whole, half of it sent, then the connection ends. */
  | { kind: "cut" }
  /** 200 and JSON by its headers, random bytes in its body. */
  | { kind: "garbage" }
  /** 200 with a web page, as a proxy or a web app's fallback sends. */
  | { kind: "html" }
  | { kind: "redirect"; to: string; status?: number }
  /** The connection is reset: before the request is carried out, after it, or half-way through the answer. */
  | { kind: "reset"; when: "before" | "after" | "during" }
  /** 429 in one of the three forms in which Kaneo or a proxy states the wait. */
  | { kind: "rate-limit"; form: "X-Retry-After" | "Retry-After" | "tryAgainIn"; seconds: number }
  /** The real answer, a byte at a time. */
  | { kind: "trickle"; everyMs: number }
  /** No answer at all; the connection stays open. */
  | { kind: "silence" }
  /** A small gzip body that decodes to 200 MB. */
  | { kind: "gzip-bomb" }
  /** 200 and JSON that never ends. */
  | { kind: "endless" }
  /** The same, in pieces of one byte. */
  | { kind: "crumbs" };

export interface FaultMatch {
  readonly method?: string;
  /** A pathname, or an expression over pathname and query. Undefined means any. */
  readonly path?: string | RegExp;
  /** How many requests are struck; 1 when not given, Infinity for every one. */
  readonly times?: number;
  /** How many matching requests pass unharmed first. */
  readonly after?: number;
}

export interface Faults {
  add(match: FaultMatch, fault: Fault): void;
  clear(): void;
  /** The fault for this request, if one is due. */
  take(method: string, pathAndQuery: string): Fault | undefined;
}

export function createFaults(): Faults {
  let waiting: { match: FaultMatch; fault: Fault; skip: number; left: number }[] = [];
  return {
    add: (match, fault) => {
      waiting.push({ match, fault, skip: match.after ?? 0, left: match.times ?? 1 });
    },
    clear: () => {
      waiting = [];
    },
    take: (method, pathAndQuery) => {
      const due = waiting.find(({ match, left }) => left > 0 && fits(match, method, pathAndQuery));
      if (!due) return undefined;
      if (due.skip > 0) {
        due.skip -= 1;
        return undefined;
      }
      due.left -= 1;
      return due.fault;
    },
  };
}

function fits(match: FaultMatch, method: string, pathAndQuery: string): boolean {
  if (match.method !== undefined && match.method !== method) return false;
  if (match.path === undefined) return true;
  if (typeof match.path !== "string") return match.path.test(pathAndQuery);
  return match.path === pathAndQuery || match.path === pathAndQuery.split("?")[0];
}

/** An answer that is ready to be sent. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: string | Buffer;
}

/** What becomes of a request that is struck; what is left out goes as usual. */
export interface Behaviour {
  /** Ends before the request is carried out. */
  wait?(closing: AbortSignal): Promise<unknown>;
  /** In the place of the real answer: the request is not carried out. */
  readonly instead?: Answer;
  /** Sends the answer. The connection may stay open afterwards. */
  send?(response: ServerResponse, answer: Answer): void;
  /** Whether not even the status arrives. */
  readonly isLost?: boolean;
}

const JSON_TYPE = { "content-type": "application/json" };
const NOTHING: Answer = { status: 200, headers: {}, body: "" };
const PAGE = "<!doctype html><title>Kaneo</title><div id=root></div>";

export function behaviourOf(fault: Fault): Behaviour {
  switch (fault.kind) {
    case "answer":
      return { instead: answerWith(fault.status, fault.body ?? "", fault.headers) };
    case "delay":
      return { wait: (signal) => sleep(fault.ms, undefined, { signal }) };
    case "held":
      return { wait: () => fault.until };
    case "cut":
      return { send: cut };
    case "garbage":
      return { instead: answerWith(200, '\u0000{"data":\u0007]]unreadable', JSON_TYPE) };
    case "html":
      return { instead: answerWith(200, PAGE, { "content-type": "text/html; charset=utf-8" }) };
    case "redirect":
      return { instead: answerWith(fault.status ?? 302, "", { location: fault.to }) };
    case "reset":
      return resetting(fault.when);
    case "rate-limit":
      return { instead: rateLimited(fault) };
    case "trickle":
      return { send: (response, answer) => trickle(response, answer, fault.everyMs) };
    case "silence":
      return { instead: NOTHING, send: () => {}, isLost: true };
    case "gzip-bomb":
      return { instead: NOTHING, send: sendBomb };
    case "endless":
      return { instead: NOTHING, send: sendEndless };
    case "crumbs":
      return { instead: NOTHING, send: sendCrumbs };
  }
}

function answerWith(
  status: number,
  body: string | object,
  headers: Record<string, string> = {},
): Answer {
  if (typeof body === "string") {
    return { status, body, headers: { "content-type": "text/plain;charset=UTF-8", ...headers } };
  }
  return { status, body: JSON.stringify(body), headers: { ...JSON_TYPE, ...headers } };
}

function rateLimited({ form, seconds }: Extract<Fault, { kind: "rate-limit" }>): Answer {
  if (form === "tryAgainIn") {
    const details = { tryAgainIn: seconds * 1000 };
    return answerWith(429, { message: "Rate limit exceeded.", code: "RATE_LIMITED", details });
  }
  const body = JSON.stringify({ message: "Too many requests. Please try again later." });
  return answerWith(429, body, { [form]: String(seconds) });
}

function resetting(when: "before" | "after" | "during"): Behaviour {
  return {
    ...(when === "before" && { instead: NOTHING }),
    send: (response, answer) => {
      if (when === "during") sendHalf(response, answer);
      // Lets what has been written reach the client first.
      setImmediate(() => response.socket?.resetAndDestroy());
    },
    isLost: when !== "during",
  };
}

function cut(response: ServerResponse, answer: Answer): void {
  sendHalf(response, answer);
  response.socket?.end();
}

function sendHalf(response: ServerResponse, { status, headers, body }: Answer): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { ...headers, "content-length": bytes.length });
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)));
}

/** A gzip stream may be written one whole member after the other. */
const packedMegabyte = gzipSync(Buffer.alloc(1024 * 1024, "["));

function sendBomb(response: ServerResponse): void {
  response.writeHead(200, { ...JSON_TYPE, "content-encoding": "gzip" });
  for (let sent = 0; sent < 200; sent += 1) response.write(packedMegabyte);
  response.end();
}

function sendEndless(response: ServerResponse): void {
  response.writeHead(200, JSON_TYPE);
  writeForEver(response, Buffer.alloc(64 * 1024, "["));
}

function sendCrumbs(response: ServerResponse): void {
  response.writeHead(200, JSON_TYPE).flushHeaders();
  if (response.socket) writeForEver(response.socket, "1\r\n[\r\n".repeat(10_000));
}

function trickle(
  response: ServerResponse,
  { status, headers, body }: Answer,
  everyMs: number,
): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { ...headers, "content-length": bytes.length });
  let sent = 0;
  const timer = setInterval(() => {
    response.write(bytes.subarray(sent, sent + 1));
    sent += 1;
    if (sent < bytes.length) return;
    clearInterval(timer);
    response.end();
  }, everyMs);
  response.once("close", () => clearInterval(timer));
}

function writeForEver(to: Writable, chunk: Buffer | string): void {
  const more = () => {
    while (!to.destroyed && to.write(chunk));
  };
  to.on("drain", more);
  more();
}
