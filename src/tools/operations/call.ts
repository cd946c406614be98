/** One call of an operation: what may leave, with which ids. */
import { z } from "zod";
import { KaneoMcpError } from "../../errors.ts";
import { hasTooManyParts, parsedJson } from "../../json.ts";
import { mapConcurrently } from "../../kaneo/api/concurrency.ts";
import { filledIn, type Kaneo, withQuery } from "../../kaneo/api/kaneo.ts";
import {
  isDestroying,
  isSecretField,
  whyForbidden,
} from "../../kaneo/operations/operation-limits.ts";
import type { Method, Operation } from "../../kaneo/operations/operations.ts";
import { findProject } from "../../kaneo/projects/find.ts";
import { findTask } from "../../kaneo/tasks/find.ts";
import { findWorkspace } from "../../kaneo/workspaces.ts";
import { inline } from "../../untrusted.ts";

/** Values by their names. */
export const values = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
type Values = z.infer<typeof values>;

interface Call {
  path?: Values | undefined;
  query?: Values | undefined;
  body?: Record<string, unknown> | undefined;
  confirm?: string | undefined;
}

/**
 * Sends a call that may be sent. Its path is looked at as it would leave, so that no spelling makes another route of it.
 *
 * @throws KaneoMcpError "forbidden" or "invalid_input" when it may not; then nothing was sent.
 */
export async function send(kaneo: Kaneo, operation: Operation, call: Call): Promise<unknown> {
  const { id, method } = operation;
  refuseForbidden(operation, operation.path);
  const { query = {}, body } = call;
  const secret = [...Object.keys(query), ...namesIn(body)].find(isSecretField);
  if (secret !== undefined) {
    const why = `${inline(secret, 60)} is a secret, which must not be an argument. Nothing was sent.`;
    throw new KaneoMcpError("forbidden", why, {
      hint: "It has been in the chat: it should be replaced, and entered on Kaneo's own page.",
    });
  }
  assertNames(operation, call);
  const ids = await resolved(kaneo, operation.path, call.path ?? {});
  const path = filledIn(operation.path, ids);
  refuseForbidden(operation, path.slice("/api".length));
  if (isDestroying(method, path, body) && call.confirm !== id) {
    const why = `${id} can lose something for good (${method} ${path}). Nothing was sent.`;
    throw new KaneoMcpError("invalid_input", why, {
      hint: `Ask the person whether it is meant, then call again with confirm ${id}.`,
    });
  }
  const route = withQuery(path, await resolved(kaneo, "", query));
  const payload = body && (await resolvedIn(kaneo, body));
  const { get: GET, post: POST, put: PUT, patch: PATCH, delete: DELETE } = kaneo;
  const requests: Record<Method, Kaneo["post"]> = { GET, POST, PUT, PATCH, DELETE };
  const anything = z.unknown().transform((answer) => withoutSecrets(answer));
  return requests[method](route, anything, payload);
}

function refuseForbidden(operation: Operation, path: string): void {
  const reason = whyForbidden(operation, path);
  if (reason === undefined) return;
  const why = `${operation.id} is not called by any tool: ${reason}. Nothing was sent.`;
  throw new KaneoMcpError("forbidden", why, { hint: "The person can do it on Kaneo's own page." });
}

/** `id` of `/task/{id}`. */
export function namesInPath(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
}

/** A name that the operation does not have would be dropped, and the call mean something else. */
function assertNames({ id, method, path, query, body }: Operation, call: Call): void {
  const inPath = namesInPath(path);
  const inQuery = query.map(({ name }) => name);
  const inBody = body.map(({ name }) => name);
  const missing = inPath.filter((name) => !Object.hasOwn(call.path ?? {}, name));
  // The document leaves out much of what the routes under /api/auth take, and bodies of several forms are not read.
  const isAnyBody =
    method !== "GET" && (path.startsWith("/auth/") || (inBody.length === 0 && method !== "DELETE"));
  const odd = [
    ...oddNames("path", call.path, (name) => inPath.includes(name)),
    ...oddNames("query", call.query, (name) =>
      inQuery.length > 0 ? inQuery.includes(name) : /^[A-Za-z]\w{0,40}$/.test(name),
    ),
    ...oddNames("body", call.body, (name) => isAnyBody || inBody.includes(name)),
  ];
  const problems = missing.length > 0 ? [`path needs ${missing.join(", ")}`, ...odd] : odd;
  if (problems.length === 0) return;
  const taken = (names: readonly string[]) => names.join(", ") || "nothing";
  throw new KaneoMcpError("invalid_input", `${id}: ${problems.join("; ")}. Nothing was sent.`, {
    hint: `Path: ${taken(inPath)}. Query: ${taken(inQuery)}. Body: ${taken(inBody)}.`,
  });
}

function oddNames(part: string, given: object = {}, isKnown: (name: string) => boolean): string[] {
  const odd = Object.keys(given).filter((name) => !isKnown(name));
  return odd.length === 0
    ? []
    : [`${part} has no ${odd.map((name) => inline(name, 40)).join(", ")}`];
}

/** What may stand in the place of an id: how people name tasks, projects and workspaces. */
const REFERENCES: Record<string, (kaneo: Kaneo, reference: string) => Promise<string>> = {
  task: async (kaneo, reference) => (await findTask(kaneo, reference)).task.id,
  project: async (kaneo, project) => (await findProject(kaneo, { project })).id,
  workspace: async (kaneo, reference) => (await findWorkspace(kaneo, reference)).id,
};
const KINDS: Record<string, string> = {
  organization: "workspace",
  sourceTask: "task",
  targetTask: "task",
  destinationProject: "project",
};

/** As long as Kaneo's own ids are, and as they without a dash: `nordwind-software-hamburg` is the slug of a workspace. */
const LOOKS_LIKE_ID = /^\w{20,128}$/;

async function resolved(kaneo: Kaneo, template: string, given: Values) {
  const entries = Object.entries(given).map(async ([name, value]): Promise<[string, string]> => {
    const text = String(value).trim();
    const find = REFERENCES[kindOf(name, template)];
    if (find === undefined || LOOKS_LIKE_ID.test(text)) return [name, text];
    return [name, await find(kaneo, text)];
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** `task` for `taskId`, and for the `id` of `/task/{id}`. */
function kindOf(name: string, template: string): string {
  const noun = name === "id" ? (template.split("/")[1] ?? "") : name.replace(/Id$/, "");
  return KINDS[noun] ?? noun;
}

/** A body with ids in the place of names: in its fields, in lists of ids, and in lists such as `projects: [{ id }]`. */
async function resolvedIn(kaneo: Kaneo, body: object): Promise<Record<string, unknown>> {
  const one = async (name: string, value: unknown) =>
    typeof value === "string" ? (await resolved(kaneo, "", { [name]: value }))[name] : value;
  const each = (name: string, value: unknown) =>
    typeof value === "object" && value !== null && "id" in value
      ? one(name, value.id).then((id) => ({ ...value, id }))
      : one(name, value);
  const entries = Object.entries(body).map(async ([name, value]): Promise<[string, unknown]> => {
    if (name.endsWith("Id")) return [name, await one(name, value)];
    if (!Array.isArray(value) || !name.endsWith("s")) return [name, value];
    return [name, await mapConcurrently(value, (item) => each(name.slice(0, -1), item))];
  });
  return Object.fromEntries(await Promise.all(entries));
}

const DEEPEST = 20;

function namesIn(value: unknown, depth = 0): string[] {
  if (typeof value !== "object" || value === null) return [];
  if (depth > DEEPEST) {
    throw new KaneoMcpError("invalid_input", "The body is nested too deep. Nothing was sent.");
  }
  const inside = Object.values(value).flatMap((item) => namesIn(item, depth + 1));
  return Array.isArray(value) ? inside : [...Object.keys(value), ...inside];
}

/** What no tool shows, whichever route has it and however it is wrapped; and nothing deeper than a person would look. */
function withoutSecrets(value: unknown, depth = 0, isSecret = false): unknown {
  if (typeof value === "string")
    return isSecret ? value && HIDDEN : textWithoutSecrets(value, depth);
  if (typeof value !== "object" || value === null) return value;
  if (depth > DEEPEST) return "…";
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, depth + 1, isSecret));
  const entries = Object.entries(value).map(([name, item]): [string, unknown] => {
    return [name, withoutSecrets(item, depth + 1, isSecret || isSecretField(name))];
  });
  return Object.fromEntries(entries);
}

const HIDDEN = "[hidden]";

/** A text may be JSON: before 2.13, Kaneo's external-link/index.ts gave an integration's secrets so, as its table has them. */
function textWithoutSecrets(text: string, depth: number): string {
  if (!/^\s*[[{]/.test(text)) return text;
  if (hasTooManyParts(text)) return HIDDEN;
  const inside = parsedJson(text);
  const shown = JSON.stringify(withoutSecrets(inside, depth + 1));
  return shown === JSON.stringify(inside) ? text : shown;
}
