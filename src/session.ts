/** What the tools know of signing in; `auth/` provides it. */
import { KaneoMcpError, type SignInPage } from "./errors.ts";

export type SessionState = (
  | { kind: "api_key" }
  /** `kept`: where the token is, a path, or why only in memory. */
  | { kind: "signed_in"; kept: string }
  /** `question`: what a call that needs the approval answers with. */
  | { kind: "pending"; question: KaneoMcpError }
  | { kind: "signed_out" }
) & {
  /** What is wrong with the place where the token is kept, a sentence each; undefined when nothing is. */
  problems?: readonly string[] | undefined;
};

export interface SignOutResult {
  /**
   * `forgotten_only`: Kaneo could not be told, so the session lives on there for up to 7 days. `neither`: nor could the
   * token's file be removed.
   */
  outcome: "revoked" | "forgotten_only" | "neither" | "nothing" | "api_key";
  /** What did not go as it should, or what was cancelled; without a full stop. */
  detail?: string | undefined;
}

export interface Session {
  /** Base URL of the instance. */
  readonly instance: string;
  /** How things stand, from memory and disk alone. */
  state(): Promise<SessionState>;
  /**
   * Starts or joins the sign-in and waits up to `waitSeconds`, at most 20, for the approval.
   *
   * @throws KaneoMcpError when it was refused or has expired, or when Kaneo cannot be asked.
   */
  signIn(waitSeconds: number, signal?: AbortSignal): Promise<SessionState>;
  /** Revokes the token at the server and forgets it. */
  signOut(signal?: AbortSignal): Promise<SignOutResult>;
}

/** Kaneo gives a code for 30 minutes; a longer time left comes from clocks that differ. */
const LONGEST_MINUTES = 30;

/**
 * The question to the person, in three lines, or four with a warning. Clients show only the first line, or only the
 * last ones, or cut at 110 columns: the link stands first and alone with its name, what to do next last, as the hint.
 *
 * @param time `now` in milliseconds since the epoch, and `leftMs` until the code expires; `timeZone` an IANA zone, undefined
 * means the system's.
 */
export function signInQuestion(
  signIn: SignInPage,
  { now, leftMs, timeZone }: { now: number; leftMs: number; timeZone: string | undefined },
): KaneoMcpError {
  const { link, userCode, warning } = signIn;
  const minutes = Math.min(Math.round(leftMs / 60_000), LONGEST_MINUTES);
  const left =
    minutes < 1 ? "less than a minute" : minutes === 1 ? "1 minute" : `${minutes} minutes`;
  const until = timeOfDay(now + Math.min(leftMs, LONGEST_MINUTES * 60_000), timeZone);
  const lines = [
    `Sign in to Kaneo: ${link}`,
    `Compare the code ${userCode} with the page. The link leads to ${new URL(link).host} and is valid until ${until} (${left}).`,
    ...(warning === undefined ? [] : [`Caution: ${warning}`]),
  ];
  return new KaneoMcpError("sign_in_required", lines.join("\n"), {
    hint: "Nothing was done yet: show the person the link and the code, and once they have approved, repeat this call or call sign_in with wait_seconds 20.",
    signIn,
  });
}

/** The failure of what no person has asked for, where one would have to sign in first. */
export function nobodySignedIn(): KaneoMcpError {
  return new KaneoMcpError("sign_in_required", "Nobody is signed in to Kaneo.", {
    hint: "Any tool, such as list_projects, gives the link.",
  });
}

/** `14:35`, with the zone's name when it is not the system's: then the person may read it as another time. */
function timeOfDay(ms: number, timeZone: string | undefined): string {
  const format = new Intl.DateTimeFormat("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone,
  });
  const zone = format.resolvedOptions().timeZone;
  const own = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return zone === own ? format.format(ms) : `${format.format(ms)} ${zone}`;
}
