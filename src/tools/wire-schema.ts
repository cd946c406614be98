import { z } from "zod";

/** A JSON Schema reduced to what every MCP client understands (design: no `$ref`, no `anyOf`, no `pattern`). */
export interface WireSchema {
  type: "object" | "array" | "string" | "integer" | "number" | "boolean";
  description?: string;
  enum?: string[];
  default?: unknown;
  minimum?: number;
  maximum?: number;
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
  if (Number.isSafeInteger(schema.minimum) && schema.minimum !== Number.MIN_SAFE_INTEGER) {
    wire.minimum = Number(schema.minimum);
  }
  if (Number.isSafeInteger(schema.maximum) && schema.maximum !== Number.MAX_SAFE_INTEGER) {
    wire.maximum = Number(schema.maximum);
  }
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
