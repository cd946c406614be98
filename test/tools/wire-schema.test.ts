import { expect, test } from "vitest";
import { z } from "zod";
import { wireSchemaOf } from "../../src/tools/wire-schema.ts";

test("a schema on the wire keeps what every client understands and nothing else", () => {
  const shared = z.string().trim().min(1).regex(/a/).describe("Key");
  const input = z.object({
    task: shared,
    other: shared,
    limit: z.int().min(1).max(100).default(25),
    any: z.int(),
    state: z.enum(["open", "done"]).optional(),
    items: z
      .array(z.object({ title: z.string(), tags: z.array(shared).optional() }))
      .min(1)
      .max(5),
  });

  expect(wireSchemaOf(input)).toEqual({
    type: "object",
    required: ["task", "other", "any", "items"],
    properties: {
      task: { type: "string", description: "Key" },
      other: { type: "string", description: "Key" },
      limit: { type: "integer", minimum: 1, maximum: 100, default: 25 },
      any: { type: "integer" },
      state: { type: "string", enum: ["open", "done"] },
      items: {
        type: "array",
        minItems: 1,
        maxItems: 5,
        items: {
          type: "object",
          required: ["title"],
          properties: {
            title: { type: "string" },
            tags: { type: "array", items: { type: "string", description: "Key" } },
          },
        },
      },
    },
  });
});

test("a tool without arguments has an object without properties", () => {
  expect(wireSchemaOf(z.object({}))).toEqual({ type: "object", properties: {} });
});
