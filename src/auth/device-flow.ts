/** The requests of the OAuth 2.0 Device Authorization Grant, client side (RFC 8628), as Kaneo wants them: in JSON. */
import { z } from "zod";
import { KaneoMcpError } from "../errors.ts";
import { CREDENTIAL } from "../http/headers.ts";
import type { HttpRequest, HttpResponse } from "../http/http.ts";
import { wordsOfWait } from "../http/retry.ts";
import { frontFailure, isWebPage } from "../http/who-answered.ts";
import { type Answer, type Code, LONGEST_SECONDS } from "./records.ts";
import type { SignInOptions } from "./sign-in-options.ts";

const GRANT_TYPE = "urn:ietf:params:oauth:grant-type:device_code";
const CODE_PATH = "/api/auth/device/code";
const TOKEN_PATH = "/api/auth/device/token";
const DEFAULT_INTERVAL_SECONDS = 5; // RFC 8628 §3.2
const DEFAULT_LIFETIME_SECONDS = 600;

// The URI with the code is optional in RFC 8628 §3.2; the person then types the code.
const codeAnswerSchema = z.object({
  device_code: z.string().min(1).max(4_096),
  user_code: z.string(),
  verification_uri: z.string(),
  verification_uri_complete: z.string().optional(),
  // Less than a second is a mistake, and would be a question without end.
  interval: z.number().min(1).max(LONGEST_SECONDS).catch(DEFAULT_INTERVAL_SECONDS),
  expires_in: z.number().positive().max(LONGEST_SECONDS).catch(DEFAULT_LIFETIME_SECONDS),
});
const grantSchema = z.object({
  access_token: z.string(),
  token_type: z.string().optional(),
});
// An error has a name (RFC 6749 §5.2). What else stands there may be anything, also the token or words for the model.
const nameOfError = z.string().transform((text) => {
  return /^[a-z_]{1,60}$/.test(text) ? text : "an unknown error";
});
const refusalSchema = z.object({ error: nameOfError });

type DeviceFlow = Pick<SignInOptions, "http" | "baseUrl" | "clientId">;

/** What one question learnt; "unclear" is an answer that is not OAuth's, or none. */
export type PollAnswer =
  | { kind: "token"; token: string }
  | { kind: "refused"; error: string }
  | { kind: "unclear"; pauseSeconds: number };

/**
 * Asks for a new code: `POST /api/auth/device/code`.
 *
 * @throws KaneoMcpError "config" when Kaneo does not know the client id or has no such sign-in, "unavailable" or
 * "rate_limited" when it may work later, "unexpected" for an answer that makes no sense.
 */
export async function requestCode(flow: DeviceFlow, signal: AbortSignal): Promise<Code> {
  const body = { client_id: flow.clientId };
  const request = { method: "POST", path: CODE_PATH, body, signal } as const;
  const response = await flow.http(request);
  const code = response.status === 200 ? codeAnswerSchema.safeParse(response.body).data : undefined;
  if (!code) throw frontFailure(request, response) ?? noCode(flow, response);
  return {
    deviceCode: code.device_code,
    userCode: code.user_code,
    verificationUri: code.verification_uri,
    verificationUriComplete: code.verification_uri_complete ?? code.verification_uri,
    intervalSeconds: code.interval,
    expiresInSeconds: code.expires_in,
  };
}

/** Asks once whether the person has approved: `POST /api/auth/device/token`. No answer before the signal aborts is "unclear". */
export async function pollOnce(
  { http, clientId }: DeviceFlow,
  deviceCode: string,
  limits: Pick<HttpRequest, "signal" | "beforeSend" | "timeoutMs">,
): Promise<PollAnswer> {
  const body = { grant_type: GRANT_TYPE, device_code: deviceCode, client_id: clientId };
  try {
    return classify(await http({ method: "POST", path: TOKEN_PATH, body, ...limits }));
  } catch (error) {
    if (!(error instanceof KaneoMcpError)) throw error;
    return { kind: "unclear", pauseSeconds: 0 };
  }
}

function classify({ status, body, waitMs = 0 }: HttpResponse): PollAnswer {
  const grant = status === 200 ? grantSchema.safeParse(body).data : undefined;
  if (grant) return readGrant(grant);
  const isOAuths = status >= 400 && status < 500 && status !== 429;
  const refusal = isOAuths ? refusalSchema.safeParse(body).data : undefined;
  if (refusal) return { kind: "refused", error: refusal.error };
  return { kind: "unclear", pauseSeconds: waitMs / 1000 };
}

function readGrant({ access_token: token, token_type }: z.infer<typeof grantSchema>): PollAnswer {
  if (token_type?.toLowerCase() !== "bearer") {
    return { kind: "refused", error: "a token of unknown type" };
  }
  if (!CREDENTIAL.test(token)) return { kind: "refused", error: "a malformed token" };
  return { kind: "token", token };
}

/** How far the clock of a virtual machine may run ahead of the server's. */
const CLOCK_MARGIN = 1.2;
/** Kaneo Cloud: 100 requests per 10 s and path, and the count starts again only after 10 s without one. */
const PATIENT_AFTER_MS = 120_000;
const PATIENT_MS = 12_000;
const LONGEST_BACKOFF_MS = 60_000;
/** One answer that asks for hours must not outlast the code, while the person approves. */
const LONGEST_ASKED_MS = 120_000;

/** How many milliseconds to wait between two questions, also before the first, for a code of this age. */
export function pauseMs(
  { intervalSeconds, failures, pauseSeconds }: Answer,
  ageMs: number,
): number {
  const regular = Math.max(
    intervalSeconds * 1000 * CLOCK_MARGIN,
    ageMs >= PATIENT_AFTER_MS ? PATIENT_MS : 0,
  );
  const backoff = Math.min(regular * 2 ** failures, LONGEST_BACKOFF_MS);
  return Math.max(regular, backoff, Math.min(pauseSeconds * 1000, LONGEST_ASKED_MS));
}

function noCode({ baseUrl, clientId }: DeviceFlow, response: HttpResponse): KaneoMcpError {
  const { status, body } = response;
  const host = new URL(baseUrl).host;
  const error = refusalSchema.safeParse(body).data?.error;
  if (error === "invalid_client") return unknownClient(host, clientId);
  if (status === 429 || status >= 500) {
    const kind = status === 429 ? "rate_limited" : "unavailable";
    const wait = wordsOfWait(response);
    const why = `Kaneo at ${host} could not start the sign-in: it answered with error ${status}.${wait}`;
    const hint = `Repeat this call ${wait === "" ? "in a minute" : "then"}.`;
    return new KaneoMcpError(kind, why, { hint });
  }
  const page = isWebPage(response) ? "a web page (HTML)" : "something other than a code";
  const got = error ?? page;
  const message = `${baseUrl} did not answer like Kaneo when asked to start the sign-in: it sent ${got} (status ${status}).`;
  return new KaneoMcpError("unexpected", message, {
    hint: `Check KANEO_API_URL: is Kaneo's API at ${baseUrl}${CODE_PATH}? If the address is right, that Kaneo may be too old to offer this sign-in; an API key (KANEO_API_KEY) works as well.`,
  });
}

function unknownClient(host: string, clientId: string): KaneoMcpError {
  const id = clientId.replaceAll(/[^\x20-\x7e]/g, "?").slice(0, 60);
  const why = `Kaneo at ${host} does not know the client id "${id}", so nobody can sign in with it.`;
  return new KaneoMcpError("config", why, {
    hint: "Set KANEO_MCP_CLIENT_ID to an id that this Kaneo allows, or have its operator add the id to DEVICE_AUTH_CLIENT_IDS on the server. An API key (KANEO_API_KEY) works as well.",
  });
}
