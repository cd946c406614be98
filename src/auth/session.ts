import type { Clock } from "../clock.ts";
import { isFailure } from "../errors.ts";
import type { Http } from "../http/http.ts";
import type { Approvals } from "./approvals.ts";
import { reasonOf } from "./folder-making.ts";
import { aliveAttempt } from "./followed-attempt.ts";
import { askWhetherDead, authorized, looksRefused } from "./refusal.ts";
import type { SignInStore } from "./sign-in-store.ts";
import type { PendingSignIn } from "./sign-in-texts.ts";
import type { HeldToken, TokenHolder } from "./token-holder.ts";
import { checkVerificationLink, type LinkRules } from "./verification-link.ts";

/** How this server gets into Kaneo at the moment. */
export type SessionState =
  | { kind: "api_key" }
  | {
      kind: "signed_in";
      /** Epoch ms, as known when the token was obtained; use extends it. */
      expiresAt: number | undefined;
      /** The token's file, or "in memory only: <why>". */
      kept: string;
    }
  | { kind: "pending"; pending: PendingSignIn }
  | { kind: "signed_out" };

export interface SignOutResult {
  /** "forgotten_only": the session may live on in Kaneo. "nothing": there was no session. */
  outcome: "revoked" | "forgotten_only" | "nothing" | "api_key";
  /** What did not go as it should, without a full stop: why Kaneo could not be told, or the file not removed. */
  detail?: string;
  /** The token's file could not be removed: a server started later uses it again, if Kaneo still accepts it. */
  isFileLeft?: boolean;
}

/** Signing in and out, as a person does it. */
export interface Session {
  /** The instance's address. */
  readonly instance: string;
  /** From memory or disk; starts nothing and asks nobody. */
  state(signal?: AbortSignal): Promise<SessionState>;
  /**
   * Starts or joins the sign-in. A link that this server has not given out yet is returned at once; otherwise waits up
   * to `waitSeconds`, and returns as soon as the person has approved.
   *
   * @throws KaneoMcpError when the sign-in was denied, has expired, or cannot start.
   */
  signIn(waitSeconds: number, signal?: AbortSignal): Promise<SessionState>;
  /** Revokes the session in Kaneo, then forgets it here. */
  signOut(signal?: AbortSignal): Promise<SignOutResult>;
}

export interface SessionParts {
  http: Http;
  clock: Clock;
  rules: LinkRules;
  disk: SignInStore;
  holder: TokenHolder;
  approvals: Approvals;
  /** The token after asking Kaneo whether it is still good; undefined when there is none or it is dead. */
  verified(signal: AbortSignal | undefined): Promise<HeldToken | undefined>;
}

export function createSession(parts: SessionParts): Session {
  const { rules, disk, holder, approvals, clock } = parts;
  const state = async (): Promise<SessionState> => {
    const held = await holder.current();
    if (held) return signedIn(held);
    const attempt = approvals.pending() ? undefined : aliveAttempt(await disk.readAttempt(), clock);
    const pending = approvals.pending() ?? (attempt && pendingOf(attempt, rules));
    return pending ? { kind: "pending", pending } : { kind: "signed_out" };
  };

  return {
    instance: rules.baseUrl,
    state,
    signIn: async (waitSeconds, signal) => {
      const held = await parts.verified(signal);
      if (held) return signedIn(held);
      const joined = await approvals.join(waitSeconds * 1000, signal);
      return joined.kind === "pending" ? { kind: "pending", pending: joined.pending } : state();
    },
    signOut: (signal) => signOut(parts, signal),
  };
}

function signedIn({ expiresAt, kept }: HeldToken): SessionState {
  return { kind: "signed_in", expiresAt, kept };
}

async function signOut(
  { http, holder, approvals }: SessionParts,
  signal: AbortSignal | undefined,
): Promise<SignOutResult> {
  const wasPending = await approvals.forget();
  // Only now: the last poll may have brought a token.
  const held = await holder.current();
  if (!held) {
    if (!wasPending) return { outcome: "nothing" };
    return { outcome: "nothing", detail: "the sign-in that waited for approval was cancelled" };
  }
  const failure = await revoke(http, held.accessToken, signal);
  const leftover = await holder.giveUp(held.accessToken).then(
    () => undefined,
    (error: unknown) => `${held.kept} could not be removed: ${reasonOf(error)}`,
  );
  const problems = [failure, leftover].filter((problem) => problem !== undefined);
  return {
    outcome: failure === undefined ? "revoked" : "forgotten_only",
    ...(problems.length > 0 && { detail: problems.join("; ") }),
    ...(leftover !== undefined && { isFileLeft: true }),
  };
}

/** Ends the session in Kaneo; gives the reason when that is not certain. */
async function revoke(
  http: Http,
  token: string,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  // Without a JSON body Kaneo answers 415 and the token stays valid.
  const request = { method: "POST", path: "/api/auth/sign-out", body: {}, signal } as const;
  try {
    const response = await http(authorized(request, token));
    if (response.status === 200) return undefined;
    const mayBeOver = looksRefused(request, response);
    // Ended before, in the browser or by time: there is nothing left to revoke.
    if (mayBeOver && (await askWhetherDead(http, token, signal)) === "dead") return undefined;
    return `Kaneo answered ${response.status}`;
  } catch (error) {
    if (isFailure(error, "cancelled") || !(error instanceof Error)) throw error;
    return error.message.replace(/\.$/, "");
  }
}

function pendingOf(
  attempt: Parameters<typeof checkVerificationLink>[0] & { expiresAt: number },
  rules: LinkRules,
): PendingSignIn {
  const { link, host, warning } = checkVerificationLink(attempt, rules);
  const { userCode, expiresAt } = attempt;
  return { link, host, userCode, expiresAt, ...(warning && { warning }) };
}
