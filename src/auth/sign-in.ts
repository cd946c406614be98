import type { Clock } from "../clock.ts";
import { isFailure } from "../errors.ts";
import type { Http } from "../http/http.ts";
import { type Approvals, createApprovals } from "./approvals.ts";
import { createDiskStore } from "./disk-store.ts";
import { reasonOf } from "./folder-making.ts";
import type { ProcessIdentity } from "./process-identity.ts";
import { askWhetherDead } from "./refusal.ts";
import { createSession, type Session } from "./session.ts";
import { approvalNeeded, freshTokenRefused } from "./sign-in-texts.ts";
import { createTokenHolder, type HeldToken, type TokenHolder } from "./token-holder.ts";
import { within } from "./within.ts";

/** How long a repeated call waits for the approval before it gives the link again. */
const REPEATED_CALL_MS = 20_000;
const VERDICT_MS = 30_000;

/** The person's credential for one Kaneo instance: found, asked for in the browser, shared with other processes. */
export interface SignIn {
  /**
   * The token for a request. Without one, starts or joins the sign-in and gives its link; a call made after this
   * process has given the link waits up to 20 s for the approval first.
   *
   * @throws KaneoMcpError "sign_in_required" with the link, or another kind when the sign-in cannot start.
   */
  token(signal?: AbortSignal): Promise<string>;
  /** Notes that Kaneo accepted `token`. */
  accepted(token: string): void;
  /**
   * To be called when an answer refuses `token`. Gives the token to repeat the request with once, or undefined when the
   * refusal is the answer: Kaneo does not confirm that the token is dead.
   *
   * @throws KaneoMcpError "sign_in_required" with a new link when the token is dead, "unexpected" when it was new.
   */
  refused(token: string, signal?: AbortSignal): Promise<string | undefined>;
  /**
   * To be called when the repeated request is refused as well.
   *
   * @throws KaneoMcpError "unexpected" when Kaneo confirms that this token is dead too.
   */
  refusedAgain(token: string, signal?: AbortSignal): Promise<void>;
  /** What calls are waiting for, for progress; undefined when none waits for the person. */
  waitingFor(): string | undefined;
  readonly session: Session;
  /** Stops everything and lets other processes go on. */
  close(): Promise<void>;
}

export interface SignInOptions {
  /** Without credentials. */
  http: Http;
  clock: Clock;
  /** As `readBaseUrl` gives it. */
  baseUrl: string;
  clientId: string;
  /** `auth/` is made in it, at the first need. */
  dataDir: string;
  identity: ProcessIdentity;
  /** Also accept sign-in links of plain http to other hosts. */
  allowInsecureHttp: boolean;
  /** For the log. */
  warn(message: string): void;
  /** Told every token and device code, so that they can be kept out of the log. */
  addSecret(secret: string): void;
  /** Told that requests are made with another token than before from now on, perhaps of another account. */
  onTokenReplaced(): void;
}

/** Touches neither disk nor network before it is asked for something. */
export function createSignIn(options: SignInOptions): SignIn {
  const { http, clock, baseUrl, clientId, warn, addSecret, allowInsecureHttp } = options;
  const disk = createDiskStore(options);
  const holder = createTokenHolder(disk, options);
  const rules = { baseUrl, allowInsecureHttp };
  const approvals = createApprovals({
    disk,
    flow: { http, clock, baseUrl, clientId },
    rules,
    isDead: holder.isDead,
    addSecret,
    warn,
    onToken: ({ token, kept, isFresh }) => holder.hold(token, kept, isFresh),
  });
  const replace = sharedByToken((token) => replacement(options, holder, token));
  const parts: SignInParts = { holder, approvals, verdict: verdicts(options), replace, options };
  const verified = async (signal: AbortSignal | undefined) => {
    const held = await holder.current();
    if (!held || (await parts.verdict(held.accessToken, signal)) !== "dead") return held;
    return replace(held.accessToken);
  };

  return {
    token: (signal) => obtain(parts, { signal, isRenewal: false }),
    accepted: holder.accepted,
    refused: (token, signal) => refused(parts, token, signal),
    refusedAgain: async (token, signal) => {
      if ((await parts.verdict(token, signal)) !== "dead") return;
      await forget(options, holder, token);
      throw freshTokenRefused(baseUrl);
    },
    waitingFor: approvals.waitingFor,
    session: createSession({ http, clock, rules, disk, holder, approvals, verified }),
    close: approvals.close,
  };
}

interface SignInParts {
  holder: TokenHolder;
  approvals: Approvals;
  verdict: Verdict;
  /** Gives a dead token up; gives the one that another call or process has put in its place, if any. */
  replace(token: string): Promise<HeldToken | undefined>;
  options: SignInOptions;
}

async function obtain(
  { holder, approvals, options }: SignInParts,
  { signal, isRenewal }: { signal: AbortSignal | undefined; isRenewal: boolean },
): Promise<string> {
  const held = await holder.current();
  if (held) return held.accessToken;
  // A call that has been refused began before there was a link.
  const joined = await approvals.join(isRenewal ? 0 : REPEATED_CALL_MS, signal);
  if (joined.kind === "approved") return joined.accessToken;
  const { baseUrl, clock } = options;
  const { pending, waited } = joined;
  throw approvalNeeded(pending, { baseUrl, now: clock.now(), waited, isRenewal });
}

async function refused(
  parts: SignInParts,
  token: string,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const { holder } = parts;
  const before = await holder.current();
  if (before && before.accessToken !== token) return before.accessToken;
  if ((await parts.verdict(token, signal)) !== "dead") return undefined;
  const newer = await parts.replace(token);
  if (newer) return newer.accessToken;
  if (before?.isFresh) throw freshTokenRefused(parts.options.baseUrl);
  return obtain(parts, { signal, isRenewal: true });
}

async function replacement(
  options: SignInOptions,
  holder: TokenHolder,
  token: string,
): Promise<HeldToken | undefined> {
  const held = await holder.current();
  if (held && held.accessToken !== token) return held;
  const onDisk = await holder.reload();
  if (onDisk && onDisk.accessToken !== token) return onDisk;
  await forget(options, holder, token);
  // A token that was written in between has not been removed.
  return holder.current();
}

async function forget(options: SignInOptions, holder: TokenHolder, token: string): Promise<void> {
  try {
    await holder.giveUp(token);
  } catch (error) {
    options.warn(`The file of a token that is no longer valid stays: ${reasonOf(error)}.`);
  }
}

type Verdict = (
  token: string,
  signal: AbortSignal | undefined,
) => Promise<"dead" | "alive" | "unknown">;

function verdicts({ http, clock }: SignInOptions): Verdict {
  const ask = sharedByToken(async (token) => {
    try {
      return await askWhetherDead(http, token, undefined);
    } catch (error) {
      if (isFailure(error, "unavailable", "unexpected", "rate_limited")) return "unknown";
      throw error;
    }
  });
  return async (token, signal) =>
    (await within(ask(token), { clock, ms: VERDICT_MS, signal })) ?? "unknown";
}

/** Does the work once for all calls that ask for the same token at the same time. */
function sharedByToken<T>(work: (token: string) => Promise<T>): (token: string) => Promise<T> {
  const underWay = new Map<string, Promise<T>>();
  return (token) => {
    const running = underWay.get(token) ?? work(token).finally(() => underWay.delete(token));
    underWay.set(token, running);
    return running;
  };
}
