import { z } from "zod";
import type { Http, HttpRequest, HttpResponse } from "../http/http.ts";
import { frontFailure } from "../http/who-answered.ts";

export const SESSION_PATH = "/api/auth/get-session";
const sessionSchema = z.object({ user: z.object({}) });
const invalidKeySchema = z.object({ code: z.literal("INVALID_API_KEY") });

/** The request with `token` as its credential. */
export function authorized(request: HttpRequest, token: string): HttpRequest {
  return { ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } };
}

/**
 * Whether an answer may mean that the credential is dead. Kaneo says it in three ways: 401 on `/api/*`, 403 with
 * INVALID_API_KEY on `/api/auth/*`, and 200 with `null` on get-session.
 */
export function looksRefused(request: HttpRequest, response: HttpResponse): boolean {
  const { path } = request;
  const { status, body } = response;
  // Something in front of Kaneo knows nothing of the credential.
  if (frontFailure(request, response, 0)) return false;
  if (status === 401) return true;
  if (status === 403) {
    return path.startsWith("/api/auth/") && invalidKeySchema.safeParse(body).success;
  }
  return status === 200 && body === null && path.startsWith(SESSION_PATH);
}

/** Asks Kaneo whether a token is dead; "unknown" when the answer tells neither. */
export async function askWhetherDead(
  http: Http,
  token: string,
  signal: AbortSignal | undefined,
): Promise<"dead" | "alive" | "unknown"> {
  const { status, body } = await http(
    authorized({ method: "GET", path: SESSION_PATH, signal }, token),
  );
  if (status === 200 && body === null) return "dead";
  return status === 200 && sessionSchema.safeParse(body).success ? "alive" : "unknown";
}
