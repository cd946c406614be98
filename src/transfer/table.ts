/** Tables as spreadsheets and trackers write them: CSV of any dialect, or a list of flat JSON objects. */
import { type CsvError, type Options, parse } from "csv-parse/sync";
import { inline } from "../untrusted.ts";
import { fieldOf, WRONG_LETTERS } from "./mapping.ts";
import { notImported, tooMuch } from "./rows.ts";

/** A text that may name several things, or the list of them that JSON can have. */
export type Cell = string | string[];

export interface Table {
  headers: string[];
  records: {
    /** Such as `line 12`. */
    at: string;
    /** In the order of the headers. */
    cells: Cell[];
    problem?: string | undefined;
  }[];
}

/** A table of 10,000 tasks has a hundred columns then. */
const MOST_CELLS = 1_000_000;

const MOST_HEAD = 100_000;
/** Three for each task: a hundred thousand short ones take 4 s until it is known that they are too many tasks, in one turn. */
const MOST_RECORDS = 30_000;

const DELIMITERS = [",", ";", "\t", "|"];

/** What Windows-1252 has that Latin-1 has not; Node 20's decoder of the one is one of the other. */
const SIGNS_1252 = "€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ";

/** The text of a file in its encoding, with what that was where it is neither named nor UTF-8. @throws KaneoMcpError "invalid_input" where it is not the one named. */
export function decode(bytes: Buffer, encoding?: string): { text: string; note?: string } {
  const start = bytes.toString("hex", 0, 2);
  if (start === "fffe") return { text: new TextDecoder("utf-16le").decode(bytes) };
  if (start === "feff") return { text: new TextDecoder("utf-16be").decode(bytes) };
  try {
    const decoder = new TextDecoder(encoding ?? "utf-8", { fatal: true });
    const text = decoder.decode(bytes);
    const signOf = (latin: string) => SIGNS_1252.charAt(latin.charCodeAt(0) - 0x80);
    const is1252 = decoder.encoding === "windows-1252";
    return { text: is1252 ? text.replaceAll(/[\x80-\x9f]/g, signOf) : text };
  } catch {
    if (encoding !== undefined)
      throw notImported(`The file is not in "${inline(encoding)}", or that is no encoding.`);
    if (bytes.includes(0)) throw notImported("The file is no text.", RENAMED);
    const note = `The file is not UTF-8; it was read as Windows-1252. ${WRONG_LETTERS}`;
    return { ...decode(bytes, "windows-1252"), note };
  }
}

/** As a workbook under another name. */
const RENAMED =
  "Save it as CSV in UTF-8: a spreadsheet's own file stays what it is under another name.";

/** @throws KaneoMcpError "invalid_input" for quotes that nobody can follow. */
export function readCsv(whole: string): Table {
  // Excel's own line on what separates the cells.
  const text = whole.replace(/^sep=.(?=\r?\n)/i, "");
  assertFew(text, /[,;\t|\r\n]/g, "cells");
  const delimiter = delimiterOf(text);
  // With `info`, each record comes with where the parser stood behind it.
  const read = parseCsv(text, { delimiter, info: true, to: MOST_RECORDS + 1 }) as unknown as {
    record: string[];
    info: { lines: number };
  }[];
  if (read.length > MOST_RECORDS) throw tooMuch(`more than ${MOST_RECORDS} rows`);
  const lines = read.map(({ record }, index) => {
    return { at: `line ${(read[index - 1]?.info.lines ?? 0) + 1}`, cells: record };
  });
  // A sheet may begin further down.
  const filled = lines.filter(({ cells }) => cells.some(isFilled));
  const [head, ...rest] = filled.slice(titlesOf(filled));
  const headers = (head?.cells ?? []).map((cell) => cell.trim());
  while (headers.at(-1) === "") headers.pop();
  // A short line has none of its cells, and is asked for each of them.
  assertCells(headers.length * rest.length);
  const records = rest
    .filter(({ cells }) => delimiter !== "|" || !cells.every(isRuler))
    .map(({ at, cells }) => {
      const isTooLong = cells.slice(headers.length).some(isFilled);
      const problem = `has ${cells.length} cells, where the header has ${headers.length}; is a quote missing?`;
      return { at, cells: cells.slice(0, headers.length), ...(isTooLong && { problem }) };
    });
  return { headers, records };
}

/** How many lines stand above the head that hold one cell alone, such as the name of the sheet. */
function titlesOf(lines: readonly { cells: string[] }[]): number {
  const isTitle = ({ cells }: { cells: string[] }) =>
    cells.length > 1 && cells.filter(isFilled).length === 1 && !cells.some(fieldOf);
  const head = lines.findIndex((line) => !isTitle(line));
  return Math.max(head, 0);
}

/** Whether a cell holds more than blanks. */
export function isFilled(cell: string): boolean {
  return cell.trim() !== "";
}

/** Of the line below the head of a table in Markdown, as which a cell of nothing may stand. */
function isRuler(cell: string): boolean {
  return /^(?::?-+:?)?$/.test(cell.trim());
}

/** The one that cuts the first line with names in it into the most cells. */
function delimiterOf(text: string): string {
  const start = text.lastIndexOf("\n", text.search(/[^,;\t|\s]/)) + 1;
  // The parser takes ten times as long for the head as for as much below it.
  const head = text.slice(start, start + MOST_HEAD);
  if (head.length === MOST_HEAD && !/[\r\n]/.test(head)) {
    throw tooMuch(`more than ${MOST_HEAD} characters in the first line`);
  }
  const widths = DELIMITERS.map((delimiter) => {
    const [first = []] = parseCsv(head, { delimiter, to: 1 });
    return { delimiter, width: first.length };
  });
  return widths.reduce((one, other) => (other.width > one.width ? other : one)).delimiter;
}

function parseCsv(text: string, options: Options): string[][] {
  try {
    return parse(text, { ...options, bom: true, relax_column_count: true, relax_quotes: true });
  } catch (error) {
    // Whatever csv-parse throws has these fields.
    const { code, lines } = error as CsvError & { lines?: number };
    const where = lines === undefined ? "" : ` at line ${lines}`;
    const why = code === "CSV_QUOTE_NOT_CLOSED" ? "a quote is opened and not closed" : code;
    throw notImported(`This is not CSV${where}: ${why}.`);
  }
}

function assertCells(count: number, what = "cells"): void {
  if (count > MOST_CELLS) throw tooMuch(`more than ${MOST_CELLS} ${what}`);
}

/** Asked before a text is taken apart at such signs, of which there is one for each of `what`. */
export function assertFew(text: string, sign: RegExp, what: string): void {
  let count = 0;
  while (count <= MOST_CELLS && sign.test(text)) count += 1;
  assertCells(count, what);
}

/** The things that a cell names: a text such as `bug, "a, b"` or `[bug, ui]` is split, a list is one already. */
export function splitCell(cell: Cell): string[] {
  return (typeof cell === "string" ? splitText(unbracketed(cell)) : cell)
    .map((item) => item.trim())
    .filter(Boolean);
}

/** Some programs put brackets around lists, ClickUp even around a single one. */
export function unbracketed(text: string): string {
  return /^\s*\[([^[\]]*)\]\s*$/.exec(text)?.[1] ?? text;
}

/**
 * A quote that is never closed is a sign like others. No line ends stand before one: of a million, each would be tried
 * with all behind it.
 */
const ITEM = /[ \t\r]*"((?:[^"]|"")*)"\s*(?=[\n,;|]|$)|[^\n,;|]+/g;

function splitText(text: string): string[] {
  return [...text.matchAll(ITEM)].map(([plain, quoted]) => quoted?.replaceAll('""', '"') ?? plain);
}

/** Puts items into one cell, so that {@link splitCell} takes them out again. */
export function joinCell(items: readonly string[]): string {
  return items
    .map((item) => (/[",;|\n]|^[\s[]|\s$/.test(item) ? `"${item.replaceAll('"', '""')}"` : item))
    .join(",");
}

/** What a spreadsheet takes for a formula, and what would look like our guard against that. */
const FORMULA = /^[=+\-@\t\r']/;

/** A cell of our own CSV, with an apostrophe in front of what a spreadsheet would take for a formula. */
export function guard(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/** What {@link guard} was given. */
export function unguarded(cell: Cell): Cell {
  const isGuarded = typeof cell === "string" && cell.startsWith("'") && FORMULA.test(cell.slice(1));
  return isGuarded ? cell.slice(1) : cell;
}

/** A list of objects as a table; what an object holds below its names is named by what people would call it. */
export function readObjects(objects: readonly Record<string, unknown>[]): Table {
  const headers = [...new Set(objects.flatMap((object) => Object.keys(object)))];
  assertCells(headers.length * objects.length);
  let count = 0;
  const records = objects.map((object, index) => {
    const cells = headers.map((header) => cellOf(object[header]));
    count += cells.flat().length;
    assertCells(count);
    return { at: `item ${index + 1}`, cells };
  });
  return { headers, records };
}

/** Lists in lists, which nobody has: as deep as one likes, they would be the end of the stack. */
const DEEPEST = 8;

const NAMES = "key name displayName fullName title login username email body".split(" ");

/** What people would see of a value: of an object the name that it goes by. */
function cellOf(value: unknown, depth = 0): Cell {
  if (value === undefined || value === null || depth > DEEPEST) return "";
  if (Array.isArray(value)) return value.flatMap((item) => cellOf(item, depth + 1));
  if (typeof value !== "object") return String(value);
  // GraphQL lists hold their items in nodes.
  const fields: Record<string, unknown> = { ...value };
  if (Array.isArray(fields["nodes"])) return cellOf(fields["nodes"], depth + 1);
  const name = NAMES.find((one) => typeof fields[one] === "string" && fields[one] !== "");
  if (name !== "body") return name === undefined ? "" : cellOf(fields[name], depth + 1);
  // A comment, as GitHub's command line or its API has it.
  const who = cellOf(fields["author"] ?? fields["user"], depth + 1);
  const day = String(fields["createdAt"] ?? fields["created_at"] ?? "").slice(0, 10);
  const head = [who, day].filter((one) => one !== "").join(", ");
  return `${head === "" ? "" : `**${head}:** `}${fields["body"]}`;
}
