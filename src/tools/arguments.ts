import type { z } from "zod";
import { KaneoMcpError } from "../errors.ts";
import { count } from "../text/text.ts";
import type { WireSchema } from "./wire-schema.ts";

/** What a tool takes. */
interface Accepted<Input extends z.ZodObject> {
  input: Input;
  /** As {@link wireSchemaOf} makes it of `input`. */
  schema: WireSchema;
  /** Other names of arguments. */
  alsoRead?: Readonly<Record<string, string>> | undefined;
}

/**
 * Reads a call's arguments: forgiving in form, as models are careless there; strict in names, since a dropped argument
 * would change what the call means.
 *
 * @throws KaneoMcpError "invalid_input", naming what is wrong.
 */
export function readArguments<Input extends z.ZodObject>(
  args: unknown,
  { input, schema, alsoRead = {} }: Accepted<Input>,
): z.output<Input> {
  const given = coerceObject(args ?? {}, schema, { where: "", alsoRead });
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

/** Of what is wrong with the arguments. */
const MOST_TOLD = 20;
/** Of names or items in one place: more than any call needs, and few enough to look at each. */
const MOST_PARTS = 1_000;

function assertFew({ length }: readonly unknown[], noun: "argument" | "item"): void {
  if (length <= MOST_PARTS) return;
  const why = `${count(length, noun)} in one place are too many: at most ${MOST_PARTS} are read.`;
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
      return coerceObject(value, schema, { where, alsoRead: {} });
  }
}

/** NUL and lone surrogates, which make Kaneo fail. Without them a text may turn out to be blank. */
const UNSTORABLE = /\0|\p{Surrogate}/gu;

function coerceText(value: unknown, schema: WireSchema): unknown {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value !== "string") return value;
  if (schema.enum === undefined) return value.replaceAll(UNSTORABLE, "");
  const wanted = squeeze(value);
  const called = (name: string) => schema.enum?.find((choice) => squeeze(choice) === name);
  // One or many of a kind is the same kind.
  const chosen = called(wanted) ?? called(`${wanted}s`) ?? called(wanted.replace(/s$/, ""));
  // The word that clears a field means the choice that is none.
  const none = wanted === "none" ? schema.enum.find((one) => one.startsWith("no-")) : undefined;
  return chosen ?? none ?? value;
}

/** `No priority`, `no_priority` and `NoPriority` are `no-priority`. */
function squeeze(choice: string): string {
  return choice.toLowerCase().replaceAll(/[\s_-]/g, "");
}

function coerceList(value: unknown, { items }: WireSchema, where: string): unknown {
  const read = typeof value === "string" ? parseJson(value, "[") : value;
  if (read === undefined || read === null || items === undefined) return read;
  const split = (item: unknown) =>
    items.enum && typeof item === "string" ? item.split(",") : [item];
  const list = (Array.isArray(read) ? read : [read]).flatMap(split);
  assertFew(list, "item");
  const isKept = (item: unknown) => items.type !== "string" || !isEmpty(item);
  // Items that are objects are counted: `#3` is the third.
  return list.map((item, index) => coerce(item, items, `${where} #${index + 1}`)).filter(isKept);
}

/** @throws KaneoMcpError "invalid_input" for names that the schema does not have. */
function coerceObject(
  value: unknown,
  { properties = {}, required = [] }: WireSchema,
  { where, alsoRead }: { where: string; alsoRead: Readonly<Record<string, string>> },
): unknown {
  const read = typeof value === "string" ? parseJson(value, "{") : value;
  const known = new Map(Object.entries(properties));
  // Some clients invent an argument where a tool takes none, and the fields of an operation's call are named by the instance.
  if (!isRecord(read) || known.size === 0) return read;
  const entries = withNamesMeant(read, { known, alsoRead })
    .map(([name, field]): [string, unknown] => {
      const schema = known.get(name);
      return [name, schema === undefined ? field : coerce(field, schema, name)];
    })
    // Models and clients fill what they leave out. An empty list or text that means something says so by its least length.
    .filter(([name, field]) => {
      const { minItems, minLength } = known.get(name) ?? {};
      const isMeant = Array.isArray(field) ? minItems === 0 : minLength === 0 && field !== null;
      return required.includes(name) || isMeant || !isEmpty(field);
    });
  const unknown = entries.flatMap(([name]) => (known.has(name) ? [] : `"${name.slice(0, 60)}"`));
  if (unknown.length === 0) return Object.fromEntries(entries);
  const names = `${unknown.slice(0, MOST_TOLD).join(", ")}${where === "" ? "" : ` in ${where}`}`;
  const valid = `The arguments are: ${[...known.keys()].join(", ")}.`;
  throw new KaneoMcpError("invalid_input", `Unknown argument ${names}. ${valid}`);
}

/** The one meaning of "empty": as if it were left out. Lists in a list are something, however deep they go. */
function isEmpty(value: unknown): boolean {
  return Array.isArray(value) ? value.every(isBlank) : isBlank(value);
}

function isBlank(value: unknown): boolean {
  return typeof value === "string" ? value.trim() === "" : value === undefined || value === null;
}

interface Names {
  known: ReadonlyMap<string, unknown>;
  alsoRead: Readonly<Record<string, string>>;
}

/** With `add_labels` for `addLabels`, and `task`, which takes ids too, for `taskId`; never where that is given as well, or twice. */
function withNamesMeant(args: object, { known, alsoRead }: Names): [string, unknown][] {
  const names = [...Object.entries(alsoRead), ...[...known.keys()].map((name) => [name, name])];
  const meant = new Map(names.map(([written = "", name = ""]) => [squeeze(written), name]));
  assertFew(Object.keys(args), "argument");
  const entries = Object.entries(args);
  const given = new Set(entries.flatMap(([name, value]) => (isEmpty(value) ? [] : name)));
  const read = entries.map(([written, value]): [string, unknown] => {
    const squeezed = squeeze(written).replace(/^(task|project|workspace)(?:id|key|slug)$/, "$1");
    const name = meant.get(squeezed);
    if (name === undefined || isEmpty(value) || given.has(name)) return [written, value];
    given.add(name);
    return [name, value];
  });
  return read.filter(([name, value]) => !isEmpty(value) || !given.has(name));
}

function parseJson(text: string, start: string): unknown {
  if (!text.trim().startsWith(start)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function describeIssue(issue: z.core.$ZodIssue, schema: WireSchema): string {
  const where = issue.path
    .map((step) => (typeof step === "number" ? ` #${step + 1}` : `.${String(step)}`))
    .join("")
    .replace(/^\./, "");
  const property = schemaAt(schema, issue.path);
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined
        ? `"${where}" is missing${meaningOf(property)}`
        : `"${where}" must be ${KIND_NAMES[property?.type ?? "object"]}, not ${quote(issue.input)}`;
    case "invalid_value":
      return describeChoice(issue, where);
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

function describeChoice({ values, input }: z.core.$ZodIssueInvalidValue, where: string): string {
  const choice = `one of ${values.map(String).join(", ")}`;
  return input === undefined
    ? `"${where}" is missing: ${choice}`
    : `"${where}" must be ${choice}, not ${quote(input)}`;
}

function describeSize(
  issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig,
  where: string,
): string {
  if (issue.origin === "string") return `"${where}" ${issue.message}`;
  const [bound, number] =
    issue.code === "too_small" ? ["at least", issue.minimum] : ["at most", issue.maximum];
  return Array.isArray(issue.input)
    ? `"${where}" must have ${bound} ${count(Number(number), "item")}, not ${issue.input.length}`
    : `"${where}" must be ${bound} ${number}, not ${quote(issue.input)}`;
}

function meaningOf(property: WireSchema | undefined): string {
  const meaning = property?.description?.replace(/\.$/, "");
  return meaning === undefined ? "" : `: ${meaning}`;
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

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
