import { z } from "zod";
import { type FailureKind, KaneoMcpError } from "../../errors.ts";
import { UNCERTAIN } from "../../http/failures.ts";
import type { HttpRequest, HttpResponse } from "../../http/http.ts";
import { wordsOfWait } from "../../http/retry.ts";
import { frontFailure, isWebPage } from "../../http/who-answered.ts";
import { inline } from "../../untrusted.ts";
import { list } from "./schemas.ts";

type Route = Pick<HttpRequest, "method" | "path">;

const schemaErrorSchema = z.object({
  error: list(
    z.object({
      message: z.string(),
      path: list(z.object({ key: z.union([z.string(), z.number()]) })).optional(),
    }),
  ),
});
const messageSchema = z.object({ message: z.string() });

/**
 * What an answer of status 400 or more means: one of something in front of Kaneo, or one of Kaneo's two families of
 * errors, in which a missing id is no 404.
 */
export function failureOfAnswer(route: Route, response: HttpResponse): KaneoMcpError {
  const ofFront = frontFailure(route, response);
  if (ofFront) return ofFront;
  const said = wordsOf(route, response);
  const { status } = response;
  if (said === "Workspace ID could not be determined") return unknownId(route);
  if (status === 400 || status === 422) return failure("invalid_input", refused(route, said));
  if (status < 500 && said.startsWith("Gitea API error")) return ofGitea(said);
  // better-auth refuses the removal of a member with 401, all else with 403.
  if (status === 403 || said.startsWith(NOT_ALLOWED)) return forbidden(said);
  if (status === 401) return notAccepted(route);
  if (status === 404 || status === 405) return notFound(route, response, said);
  if (status === 414 || status === 431) return failure("invalid_input", refused(route, TOO_LONG));
  if (status === 409) return failure("conflict", `Kaneo refused: ${said}.`);
  if (status === 429) {
    const limit = "Kaneo limits how often it may be asked, and that was too often.";
    return failure("rate_limited", `${limit}${wordsOfWait(response)}`);
  }
  const what = `Kaneo failed to ${deed(route)}, with status ${status}: ${said}.`;
  // Of 408, proxies do not agree whether the request had arrived.
  if (status < 500 && status !== 408) return failure("unexpected", what);
  if (route.method === "GET") return failure("unavailable", what);
  return failure("outcome_unknown", `${UNCERTAIN} ${what}`);
}

/** What a good answer means that is not what Kaneo would say there, as `cause` found. */
export function failureOfShape(route: Route, body: unknown, cause?: z.ZodError): KaneoMcpError {
  const asked = `Kaneo was asked to ${deed(route)}, and`;
  const isText = typeof body === "string";
  const fields = (cause?.issues ?? []).map((issue) => issue.path.join(".") || "the whole answer");
  const named = inline([...new Set(fields)].slice(0, 3).join(", "));
  const what = isText
    ? `${asked} the answer was ${describeText(body)}.`
    : `${asked} the answer has a shape that this server does not know (${named}).`;
  const hint = isText ? (isDamaged(body) ? DAMAGED : OTHER_API) : OTHER_VERSION;
  if (route.method === "GET") return failure("unexpected", what, { hint, cause });
  return failure("outcome_unknown", `${UNCERTAIN} ${what}`, {
    hint: `Look at the present state before repeating it. ${hint}`,
    cause,
  });
}

/** Why a call reads no further, whose answers have more than `mostBytes` together. */
export function tooMuchForACall(mostBytes: number): KaneoMcpError {
  const what = `Kaneo's answers to this one call are more than ${mostBytes / 2 ** 20} MiB together, which is not read.`;
  return failure("unexpected", what, { hint: "Ask for less at once, such as one project." });
}

function failure(
  kind: FailureKind,
  message: string,
  options?: { hint?: string | undefined; cause?: unknown },
): KaneoMcpError {
  return new KaneoMcpError(kind, message, options);
}

function refused(route: Route, said: string): string {
  return `Kaneo refused to ${deed(route)}: ${said}.`;
}

/** Of an address, in which the words to be searched for stand. */
const TOO_LONG = "what it was asked is too long for it";

const OTHER_API =
  "Something other than Kaneo's API answers there. Check KANEO_API_URL: is the API perhaps behind another path, or behind a sign-in for which KANEO_HEADERS is meant?";
const OTHER_VERSION =
  "Is this Kaneo 2.12.2 or later? An update of Kaneo or of kaneo-mcp may be needed.";
const DAMAGED = "If it happens again, a proxy in between may be at fault.";

function describeText(body: string): string {
  if (isDamaged(body)) return "JSON that breaks off or is damaged";
  const what = body.trimStart().startsWith("<") ? WEB_PAGE : "plain text";
  return `${body.trim() === "" ? "an empty body" : what} instead of JSON`;
}

/** Whether a text that could not be parsed begins as answers do. */
function isDamaged(body: string): boolean {
  return /^\s*(?:\{\s*"|\[\s*\{)/.test(body);
}

const WEB_PAGE = "a web page (HTML)";

function unknownId({ path }: Route): KaneoMcpError {
  const steps = path.split("?")[0]?.split("/") ?? [];
  const id = steps.findLast((step) => /^[A-Za-z0-9_-]{20,}$/.test(step));
  const named = id === undefined ? "that id" : `the id "${id}"`;
  const why = `Kaneo has nothing with ${named}, or this account cannot see it.`;
  return failure("not_found", why);
}

function notAccepted(route: Route): KaneoMcpError {
  return failure("forbidden", refused(route, "401 Unauthorized, although the sign-in is valid"), {
    hint: "This route may be closed by a proxy in front of Kaneo, or by the instance's settings.",
  });
}

/** Kaneo hands on what a Gitea says, with its status (gitea-api.ts). */
function ofGitea(said: string): KaneoMcpError {
  return failure("conflict", `Kaneo asked Gitea, which refused: ${said}.`, {
    hint: "Gitea has to accept the token, and to show the repository to it.",
  });
}

/** How Kaneo itself refuses something to an account or key. Who else says 403 may be something in front of it. */
const NOT_ALLOWED = "You are not allowed to ";
/** What it says of a workspace that the account is not in. */
export const NO_ACCESS = "You don't have access to this workspace";
const OF_KANEO = new RegExp(`^(?:${NOT_ALLOWED}|${NO_ACCESS}$|Insufficient )`);
const REASONS: Readonly<Record<string, string>> = {
  "Insufficient permissions": "the role of this account in the workspace does not allow it",
  "Insufficient API key scope": "the API key's scope is too small",
};

function forbidden(said: string): KaneoMcpError {
  const reason = Object.hasOwn(REASONS, said) ? `${REASONS[said]} (${said})` : said;
  const hint = OF_KANEO.test(said)
    ? undefined
    : "If those are not Kaneo's words, something in front of it refuses: KANEO_HEADERS can give what that wants. Otherwise ask an owner or admin of the workspace.";
  return failure("forbidden", `Kaneo refused: ${reason}.`, { hint });
}

function notFound(route: Route, response: HttpResponse, said: string): KaneoMcpError {
  const isRoute = said === "404 Not Found" || said === NO_REASON;
  const isKaneo = response.status === 404 && !isRoute && !isWebPage(response);
  if (isKaneo) return failure("not_found", `Kaneo answered: ${said}.`);
  const what = isWebPage(response)
    ? `Asked to ${deed(route)}, something other than Kaneo's API answered, with a web page`
    : `This Kaneo has no way to ${deed(route)}`;
  return failure("unexpected", `${what} (${response.status}).`, {
    hint: "Check KANEO_API_URL, and that the instance runs Kaneo 2.12.2 or later.",
  });
}

function wordsOf({ path }: Route, response: HttpResponse): string {
  const { body } = response;
  if (isWebPage(response)) return WEB_PAGE;
  const words =
    schemaErrorSchema.safeParse(body).data?.error.map(wordsOfSchemaError).join("; ") ??
    messageSchema.safeParse(body).data?.message ??
    (typeof body === "string" ? body : "");
  const said = inline(words, MOST_WORDS).replace(/\.$/, "") || NO_REASON;
  // better-auth's word for what Kaneo calls a workspace.
  if (!path.startsWith(ORGANIZATION)) return said;
  return said.replaceAll("organization", "workspace").replaceAll("Organization", "Workspace");
}

/** Kaneo always gives one; better-auth gives none for a route that it does not have. */
const NO_REASON = "no reason was given";
const MOST_WORDS = 300;
const ORGANIZATION = "/api/auth/organization/";

function wordsOfSchemaError(error: z.infer<typeof schemaErrorSchema>["error"][number]): string {
  const field = error.path?.map((step) => step.key).join(".");
  return field ? `${field}: ${error.message}` : error.message;
}

const VERBS: Record<HttpRequest["method"], string> = {
  GET: "read",
  POST: "add",
  PUT: "change",
  PATCH: "change",
  DELETE: "delete",
};

/** What is done to something else than its route says. */
const DEEDS: [route: RegExp, deed: string][] = [
  [/^GET \/api\/search/, "search"],
  [/^GET \/api\/auth\/get-session/, "tell who is signed in"],
  [/^GET \/api\/auth\/organization\/list$/, "list the workspaces"],
  [/^GET \/api\/workspace\/.*\/members/, "list the members"],
  [/^(PUT|POST) \/api\/task\/image-upload\//, "store the picture"],
  [/^DELETE \/api\/label\/.*\/task/, "detach the label"],
  [/^POST \/api\/\w+-integration\/import-issues/, "import the issues"],
];

/** What a request asks Kaneo to do, behind "to": people know no routes. */
function deed(route: Route): string {
  const known = DEEDS.find(([pattern]) => pattern.test(`${route.method} ${route.path}`));
  if (known) return known[1];
  if (route.path.startsWith(ORGANIZATION)) return deedOfOrganization(route.path);
  const thing = (route.path.split(/[/?]/)[2] ?? "thing").replaceAll("-", " ");
  return `${VERBS[route.method]} the ${thing.replace("task relation", "relation")}`;
}

/** `invite the member` of `…/invite-member`, and `create the workspace` of `…/create`. */
function deedOfOrganization(path: string): string {
  const words = path.slice(ORGANIZATION.length).split(/[?/]/, 1)[0]?.split("-") ?? [];
  const [verb = "", ...noun] = words;
  return `${verb} the ${noun.join(" ") || "workspace"}`;
}
