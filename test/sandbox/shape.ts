/** Checks bodies and queries the way Kaneo's validator (valibot) does, with its error JSON. */
import { Refusal } from "./refusal.ts";

type Issue = Record<string, unknown>;

export interface Field<T> {
  readonly optional: boolean;
  /** The value, or what is wrong with it. */
  check(value: unknown): { value: T } | { issue: Issue };
}
export type Shape = Readonly<Record<string, Field<unknown>>>;
export type Infer<S extends Shape> = {
  readonly [K in keyof S]: S[K] extends Field<infer T> ? T : never;
};

/** Parses `input` by `shape`; unknown keys are dropped. @throws Refusal 400 that echoes the input. */
export function parseShape<S extends Shape>(shape: S, input: unknown): Infer<S> {
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    throw schemaError(input, [mismatch("object", "Object", input)]);
  }
  // A JSON object or a query: text keys, values not yet known.
  const values = input as Record<string, unknown>;
  const issues: Issue[] = [];
  const parsed: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(shape)) {
    if (values[key] === undefined) {
      if (!field.optional) issues.push(missing(key, values));
      continue;
    }
    const result = field.check(values[key]);
    if ("value" in result) parsed[key] = result.value;
    else issues.push(at(result.issue, key, values));
  }
  if (issues.length > 0) throw schemaError(values, issues);
  // Every required key of the shape has been checked above.
  return parsed as Infer<S>;
}

export function text(options: { atLeast?: number; message?: string } = {}): Field<string> {
  return required((value) => {
    if (typeof value !== "string") return { issue: mismatch("string", "string", value) };
    const { atLeast = 0, message } = options;
    if (value.length >= atLeast) return { value };
    return { issue: tooShort(value, atLeast, message) };
  });
}

export function number({ lowest = Number.NEGATIVE_INFINITY } = {}): Field<number> {
  return required((value) => {
    if (typeof value !== "number") return { issue: mismatch("number", "number", value) };
    if (value >= lowest) return { value };
    const message = `Invalid value: Expected >=${lowest} but received ${value}`;
    return { issue: { ...outOfRange("min_value", value, lowest), message } };
  });
}

export function flag(): Field<boolean> {
  return required((value) =>
    typeof value === "boolean" ? { value } : { issue: mismatch("boolean", "boolean", value) },
  );
}

/** A number in a query, without any limit: "abc" is NaN. */
export function numberInQuery(): Field<number> {
  return required((value) => ({ value: Number(value) }));
}

/** A whole number in a query within limits. */
export function countInQuery(lowest: number, highest: number): Field<number> {
  return required((value) => {
    const count = Number(value);
    if (Number.isNaN(count)) return { issue: mismatch("number", "number", count) };
    if (count < lowest) return { issue: outOfRange("min_value", count, lowest) };
    if (count > highest) return { issue: outOfRange("max_value", count, highest) };
    return { value: count };
  });
}

export function oneOf<T extends string>(...options: readonly T[]): Field<T> {
  return required((value) => {
    const found = options.find((option) => option === value);
    if (found !== undefined) return { value: found };
    const expected = `(${options.map((option) => `"${option}"`).join(" | ")})`;
    return { issue: mismatch("picklist", expected, value) };
  });
}

/** A list; `item` is not checked for its own limits, only for its type. */
export function list<T>(item: Field<T>, atLeast = 0): Field<T[]> {
  return required((value) => {
    if (!Array.isArray(value)) return { issue: mismatch("array", "Array", value) };
    const items: T[] = [];
    for (const [index, entry] of value.entries()) {
      const result = item.check(entry);
      if ("issue" in result) {
        return { issue: { ...result.issue, path: [{ type: "array", key: index }] } };
      }
      items.push(result.value);
    }
    if (items.length < atLeast) return { issue: tooShort(value, atLeast, undefined) };
    return { value: items };
  });
}

export function record<S extends Shape>(shape: S): Field<Infer<S>> {
  return required((value) => {
    try {
      return { value: parseShape(shape, value) };
    } catch {
      return { issue: mismatch("object", "Object", value) };
    }
  });
}

export function optional<T>(field: Field<T>): Field<T | undefined> {
  return { optional: true, check: field.check };
}

export function nullable<T>(field: Field<T>): Field<T | null> {
  return {
    optional: field.optional,
    check: (value) => (value === null ? { value: null } : field.check(value)),
  };
}

function required<T>(check: Field<T>["check"]): Field<T> {
  return { optional: false, check };
}

function schemaError(data: unknown, issues: Issue[]): Refusal {
  return new Refusal(400, { data, error: issues, success: false });
}

function missing(key: string, input: unknown): Issue {
  const expected = `"${key}"`;
  return {
    kind: "schema",
    type: "object",
    expected,
    received: "undefined",
    message: `Invalid key: Expected ${expected} but received undefined`,
    path: [{ type: "object", origin: "key", input, key }],
  };
}

function mismatch(type: string, expected: string, input: unknown): Issue {
  const received = describe(input);
  const message = `Invalid type: Expected ${expected} but received ${received}`;
  return { kind: "schema", type, input, expected, received, message };
}

function tooShort(input: { length: number }, atLeast: number, message?: string): Issue {
  const received = String(input.length);
  return {
    kind: "validation",
    type: "min_length",
    input,
    expected: `>=${atLeast}`,
    received,
    message: message ?? `Invalid length: Expected >=${atLeast} but received ${received}`,
    requirement: atLeast,
  };
}

function outOfRange(type: "min_value" | "max_value", input: number, requirement: number): Issue {
  const low = type === "min_value";
  const message = low
    ? `Limit must be at least ${requirement}`
    : `Limit must not exceed ${requirement}`;
  const expected = `${low ? ">=" : "<="}${requirement}`;
  return {
    kind: "validation",
    type,
    input,
    expected,
    received: String(input),
    message,
    requirement,
  };
}

function at(issue: Issue, key: string, input: Record<string, unknown>): Issue {
  const step = { type: "object", origin: "value", input, key, value: input[key] };
  const inner = Array.isArray(issue["path"]) ? issue["path"] : [];
  return { ...issue, path: [step, ...inner] };
}

function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return "Array";
  if (typeof value === "object" && value !== null) return "Object";
  return String(value);
}
