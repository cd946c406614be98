import { isDeepStrictEqual } from "node:util";
import * as jsonc from "jsonc-parser";
import * as toml from "smol-toml";
import * as yaml from "yaml";
import { isFailure, KaneoMcpError } from "../errors.ts";
import { isRecord, parsedJson } from "../json.ts";

/** What a client's file is written in; "json" may hold comments and trailing commas. */
export type Format = "json" | "toml" | "yaml";

/** An entry as a client's file holds it. */
export type Entry = Readonly<Record<string, unknown>>;

/** Where a client's file has its entries. */
export interface Section {
  format: Format;
  /** Under which they stand, each by its name. */
  key: string;
}

/** Where it has one. */
export interface Place extends Section {
  name: string;
}

/** The entries in `text` by their names. @throws KaneoMcpError "config" when the text is broken. */
export function entriesIn(text: string, { format, key }: Section): Entry {
  const entries = parse(text, format)[key] ?? {};
  if (!isRecord(entries)) throw unusable(`"${key}" in it holds no entries`);
  return entries;
}

/**
 * `text` with `entry` in `place`, where none is yet. Its comments and their order stay; YAML may be laid out anew.
 *
 * @throws KaneoMcpError "config" when the text is broken, or written so that no entry can be put in.
 */
export function withEntry(text: string, place: Place, entry: Entry): string {
  return edited(text, place, entry);
}

/** `text` without the entry that stands in `place`. @throws KaneoMcpError "config" as {@link withEntry}. */
export function withoutEntry(text: string, place: Place): string {
  return edited(text, place, undefined);
}

interface Writer {
  /** `undefined` or `null` when nothing stands there. @throws KaneoMcpError "config" when the text is broken. */
  parse(text: string): unknown;
  add(text: string, place: Place, entry: Entry): string;
  remove(text: string, place: Place): string;
}

/** Some editors on Windows put it in front. */
const BOM = /^\uFEFF/;

/** However it was edited: a parser must read the same as before but for the entry, or nothing is written. */
function edited(text: string, place: Place, entry: Entry | undefined): string {
  const { format, key, name } = place;
  const { [name]: _, ...others } = entriesIn(text, place);
  const entries = entry ? { ...others, [name]: entry } : others;
  const expected = { ...parse(text, format), [key]: entries };
  const bare = text.replace(BOM, "");
  try {
    const writer = writers[format];
    const fresh = entry ? writer.add(bare, place, entry) : writer.remove(bare, place);
    const value = parse(fresh, format);
    // No entries are the same as an empty list of them.
    if (isDeepStrictEqual({ ...value, [key]: value[key] ?? {} }, expected)) {
      const lines = text.includes("\r\n") ? fresh.replaceAll(/\r?\n/g, "\r\n") : fresh;
      return (BOM.exec(text)?.[0] ?? "") + lines;
    }
  } catch {
    // As what comes out and is read as something else.
  }
  throw unusable(`"${key}" in it is written in a way that kaneo-mcp does not change`);
}

function parse(text: string, format: Format): Entry {
  try {
    // Cloned: some parsers make objects without a prototype, which compare as different.
    const value = structuredClone(writers[format].parse(text.replace(BOM, "")) ?? {});
    if (isRecord(value)) return value;
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

function unusable(problem: string): KaneoMcpError {
  const hint = 'Correct it, or add the entry by hand: "install --print" shows it.';
  return new KaneoMcpError("config", problem, { hint });
}

/** The library puts all of a line in order to which it adds, and takes minutes for one of 250 kB, as programs write them. */
const LONG_LINE = /[^\n]{10000}/;

const jsonWriter: Writer = {
  parse(text) {
    // Comments are looked for only then, which takes fifty times as long: clients keep megabytes of their history there.
    const plain = parsedJson(text);
    if (plain !== undefined) return plain;
    const errors: jsonc.ParseError[] = [];
    const value: unknown = jsonc.parse(text, errors, { allowTrailingComma: true });
    const [first] = errors;
    if (!first || text.trim() === "") return value;
    throw broken(text.slice(0, first.offset).split("\n").length);
  },
  add(text, { key, name }, entry) {
    const unit = /^([ \t]+)"/m.exec(text)?.[1] ?? "  ";
    const formattingOptions = { insertSpaces: !unit.includes("\t"), tabSize: unit.length };
    const edits = jsonc.modify(text, [key, name], entry, {
      ...(!LONG_LINE.test(text) && { formattingOptions }),
      // At the front: the comments and the commas of the others stay theirs.
      getInsertionIndex: () => 0,
    });
    const fresh = jsonc.applyEdits(text, edits);
    return text.trim() === "" ? `${fresh}\n` : fresh;
  },
  /** The library's own way takes along the comments beside it. */
  remove(text, { key, name }) {
    const root = jsonc.parseTree(text);
    const properties = (root && jsonc.findNodeAtLocation(root, [key])?.children) ?? [];
    const index = properties.findIndex(({ children }) => children?.[0]?.value === name);
    const [property, previous] = [properties[index], properties[index - 1]];
    if (!property) return text;
    const end = property.offset + property.length;
    const comma = commaAfter(text, end);
    if (comma !== undefined) return withoutLines(text, property.offset, comma + 1);
    const rest = withoutLines(text, property.offset, end);
    const before = previous && commaAfter(text, previous.offset + previous.length);
    return before === undefined ? rest : rest.slice(0, before) + rest.slice(before + 1);
  },
};

function commaAfter(text: string, offset: number): number | undefined {
  const scanner = jsonc.createScanner(text, true);
  scanner.setPosition(offset);
  scanner.scan();
  const at = scanner.getTokenOffset();
  return text[at] === "," ? at : undefined;
}

/** Without what is between two offsets, and without its lines where nothing else stands on them. */
function withoutLines(text: string, start: number, end: number): string {
  const [before, after] = [text.slice(0, start), text.slice(end)];
  const rest = /^[ \t]*(?:\r?\n|$)/.exec(after)?.[0];
  if (rest === undefined || !/(?:^|\n)[ \t]*$/.test(before)) return before + after;
  return before.replace(/[ \t]*$/, "") + after.slice(rest.length);
}

const tomlWriter: Writer = {
  parse(text) {
    return toml.parse(text, { integersAsBigInt: "asNeeded" });
  },
  add(text, { key, name }, entry) {
    const gap = text === "" ? "" : text.endsWith("\n") ? "\n" : "\n\n";
    return `${text}${gap}${toml.stringify({ [key]: { [name]: entry } }).trimEnd()}\n`;
  },
  remove(text, { key, name }) {
    const called = name.replaceAll(/\W/g, "\\$&");
    const header = new RegExp(`^\\s*\\[\\s*${key}\\s*\\.\\s*(["']?)${called}\\1\\s*[\\].]`);
    const lines = text.split(/(?<=\n)/);
    const first = lines.findIndex((line) => header.test(line));
    if (first < 0) return text;
    return withoutBlock(lines, first, (line) => /^\s*\[/.test(line) && !header.test(line));
  },
};

/** From its first line to its last value; what follows, blank or comment, belongs to the next one. */
function withoutBlock(
  lines: readonly string[],
  first: number,
  isNext: (line: string) => boolean,
): string {
  const next = lines.findIndex((line, index) => index > first && isNext(line));
  const own = lines.slice(first, next < 0 ? undefined : next);
  while (/^(#.*)?$/.test((own.at(-1) ?? "-").trim())) own.pop();
  const gap = first > 0 && lines[first - 1]?.trim() === "" ? 1 : 0;
  return lines.toSpliced(first - gap, own.length + gap).join("");
}

/** Numbers stay the texts that they are: read and written, `0042` and those of many digits would be others. */
const AS_SPELT: yaml.SchemaOptions = {
  customTags: (tags) =>
    tags.filter((tag) => typeof tag === "string" || !/:(?:int|float)$/.test(tag.tag)),
};

const yamlWriter: Writer = {
  parse(text) {
    const document = yaml.parseDocument(text);
    const [error] = document.errors;
    if (error) throw broken(error.linePos?.[0].line);
    return document.toJS();
  },
  add(text, { key, name }, entry) {
    const document = yaml.parseDocument(text, AS_SPELT);
    const value = yaml.parseDocument(yaml.stringify(entry), AS_SPELT).contents;
    const nothing = document.get(key, true);
    if (yaml.isScalar(nothing)) {
      const { comment } = nothing;
      document.set(key, Object.assign(document.createNode({}), { commentBefore: comment }));
    }
    document.setIn([key, name], value);
    return document.toString({ lineWidth: 0 });
  },
  remove(text, { key, name }) {
    const document = yaml.parseDocument(text, AS_SPELT);
    const entries = document.get(key);
    const items = yaml.isMap(entries) && !entries.flow ? entries.items : [];
    const own = items.find((item) => yaml.isScalar(item.key) && item.key.value === name)?.key;
    if (yaml.isNode(own) && own.range) {
      // The library would take along the comments behind an entry that ends in one.
      const before = text.slice(0, own.range[0]).split("\n");
      const indent = before.at(-1)?.length ?? 0;
      const isNext = (line: string) => /^\s*[^\s#]/.test(line) && line.search(/\S/) <= indent;
      return withoutBlock(text.split(/(?<=\n)/), before.length - 1, isNext);
    }
    document.deleteIn([key, name]);
    return document.toString({ lineWidth: 0 });
  },
};

const writers: Readonly<Record<Format, Writer>> = {
  json: jsonWriter,
  toml: tomlWriter,
  yaml: yamlWriter,
};
