import { KaneoMcpError } from "../errors.ts";
import type { Http } from "./http.ts";

// Signing in and out changes no one's work, and without it nothing could be read.
const signInPaths: ReadonlySet<string> = new Set([
  "/api/auth/device/code",
  "/api/auth/device/token",
  "/api/auth/sign-out",
]);

/**
 * Lets reads and the sign-in through and refuses everything else before it leaves.
 *
 * @throws KaneoMcpError "forbidden" for a request that could change something.
 */
export function readOnlyHttp(http: Http): Http {
  return async (request) => {
    const { method, path } = request;
    if (method === "GET" || (method === "POST" && signInPaths.has(path))) return http(request);
    throw new KaneoMcpError(
      "forbidden",
      "Changes are switched off here (KANEO_READ_ONLY is set), so nothing was sent to Kaneo.",
      { hint: "Only the person who configured this server can unset KANEO_READ_ONLY." },
    );
  };
}
