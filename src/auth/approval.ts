import { type DeviceFlow, pollOnce, requestCode } from "./device-flow.ts";
import { reasonOf } from "./folder-making.ts";
import type { FolderWatch } from "./folder-watch.ts";
import {
  aliveAttempt,
  endOf,
  type Followed,
  follow,
  planNextPoll,
  untilDue,
} from "./followed-attempt.ts";
import { slowedDown } from "./poll-pace.ts";
import type { EndedAttempt, PendingAttempt, SignInStore, StoredToken } from "./sign-in-store.ts";
import type { PendingSignIn } from "./sign-in-texts.ts";
import { checkVerificationLink, type LinkRules } from "./verification-link.ts";

/** The longest time between two looks at the store, for what its watch misses. */
const LOOK_MS = 1_000;
/** How long a token may take from the process that got it to the disk. */
const HANDOVER_MS = 2_000;

/** How an approval went; "ended" without an attempt means that a sign_out took it away. */
export type ApprovalOutcome =
  | { kind: "token"; token: StoredToken; kept: string; isFresh: boolean }
  | { kind: "ended"; ended: EndedAttempt | undefined }
  | { kind: "failed"; error: unknown };

export interface ApprovalParts {
  flow: DeviceFlow;
  store: SignInStore;
  rules: LinkRules;
  /** Whether a token was found dead before, and must not be taken from the store again. */
  isDead(accessToken: string): boolean;
  addSecret(secret: string): void;
  warn(message: string): void;
  /** Told what the person has to approve, as soon as it is known and again at every look. */
  publish(pending: PendingSignIn): void;
}

/**
 * Brings the device authorization of one instance to its end: goes on with the attempt in the store or starts one,
 * polls while this process leads, and watches the store while another one does. Never rejects.
 */
export async function pursueApproval(
  parts: ApprovalParts,
  signal: AbortSignal,
): Promise<ApprovalOutcome> {
  const changes = parts.store.watch();
  try {
    return await lookUntilOver(parts, changes, signal);
  } catch (error) {
    return { kind: "failed", error };
  } finally {
    changes.close();
    await parts.store.lease.release();
  }
}

async function lookUntilOver(
  parts: ApprovalParts,
  changes: FolderWatch,
  signal: AbortSignal,
): Promise<ApprovalOutcome> {
  const { store, rules, flow } = parts;
  const { clock } = flow;
  let followed: Followed | undefined;
  while (true) {
    signal.throwIfAborted();
    const isLeading = await store.lease.lead();
    const attempt = await store.readAttempt();
    // After the attempt: who gets the token writes it before removing the attempt.
    const found = await takeFromStore(parts);
    if (found) return found;

    const end = endOf(attempt, followed, clock);
    if (end) return finish(parts, followed, end.ended);
    const alive =
      followed && attempt?.status === "pending" ? attempt : aliveAttempt(attempt, clock);
    const pending = alive ?? (isLeading ? await start(parts, signal) : undefined);
    if (pending) {
      followed = follow(pending, followed, { clock, rules });
      parts.addSecret(pending.deviceCode);
      parts.publish(followed.pending);
    }

    const waitMs = await act(parts, { followed, isLeading, changes, signal });
    if (typeof waitMs !== "number") return waitMs;
    if (waitMs > 0) await changes.next(Math.min(waitMs, LOOK_MS), signal);
  }
}

interface Moment {
  followed: Followed | undefined;
  isLeading: boolean;
  changes: FolderWatch;
  signal: AbortSignal;
}

/** Polls if it is this process's turn; gives the outcome, or how long to wait before the next look. */
async function act(parts: ApprovalParts, moment: Moment): Promise<ApprovalOutcome | number> {
  const { followed, isLeading, signal } = moment;
  const { flow, store } = parts;
  if (!followed) return LOOK_MS;
  if (!isLeading) {
    followed.dueAtMs = undefined;
    return LOOK_MS;
  }
  const waitMs = untilDue(followed, flow.clock);
  if (waitMs > 0) return waitMs;
  // A process that was suspended finds here that another one leads by now.
  if (!(await store.lease.lead())) return LOOK_MS;

  const answer = await pollOnce(flow, followed.attempt.deviceCode, signal);
  if (answer.kind === "token") return keep(parts, followed, answer.token);
  followed.failures = answer.kind === "unclear" ? followed.failures + 1 : 0;
  followed.retryAfterSeconds = answer.kind === "unclear" ? answer.retryAfterSeconds : 0;
  const outcome =
    answer.kind === "refused"
      ? await obey(parts, { ...moment, followed }, answer.error)
      : undefined;
  planNextPoll(followed, flow.clock);
  return outcome ?? 0;
}

/** Does what an OAuth error asks for (RFC 8628 §3.5); undefined means to go on. */
async function obey(
  parts: ApprovalParts,
  { followed, changes, signal }: Moment & { followed: Followed },
  error: string,
): Promise<ApprovalOutcome | undefined> {
  const endWith = (status: EndedAttempt["status"]) => {
    const { userCode } = followed.attempt;
    return finish(parts, followed, { status, endedAt: parts.flow.clock.now(), userCode });
  };
  switch (error) {
    case "authorization_pending":
      return undefined;
    case "slow_down":
      return slowDown(parts, followed);
    case "access_denied":
      return endWith("denied");
    case "expired_token":
      return endWith("expired");
    case "invalid_grant":
      // Kaneo says so too when another process has just taken the token.
      return (await handedOver(parts, changes, signal)) ?? endWith("failed:invalid_grant");
    default:
      return endWith(`failed:${error}`);
  }
}

async function slowDown({ store }: ApprovalParts, followed: Followed): Promise<undefined> {
  const intervalSeconds = slowedDown(followed.attempt.intervalSeconds);
  followed.attempt = { ...followed.attempt, intervalSeconds };
  // This process remembers it in any case; the disk is for the one that takes over.
  if (await isInStore(store, followed)) {
    await store.writeAttempt(followed.attempt).catch(() => undefined);
  }
}

/** Looks for a token from another process for as long as that may take. */
async function handedOver(
  parts: ApprovalParts,
  changes: FolderWatch,
  signal: AbortSignal,
): Promise<ApprovalOutcome | undefined> {
  const { clock } = parts.flow;
  const untilMs = clock.elapsed() + HANDOVER_MS;
  while (true) {
    const found = await takeFromStore(parts);
    const leftMs = untilMs - clock.elapsed();
    if (found || leftMs <= 0) return found;
    await changes.next(Math.min(leftMs, LOOK_MS), signal);
  }
}

async function takeFromStore({
  store,
  isDead,
}: ApprovalParts): Promise<ApprovalOutcome | undefined> {
  const token = await store.readToken();
  if (!token || isDead(token.accessToken)) return undefined;
  return { kind: "token", token, kept: store.kept, isFresh: false };
}

async function start(
  parts: ApprovalParts,
  signal: AbortSignal,
): Promise<PendingAttempt | undefined> {
  const { flow, store, rules } = parts;
  const attempt = await requestCode(flow, signal);
  parts.addSecret(attempt.deviceCode);
  checkVerificationLink(attempt, rules);
  // A process that was suspended meanwhile must not replace the code that the next leader has given out.
  if (!(await store.lease.lead())) return undefined;
  await store.writeAttempt(attempt);
  return attempt;
}

/** Keeps a token that Kaneo gives only once: on disk if at all possible, else in memory. */
async function keep(
  { store, addSecret, warn }: ApprovalParts,
  followed: Followed,
  token: StoredToken,
): Promise<ApprovalOutcome> {
  addSecret(token.accessToken);
  let kept = store.kept;
  try {
    await store.writeToken(token);
  } catch (error) {
    kept = `in memory only: ${store.kept} could not be written: ${reasonOf(error)}`;
    warn(`The sign-in is kept ${kept}.`);
  }
  // Left behind, it would only show a used code until it expires.
  await store.removeAttempt(followed.attempt.userCode).catch(() => undefined);
  return { kind: "token", token, kept, isFresh: true };
}

/** Leaves word for the other processes, and the next ones, of how the attempt ended. */
async function finish(
  { store }: ApprovalParts,
  followed: Followed | undefined,
  ended: EndedAttempt | undefined,
): Promise<ApprovalOutcome> {
  if (ended && followed && (await isInStore(store, followed))) {
    // Without it the others learn the same from Kaneo.
    await store.writeAttempt(ended).catch(() => undefined);
  }
  return { kind: "ended", ended };
}

async function isInStore(store: SignInStore, { attempt }: Followed): Promise<boolean> {
  const stored = await store.readAttempt();
  return stored?.status === "pending" && stored.deviceCode === attempt.deviceCode;
}
