/** What a person is told about signing in, through the model. */
import { KaneoMcpError } from "../errors.ts";
import type { Ended } from "./records.ts";

/** Tells what became of a sign-in without a token; undefined: somebody signed out. `leftMs`: how long a denial still holds. */
export function signInEnded(
  ended: Ended | undefined,
  { baseUrl, leftMs }: { baseUrl: string; leftMs: number },
): KaneoMcpError {
  const what = `The sign-in to Kaneo at ${new URL(baseUrl).host}`;
  const seconds = Math.max(1, Math.ceil(leftMs / 1000));
  const again = "Call the tool again to get a new link.";
  const failure = (message: string, hint = again) =>
    new KaneoMcpError("sign_in_failed", `${what} ${message}.`, { hint });
  if (!ended) return failure("was cancelled by sign_out before it was approved");
  if (ended.status === "denied") {
    return failure(
      "was denied in the browser, so nothing was done",
      `If that was a mistake, ask the person, and call again after ${seconds} seconds for a new link.`,
    );
  }
  if (ended.status === "expired") {
    return failure("expired before it was approved, so nothing was done");
  }
  if (ended.error === "invalid_grant") {
    return failure(
      "failed: Kaneo no longer knows its code. It was used, withdrawn, or Kaneo's answer got lost on the way",
    );
  }
  return failure(ended.error ? `failed: Kaneo answered "${ended.error}"` : "could not be started");
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

/** The failure of a call that ends before there is a link. */
export function noLinkYet(baseUrl: string): KaneoMcpError {
  return new KaneoMcpError(
    "unavailable",
    `Kaneo at ${new URL(baseUrl).host} has not given a sign-in link yet; nothing was done.`,
    { hint: "Repeat this call in a moment." },
  );
}

/** The failure of an API key that Kaneo has confirmed to be none. */
export function badKey(status: number): KaneoMcpError {
  return new KaneoMcpError("config", `Kaneo refuses the API key: it answered ${status}.`, {
    hint: "The person who configured this server has to check KANEO_API_KEY or KANEO_API_KEY_FILE: the key may be mistyped, expired, deleted, or of another Kaneo than KANEO_API_URL.",
  });
}
