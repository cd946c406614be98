/** Markdown lists: an item is a task, what is indented below it belongs to it, and `[x]` is done. */
import { assertNotTooMany, type Row, rowOf, type Source, sectionsNote } from "./rows.ts";

/** As in Markdown, or as mails and word processors have them. */
const BOX = String.raw`\[[ xX]\]|[☐□☑☒✓✔✅]\uFE0F?`;
/**
 * Of a line without blanks at its end, so that no two parts can share them: a bullet, a box, or both. Its rest is whatever
 * there is (`s`): where some sign ended it, each of a million blanks before that would be tried with all behind it.
 */
const ITEM = new RegExp(
  String.raw`^(\s*)(?:(?:[-*+•◦▪–]|\d{1,9}[.)])\s+|(?=(?:${BOX})\s))(?:(${BOX})(?:\s+|$))?(.*)$`,
  "su",
);
const HEADING = /^ {0,3}#{1,6}\s+(\S.*)$/;
/** Of code, perhaps behind a bullet; one that ends on its line opens none. */
const FENCE = /^(?:\s|[-*+]\s|\d{1,9}[.)]\s)*(?:```|~~~)[^`]*$/;

/** Whether a line of a text begins an item, which says that the text may be such a list. */
export function isItem(line: string): boolean {
  return ITEM.test(line.trimEnd());
}

/** The items of a list as tasks, an item below another one as its subtask. @throws As {@link assertNotTooMany}. */
export function readChecklist(text: string): Source {
  const rows: Row[] = [];
  const headings: string[] = [];
  const others: string[] = [];
  let open: { row: Row; indent: number }[] = [];
  for (const { at, line, indent, heading, title, status } of linesIn(text)) {
    assertNotTooMany(rows.length);
    if (heading) {
      headings.push(heading);
      open = [];
    } else if (title) {
      open = open.filter((one) => one.indent < indent);
      const links = open.slice(-1).map((one) => ({ kind: "subtask_of" as const, key: one.row.at }));
      const row = rowOf(at, title, { keys: [at], links, status, section: headings.at(-1) });
      rows.push(row);
      open = [...open, { row, indent }].slice(-DEEPEST);
    } else {
      // A text that stands deeper than an item is its description.
      const owner = open.findLast((one) => one.indent < indent);
      if (owner) owner.row.description += `${line.trim()}\n`;
      else if (others.length <= MOST_OTHERS) {
        others.push(others.length < MOST_OTHERS ? at : "and more");
      }
    }
  }
  for (const row of rows) row.description = row.description.trimEnd();
  const left = others.length === 0 ? [] : [`Not items, so left out: ${others.join(", ")}.`];
  return { kind: "Markdown list", rows, notes: [...sectionsNote("Headings", headings), ...left] };
}

/** Names with values, such as tags, that some programs put above a text. */
const FRONT_MATTER = /^---\s*\n[\w-]+:.*?\n---\s*\n/s;

/** The lines that are not empty, with what they are; what is above the text is code, too. */
function* linesIn(text: string) {
  let isInFence = false;
  const above = (FRONT_MATTER.exec(text)?.[0] ?? "").split("\n").length - 1;
  for (const [index, given] of text.split("\n").entries()) {
    const line = given.trimEnd();
    const prose = isInFence || index < above ? "" : line;
    if (line !== "")
      yield { at: `line ${index + 1}`, line, indent: indentOf(line), ...readProse(prose) };
    if (isFence(line)) isInFence = !isInFence;
  }
}

function isFence(line: string): boolean {
  const begins = line.search(/```|~~~/);
  return begins !== -1 && begins < MOST_BLANKS && FENCE.test(line);
}

/** A heading, an item with a title, or neither. */
function readProse(line: string) {
  const [, heading] = HEADING.exec(line) ?? [];
  const [, , box = "", title] = ITEM.exec(line) ?? [];
  return { heading, title, status: /[x☑☒✓✔✅]/iu.test(box) ? "done" : undefined };
}

function indentOf(line: string): number {
  const [blanks = ""] = /^\s*/.exec(line.slice(0, MOST_BLANKS)) ?? [];
  return blanks.replaceAll("\t", "    ").length;
}

const MOST_OTHERS = 10;
/** Nobody indents further. With ten million of them a pattern that repeats a choice takes more stack than there is. */
const MOST_BLANKS = 1_000;
/** Of the items that a line may belong to, which are looked through for each. */
const DEEPEST = 20;
