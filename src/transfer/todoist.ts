/** What Todoist exports of a project: a line for each task, section and comment, nested by a column of numbers. */
import { readDay } from "./days.ts";
import { type Row, rowOf, type Source, sectionsNote } from "./rows.ts";
import type { Table } from "./table.ts";

/** The first is what its page calls p1. */
const PRIORITIES = ["urgent", "high", "medium", "no-priority"];

/** Undefined for what is no export of Todoist. */
export function readTodoist({ headers, records }: Table): Source | undefined {
  if (!["TYPE", "CONTENT", "INDENT"].every((name) => headers.includes(name))) return undefined;
  const rows: Row[] = [];
  const sections: string[] = [];
  const open: { row: Row; indent: number }[] = [];
  let hasOwnComments = false;
  for (const { at, cells, problem } of records) {
    const cell = (name: string) => String(cells[headers.indexOf(name)] ?? "").trim();
    const type = cell("TYPE").toLowerCase();
    const above = rows.at(-1);
    if (type === "note" && above) commentOn(above, cell);
    hasOwnComments ||= type === "note" && !above;
    if (type === "section") sections.push(cell("CONTENT"));
    if (type !== "task") continue;
    const indent = Number(cell("INDENT")) || 1;
    while ((open.at(-1)?.indent ?? Number.NaN) >= indent) open.pop();
    const links = open.slice(-1).map(({ row }) => ({ kind: "subtask_of" as const, key: row.at }));
    const { title = "", ...fields } = fieldsOf(cell);
    const around = { keys: [at], links, section: sections.at(-1), problem };
    const row = rowOf(at, title, { ...around, ...fields });
    rows.push(row);
    open.push({ row, indent });
  }
  const lost = hasOwnComments ? ["Not carried over: comments on the project."] : [];
  const notes = [...sectionsNote("Sections", sections), ...lost];
  return { kind: "Todoist export (CSV)", rows, notes };
}

function commentOn(task: Row, cell: (name: string) => string): void {
  const said = `**${cell("AUTHOR").split(" (")[0]}:** ${cell("CONTENT")}`;
  // Added, not joined: of a hundred thousand each would copy all before it.
  task.description += task.description === "" ? said : `\n\n${said}`;
}

function fieldsOf(cell: (name: string) => string): Partial<Row> {
  const content = cell("CONTENT");
  // A longer one is none of Todoist's, and may hold millions of labels.
  const words = content.length > 2_000 ? [content] : content.split(/\s+/);
  const isLabel = (word: string) => LABEL.test(word);
  const [person = ""] = cell("RESPONSIBLE").split(" (");
  const dates = ["Date", "Deadline"].map((name) => ({ name, said: cell(name.toUpperCase()) }));
  const due = dates.map(({ said }) => dayIn(said)).find((day) => day !== undefined);
  const rest = dates.filter(({ said }) => said !== "" && (dayIn(said) ?? said) !== due);
  const others = rest.map(({ name, said }) => `${name} in Todoist: ${said}`);
  return {
    title: words.filter((word) => !isLabel(word)).join(" "),
    description: [cell("DESCRIPTION"), ...others].filter(Boolean).join("\n\n"),
    priority: PRIORITIES[Number(cell("PRIORITY")) - 1],
    assignee: person,
    due,
    labels: words.filter(isLabel).map((word) => word.slice(1)),
  };
}

const LABEL = /^@[\p{L}\p{N}_-]+$/u;

/** Todoist keeps what was typed; words such as `every monday` or `tomorrow` are no day that a task could keep. */
function dayIn(text: string): string | undefined {
  const day = readDay(text, undefined);
  const isDay =
    /^\d{4}-\d\d-\d\d/.test(day) || /^(?:\d{1,2}\.? \p{L}{3,9}\.?|\p{L}{3,9} \d{1,2})$/u.test(day);
  return isDay ? day : undefined;
}
