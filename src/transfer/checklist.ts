/** Markdown lists: an item is a task, what is indented below it belongs to it, and `[x]` is done. */
import { oneLine } from "../kaneo/matching.ts";
import { assertNotTooMany, type Row, rowOf, type Source } from "./rows.ts";

/**
 * Of a line without blanks at its end, so that no two parts can share them: a bullet, a box, or both. Of a box alone the
 * title is empty.
 */
const ITEM =
  /^(\s*)(?:(?:[-*+•◦▪–]|\d{1,9}[.)])\s+|(?=\[[ xX/~-]\]\s|[☐☑☒✅✔⬜]))(?:\[([ xX/~-])\](?:\s+|$)|([☐☑☒✅✔⬜])\uFE0F?\s*)?(.*)$/;

/** What a box says of its task. */
const MARKS = new Map([
  ...["x", "X", "☑", "☒", "✅", "✔"].map((mark) => [mark, "done"] as const),
  ["/", "in progress"],
  ["-", "cancelled"],
  ["~", "cancelled"],
]);

const HEADING = /^ {0,3}#{1,6}\s+(\S.*)$/;

/** Whether a text begins as a list does, perhaps below a heading: a table has the names of its columns there. */
export function isChecklist(text: string): boolean {
  const lines = withoutFrontMatter(text).split("\n");
  const first = lines.find((line) => /\S/.test(line) && !/^\s*#/.test(line)) ?? "";
  return ITEM.test(first.trimEnd());
}

export function readChecklist(text: string): Source {
  const rows: Row[] = [];
  const headings: string[] = [];
  const others: string[] = [];
  let open: { row: Row; indent: number }[] = [];
  let section: string | undefined;
  let isCode = false;
  for (const [index, given] of withoutFrontMatter(text).split("\n").entries()) {
    assertNotTooMany(rows.length);
    const line = given.trimEnd();
    const at = `line ${index + 1}`;
    if (/^\s*(?:```|~~~)/.test(line)) isCode = !isCode;
    const [, heading] = (!isCode && HEADING.exec(line)) || [];
    if (heading) {
      section = heading;
      if (headings.length <= MOST_OTHERS) headings.push(oneLine(heading, 40));
      open = [];
      continue;
    }
    const item = isCode ? null : ITEM.exec(line);
    const [, blanks = /^\s*/.exec(line)?.[0] ?? "", box, sign, title = ""] = item ?? [];
    const indent = widthOf(blanks);
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
  const some = headings.slice(0, MOST_OTHERS).join(", ");
  const more = headings.length > MOST_OTHERS ? ", …" : "";
  return [
    ...(some === "" ? [] : [`Headings are statuses where a column is called so: ${some}${more}.`]),
    ...(others.length === 0 ? [] : [`No items, and left out: ${others.join(", ")}.`]),
  ];
}

/** What some programs put above a text is made empty, so that lines keep their numbers. */
function withoutFrontMatter(text: string): string {
  const { index = 0 } = (/^---[ \t]*\r?\n/.test(text) && /\n---[ \t]*\r?(?:\n|$)/.exec(text)) || {};
  return text.slice(0, index).replaceAll(/[^\n]+/g, "") + text.slice(index).replace(/^\n---/, "\n");
}

function widthOf(blanks: string): number {
  return blanks.replaceAll("\t", "    ").length;
}
