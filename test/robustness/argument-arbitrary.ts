import fc from "fast-check";
import type { WireSchema } from "../../src/tools/wire-schema.ts";
import { anyCharacter } from "../support/any-character.ts";

/** Texts that mean something in the Kaneo at hand, by the name of the argument that they fit. */
export type Vocabulary = Readonly<Record<string, readonly string[]>>;

/** Arguments for a schema: mostly such as it allows, with real names; some that it does not; some that are none. */
export function argumentArbitrary(
  schema: WireSchema,
  vocabulary: Vocabulary,
): fc.Arbitrary<unknown> {
  const inside = objectOf(schema, vocabulary);
  const outside = fc
    .tuple(inside, fc.constantFrom("unknown", "assignee_id", "__proto__", "constructor"), junk)
    .map(([args, name, value]) => Object.defineProperty({ ...args }, name, shown(value)));
  return fc.oneof(
    { weight: 17, arbitrary: inside },
    { weight: 2, arbitrary: outside },
    { weight: 1, arbitrary: fc.object() },
  );
}

/** A value of its own, also for names that have a meaning to JavaScript. */
function shown(value: unknown): PropertyDescriptor {
  return { value, enumerable: true, configurable: true, writable: true };
}

const junk: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, "", " ", [], {}, 0, -1, 1.5, 1e21, true, [[]], "null", "[", "{"),
  fc.jsonValue({ maxDepth: 2 }),
);

const strangeTexts = fc.oneof(
  fc.constantFrom("..", "../../x", "a/b?c#d", "%2e%2e", "none", "me", "#1", "#99", "WEB-", "-4"),
  fc.constantFrom(
    "nul\0nul",
    "\0",
    "\ud800",
    "line\nbreak",
    "\u202eevil",
    "a".repeat(20_000),
    "%",
    "_",
  ),
  fc.constantFrom("2026-02-30", "99999-01-01", "0000-00-00", "2026-13-01T00:00Z", "now", "1e9"),
  fc.string(),
  fc.string({ unit: anyCharacter, maxLength: 40 }),
);

function objectOf(
  { properties = {}, required = [] }: WireSchema,
  vocabulary: Vocabulary,
): fc.Arbitrary<Record<string, unknown>> {
  const model = Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [
      name,
      fc.oneof(
        { weight: 40, arbitrary: arbitraryOf(property, vocabulary[name] ?? [], vocabulary) },
        { weight: 1, arbitrary: junk },
      ),
    ]),
  );
  return fc.oneof(
    { weight: 19, arbitrary: fc.record(model, { requiredKeys: required }) },
    { weight: 1, arbitrary: fc.record(model, { requiredKeys: [] }) },
  );
}

function arbitraryOf(
  schema: WireSchema,
  words: readonly string[],
  vocabulary: Vocabulary,
): fc.Arbitrary<unknown> {
  switch (schema.type) {
    case "boolean":
      return fc.oneof(fc.boolean(), fc.constantFrom("true", " FALSE ", "yes", 1));
    case "integer":
    case "number":
      return numberOf(schema);
    case "array":
      return listOf(schema, words, vocabulary);
    case "object":
      return objectOf(schema, vocabulary);
    case "string":
      return textOf(schema.enum ?? words);
  }
}

function textOf(words: readonly string[]): fc.Arbitrary<string> {
  if (words.length === 0) return strangeTexts;
  const known = fc.constantFrom(...words);
  const careless = known.map((word) => ` ${word.toUpperCase()} `);
  return fc.oneof(
    { weight: 20, arbitrary: known },
    { weight: 2, arbitrary: careless },
    { weight: 2, arbitrary: strangeTexts },
  );
}

function numberOf({ minimum: min = -1000, maximum: max = 1000 }: WireSchema) {
  const fitting = fc.integer({ min, max });
  return fc.oneof(
    { weight: 9, arbitrary: fitting },
    { weight: 1, arbitrary: fitting.map(String) },
    { weight: 1, arbitrary: fc.constantFrom<unknown>(min - 1, max + 1, 1.5, "1e3", "many", -0) },
  );
}

function listOf({ items }: WireSchema, words: readonly string[], vocabulary: Vocabulary) {
  const item = items ? arbitraryOf(items, words, vocabulary) : junk;
  const list = fc.array(item, { maxLength: 4 });
  return fc.oneof(
    { weight: 6, arbitrary: list },
    { weight: 1, arbitrary: list.map((values) => JSON.stringify(values)) },
    { weight: 1, arbitrary: item },
  );
}
