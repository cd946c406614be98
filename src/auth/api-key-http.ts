import { KaneoMcpError } from "../errors.ts";
import type { Http } from "../http/http.ts";
import { authorized, looksRefused, SESSION_PATH } from "./refusal.ts";
import type { Session } from "./session.ts";

/**
 * Sends every request with an API key.
 *
 * @throws KaneoMcpError "config" when Kaneo refuses the key, besides what `http` throws.
 */
export function withApiKey(http: Http, apiKey: string): Http {
  return async (request) => {
    const isSession = request.path.split("?")[0] === SESSION_PATH;
    // get-session answers null to a key that is sent as a bearer.
    const headers = isSession ? { ...request.headers, "x-api-key": apiKey } : request.headers;
    const response = await http(authorized({ ...request, ...(headers && { headers }) }, apiKey));
    if (looksRefused(request, response)) throw badKey(response.status);
    return response;
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

function badKey(status: number): KaneoMcpError {
  const answer = status === 200 ? "does not know whose it is" : `answered ${status}`;
  return new KaneoMcpError("config", `Kaneo refuses the API key: it ${answer}.`, {
    hint:
      "The person who configured this server has to check KANEO_API_KEY or KANEO_API_KEY_FILE: the key may be mistyped, expired, deleted, " +
      "or of another Kaneo than KANEO_API_URL.",
  });
}
