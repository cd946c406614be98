import type { HttpResponse } from "./http.ts";
import type { Message, Undelivered } from "./transport.ts";

const busyStatuses: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** Failures that pass by themselves. A bad certificate, for one, stays bad. */
const passingCodes: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENETDOWN",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_SOCKET",
  "UND_ERR_RES_CONTENT_LENGTH_MISMATCH",
  "HTTPParserError",
  "Z_BUF_ERROR",
  "proxy_closed",
]);

/** Whether `message` may be sent again after `result`, as if for the first time. */
export function isRepeatable(message: Message, result: HttpResponse | Undelivered): boolean {
  const isRead = message.method === "GET";
  if (!("code" in result)) return isRead && busyStatuses.has(result.status);
  return passingCodes.has(result.code) && (isRead || !result.wasSent);
}

export interface RetryTiming {
  /** How often it was sent again already. */
  retries: number;
  /** Milliseconds since the epoch, to read an HTTP date. */
  now: number;
  /** From 0 to 1: keeps clients that failed together from coming back together. */
  random: number;
}

/** How many milliseconds to wait before the next attempt: at least as long as Kaneo asked. */
export function retryWait(result: HttpResponse | Undelivered, timing: RetryTiming): number {
  const pause = 200 * 2 ** timing.retries * (0.5 + timing.random);
  return pause + ("code" in result ? 0 : askedWait(result, timing.now));
}

/**
 * The wait an answer asks for, in milliseconds: `Retry-After` (RFC 9110 §10.2.3: seconds or a date), `X-Retry-After`
 * (seconds, better-auth's limiter) or `details.tryAgainIn` of the body (better-auth's limit of API keys). 0 if none.
 */
export function askedWait({ headers, body }: HttpResponse, now: number): number {
  const asked = [
    headerWait(headers["retry-after"], now),
    headerWait(headers["x-retry-after"], now),
    tryAgainIn(body),
  ];
  return Math.max(0, ...asked.filter(Number.isFinite));
}

function headerWait(value: string | undefined, now: number): number {
  if (value === undefined) return 0;
  const seconds = Number(value);
  return Number.isNaN(seconds) ? Date.parse(value) - now : seconds * 1000;
}

function tryAgainIn(body: unknown): number {
  if (typeof body !== "object" || body === null || !("details" in body)) return 0;
  const { details } = body;
  if (typeof details !== "object" || details === null || !("tryAgainIn" in details)) return 0;
  return Number(details.tryAgainIn);
}
