import type { Clock } from "../clock.ts";
import { isRecord } from "../json.ts";
import { isSenseless, type Undelivered } from "./failures.ts";
import type { HttpRequest, HttpResponse } from "./http.ts";

/** 408 is what proxies say when they close a connection that was idle (RFC 9110 §15.5.9). */
const BUSY_STATUSES: ReadonlySet<number> = new Set([408, 429, 502, 503, 504]);

const MOST_RETRIES = 2;

export interface Repetition {
  method: HttpRequest["method"];
  /** Over all attempts and waits. */
  timeoutMs: number;
  /** Cuts a wait short; the attempt after it has to tell why. */
  signal: AbortSignal;
  clock: Clock;
  /** From 0 to 1: keeps clients that failed together from coming back together. */
  random: () => number;
}

/** Attempts again what can be attempted as if for the first time, after at least as long as Kaneo asks to wait. */
export async function repeat(
  attempt: () => Promise<HttpResponse | Undelivered>,
  { method, timeoutMs, signal, clock, random }: Repetition,
): Promise<HttpResponse | Undelivered> {
  const deadline = clock.elapsed() + timeoutMs;
  for (let retries = 0; ; retries += 1) {
    const result = await attempt();
    if (!("code" in result)) result.waitMs = askedWait(result, clock.now());
    const isLast = retries === MOST_RETRIES || signal.aborted;
    if (isLast || !isRepeatable(method, result)) return result;

    const asked = "code" in result ? 0 : result.waitMs;
    const wait = (asked ?? 0) + 200 * 2 ** retries * (0.5 + random());
    if (clock.elapsed() + wait >= deadline) return result;
    await clock.sleep(wait, signal).catch(() => undefined);
  }
}

function isRepeatable(method: HttpRequest["method"], result: HttpResponse | Undelivered): boolean {
  const isRead = method === "GET";
  if (!("code" in result)) return isRead && BUSY_STATUSES.has(result.status);
  return !isSenseless(result) && (isRead || result.progress === "unsent");
}

/** Who asks for more asks for nothing that can be waited for. */
const LONGEST_WAIT_MS = 86_400_000;

/**
 * The wait an answer asks for: `Retry-After` (RFC 9110 §10.2.3: seconds or a date), `X-Retry-After` (seconds, better-auth's
 * limiter) or `details.tryAgainIn` of the body (better-auth's limit of API keys).
 */
function askedWait({ headers, body }: HttpResponse, now: number): number {
  const asked = [
    headerWait(headers["retry-after"], now),
    headerWait(headers["x-retry-after"], now),
    tryAgainIn(body),
  ];
  return Math.min(Math.max(0, ...asked.filter((wait) => !Number.isNaN(wait))), LONGEST_WAIT_MS);
}

/** How long an answer asks to wait, as a sentence with a blank before it; "" when it does not say. */
export function wordsOfWait({ waitMs = 0 }: HttpResponse): string {
  if (waitMs === 0) return "";
  if (waitMs === LONGEST_WAIT_MS) return " It asks to wait a day or longer.";
  const seconds = Math.ceil(waitMs / 1000);
  return ` It asks to wait ${seconds} ${seconds === 1 ? "second" : "seconds"}.`;
}

function headerWait(value: string | undefined, now: number): number {
  if (value === undefined) return 0;
  const seconds = Number(value);
  return Number.isNaN(seconds) ? Date.parse(value) - now : seconds * 1000;
}

function tryAgainIn(body: unknown): number {
  const details = isRecord(body) ? body["details"] : undefined;
  const asked = isRecord(details) ? details["tryAgainIn"] : undefined;
  return typeof asked === "number" ? asked : 0;
}
