/** Markdown lists: an item is a task, what is indented below it belongs to it, and `[x]` is done. */
import { assertNotTooMany, type Row, rowOf, type Source, sectionsNote } from "./rows.ts";

/**
 * Of a line without blanks at its end, so that no two parts can share them: a bullet, a box, or both. Of a box alone the
 * title is empty.
 */
const ITEM =
  /^(\s*)(?:(?:[-*+•◦▪–]|\d{1,9}[.)])\s+|(?=\[[ xX/~-]\]\s|[☐☑☒✅✔⬜](?![,;|])))(?:\[([ xX/~-])\](?:\s+|$)|([☐☑☒✅✔⬜])\uFE0F?\s*)?(.*)$/;

/** What a box says of its task. */
const MARKS = new Map([
  ...["x", "X", "☑", "☒", "✅", "✔"].map((mark) => [mark, "done"] as const),
  ["/", "in progress"],
  ["-", "cancelled"],
  ["~", "cancelled"],
]);

const HEADING = /^ {0,3}#{1,6}\s+(\S.*)$/;

/** Signs with which the head of a table may begin as well as a list. */
const OF_EITHER = /^\s*[•◦▪–☐☑☒✅✔⬜].*[,;|\t]/;

/** Whether a text begins as a list does, perhaps below a heading: a table has the names of its columns there. */
export function isChecklist(text: string): boolean {
  const [first = "", second = ""] = proseOf(withoutFrontMatter(text));
  if (!ITEM.test(first.trimEnd())) return false;
  const isCells = /^\S.*[,;|\t]/.test(second) && !ITEM.test(second.trimEnd());
  return !(OF_EITHER.test(first) && isCells);
}

export function hasItems(text: string): boolean {
  return text.split("\n").some((line) => ITEM.test(line.trimEnd()));
}

/** The first two lines that are neither empty, nor headings, nor lines across. */
function proseOf(text: string): string[] {
  return text
    .split("\n")
    .filter((line) => /\S/.test(line) && !/^\s*(?:#|---+\s*$)/.test(line))
    .slice(0, 2);
}

export function readChecklist(text: string): Source {
  const rows: Row[] = [];
  const headings: string[] = [];
  const others: string[] = [];
  let open: { row: Row; indent: number }[] = [];
  let section: string | undefined;
  let fence: string | undefined;
  for (const [index, given] of withoutFrontMatter(text).split("\n").entries()) {
    assertNotTooMany(rows.length);
    const line = given.trimEnd();
    const at = `line ${index + 1}`;
    const isCode = fence !== undefined;
    const [, heading] = (!isCode && HEADING.exec(line)) || [];
    if (heading) {
      section = heading;
      headings.push(heading);
      open = [];
      continue;
    }
    const item = isCode ? null : ITEM.exec(line);
    const [, blanks = /^\s*/.exec(line)?.[0] ?? "", box, sign, title = ""] = item ?? [];
    const indent = widthOf(blanks);
    fence = fenceBehind(title || line, fence);
    if (title === "") {
      // A text that stands deeper than an item is its description.
      const owner = open.findLast((one) => one.indent < indent);
      if (owner && line !== "") owner.row.description += `${line.trim()}\n`;
      else if (line !== "" && others.length < MOST_OTHERS) others.push(at);
      continue;
    }
    while ((open.at(-1)?.indent ?? -1) >= indent) open.pop();
    const parents = open.slice(-1).flatMap(({ row }) => row.keys);
    const status = MARKS.get(box ?? sign ?? "");
    const row = rowOf(at, title, { keys: [at], parents, status, section });
    rows.push(row);
    open.push({ row, indent });
  }
  for (const row of rows) row.description = row.description.trimEnd();
  return { kind: "Markdown list", rows, notes: notesOn(headings, others) };
}

const MOST_OTHERS = 10;

function notesOn(headings: readonly string[], others: readonly string[]): string[] {
  return [
    ...sectionsNote("Headings", headings),
    ...(others.length === 0 ? [] : [`No items, and left out: ${others.join(", ")}.`]),
  ];
}

/** The fence of the code that goes on behind a line, by what it was before; undefined outside of code (CommonMark, 4.5). */
function fenceBehind(line: string, fence: string | undefined): string | undefined {
  const text = line.trim();
  if (fence === undefined) return /^(?:`{3,}(?=[^`]*$)|~{3,})/.exec(text)?.[0];
  return text.startsWith(fence) && /^(?:`+|~+)$/.test(text) ? undefined : fence;
}

/** What some programs put above a text, names with values, is made empty, so that lines keep their numbers. */
function withoutFrontMatter(text: string): string {
  const [whole = "", matter = ""] =
    /^---[ \t]*\r?\n([\s\S]*?)\n---[ \t]*\r?(?:\n|$)/.exec(text) ?? [];
  const [first = ""] = proseOf(matter);
  if (!first.includes(":") || ITEM.test(first.trimEnd())) return text;
  return whole.replaceAll(/[^\n]+/g, "") + text.slice(whole.length);
}

function widthOf(blanks: string): number {
  return blanks.replaceAll("\t", "    ").length;
}
