/** From a table to tasks: which column is what, and what its cells say. */
import type { KaneoMcpError } from "../errors.ts";
import { fold } from "../kaneo/names/matching.ts";
import { inline } from "../untrusted.ts";
import { type DayOrder, dayOrderOf, isAmbiguousDay, readDay } from "./days.ts";
import { isOurCsv } from "./kaneo-file.ts";
import { fieldOf, OF_DAYS, readMapping, WRONG_LETTERS } from "./mapping.ts";
import { type Field, linksIn, notImported, type Row, rowOf, type Source } from "./rows.ts";
import { type Cell, isFilled, splitCell, type Table, unbracketed, unguarded } from "./table.ts";

/**
 * Reads tasks off a table; of an export of ours the texts are taken as they are.
 *
 * @param lines Lines as `readMapping` takes them.
 * @throws KaneoMcpError "invalid_input" when no column is the title.
 */
export function readTable(table: Table, lines: readonly string[]): Source {
  const { headers, records } = table;
  const isOurs = isOurCsv(headers);
  const { columns: given, values, dayOrder } = readMapping(lines, headers);
  const columns = columnsIn(table, given);
  if (!columns.some(({ fields }) => fields.includes("title"))) throw noTitle(headers);
  const people = peopleIn(table);
  const descriptions = columns.filter(({ fields }) => fields.includes("description"));
  const told = (cell: Cell, { header, byName }: TableColumn) => {
    if (typeof cell !== "string" || !isFilled(cell)) return cell;
    // What is no description by its name would say nothing without that: a price, a phone number.
    const isNamed = descriptions.length > 1 && byName !== "description";
    const said = cell.replace(JIRAS, (_, day, id) => `**${people.get(id) ?? id}, ${day}:** `);
    return isNamed ? `${header}: ${said}` : said;
  };
  const read = records.map(({ cells, ...record }) => {
    const cellsOf = (field: Field) =>
      columns.flatMap((column) => {
        const cell = cells[column.at];
        if (cell === undefined || !column.fields.includes(field)) return [];
        if (isOurs) return [unguarded(cell)];
        return [field === "description" ? told(cell, column) : cell];
      });
    return { ...record, cellsOf };
  });
  const days = read.flatMap(({ cellsOf }) => [...cellsOf("start"), ...cellsOf("due")].flat());
  const order = dayOrder ?? dayOrderOf(days);
  const left = columns.filter(({ fields, isEmpty }) => fields.length === 0 && !isEmpty);
  const leftOut = inline(unique(left.map(({ name }) => name)).join(", "), 600);
  return {
    kind: isOurs ? "kaneo-mcp export (CSV)" : "CSV",
    rows: read.map((record) => rowFrom(record, { values, order, isOurs })),
    values,
    // Whoever gives back what is shown gives all of it.
    columns: unique([
      ...(isOurs ? [] : columns).flatMap(({ name, fields, isGiven }) =>
        (isGiven && fields.length === 0 ? ["none"] : fields).map((field) => `${name} = ${field}`),
      ),
      ...[...values]
        .filter(([word]) => OF_DAYS.test(word))
        .map(([word, day]) => `${word} = ${day}`),
      ...(dayOrder === undefined ? [] : [`dates = ${dayOrder}`]),
    ]),
    notes: leftOut === "" ? [] : [`Not carried over: ${leftOut}.`, ADDED],
  };
}

type TableColumn = ReturnType<typeof columnsIn>[number];

/** The columns of a table, each with the fields that it is, by its name or as somebody has `given` them. */
function columnsIn({ headers, records }: Table, given: ReadonlyMap<string, readonly Field[]>) {
  return headers.map((header, at) => {
    const byName = fieldOf(header);
    const said = given.get(fold(header));
    // What relations name does no harm, and only a key can be found again in Kaneo.
    const isKeyToo = byName === "key" && said?.join() === "description";
    const own: readonly Field[] = byName ? [byName] : [];
    const fields = isKeyToo ? [...own, ...said] : (said ?? own);
    const name = inline(header || "a column without a name", 60);
    const isEmpty = !records.some(({ cells }) => cells[at]?.length);
    return { at, header, byName, name, fields, isGiven: said !== undefined, isEmpty };
  });
}

/** By the ids that Jira has in the column behind theirs, or in as many columns behind as many of one name. */
function peopleIn({ headers, records }: Table) {
  const people = new Map<unknown, Cell | undefined>();
  const counts = new Map<string, number>();
  for (const header of headers) counts.set(header, (counts.get(header) ?? 0) + 1);
  for (const [at, header] of headers.entries()) {
    const id = at + (counts.get(header) ?? 0);
    if (headers[id] !== `${header} Id`) continue;
    for (const { cells } of records) people.set(cells[id], cells[at]);
  }
  return people;
}

/** How Jira begins a comment: `18/Oct/26 10:05 AM;712020:a3;`. */
const JIRAS = /^(\d\S* \d+:\d+(?: [AP]M)?);([^;\s]+);/i;

const ADDED =
  '"<its name> = description" in mapping adds one to the descriptions; keys are kept only so.';

function noTitle(headers: readonly string[]): KaneoMcpError {
  const known = inline(headers.join(", "), 600) || "none";
  const why = `No column is the title of a task. The columns are: ${known}.`;
  const hint = `Say which it is in mapping, such as "Subject = title". The first line must name the columns. ${WRONG_LETTERS}`;
  return notImported(why, hint);
}

/** What a mapping, or the file itself, says of how cells are meant. */
interface CellReading {
  values: ReadonlyMap<string, string>;
  order: DayOrder | undefined;
  isOurs: boolean;
}

function rowFrom(
  record: { at: string; problem?: string | undefined; cellsOf(field: Field): Cell[] },
  { values, order, isOurs }: CellReading,
): Row {
  const { cellsOf } = record;
  const one = (field: Field) => cellsOf(field).flat().find(isFilled);
  const trimmed = (field: Field) => one(field)?.trim();
  const several = (field: Field) => unique(cellsOf(field).flatMap(splitCell));
  const title = one("title") ?? "";
  const [start, due] = (["start", "due"] as const).map((field) => {
    const text = trimmed(field) ?? "";
    const said = values.get(fold(`${field} ${text}`)) ?? text;
    return /^(?:-|none|n\/a)?$/i.test(said) ? undefined : said;
  });
  const unclear = [start, due].find((day) => day !== undefined && isAmbiguousDay(day));
  const isUnclear = order === undefined && unclear !== undefined;
  const clearing = `has the date ${unclear}, which may be either of two: add "dates = d/m/y" or "dates = m/d/y" to mapping`;
  return rowOf(record.at, isOurs ? title : title.trim().split(/\s+/).join(" "), {
    keys: cellsOf("key")
      .flat()
      .map((key) => key.trim()),
    description: unique(cellsOf("description").flat()).filter(isFilled).join("\n\n"),
    status: trimmed("status"),
    priority: trimmed("priority"),
    assignee: unbracketed(trimmed("assignee") ?? ""),
    start: start && readDay(start, order),
    due: due && readDay(due, order),
    labels: several("labels"),
    links: linksIn(several),
    problem: record.problem ?? (isUnclear ? clearing : undefined),
  });
}

function unique(items: readonly string[]): string[] {
  return [...new Set(items)];
}
