/** Answers that are not Kaneo's, but of something in front of it: told by what they are, not by their status alone. */
import { KaneoMcpError } from "../errors.ts";
import { outcomeUnknown } from "./failures.ts";
import { changesNothing, type HttpRequest, type HttpResponse } from "./http.ts";
import { wordsOfWait } from "./retry.ts";

/** Whether an answer is a web page. No route of Kaneo's API gives one, so none means success. */
export function isWebPage({ body, headers }: HttpResponse): boolean {
  if (typeof body !== "string") return false;
  const isCalledPage = headers["content-type"]?.toLowerCase().startsWith("text/html") === true;
  return (isCalledPage && body !== "") || /^\s*<(!doctype|html|head)/i.test(body);
}

/**
 * The failure for an answer of status 400 or more that something in front of Kaneo gave. Undefined for an answer that may
 * be Kaneo's own, and for a route that is not there: both have better words.
 */
export function frontFailure(
  request: Pick<HttpRequest, "method" | "path">,
  response: HttpResponse,
): KaneoMcpError | undefined {
  if (!isOfFront(response)) return undefined;
  const { status } = response;
  if (status === 413) {
    return new KaneoMcpError("invalid_input", `${FRONT} takes no request of this size (413).`, {
      hint: "Shorten the text. Kaneo's own web server takes 25 MiB.",
    });
  }
  if (status === 429) {
    const message = `${FRONT} limits how often Kaneo may be asked (429).`;
    return new KaneoMcpError("rate_limited", `${message}${wordsOfWait(response)}`);
  }
  if (status >= 500 && status !== 511) {
    const what = `${FRONT} answered in its place, with status ${status}.`;
    const hint = "Kaneo may be down or slow behind it. Check whether its page opens in a browser.";
    if (!changesNothing(request)) return outcomeUnknown(what);
    return new KaneoMcpError("unavailable", what, { hint });
  }
  const message = `${FRONT} did not let the request through (status ${status}): it wants a sign-in of its own, or blocks this server. Kaneo itself was not asked, so nothing was changed.`;
  return new KaneoMcpError("forbidden", message, { hint: WAY_THROUGH });
}

const FRONT = "Something in front of Kaneo";
const WAY_THROUGH =
  "The person who configured this server can put the headers that it wants into KANEO_HEADERS, or let requests to /api/ through there.";

/** Set by Cloudflare and AWS on answers of their own only. */
const MARKS = ["www-authenticate", "cf-mitigated", "x-amzn-errortype", "x-amzn-waf-action"];

function isOfFront(response: HttpResponse): boolean {
  const { status, headers, body } = response;
  const isRefusal = [401, 403, 407, 413, 429, 511].includes(status);
  if (!isRefusal && status < 500) return false;
  // No Kaneo is a gateway, or counts bytes; from 520 on they are Cloudflare's.
  if ([407, 413, 502, 504, 511].includes(status) || status >= 520) return true;
  if (isWebPage(response) || MARKS.some((mark) => mark in headers)) return true;
  if (typeof body === "string" && /^error code: \d+/.test(body)) return true;
  // Kaneo always gives a reason: for a 401 this one word, from better-auth a code, and what it hands on from a Gitea.
  if (status === 401) {
    const isKaneos = body === "Unauthorized" || /^Gitea API error/.test(String(body));
    return !isKaneos && !hasText(body, "code") && !hasText(body, "error");
  }
  return status === 403 && body === "";
}

function hasText(body: unknown, field: string): boolean {
  return typeof Object(body)[field] === "string";
}

/**
 * The failure for an answer that points elsewhere. It is never followed: that would hand the credentials to another
 * host, or repeat a write there.
 *
 * @param path Of the request. @param location "" for none.
 */
export function redirectFailure(
  { baseUrl, path }: { baseUrl: string; path: string },
  status: number,
  location: string,
): KaneoMcpError {
  const from = baseUrl + path;
  const isKnown = location !== "" && URL.canParse(location, from);
  const target = isKnown ? shown(new URL(location, from)) : "no address";
  const why = `Kaneo at ${new URL(baseUrl).host} points to ${target} (status ${status}). That was not followed.`;
  const hint = `If Kaneo is there, set KANEO_API_URL to its address. If this is a sign-in page of something in front of Kaneo: ${WAY_THROUGH}`;
  return new KaneoMcpError("unexpected", why, { hint });
}

// Without user info and query, which may hold secrets, and not at any length.
function shown(target: URL): string {
  const text = target.origin === "null" ? target.protocol : target.origin + target.pathname;
  return text.slice(0, 200);
}
