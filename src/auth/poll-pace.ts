/** How far the clock of a virtual machine may run ahead of the server's. */
const CLOCK_MARGIN = 1.2;
/** RFC 8628 §3.5. */
const SLOW_DOWN_SECONDS = 5;
/** Kaneo Cloud: 100 requests per 10 s and path, and the count starts again only after 10 s without one. */
const PATIENT_AFTER_MS = 120_000;
const PATIENT_MS = 10_500;
const LONGEST_BACKOFF_MS = 60_000;
/** One answer that asks for hours must not outlast the code, while the person approves. */
const LONGEST_ASKED_MS = 120_000;

export interface PollSituation {
  intervalSeconds: number;
  /** Since the code was created. */
  ageMs: number;
  /** Polls without a usable answer since the last one with. */
  failures: number;
  /** What the server asked for with its last answer. */
  retryAfterSeconds: number;
}

/** How long to wait before the next poll, also before the first. */
export function pollDelayMs(situation: PollSituation): number {
  const { intervalSeconds, ageMs, failures, retryAfterSeconds } = situation;
  const regular = Math.max(
    intervalSeconds * 1000 * CLOCK_MARGIN,
    ageMs >= PATIENT_AFTER_MS ? PATIENT_MS : 0,
  );
  const backoff = Math.min(regular * 2 ** failures, LONGEST_BACKOFF_MS);
  const asked = Math.min(retryAfterSeconds * 1000, LONGEST_ASKED_MS);
  return Math.max(regular, backoff, asked);
}

/** The interval after a `slow_down`, for good (RFC 8628 §3.5). */
export function slowedDown(intervalSeconds: number): number {
  return intervalSeconds + SLOW_DOWN_SECONDS;
}
