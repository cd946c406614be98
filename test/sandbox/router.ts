/** Declares and dispatches Kaneo's own routes: validate, find the workspace, check rights, run. */
import {
  type Access,
  type Caller,
  findWorkspace,
  type Permissions,
  requireMember,
  requirePermission,
} from "./access.ts";
import type { SandboxData } from "./data.ts";
import { crash, Refusal } from "./refusal.ts";
import { type Infer, parseShape, type Shape } from "./shape.ts";

export interface ApiRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly contentType: string;
  readonly rawBody: string;
  readonly caller: Caller;
  readonly data: SandboxData;
}

export interface Call<Body, Query> {
  readonly data: SandboxData;
  readonly caller: Caller;
  /** Empty for routes that belong to no workspace. */
  readonly workspaceId: string;
  readonly body: Body;
  readonly query: Query;
  /** The part of the path that a pattern calls `:name`. */
  param(name: string): string;
}

export interface Route {
  readonly method: string;
  /** The named parts of a path that fits; undefined when it does not. */
  match(path: string): Record<string, string> | undefined;
  answer(request: ApiRequest, params: Record<string, string>): unknown;
}

/** What a route answers that is not JSON. */
export class FileAnswer {
  readonly bytes: Buffer;
  readonly headers: Record<string, string>;

  constructor(bytes: Buffer, headers: Record<string, string>) {
    this.bytes = bytes;
    this.headers = headers;
  }
}

type None = Record<never, never>;

export interface Definition<Body extends Shape, Query extends Shape> {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Such as `/api/task/:id`. */
  readonly path: string;
  readonly body?: Body;
  readonly query?: Query;
  readonly access?: Access;
  readonly needs?:
    | Permissions
    | ((call: Call<Infer<Body>, Infer<Query>>) => Permissions | undefined);
  run(call: Call<Infer<Body>, Infer<Query>>): unknown;
}

/** Seals the types of one route, so that a plain list can hold all of them. */
export function route<Body extends Shape = None, Query extends Shape = None>(
  definition: Definition<Body, Query>,
): Route {
  return {
    method: definition.method,
    match: matcher(definition.path),
    answer: (request, params) => definition.run(admit(definition, request, params)),
  };
}

function admit<Body extends Shape, Query extends Shape>(
  definition: Definition<Body, Query>,
  request: ApiRequest,
  params: Record<string, string>,
): Call<Infer<Body>, Infer<Query>> {
  const { data, caller } = request;
  // A route without a shape takes nothing from its body or query.
  const query = parseShape(definition.query ?? ({} as Query), request.query);
  const json = definition.body ? readJson(request) : {};
  // As above.
  const body = parseShape(definition.body ?? ({} as Body), json);
  const located = { params, query: request.query, body: json };
  const workspaceId = definition.access ? findWorkspace(data, definition.access, located) : "";
  const param = (name: string) => params[name] ?? "";
  const call = { data, caller, workspaceId, body, query, param };
  if (definition.access) requireMember(data, workspaceId, caller.userId);
  const needs = typeof definition.needs === "function" ? definition.needs(call) : definition.needs;
  if (needs) requirePermission(data, caller, { workspaceId, needs });
  if (!isStorable(body)) throw crash();
  return call;
}

/** Only a JSON content type makes a body; anything else counts as `{}`. */
function readJson({ contentType, rawBody }: ApiRequest): unknown {
  if (!/^application\/([a-z-.]+\+)?json(;|$)/i.test(contentType)) return {};
  try {
    return JSON.parse(rawBody);
  } catch {
    throw new Refusal(400, "Malformed JSON in request body");
  }
}

/** Postgres takes neither NUL nor half a surrogate pair in a text. */
function isStorable(value: unknown): boolean {
  if (typeof value === "string") return !value.includes("\0") && !LONE_SURROGATE.test(value);
  if (typeof value !== "object" || value === null) return true;
  return Object.values(value).every(isStorable);
}

const LONE_SURROGATE = /\p{Surrogate}/u;

function matcher(pattern: string): Route["match"] {
  const expected = pattern.split("/");
  return (path) => {
    const parts = path.split("/");
    if (parts.length !== expected.length) return undefined;
    const params: Record<string, string> = {};
    for (const [index, name] of expected.entries()) {
      const part = parts[index] ?? "";
      if (name.startsWith(":") && part !== "") params[name.slice(1)] = decode(part);
      else if (name !== part) return undefined;
    }
    return params;
  };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Runs the first route that fits. @throws Refusal 404 when none does. */
export function dispatch(routes: readonly Route[], request: ApiRequest): unknown {
  const method = request.method === "HEAD" ? "GET" : request.method;
  for (const candidate of routes) {
    const params = candidate.method === method ? candidate.match(request.path) : undefined;
    if (params) return candidate.answer(request, params);
  }
  throw new Refusal(404, "404 Not Found");
}
