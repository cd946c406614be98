import type { z } from "zod";
import { KaneoMcpError } from "../errors.ts";
import { isRecord, storable } from "../json.ts";
import { count } from "../text/text.ts";
import { isEmpty, parseJson, squeeze, withNamesMeant } from "./names-meant.ts";
import type { WireSchema } from "./wire-schema.ts";

interface Reading {
  alsoRead?: Readonly<Record<string, string>> | undefined;
  /** Whether a person wrote the texts, who means them so. */
  isTyped?: boolean;
}

interface Accepted<Input extends z.ZodObject> extends Reading {
  input: Input;
  /** As {@link wireSchemaOf} makes it of `input`. */
  schema: WireSchema;
}

/**
 * Reads a call's arguments: forgiving in form, as models are careless there; strict in names, since a dropped argument
 * would change what the call means.
 *
 * @throws KaneoMcpError "invalid_input", naming what is wrong.
 */
export function readArguments<Input extends z.ZodObject>(
  args: unknown,
  { input, schema, ...reading }: Accepted<Input>,
): z.output<Input> {
  const given = coerceObject(args ?? {}, schema, { where: "", ...reading });
  if (!isRecord(given)) {
    throw new KaneoMcpError("invalid_input", "The arguments must be a JSON object.");
  }
  const parsed = input.safeParse(given, { reportInput: true });
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const problems = issues.slice(0, MOST_TOLD).map((issue) => describeIssue(issue, schema));
  const rest = issues.length - problems.length;
  if (rest > 0) problems.push(`And ${rest} more like these`);
  throw new KaneoMcpError("invalid_input", `${problems.join(". ")}.`);
}

const MOST_TOLD = 20;
/** Of names or items in one place: more than any call needs, and few enough to look at each. */
const MOST_PARTS = 1_000;

function assertFew({ length }: readonly unknown[], noun: "argument" | "item"): void {
  if (length <= MOST_PARTS) return;
  const why = `More than ${count(MOST_PARTS, noun)} in one place are too many to be read.`;
  throw new KaneoMcpError("invalid_input", why);
}

const BOOLEANS = new Map([
  ["true", true],
  ["yes", true],
  ["false", false],
  ["no", false],
]);

/** Turns what plainly means a value of `schema`, which stands at `where`, into one; leaves anything else for the check. */
function coerce(value: unknown, schema: WireSchema, where: string): unknown {
  switch (schema.type) {
    case "integer":
    case "number":
      return typeof value === "string" && value.trim() !== "" && Number.isFinite(Number(value))
        ? Number(value)
        : value;
    case "boolean":
      return typeof value === "string"
        ? (BOOLEANS.get(value.trim().toLowerCase()) ?? value)
        : value;
    case "string":
      return coerceText(value, schema);
    case "array":
      return coerceList(value, schema, where);
    case "object":
      return coerceObject(value, schema, { where });
  }
}

function coerceText(value: unknown, schema: WireSchema): unknown {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value !== "string") return value;
  if (schema.enum === undefined) return storable(value);
  const wanted = squeeze(value);
  const called = (name: string) => schema.enum?.find((choice) => squeeze(choice) === name);
  // One or many of a kind is the same kind.
  const chosen = called(wanted) ?? called(`${wanted}s`) ?? called(wanted.replace(/s$/, ""));
  // The word that clears a field means the choice that is none.
  const none = wanted === "none" ? schema.enum.find((one) => one.startsWith("no-")) : undefined;
  return chosen ?? none ?? value;
}

function coerceList(value: unknown, { items }: WireSchema, where: string): unknown {
  const read = parseJson(value, "[");
  if (read === undefined || read === null || items === undefined) return read;
  const split = (item: unknown) =>
    items.enum && typeof item === "string" ? item.split(",", MOST_PARTS + 1) : [item];
  const given = Array.isArray(read) ? read : [read];
  assertFew(given, "item");
  const list = given.flatMap(split);
  assertFew(list, "item");
  const isKept = (item: unknown) => items.type !== "string" || !isEmpty(item);
  // Items that are objects are counted: `#3` is the third.
  return list.map((item, index) => coerce(item, items, `${where} #${index + 1}`)).filter(isKept);
}

/** @throws KaneoMcpError "invalid_input" for names that the schema does not have. */
function coerceObject(
  value: unknown,
  { properties = {}, required = [] }: WireSchema,
  { where, alsoRead = {}, isTyped = false }: Reading & { where: string },
): unknown {
  const read = parseJson(value, "{");
  const known = new Map(Object.entries(properties));
  // Some clients invent an argument where a tool takes none, and the fields of an operation's call are named by the instance.
  if (!isRecord(read) || known.size === 0) return read;
  assertFew(Object.keys(read), "argument");
  const named = withNamesMeant(read, { known, alsoRead }).filter(
    ([name, field]) => isTyped || required.includes(name) || !isLeftOut(name, field),
  );
  if (!isTyped) assertSure(named.filter(([name]) => known.has(name) && !required.includes(name)));
  const entries = named
    .map(([name, field]): [string, unknown] => {
      const schema = known.get(name);
      const meant = PROSE.has(name) && !isTyped ? withLineBreaks(field) : field;
      return [name, schema === undefined ? meant : coerce(meant, schema, name)];
    })
    // Models and clients fill what they leave out. An empty list or text that means something says so by its least length.
    .filter(([name, field]) => {
      const { minItems, minLength } = known.get(name) ?? {};
      const isMeant = Array.isArray(field) ? minItems === 0 : minLength === 0 && field !== null;
      return required.includes(name) || isMeant || !isEmpty(field);
    });
  const place = where === "" ? "" : ` in ${where}`;
  const unknown = entries.flatMap(([name]) => (known.has(name) ? [] : name));
  if (unknown.length === 0) return Object.fromEntries(entries);
  const told = unknown.slice(0, MOST_TOLD).map((name) => `"${name.slice(0, 60)}"`);
  const valid = `The arguments are: ${[...known.keys()].join(", ")}.`;
  throw new KaneoMcpError("invalid_input", `Unknown argument ${told.join(", ")}${place}. ${valid}`);
}

/** What languages write for nothing, and a model may mean by it to clear a field or to leave it alone. Our word to clear is none. */
const NOTHING = /^(?:None|NONE|[Nn]ull|NULL|undefined)$/;
/** The same and our word for it, which leave out an argument that has nothing to clear or to find by them. */
const LEFT_OUT = /^(?:none|null|undefined)$/i;
/** Those arguments, of whichever tool. */
const NEVER_NONE =
  /^(?:title|name|slug|comment|like|columns|project|workspace|state|status|place|since|until|count_by|kinds|sort|order|limit|cursor|minutes)$/;

function isLeftOut(name: string, field: unknown): boolean {
  const [one, ...others] = [field].flat();
  const isNone = typeof one === "string" && LEFT_OUT.test(one.trim());
  return isNone && others.length === 0 && NEVER_NONE.test(name);
}

/** Arguments that may be looked for, or stand, in a text: there null is a word like others. */
const VERBATIM = new Set(["text", "find", "replace"]);

/** @throws KaneoMcpError "invalid_input" for a word that may be there to clear a field, or to leave it alone. */
function assertSure(optional: readonly [string, unknown][]): void {
  const isNothing = (value: unknown) => typeof value === "string" && NOTHING.test(value.trim());
  const unsure = optional.filter(
    ([name, field]) => !VERBATIM.has(name) && [parseJson(field, "[")].flat().some(isNothing),
  );
  if (unsure.length === 0) return;
  const told = unsure.map(([name, field]) => `${name} ${quote(field)}`).join(", ");
  throw new KaneoMcpError("invalid_input", `${told} may mean two things.`, {
    hint: "Leave out what is not meant; the word none, in small letters, clears a field or finds what has none.",
  });
}

/** Arguments that are prose, where people write line breaks. */
const PROSE = new Set(["description", "content", "comment", "note", "text", "replace"]);
/**
 * An escaped line break that nothing else can be: two before what begins a paragraph, or one before a list, a heading or a
 * quote. Who writes about `\n` has it between blanks or quotes.
 */
const ESCAPED_BREAK =
  /(?<=[^\s"'([{/\\=])\\n(?:\\n(?=[\p{Lu}\p{Lo}\p{N}#>*[-])|[ \t]*(?:[-*+>]|#{1,6}|\d+[.)])\s)/u;
/** What may have `\n` as it stands: several lines, code, JSON, and what has other backslashes, or paths. */
const EXACT = /[\n`]|^\s*[[{]|\\(?!n|r\\n)|\b[A-Za-z]:\\/;

/** What a model writes is shorter. */
const LONGEST_ESCAPED = 1_000_000;

/** With line breaks for `\n`, where a text was escaped once too often. */
function withLineBreaks(text: unknown): unknown {
  if (typeof text !== "string" || text.length > LONGEST_ESCAPED) return text;
  const isEscaped = ESCAPED_BREAK.test(text) && !EXACT.test(text);
  return isEscaped ? text.replaceAll(/(?:\\r)?\\n/g, "\n") : text;
}

function describeIssue(issue: z.core.$ZodIssue, schema: WireSchema): string {
  const where = issue.path
    .map((step) => (typeof step === "number" ? ` #${step + 1}` : `.${String(step)}`))
    .join("")
    .replace(/^\./, "");
  const property = schemaAt(schema, issue.path);
  switch (issue.code) {
    case "invalid_type":
    case "invalid_value":
      return `"${where}" ${describeMismatch(issue.input, property)}`;
    case "too_small":
    case "too_big":
      return describeSize(issue, where);
    default:
      return `"${where}" ${issue.message}`;
  }
}

const KIND_NAMES: Record<WireSchema["type"], string> = {
  object: "an object",
  array: "a list",
  string: "text",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
};

function describeMismatch(given: unknown, property: WireSchema = { type: "object" }): string {
  const { enum: choices, description = "" } = property;
  const choice = choices && `one of ${choices.join(", ")}`;
  const meaning = description.replace(/\.$/, "");
  const wrong =
    given === undefined
      ? ["is missing", choice ?? meaning].filter(Boolean).join(": ")
      : `must be ${choice ?? kindOf(property, given)}, not ${quote(given)}`;
  return choice && meaning ? `${wrong}. ${meaning}` : wrong;
}

/** Such as `a whole number from 1 to 100`, `an object with title`, or in the place of several `one text`. */
function kindOf({ type, minimum, maximum, required = [] }: WireSchema, given: unknown): string {
  if (type === "string" && Array.isArray(given)) return "one text";
  const bounds = maximum === undefined ? "" : ` from ${minimum ?? 0} to ${maximum}`;
  const needed = required.length === 0 ? "" : ` with ${required.join(", ")}`;
  return `${KIND_NAMES[type]}${bounds}${needed}`;
}

function describeSize(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig, where: string) {
  if (issue.origin === "string") return `"${where}" ${issue.message}`;
  const [bound, number] =
    issue.code === "too_small" ? ["at least", issue.minimum] : ["at most", issue.maximum];
  return Array.isArray(issue.input)
    ? `"${where}" must have ${bound} ${count(Number(number), "item")}, not ${issue.input.length}`
    : `"${where}" must be ${bound} ${number}, not ${quote(issue.input)}`;
}

function schemaAt(schema: WireSchema, path: readonly PropertyKey[]): WireSchema | undefined {
  return path.reduce<WireSchema | undefined>(
    (at, step) => (typeof step === "number" ? at?.items : at?.properties?.[String(step)]),
    schema,
  );
}

/** A wrong value, so short that the input is not repeated, and without what is deep in it. */
function quote(value: unknown): string {
  const isDeep = (part: unknown) => part !== value && typeof part === "object" && part !== null;
  const text = JSON.stringify(value, (_, part) => (isDeep(part) ? "…" : part)) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
