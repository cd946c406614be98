/** How requests carry the credential, and what Kaneo's answers say about it. */
import { z } from "zod";
import { isFailure, KaneoMcpError } from "../errors.ts";
import type { Http, HttpRequest, HttpResponse, OpenSocket } from "../http/http.ts";
import { nobodySignedIn, type Session } from "../session.ts";
import type { SignIn } from "./sign-in.ts";

const SESSION_PATH = "/api/auth/get-session";
const WORKSPACES_PATH = "/api/auth/organization/list";
const SIGN_OUT_PATH = "/api/auth/sign-out";
const refusedSchema = z.object({ code: z.literal(["INVALID_API_KEY", "KEY_EXPIRED"]) });
const doneSchema = z.object({ success: z.literal(true) });

/**
 * Sends every request with the person's token, which is looked up once for all requests that have the signal of the same call.
 * A token that turns out to be dead is replaced by one that another process wrote, if there is one; a request refused with
 * 401 was not done, so it is safe to repeat.
 *
 * @throws KaneoMcpError "sign_in_required" when the person has to approve first, with the link unless the request is unattended,
 * besides what `http` throws.
 */
export function withBearer(
  http: Http,
  signIn: Pick<SignIn, "token" | "tokenAtHand" | "accepted" | "refused">,
): Http {
  const ofCalls = new WeakMap<AbortSignal, Promise<string>>();
  const tokenFor = (signal: AbortSignal | undefined): Promise<string> => {
    if (!signal) return signIn.token();
    const token = ofCalls.get(signal) ?? signIn.token(signal);
    ofCalls.set(signal, token);
    // The person may approve, and the same call goes on.
    token.catch(() => ofCalls.delete(signal));
    return token;
  };
  const send = async (request: HttpRequest, token: string): Promise<HttpResponse> => {
    const response = await http(authorized(request, token));
    if (!looksRefused(request, response)) {
      signIn.accepted(token);
      return response;
    }
    if (request.signal) ofCalls.delete(request.signal);
    const next = await signIn.refused(token, request);
    return next === undefined ? response : send(request, next);
  };
  return async (request) => {
    const token = await (request.isUnattended ? signIn.tokenAtHand() : tokenFor(request.signal));
    if (token === undefined) throw nobodySignedIn();
    return send(request, token);
  };
}

/**
 * Sends every request with an API key. A refusal that Kaneo does not confirm, as of a proxy or a single route, is passed on.
 *
 * @throws KaneoMcpError "config" when the key is dead, besides what `http` throws.
 */
export function withApiKey(http: Http, apiKey: string): Http {
  return async (request) => {
    const path = pathOf(request);
    // get-session answers null to a key that is sent as a bearer.
    const key: Record<string, string> = path === SESSION_PATH ? { "x-api-key": apiKey } : {};
    const headers = { ...request.headers, ...key };
    const response = await http(authorized({ ...request, headers }, apiKey));
    // Before 2.18, Kaneo's index.ts makes a failure of its own of whatever is refused to a key there.
    const isHidden = path === SESSION_PATH && response.status === 500;
    if (!isHidden && !looksRefused(request, response)) return response;
    const { signal } = request;
    const question = authorized({ method: "GET", path: WORKSPACES_PATH, signal }, apiKey);
    const isProof = path === WORKSPACES_PATH;
    const proof = isProof ? response : await http(question).catch(unclear);
    if (proof && isRefusal(proof)) throw badKey(proof.status);
    return isHidden && proof?.status === 429 ? proof : response;
  };
}

function badKey(status: number): KaneoMcpError {
  return new KaneoMcpError("config", `Kaneo refuses the API key: it answered ${status}.`, {
    hint: "The person who configured this server has to check KANEO_API_KEY or KANEO_API_KEY_FILE: the key may be mistyped, expired, deleted, or from a Kaneo other than KANEO_API_URL's. A new key counts once the client has restarted this server.",
  });
}

/** Opens sockets with a token, as requests carry it; none without one, since nobody waits there who could be asked. */
export function socketWith(
  open: OpenSocket,
  tokenAtHand: () => Promise<string | undefined>,
): OpenSocket {
  return async (request) => {
    const token = await tokenAtHand();
    if (token !== undefined)
      return open({ ...request, headers: { authorization: `Bearer ${token}` } });
    throw nobodySignedIn();
  };
}

/** The session of a server that uses an API key: there is nothing to sign in or out. */
export function createApiKeySession(instance: string): Session {
  return {
    instance,
    state: async () => ({ kind: "api_key" }),
    signIn: async () => ({ kind: "api_key" }),
    signOut: async () => ({ outcome: "api_key" }),
  };
}

/** Asks Kaneo whether a token is dead; no answer that makes sense says so. */
export async function isDeadInKaneo(
  http: Http,
  token: string,
  signal?: AbortSignal | undefined,
): Promise<boolean> {
  const request = authorized({ method: "GET", path: SESSION_PATH, signal }, token);
  const response = await http(request).catch(unclear);
  return response?.status === 200 && response.body === null;
}

/** No answer tells nothing. @throws every other failure. */
function unclear(error: unknown): undefined {
  if (!isFailure(error, "unavailable", "unexpected", "rate_limited")) throw error;
}

/** Ends the session of a token in Kaneo; gives the reason, without a full stop, when that is not certain. */
export async function revokeToken(
  http: Http,
  token: string,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  // Without a JSON body Kaneo answers 415 and the token stays valid.
  const request = { method: "POST", path: SIGN_OUT_PATH, body: {}, signal } as const;
  try {
    const response = await http(authorized(request, token));
    const { status, body } = response;
    if (status === 200 && doneSchema.safeParse(body).success) return undefined;
    // Ended before, in the browser or by time: there is nothing left to revoke.
    if (looksRefused(request, response) && (await isDeadInKaneo(http, token, signal)))
      return undefined;
    return status === 200 ? "its answer does not say that it did" : `Kaneo answered ${status}`;
  } catch (error) {
    if (isFailure(error, "cancelled") || !(error instanceof Error)) throw error;
    return error.message.replace(/\.$/, "");
  }
}

function authorized(request: HttpRequest, token: string): HttpRequest {
  return { ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } };
}

/**
 * Whether an answer may mean that the credential is dead. Kaneo says it in three ways: 401 on `/api/*`, 403 with
 * INVALID_API_KEY on `/api/auth/*`, and 200 with `null` on get-session.
 */
function looksRefused(request: HttpRequest, response: HttpResponse): boolean {
  if (response.status === 401) return true;
  const path = pathOf(request);
  if (response.status === 403) return path.startsWith("/api/auth/") && isRefusal(response);
  return response.status === 200 && response.body === null && path === SESSION_PATH;
}

/** Whether Kaneo itself says that a credential is none. */
function isRefusal({ status, body }: HttpResponse): boolean {
  return (status === 401 || status === 403) && refusedSchema.safeParse(body).success;
}

function pathOf({ path }: HttpRequest): string {
  return path.split("?", 1)[0] ?? path;
}
