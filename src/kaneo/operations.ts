/** What the instance says that it can do: its OpenAPI document, read with the same distrust as every answer. */
import { z } from "zod";
import type { KeptList } from "./client.ts";
import { endpoint } from "./endpoint.ts";
import { oneLine } from "./matching.ts";

export const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
export type Method = (typeof METHODS)[number];

interface Field {
  name: string;
  /** Such as `string`, or the words of a choice. */
  type: string;
  isNeeded: boolean;
}

/** One thing that the instance can do. */
export interface Operation {
  /** Such as `updateTaskTitle`. */
  id: string;
  method: Method;
  /** Behind `/api`: plain steps and names in braces, such as `/task/title/{id}`. */
  path: string;
  /** What it does, in the document's words. */
  says: string;
  /** The part of Kaneo that it belongs to. */
  tag: string;
  query: Field[];
  body: Field[];
}

/** Kaneo has 153. */
const MOST_OPERATIONS = 1_000;
const MOST_FIELDS = 60;

/** Plain steps only: whatever is spelt otherwise (encoded, with dots, an empty step) is no route of an honest Kaneo. */
const PATH = /^(?:\/(?:[A-Za-z0-9_-]{1,64}|\{[A-Za-z0-9_]{1,40}\})){1,12}$/;
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,59}$/;

/**
 * `GET /api/openapi`, as far as it is used: the operations in its order, without those that are not put as OpenAPI has it,
 * and without whatever is beyond the first thousand.
 */
export const operations: KeptList<Operation[]> = {
  endpoint: endpoint`/api/openapi`,
  schema: z
    .object({ paths: z.record(z.string(), z.unknown()) })
    .transform(({ paths }) => readPaths(paths)),
};

function readPaths(paths: Record<string, unknown>): Operation[] {
  const found = new Map<string, Operation>();
  for (const [path, item] of Object.entries(paths)) {
    if (!PATH.test(path)) continue;
    for (const method of METHODS) {
      if (found.size >= MOST_OPERATIONS) return [...found.values()];
      const operation = readOperation(fieldOf(item, method.toLowerCase()), { path, method });
      if (operation !== undefined && !found.has(operation.id)) found.set(operation.id, operation);
    }
  }
  return [...found.values()];
}

function readOperation(
  raw: unknown,
  { path, method }: Pick<Operation, "path" | "method">,
): Operation | undefined {
  if (typeof raw !== "object" || raw === null) return undefined;
  const id = textOf(raw, "operationId");
  if (!NAME.test(id)) return undefined;
  const says = textOf(raw, "description") || textOf(raw, "summary") || id;
  const tags = fieldOf(raw, "tags");
  const tag: unknown = Array.isArray(tags) ? tags[0] : undefined;
  return {
    id,
    method,
    path,
    says: oneLine(says, 200),
    tag: typeof tag === "string" ? oneLine(tag, 40) : "",
    query: queryOf(fieldOf(raw, "parameters")),
    body: bodyOf(fieldOf(raw, "requestBody")),
  };
}

function queryOf(parameters: unknown): Field[] {
  if (!Array.isArray(parameters)) return [];
  return parameters.slice(0, MOST_FIELDS).flatMap((parameter: unknown) => {
    const name = textOf(parameter, "name");
    if (textOf(parameter, "in") !== "query" || !NAME.test(name)) return [];
    const isNeeded = fieldOf(parameter, "required") === true;
    return [{ name, isNeeded, type: typeOf(fieldOf(parameter, "schema")) }];
  });
}

function bodyOf(requestBody: unknown): Field[] {
  const json = fieldOf(fieldOf(requestBody, "content"), "application/json");
  const schema = fieldOf(json, "schema");
  const properties = fieldOf(schema, "properties");
  if (typeof properties !== "object" || properties === null) return [];
  const required = fieldOf(schema, "required");
  const needed: unknown[] = Array.isArray(required) ? required.slice(0, MOST_FIELDS) : [];
  return Object.entries(properties)
    .filter(([name]) => NAME.test(name))
    .slice(0, MOST_FIELDS)
    .map(([name, value]: [string, unknown]) => {
      return { name, isNeeded: needed.includes(name), type: typeOf(value) };
    });
}

/** `string`, `list of string`, `low|high`. */
function typeOf(schema: unknown): string {
  const choices = fieldOf(schema, "enum");
  if (Array.isArray(choices)) {
    const words = choices.slice(0, 20).filter((choice) => typeof choice !== "object");
    return oneLine(words.join("|"), 200);
  }
  const type = textOf(schema, "type") || "any";
  const isList = type === "array";
  return oneLine(
    isList ? `list of ${textOf(fieldOf(schema, "items"), "type") || "any"}` : type,
    40,
  );
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return Reflect.get(value, name);
}

function textOf(value: unknown, name: string): string {
  const field = fieldOf(value, name);
  return typeof field === "string" ? field : "";
}
