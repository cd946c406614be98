import { KaneoMcpError } from "../errors.ts";
import type { HttpResponse } from "./http.ts";

/**
 * The failure for an answer that points elsewhere. It is never followed: that would hand the credentials to another
 * host, or repeat a write there.
 */
export function redirectFailure(
  baseUrl: string,
  path: string,
  response: HttpResponse,
): KaneoMcpError {
  const { host } = new URL(baseUrl);
  const target = targetOf(response.headers["location"], baseUrl + path);
  if (target === undefined) {
    return new KaneoMcpError(
      "unexpected",
      `Kaneo at ${host} answered with status ${response.status}, which makes no sense here.`,
      { hint: "Check KANEO_API_URL, and what stands in front of Kaneo." },
    );
  }
  const base = suggestedBase(target, path);
  return new KaneoMcpError(
    "unexpected",
    `Kaneo at ${host} points to ${shown(target)} (status ${response.status}). That was not followed.`,
    {
      hint: base
        ? `If Kaneo is there, set KANEO_API_URL to ${base}.`
        : "If this is a login page in front of Kaneo, its API has to be reachable without it; otherwise set KANEO_API_URL to where Kaneo is.",
    },
  );
}

function targetOf(location: string | undefined, from: string): URL | undefined {
  if (!location || !URL.canParse(location, from)) return undefined;
  return new URL(location, from);
}

// Without user info and query, which may hold secrets, and not at any length.
function shown(target: URL): string {
  return (target.origin === "null" ? target.protocol : target.origin + target.pathname).slice(
    0,
    200,
  );
}

function suggestedBase(target: URL, path: string): string | undefined {
  const [route = ""] = path.split("?");
  const end = target.pathname.replace(/\/$/, "");
  if (!target.protocol.startsWith("http") || !end.endsWith(route)) return undefined;
  return target.origin + end.slice(0, end.length - route.length);
}
