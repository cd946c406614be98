/** From a table to tasks: which column is what, and what its cells say. */
import { KaneoMcpError } from "../errors.ts";
import { fold, oneLine } from "../kaneo/names/matching.ts";
import { type DayOrder, dayOrderOf, isAmbiguousDay, readDay } from "./days.ts";
import { fieldOf, type Mapping } from "./mapping.ts";
import type { Field, Row, Source } from "./rows.ts";
import { rowOf } from "./rows.ts";
import { type Cell, splitCell, type Table, unbracketed, unguarded } from "./table.ts";

type Cells = Partial<Record<Field, Cell[]>>;

/**
 * Reads tasks off a table.
 *
 * @param isOurs Whether it is an export of ours, whose texts are taken as they are.
 * @throws KaneoMcpError "invalid_input" when no column is the title.
 */
export function readTable(
  table: Table,
  mapping: Mapping,
  { isOurs = false } = {},
): Omit<Source, "kind"> {
  const { headers, records } = table;
  const fields = headers.map((header) =>
    mapping.columns.has(fold(header)) ? mapping.columns.get(fold(header)) : fieldOf(header),
  );
  if (!fields.includes("title")) throw noTitle(headers);
  const read = records.map(({ at, cells, problem }) => {
    const found: Cells = {};
    for (const [index, field] of fields.entries()) {
      const given = cells[index] ?? "";
      const cell = isOurs && typeof given === "string" ? unguarded(given) : given;
      if (field !== undefined) found[field] = [...(found[field] ?? []), cell];
    }
    return { at, problem, found };
  });
  const days = read.flatMap(({ found }) => [found.start ?? [], found.due ?? []].flat(2));
  const order = mapping.dayOrder ?? dayOrderOf(days);
  const rows = read.map(({ at, problem, found }) => {
    const row = rowFrom(at, found, { order, isOurs });
    return { ...row, problem: problem ?? row.problem };
  });
  const used = headers.flatMap((header, index) => {
    const field = fields[index];
    return field === undefined ? [] : [`${oneLine(header, 60)} = ${field}`];
  });
  const isFilled = (index: number) => records.some(({ cells }) => cells[index]?.length);
  const left = headers
    .filter((_, index) => fields[index] === undefined && isFilled(index))
    .map((header) => header || "a column without a name");
  const leftOut =
    left.length === 0 ? [] : [`Not carried over: ${oneLine(unique(left).join(", "), 600)}.`];
  return { rows, columns: isOurs ? [] : unique(used), notes: [...table.notes, ...leftOut] };
}

function noTitle(headers: readonly string[]): KaneoMcpError {
  const known = oneLine(headers.join(", "), 600) || "none";
  const why = `No column is the title of a task. The columns are: ${known}. Nothing was created.`;
  return new KaneoMcpError("invalid_input", why, {
    hint: 'Say which it is in mapping, such as "Subject = title". The first line must name the columns.',
  });
}

function rowFrom(
  at: string,
  found: Cells,
  { order, isOurs }: { order: DayOrder | undefined; isOurs: boolean },
): Row {
  const texts = (field: Field) => (found[field] ?? []).flat();
  const one = (field: Field) => texts(field).find((text) => text.trim() !== "");
  const trimmed = (field: Field) => one(field)?.trim();
  const each = (field: Field) => unique(texts(field).map((text) => text.trim())).filter(Boolean);
  const several = (field: Field) => unique((found[field] ?? []).flatMap(splitCell));
  const title = one("title") ?? "";
  const day = (field: "start" | "due") => {
    const text = trimmed(field);
    return text === undefined || /^(?:-|none|n\/a)$/i.test(text) ? undefined : readDay(text, order);
  };
  return rowOf(at, isOurs ? title : title.replaceAll(/\s+/g, " ").trim(), {
    keys: each("key"),
    description: one("description") ?? "",
    status: trimmed("status"),
    priority: trimmed("priority"),
    assignees: each("assignee").map(unbracketed),
    start: day("start"),
    due: day("due"),
    labels: several("labels"),
    parents: several("parent"),
    blocks: several("blocks"),
    blockedBy: several("blocked_by"),
    relatedTo: several("related_to"),
    problem: order === undefined ? problemOf([trimmed("start"), trimmed("due")]) : undefined,
  });
}

function problemOf(days: readonly (string | undefined)[]): string | undefined {
  const unclear = days.find((day) => day !== undefined && isAmbiguousDay(day));
  if (unclear === undefined) return undefined;
  return `has the date ${unclear}, which may be either of two: add "dates = d/m/y" or "dates = m/d/y" to mapping`;
}

function unique(items: readonly string[]): string[] {
  return [...new Set(items)];
}
