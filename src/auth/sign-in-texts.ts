/** What a person is told about signing in, through the model. */
import { KaneoMcpError } from "../errors.ts";
import type { EndedAttempt } from "./sign-in-store.ts";

/** A sign-in that waits for the person. */
export interface PendingSignIn {
  /** To be opened by the person. */
  link: string;
  /** To be compared with the page. */
  userCode: string;
  /** The host the link leads to. */
  host: string;
  /** Epoch ms. */
  expiresAt: number;
  /** What the person should know before opening the link. */
  warning?: string;
}

export interface SignInContext {
  /** The instance's address. */
  baseUrl: string;
  /** Epoch ms. */
  now: number;
}

/** The failure of a call that needs the person's approval first; it carries the link. */
export function approvalNeeded(
  pending: PendingSignIn,
  { baseUrl, now, waited, isRenewal }: SignInContext & { waited: boolean; isRenewal: boolean },
): KaneoMcpError {
  const instance = new URL(baseUrl).host;
  const lines = [
    ...(isRenewal
      ? ["The earlier sign-in is no longer valid: signed out, revoked, or not used for 7 days."]
      : []),
    waited
      ? `The sign-in to Kaneo at ${instance} has not been approved yet, so nothing was done.`
      : `Sign-in to Kaneo at ${instance} is needed first; nothing was done yet.`,
    "Open this link in a browser and approve:",
    pending.link,
    `Code to compare with the page: ${pending.userCode}. The link leads to ${pending.host} and is valid ${validity(pending.expiresAt, now)}.`,
    ...(pending.warning ? [`Caution: ${pending.warning}`] : []),
  ];
  return new KaneoMcpError("sign_in_required", lines.join("\n"), {
    hint: "Show the person the link and the code. Once they have approved, repeat this call, or call sign_in with wait_seconds 25 to wait for the approval.",
  });
}

/** The failure that tells what became of a sign-in without a token. */
export function attemptEnded(
  ended: EndedAttempt | undefined,
  { baseUrl, now }: SignInContext,
): KaneoMcpError {
  const where = `Kaneo at ${new URL(baseUrl).host}`;
  const again = "Call the tool again to get a new link.";
  if (!ended) {
    const message = `The sign-in to ${where} was cancelled by sign_out before it was approved.`;
    return new KaneoMcpError("sign_in_required", message, { hint: again });
  }
  if (ended.status === "denied") {
    const seconds = Math.max(1, Math.ceil(denialLeftMs(ended, now) / 1000));
    const message = `The sign-in to ${where} was denied in the browser, so nothing was done.`;
    return new KaneoMcpError("sign_in_required", message, {
      hint: `If that was a mistake, ask the person, and call again after ${seconds} seconds for a new link.`,
    });
  }
  if (ended.status === "expired") {
    const message = `The sign-in link for ${where} expired before it was approved, so nothing was done.`;
    return new KaneoMcpError("sign_in_required", message, { hint: again });
  }
  const code = ended.status.slice("failed:".length);
  const reason =
    code === "invalid_grant"
      ? "Kaneo no longer knows its code. It was used, withdrawn, or Kaneo's answer got lost on the way"
      : `Kaneo answered "${code}"`;
  const message = `The sign-in to ${where} failed: ${reason}.`;
  return new KaneoMcpError("sign_in_required", message, { hint: again });
}

const DENIAL_MS = 60_000;

/** How much longer nothing may be started after a denial; 0 when it may. */
export function denialLeftMs(attempt: EndedAttempt, now: number): number {
  if (attempt.status !== "denied") return 0;
  const age = now - attempt.endedAt;
  // A clock that was set back must not keep the person out.
  return age < 0 || age >= DENIAL_MS ? 0 : DENIAL_MS - age;
}

/** The failure of a token that Kaneo refuses right after giving it. */
export function freshTokenRefused(baseUrl: string): KaneoMcpError {
  return new KaneoMcpError(
    "unexpected",
    `Kaneo at ${new URL(baseUrl).host} approved the sign-in but refuses the token it gave for it. The request was not done.`,
    {
      hint: "Check that KANEO_API_URL leads to one Kaneo only, without a proxy that removes the Authorization header; then call sign_in for a new link.",
    },
  );
}

function validity(expiresAt: number, now: number): string {
  const until = new Date(expiresAt);
  const minutes = Math.max(0, Math.round((expiresAt - now) / 60_000));
  const left =
    minutes < 1 ? "less than a minute" : minutes === 1 ? "1 minute" : `${minutes} minutes`;
  const time = [until.getHours(), until.getMinutes()].map((part) => String(part).padStart(2, "0"));
  return `until ${time.join(":")} (${left})`;
}
