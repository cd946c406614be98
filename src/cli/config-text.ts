import { isDeepStrictEqual } from "node:util";
import * as jsonc from "jsonc-parser";
import * as toml from "smol-toml";
import * as yaml from "yaml";
import { isFailure, KaneoMcpError } from "../errors.ts";

/** What a client's file is written in; "json" may hold comments and trailing commas. */
export type Format = "json" | "toml" | "yaml";

/** An entry as a client's file holds it. */
export type Entry = Readonly<Record<string, unknown>>;

/** Where an entry stands in a client's file. */
export interface Place {
  format: Format;
  /** Under which key the entries stand. */
  key: string;
  name: string;
}

/** The entries in `text` by their names. @throws KaneoMcpError "config" when the text is broken. */
export function entriesIn(text: string, { format, key }: Omit<Place, "name">): Entry {
  const entries = parse(text, format)[key] ?? {};
  if (!isObject(entries)) throw unusable(`"${key}" in it holds no entries`);
  return entries;
}

/**
 * `text` with `entry` in `place`, where none is yet. Not a byte of the rest changes.
 *
 * @throws KaneoMcpError "config" when the text is broken, or written so that no entry can be put in.
 */
export function withEntry(text: string, place: Place, entry: Entry): string {
  const entries = { ...entriesIn(text, place), [place.name]: entry };
  return checked(text, place, {
    entries,
    edits: writers[place.format].add(withoutBom(text), place, entry),
  });
}

/** `text` without the entry that stands in `place`. @throws KaneoMcpError "config" as {@link withEntry}. */
export function withoutEntry(text: string, place: Place): string {
  const { [place.name]: _, ...entries } = entriesIn(text, place);
  return checked(text, place, {
    entries,
    edits: writers[place.format].remove(withoutBom(text), place),
  });
}

/** `text` stands in for what is between two offsets. */
interface Edit {
  start: number;
  end: number;
  text: string;
}

interface Writer {
  /** `undefined` or `null` when nothing stands there. @throws KaneoMcpError "config" when the text is broken. */
  parse(text: string): unknown;
  add(text: string, place: Place, entry: Entry): Edit[];
  remove(text: string, place: Place): Edit[];
}

/** However it was edited: a parser must read the same as before but for the one entry, or nothing is written. */
function checked(
  text: string,
  place: Place,
  { entries, edits }: { entries: Entry; edits: Edit[] },
): string {
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  let edited = withoutBom(text);
  for (const edit of edits.toSorted((one, other) => other.start - one.start)) {
    const inserted = edit.text.replaceAll("\n", eol);
    edited = edited.slice(0, edit.start) + inserted + edited.slice(edit.end);
  }
  const expected = { ...parse(text, place.format), [place.key]: entries };
  if (!isReadAs(edited, place, expected)) {
    throw unusable(`"${place.key}" in it is written in a way that kaneo-mcp does not change`);
  }
  return (text.startsWith(BOM) ? BOM : "") + edited;
}

/** No entries are the same as an empty list of them. */
function isReadAs(text: string, { format, key }: Place, expected: Entry): boolean {
  try {
    const value = parse(text, format);
    return isDeepStrictEqual({ ...value, [key]: value[key] ?? {} }, expected);
  } catch {
    return false;
  }
}

const BOM = "\uFEFF";

function withoutBom(text: string): string {
  return text.startsWith(BOM) ? text.slice(BOM.length) : text;
}

function parse(text: string, format: Format): Entry {
  try {
    // Cloned: some parsers make objects without a prototype, which compare as different.
    const value = structuredClone(writers[format].parse(withoutBom(text)) ?? {});
    if (isObject(value)) return value;
  } catch (error) {
    if (isFailure(error, "config")) throw error;
    // Such as depths that a parser cannot go down to, and names in YAML that stand for nothing or for too much.
    throw broken(error instanceof toml.TomlError ? error.line : undefined);
  }
  throw unusable("it holds no settings by name");
}

/** In our words: those of a parser may quote a secret that stands there. */
function broken(line: number | undefined): KaneoMcpError {
  return unusable(`it is broken${line === undefined ? "" : ` in line ${line}`}`);
}

function isObject(value: unknown): value is Entry {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function unusable(problem: string): KaneoMcpError {
  const hint = "Correct it, or add the entry by hand: kaneo-mcp install --print shows it.";
  return new KaneoMcpError("config", problem, { hint });
}

const json: Writer = {
  parse(text) {
    const errors: jsonc.ParseError[] = [];
    const value: unknown = jsonc.parse(text, errors, { allowTrailingComma: true });
    const [first] = errors;
    if (!first || text.trim() === "") return value;
    throw broken(text.slice(0, first.offset).split("\n").length);
  },
  add(text, { key, name }, entry) {
    const root = jsonc.parseTree(text);
    if (!root)
      return [{ start: 0, end: text.length, text: `${pretty({ [key]: { [name]: entry } })}\n` }];
    const entries = jsonc.findNodeAtLocation(root, [key]);
    if (entries) return [firstProperty(text, entries, [name, entry])];
    return [firstProperty(text, root, [key, { [name]: entry }])];
  },
  remove(text, { key, name }) {
    const root = jsonc.parseTree(text);
    const properties = (root && jsonc.findNodeAtLocation(root, [key])?.children) ?? [];
    const index = properties.findIndex(({ children }) => children?.[0]?.value === name);
    const [property, previous] = [properties[index], properties[index - 1]];
    if (!property) return [];
    const end = property.offset + property.length;
    const comma = commaAfter(text, end);
    if (comma) return [wholeLines(text, property.offset, comma.end)];
    const own = wholeLines(text, property.offset, end);
    const before = previous && commaAfter(text, previous.offset + previous.length);
    return before ? [before, own] : [own];
  },
};

/** Put in at the front: the comments and the commas of the others stay theirs. */
function firstProperty(text: string, object: jsonc.Node, [name, value]: [string, unknown]): Edit {
  const start = object.offset + 1;
  const inside = text.slice(start, object.offset + object.length - 1);
  const isEmpty = !object.children?.length;
  if (!isEmpty && !inside.includes("\n")) {
    return { start, end: start, text: `${JSON.stringify(name)}:${JSON.stringify(value)},` };
  }
  const unit = /^([ \t]+)"/m.exec(text)?.[1] ?? "  ";
  const outer = /^[ \t]*/.exec(text.slice(text.lastIndexOf("\n", start - 1) + 1))?.[0] ?? "";
  const lines = pretty({ [name]: value }, unit)
    .split("\n")
    .slice(1, -1);
  const property = lines.map((line) => `\n${outer}${line}`).join("");
  // What is said behind the brace is said of the object.
  const at = start + (/^[ \t]*\/[/*].*(?=\r?\n)/.exec(inside)?.[0].length ?? 0);
  const closing = inside.includes("\n") ? "" : `\n${outer}`;
  return { start: at, end: at, text: property + (isEmpty ? closing : ",") };
}

function pretty(value: unknown, unit = "  "): string {
  return JSON.stringify(value, undefined, unit);
}

function commaAfter(text: string, offset: number): Edit | undefined {
  const scanner = jsonc.createScanner(text, true);
  scanner.setPosition(offset);
  scanner.scan();
  const start = scanner.getTokenOffset();
  return text[start] === "," ? { start, end: start + 1, text: "" } : undefined;
}

/** Takes out what is between two offsets, and its lines where nothing else stands on them. */
function wholeLines(text: string, start: number, end: number): Edit {
  const indent = /(?:^|\n)([ \t]*)$/.exec(text.slice(0, start))?.[1];
  const rest = /^[ \t]*(?:\r?\n|$)/.exec(text.slice(end))?.[0];
  if (indent === undefined || rest === undefined) return { start, end, text: "" };
  return { start: start - indent.length, end: end + rest.length, text: "" };
}

const tomlWriter: Writer = {
  parse(text) {
    return toml.parse(text, { integersAsBigInt: "asNeeded" });
  },
  add(text, { key, name }, entry) {
    const gap = text === "" ? "" : text.endsWith("\n") ? "\n" : "\n\n";
    const table = toml.stringify({ [key]: { [name]: entry } }).trimEnd();
    return [{ start: text.length, end: text.length, text: `${gap}${table}\n` }];
  },
  /** From the table's header to its last value; what follows, blank or comment, belongs to the next. */
  remove(text, { key, name }) {
    const called = name.replaceAll(/\W/g, "\\$&");
    const header = new RegExp(`^\\s*\\[\\s*${key}\\s*\\.\\s*(["']?)${called}\\1\\s*[\\].]`);
    const lines = text.split(/(?<=\n)/);
    const first = lines.findIndex((line) => header.test(line));
    if (first < 0) return [];
    const next = lines.findIndex(
      (line, index) => index > first && /^\s*\[/.test(line) && !header.test(line),
    );
    const own = lines.slice(first, next < 0 ? undefined : next);
    while (/^(#.*)?$/.test((own.at(-1) ?? "-").trim())) own.pop();
    const gap = first > 0 && lines[first - 1]?.trim() === "" ? 1 : 0;
    const start = lines.slice(0, first - gap).join("").length;
    return [{ start, end: lines.slice(0, first + own.length).join("").length, text: "" }];
  },
};

const yamlWriter: Writer = {
  parse(text) {
    const document = yaml.parseDocument(text);
    const [error] = document.errors;
    if (error) throw broken(error.linePos?.[0].line);
    return document.toJS();
  },
  add(text, { key, name }, entry) {
    const entries = pairIn(text, yaml.parseDocument(text).contents, key);
    if (!entries) {
      const gap = text === "" || text.endsWith("\n") ? "" : "\n";
      const block = yaml.stringify({ [key]: { [name]: entry } }, { lineWidth: 0 });
      return [{ start: text.length, end: text.length, text: gap + block }];
    }
    const first = pairIn(text, entries.map, 0);
    const indent = first ? first.keyStart - (text.lastIndexOf("\n", first.keyStart) + 1) : 2;
    const block = yaml.stringify({ [name]: entry }, { lineWidth: 0 }).trimEnd();
    const lines = `\n${block}`.replaceAll("\n", `\n${" ".repeat(indent)}`);
    const colon = text.indexOf(":", entries.keyEnd) + 1;
    // Behind what is said of the key on its line, and before the comments of the first entry.
    const at = colon + (/^.*/.exec(text.slice(colon))?.[0].length ?? 0);
    const nothing = entries.map?.flow ? [{ start: colon, end: entries.end, text: "" }] : [];
    return [...nothing, { start: at, end: at, text: lines }];
  },
  remove(text, { key, name }) {
    const entries = pairIn(text, yaml.parseDocument(text).contents, key);
    const own = pairIn(text, entries?.map, name);
    if (!entries?.map || !own) return [];
    const lines = wholeLines(text, own.keyStart, own.end);
    if (entries.map.items.length > 1) return [lines];
    const colon = text.indexOf(":", entries.keyEnd) + 1;
    return [{ start: colon, end: colon, text: " {}" }, lines];
  },
};

interface YamlPair {
  keyStart: number;
  keyEnd: number;
  /** Where its value ends. */
  end: number;
  /** Its value, when that is a map. */
  map: yaml.YAMLMap | undefined;
}

/** The pair of a map with this key, or at this index. */
function pairIn(text: string, map: unknown, which: string | number): YamlPair | undefined {
  if (!yaml.isMap(map)) return undefined;
  const { key, value } =
    map.items.find(
      ({ key }, index) => index === which || (yaml.isScalar(key) && key.value === which),
    ) ?? {};
  if (!yaml.isNode(key) || !key.range) return undefined;
  const [keyStart, keyEnd] = key.range;
  const end = (yaml.isNode(value) && value.range?.[1]) || keyEnd;
  const own = yaml.isMap(value) ? value : undefined;
  return { keyStart, keyEnd, end: text.slice(0, end).trimEnd().length, map: own };
}

const writers: Readonly<Record<Format, Writer>> = { json, toml: tomlWriter, yaml: yamlWriter };
