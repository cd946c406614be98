/** Markdown lists: an item is a task, what is indented below it belongs to it, and `[x]` is done. */
import { assertNotTooMany, type Row, rowOf, type Source } from "./rows.ts";

/**
 * Of a line without blanks at its end, so that no two parts can share them: a bullet, a box, or both. Of a box alone the
 * title is empty.
 */
const ITEM = /^(\s*)(?:(?:[-*+]|\d{1,9}[.)])\s+|(?=\[[ xX]\]\s))(?:\[([ xX])\](?:\s+|$))?(.*)$/;

/** Whether a text begins as a list does, perhaps below a heading: a table has the names of its columns there. */
export function isChecklist(text: string): boolean {
  const first = text.split("\n").find((line) => /\S/.test(line) && !/^\s*#/.test(line)) ?? "";
  return ITEM.test(first.trimEnd());
}

export function readChecklist(text: string): Source {
  const rows: Row[] = [];
  const open: { row: Row; indent: number }[] = [];
  const others: string[] = [];
  for (const [index, given] of text.split("\n").entries()) {
    assertNotTooMany(rows.length);
    const line = given.trimEnd();
    const [, blanks = /^\s*/.exec(line)?.[0] ?? "", mark, title = ""] = ITEM.exec(line) ?? [];
    const indent = widthOf(blanks);
    if (title === "") {
      // A text that stands deeper than an item is its description.
      const owner = open.findLast((one) => one.indent < indent);
      if (owner && line !== "") owner.row.description += `${line.trim()}\n`;
      else if (line !== "" && others.length < MOST_OTHERS) others.push(`line ${index + 1}`);
      continue;
    }
    while ((open.at(-1)?.indent ?? -1) >= indent) open.pop();
    const at = `line ${index + 1}`;
    const parents = open.slice(-1).flatMap(({ row }) => row.keys);
    const status = mark?.toLowerCase() === "x" ? { status: "done" } : {};
    const row = rowOf(at, title, { keys: [at], parents, ...status });
    rows.push(row);
    open.push({ row, indent });
  }
  for (const row of rows) row.description = row.description.trimEnd();
  const notes = others.length === 0 ? [] : [`No items, and left out: ${others.join(", ")}.`];
  return { kind: "Markdown list", rows, notes };
}

const MOST_OTHERS = 10;

function widthOf(blanks: string): number {
  return blanks.replaceAll("\t", "    ").length;
}
