import type { Clock } from "../clock.ts";
import { pollDelayMs } from "./poll-pace.ts";
import type { Attempt, EndedAttempt, PendingAttempt } from "./sign-in-store.ts";
import { denialLeftMs, type PendingSignIn } from "./sign-in-texts.ts";
import { checkVerificationLink, type LinkRules } from "./verification-link.ts";

/** The attempt that this process shows and polls for. Its times are on the monotonic clock. */
export interface Followed {
  attempt: PendingAttempt;
  pending: PendingSignIn;
  createdAtMs: number;
  expiresAtMs: number;
  /** When to poll; undefined while another process does. */
  dueAtMs: number | undefined;
  /** Polls without a usable answer since the last one with. */
  failures: number;
  retryAfterSeconds: number;
}

/**
 * Starts to follow `attempt`, or goes on with it.
 *
 * @throws KaneoMcpError "unexpected" when its link must not be shown.
 */
export function follow(
  attempt: PendingAttempt,
  current: Followed | undefined,
  { clock, rules }: { clock: Clock; rules: LinkRules },
): Followed {
  if (current?.attempt.deviceCode === attempt.deviceCode) {
    // A slower pace holds for good, also when it could not be written.
    const intervalSeconds = Math.max(attempt.intervalSeconds, current.attempt.intervalSeconds);
    current.attempt = { ...attempt, intervalSeconds };
    return current;
  }
  const { link, host, warning } = checkVerificationLink(attempt, rules);
  const { userCode, expiresAt } = attempt;
  const age = Math.max(0, clock.now() - attempt.createdAt);
  return {
    attempt,
    pending: { link, host, userCode, expiresAt, ...(warning && { warning }) },
    createdAtMs: clock.elapsed() - age,
    expiresAtMs: clock.elapsed() + (expiresAt - clock.now()),
    dueAtMs: undefined,
    failures: 0,
    retryAfterSeconds: 0,
  };
}

/** The attempt to show and poll for, if the store holds one that a person can still approve. */
export function aliveAttempt(
  attempt: Attempt | undefined,
  clock: Clock,
): PendingAttempt | undefined {
  return attempt?.status === "pending" && attempt.expiresAt > clock.now() ? attempt : undefined;
}

/** Whether it is over, seen from a process that follows `followed`, or nothing yet; `ended` undefined: taken away. */
export function endOf(
  attempt: Attempt | undefined,
  followed: Followed | undefined,
  clock: Clock,
): { ended: EndedAttempt | undefined } | undefined {
  if (attempt?.status !== "pending") {
    if (followed) return { ended: attempt };
    return attempt && denialLeftMs(attempt, clock.now()) > 0 ? { ended: attempt } : undefined;
  }
  const isFollowed = followed?.attempt.deviceCode === attempt.deviceCode;
  if (!isFollowed || clock.elapsed() < followed.expiresAtMs) return undefined;
  return { ended: { status: "expired", endedAt: clock.now(), userCode: attempt.userCode } };
}

/** Milliseconds until the next poll, which is never before a whole interval of leading. */
export function untilDue(followed: Followed, clock: Clock): number {
  followed.dueAtMs ??= clock.elapsed() + delayOf(followed, clock);
  return followed.dueAtMs - clock.elapsed();
}

/** Sets the time of the poll after the one just made. */
export function planNextPoll(followed: Followed, clock: Clock): void {
  followed.dueAtMs = clock.elapsed() + delayOf(followed, clock);
}

function delayOf({ attempt, createdAtMs, failures, retryAfterSeconds }: Followed, clock: Clock) {
  const { intervalSeconds } = attempt;
  const ageMs = clock.elapsed() - createdAtMs;
  return pollDelayMs({ intervalSeconds, ageMs, failures, retryAfterSeconds });
}
