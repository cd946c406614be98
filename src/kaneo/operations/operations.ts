/** What the instance says that it can do: its OpenAPI document, read with the same distrust as every answer. */
import { z } from "zod";
import { inline } from "../../untrusted.ts";
import { endpoint, type KeptList } from "../api/kaneo.ts";

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

const text = z.string().catch("");
const items = z.array(z.unknown()).catch([]);
const record = z.record(z.string(), z.unknown()).catch({});

const shape = { type: text, properties: record };

/** `string`, `list of string`, `low|high`, `list of object {id, position}`. */
const typeSchema = z
  .object({ ...shape, enum: items, items: z.object(shape).catch({ type: "", properties: {} }) })
  .transform(({ enum: choices, items: item, ...own }) => {
    const words = choices.slice(0, 20).filter((choice) => typeof choice !== "object");
    if (words.length > 0) return inline(words.join("|"), 200);
    const { type, properties } = own.type === "array" ? item : own;
    const names = Object.keys(properties).slice(0, MOST_FIELDS).join(", ");
    const fields = names === "" ? "" : ` {${names}}`;
    return inline(`${own.type === "array" ? "list of " : ""}${type || "any"}${fields}`, 200);
  })
  .catch("any");

const parameterSchema = z.object({
  name: z.string().regex(NAME),
  in: z.literal("query"),
  required: z.unknown().optional(),
  schema: typeSchema,
});

const bodySchema = z.object({
  content: z.object({
    "application/json": z.object({ schema: z.object({ properties: record, required: items }) }),
  }),
});

const operationSchema = z.object({
  operationId: z.string().regex(NAME),
  description: text,
  summary: text,
  tags: items,
  parameters: items,
  requestBody: z.unknown().optional(),
});

/**
 * `GET /api/openapi`, as far as it is used: the operations in its order, without those that are not put as OpenAPI has it,
 * and without whatever is beyond the first thousand.
 */
export const operations: KeptList<Operation[]> = {
  endpoint: endpoint`/api/openapi`,
  isFixed: true,
  schema: z
    .object({ paths: z.record(z.string(), record) })
    .transform(({ paths }) => readPaths(paths)),
};

function readPaths(paths: Record<string, Record<string, unknown>>): Operation[] {
  const found = new Map<string, Operation>();
  const plain = Object.entries(paths).filter(([path]) => PATH.test(path));
  for (const [path, ofPath] of plain.slice(0, MOST_OPERATIONS)) {
    for (const method of METHODS) {
      const operation = readOperation(method, path, ofPath);
      if (operation !== undefined && !found.has(operation.id)) found.set(operation.id, operation);
    }
  }
  return [...found.values()].slice(0, MOST_OPERATIONS);
}

function readOperation(method: Method, path: string, ofPath: Record<string, unknown>) {
  const { data } = operationSchema.safeParse(ofPath[method.toLowerCase()]);
  if (data === undefined) return undefined;
  const { operationId: id, description, summary, tags, parameters, requestBody } = data;
  const [tag] = tags;
  return {
    id,
    method,
    path,
    says: inline(description || summary || id, 200),
    tag: typeof tag === "string" ? inline(tag, 40) : "",
    query: queryOf(parameters),
    body: bodyOf(requestBody),
  };
}

function queryOf(parameters: readonly unknown[]): Field[] {
  return parameters.slice(0, MOST_FIELDS).flatMap((parameter) => {
    const { data } = parameterSchema.safeParse(parameter);
    return data ? [{ name: data.name, isNeeded: data.required === true, type: data.schema }] : [];
  });
}

function bodyOf(requestBody: unknown): Field[] {
  const { data } = bodySchema.safeParse(requestBody);
  const { properties = {}, required = [] } = data?.content["application/json"].schema ?? {};
  const needed = required.slice(0, MOST_FIELDS);
  return Object.entries(properties)
    .filter(([name]) => NAME.test(name))
    .slice(0, MOST_FIELDS)
    .map(([name, schema]) => {
      return { name, isNeeded: needed.includes(name), type: typeSchema.parse(schema) };
    });
}
