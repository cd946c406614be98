/** The schema of a tool's arguments as clients are told it. */
import { z } from "zod";

/** A JSON Schema reduced to what every MCP client understands: no `$ref`, no `anyOf`, no `pattern`. */
export interface WireSchema {
  type: "object" | "array" | "string" | "integer" | "number" | "boolean";
  description?: string;
  enum?: string[];
  default?: unknown;
  minimum?: number;
  maximum?: number;
  /** Only 0, and not listed: an empty text is one. */
  minLength?: 0;
  /** Not listed either. */
  minItems?: number;
  maxItems?: number;
  items?: WireSchema;
  properties?: Record<string, WireSchema>;
  required?: string[];
}

const KEPT = [
  "type",
  "description",
  "enum",
  "default",
  "minItems",
  "maxItems",
  "required",
] as const;

/** The wire schema of a tool's input. */
export function wireSchemaOf(input: z.ZodObject): WireSchema {
  return reduce(z.toJSONSchema(input, { io: "input", target: "draft-7", reused: "inline" }));
}

function reduce(schema: z.core.JSONSchema.BaseSchema): WireSchema {
  // Tools are built from the types that WireSchema lists; the catalogue test checks every one of them.
  const wire = Object.fromEntries(
    KEPT.flatMap((key) => (schema[key] === undefined ? [] : [[key, schema[key]]])),
  ) as unknown as WireSchema;
  // zod bounds every integer by what JavaScript can count.
  for (const bound of ["minimum", "maximum"] as const) {
    const number = schema[bound];
    if (number !== undefined && Math.abs(number) < Number.MAX_SAFE_INTEGER) wire[bound] = number;
  }
  if (schema.minLength === 0) wire.minLength = 0;
  if (typeof schema.items === "object" && !Array.isArray(schema.items))
    wire.items = reduce(schema.items);
  if (schema.properties !== undefined) {
    wire.properties = Object.fromEntries(
      Object.entries(schema.properties).flatMap(([name, property]) =>
        typeof property === "object" ? [[name, reduce(property)]] : [],
      ),
    );
  }
  return wire;
}
