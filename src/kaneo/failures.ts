import { z } from "zod";
import { type FailureKind, KaneoMcpError } from "../errors.ts";
import type { HttpRequest, HttpResponse } from "../http/http.ts";
import { oneLine } from "./matching.ts";

type Route = Pick<HttpRequest, "method" | "path">;

const schemaErrorSchema = z.object({
  error: z.array(
    z.object({
      message: z.string(),
      path: z.array(z.object({ key: z.union([z.string(), z.number()]) })).optional(),
    }),
  ),
});
const messageSchema = z.object({ message: z.string() });
const retrySchema = z.object({ details: z.object({ tryAgainIn: z.number() }) });

/** What an answer of status 400 or more means (docs/kaneo.md, "Failures": two families, and missing ids that are not 404). */
export function failureOfAnswer(route: Route, response: HttpResponse): KaneoMcpError {
  const said = wordsOf(response.body);
  const { status } = response;
  if (said === "Workspace ID could not be determined") return unknownId(route);
  if (status === 400 || status === 422) return invalidInput(route, said);
  if (status === 401) return notAccepted(route);
  if (status === 403) return forbidden(said, response);
  if (status === 404) return notFound(route, response, said);
  if (status === 413) return tooLarge(route);
  if (status === 409) return new KaneoMcpError("conflict", `Kaneo refused: ${said}.`);
  if (status === 429) return rateLimited(response);
  if (status >= 500) return serverError(route, status, said);
  return new KaneoMcpError(
    "unexpected",
    `${shown(route)} was answered with status ${status}: ${said}.`,
  );
}

/** What a good answer means that is not what Kaneo would say there, as `cause` found. */
export function failureOfShape(route: Route, body: unknown, cause: z.ZodError): KaneoMcpError {
  const wasWrite = route.method !== "GET";
  if (typeof body === "string") {
    const outcome = wasWrite ? " Whether the change was saved is not certain." : "";
    return new KaneoMcpError(
      "unexpected",
      `${shown(route)} was answered with ${describeText(body)} instead of JSON.${outcome}`,
      {
        hint: "Something other than Kaneo's API answers there. Check KANEO_API_URL: is the API perhaps behind another path?",
        cause,
      },
    );
  }
  const outcome = wasWrite ? " The change was probably saved; check before repeating it." : "";
  const fields = new Set(cause.issues.map((issue) => issue.path.join(".") || "the whole answer"));
  const named = [...fields].slice(0, 3).join(", ");
  return new KaneoMcpError(
    "unexpected",
    `${shown(route)} was answered in a shape that this server does not know (${named}).${outcome}`,
    {
      hint: "Is this Kaneo 2.22 or later? An update of Kaneo or of kaneo-mcp may be needed.",
      cause,
    },
  );
}

function describeText(body: string): string {
  if (body.trim() === "") return "an empty body";
  return looksLikeWebPage(body) ? WEB_PAGE : "plain text";
}

const WEB_PAGE = "a web page (HTML)";

function unknownId(route: Route): KaneoMcpError {
  const id = idsIn(route.path).at(-1) ?? "";
  return new KaneoMcpError(
    "not_found",
    `Kaneo has no ${nounOf(route)} with the id "${id}", or this account cannot see it.`,
  );
}

function invalidInput(route: Route, said: string): KaneoMcpError {
  return new KaneoMcpError("invalid_input", `Kaneo refused ${shown(route)}: ${said}.`);
}

function tooLarge(route: Route): KaneoMcpError {
  return new KaneoMcpError("invalid_input", `${shown(route)} was too large for this instance.`, {
    hint: "Kaneo's web server takes 25 MB at most. Shorten the text.",
  });
}

function notAccepted(route: Route): KaneoMcpError {
  return new KaneoMcpError(
    "forbidden",
    `${shown(route)} was answered with 401 Unauthorized although the sign-in is valid.`,
    {
      hint: "This route may be closed by a proxy in front of Kaneo, or by the instance's settings.",
    },
  );
}

function forbidden(said: string, { body }: HttpResponse): KaneoMcpError {
  if (looksLikeWebPage(body)) {
    const message = "The request was refused with a web page, so not by Kaneo itself.";
    return new KaneoMcpError("forbidden", message, {
      hint: "A proxy or firewall in front of Kaneo may want another way in: ask who runs it.",
    });
  }
  const reason =
    said === "Insufficient permissions"
      ? "the role of this account in the workspace does not allow it (Insufficient permissions)"
      : said === "Insufficient API key scope"
        ? "the API key's scope is too small (Insufficient API key scope)"
        : said;
  return new KaneoMcpError("forbidden", `Kaneo refused: ${reason}.`);
}

function notFound(route: Route, response: HttpResponse, said: string): KaneoMcpError {
  const isKaneo = said !== "404 Not Found" && !looksLikeWebPage(response.body);
  if (isKaneo) return new KaneoMcpError("not_found", `Kaneo answered: ${said}.`);
  return new KaneoMcpError("unexpected", `Kaneo has no route ${shown(route)} here.`, {
    hint: "Check KANEO_API_URL, and that the instance runs Kaneo 2.22 or later.",
  });
}

function rateLimited(response: HttpResponse): KaneoMcpError {
  const header = response.headers["x-retry-after"] ?? response.headers["retry-after"];
  const inBody = retrySchema.safeParse(response.body).data?.details.tryAgainIn;
  const seconds = inBody === undefined ? Number(header) : Math.ceil(inBody / 1000);
  const wait = Number.isFinite(seconds) ? ` It asks to wait ${seconds} seconds.` : "";
  return new KaneoMcpError(
    "rate_limited",
    `Kaneo limits how often it may be asked, and that was too often.${wait}`,
  );
}

function serverError(route: Route, status: number, said: string): KaneoMcpError {
  const kind: FailureKind = route.method === "GET" ? "unavailable" : "outcome_unknown";
  const outcome = route.method === "GET" ? "" : " Whether the change was saved is not certain.";
  return new KaneoMcpError(
    kind,
    `Kaneo failed on ${shown(route)} with status ${status}: ${said}.${outcome}`,
  );
}

function wordsOf(body: unknown): string {
  const schemaErrors = schemaErrorSchema.safeParse(body).data;
  if (schemaErrors !== undefined) {
    return oneLine(schemaErrors.error.map(wordsOfSchemaError).join("; "), MOST_WORDS);
  }
  if (looksLikeWebPage(body)) return WEB_PAGE;
  const words =
    messageSchema.safeParse(body).data?.message ?? (typeof body === "string" ? body : "");
  return oneLine(words, MOST_WORDS).replace(/\.$/, "") || "no reason was given";
}

const MOST_WORDS = 300;

function wordsOfSchemaError(error: z.infer<typeof schemaErrorSchema>["error"][number]): string {
  const field = error.path?.map((step) => step.key).join(".");
  return field ? `${field}: ${error.message}` : error.message;
}

function looksLikeWebPage(body: unknown): boolean {
  return typeof body === "string" && /^\s*<(!doctype|html)/i.test(body);
}

function shown({ method, path }: Route): string {
  return `${method} ${path.split("?")[0]}`;
}

/** Routes whose last id belongs to something else than their name says. */
const NOUNS: [route: RegExp, noun: string][] = [
  [/^(GET|POST) \/api\/column\//, "project"],
  [/^(GET|PUT) \/api\/workflow-rule\//, "project"],
  [/^POST \/api\/task\/\w+$/, "project"],
  [/^GET \/api\/task\/tasks\//, "project"],
  [/^(GET|POST) \/api\/comment\//, "task"],
  [/^GET \/api\/(activity|external-link|task-relation|time-entry\/task|label\/task)\//, "task"],
  [/\/api\/task-relation\//, "relation"],
  [/\/api\/time-entry\//, "time entry"],
  [/\/api\/workflow-rule\//, "workflow rule"],
];

/** The thing that a route's last id names, in a person's words. */
function nounOf(route: Route): string {
  const known = NOUNS.find(([pattern]) => pattern.test(shown(route)));
  return known?.[1] ?? route.path.split("/")[2] ?? "thing";
}

function idsIn(path: string): string[] {
  return (path.split("?")[0] ?? "").split("/").filter((step) => /^[A-Za-z0-9_-]{20,}$/.test(step));
}
