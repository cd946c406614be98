/** Markdown lists: an item is a task, what is indented below it belongs to it, and `[x]` is done. */
import { assertNotTooMany, type Row, rowOf, type Source, sectionsNote } from "./rows.ts";

/** Of a line without blanks at its end, so that no two parts can share them: a bullet, a box, or both. */
const ITEM = /^(\s*)(?:(?:[-*+•◦▪–]|\d{1,9}[.)])\s+|(?=\[[ xX]\]\s))(?:\[([ xX])\](?:\s+|$))?(.*)$/;
const HEADING = /^ {0,3}#{1,6}\s+(\S.*)$/;
/** Of code; one that ends on its line opens none. */
const FENCE = /^\s*(?:```|~~~)[^`]*$/;

export function isItem(line: string): boolean {
  return ITEM.test(line.trimEnd());
}

export function readChecklist(text: string): Source {
  const rows: Row[] = [];
  const headings: string[] = [];
  const others: string[] = [];
  let open: { row: Row; indent: number }[] = [];
  let isCode = false;
  for (const [index, given] of text.split("\n").entries()) {
    assertNotTooMany(rows.length);
    const line = given.trimEnd();
    const at = `line ${index + 1}`;
    const [, heading] = (!isCode && HEADING.exec(line)) || [];
    if (heading) {
      headings.push(heading);
      open = [];
      continue;
    }
    const [, blanks = /^\s*/.exec(line)?.[0] ?? "", box, title = ""] =
      (!isCode && ITEM.exec(line)) || [];
    const indent = blanks.replaceAll("\t", "    ").length;
    if (FENCE.test(line)) isCode = !isCode;
    if (title === "") {
      // A text that stands deeper than an item is its description.
      const owner = open.findLast((one) => one.indent < indent);
      if (owner && line !== "") owner.row.description += `${line.trim()}\n`;
      else if (line !== "" && others.length < MOST_OTHERS) others.push(at);
      continue;
    }
    while ((open.at(-1)?.indent ?? -1) >= indent) open.pop();
    const links = open.slice(-1).map(({ row }) => ({ kind: "subtask_of" as const, key: row.at }));
    const status = /x/i.test(box ?? "") ? "done" : undefined;
    const row = rowOf(at, title, { keys: [at], links, status, section: headings.at(-1) });
    rows.push(row);
    open.push({ row, indent });
  }
  for (const row of rows) row.description = row.description.trimEnd();
  const left = others.length === 0 ? [] : [`No items, and left out: ${others.join(", ")}.`];
  return { kind: "Markdown list", rows, notes: [...sectionsNote("Headings", headings), ...left] };
}

const MOST_OTHERS = 10;
