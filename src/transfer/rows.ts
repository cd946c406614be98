/** Tasks in words, between the files that say them and Kaneo. */
import { KaneoMcpError } from "../errors.ts";
import { storable } from "../json.ts";
import type { RelationKind } from "../kaneo/relations/relations.ts";
import { inline } from "../untrusted.ts";

/** More than people have, and each is looked at in every call. */
const MOST_ROWS = 10_000;

/**
 * Asked by whatever reads a file before it makes anything of its parts: 10 MB hold millions of them, and a gigabyte would
 * be made of those.
 *
 * @throws KaneoMcpError "invalid_input" when there are more tasks than are read.
 */
export function assertNotTooMany(tasks: number): void {
  if (tasks > MOST_ROWS) throw tooMuch(`more than ${MOST_ROWS} tasks`);
}

/** What is thrown for a file that has `what` in it. */
export function tooMuch(what: string): KaneoMcpError {
  return notImported(`There are ${what} in it.`, "Split it.");
}

/** What is thrown where no task can be made of a file; `why` is a sentence. */
export function notImported(why: string, hint?: string): KaneoMcpError {
  return new KaneoMcpError("invalid_input", `${why} Nothing was created.`, { hint });
}

/** What a file can say of a task, by the names that mappings and our own files use. */
export const FIELDS = [
  "key",
  "title",
  "description",
  "status",
  "priority",
  "assignee",
  "start",
  "due",
  "labels",
  "parent",
  "blocks",
  "blocked_by",
  "related_to",
] as const;
export type Field = (typeof FIELDS)[number];

/** One task as a file says it. Words that say nothing are absent. */
export interface Row {
  /** Where it stands, such as `line 12` or `task 3`. */
  at: string;
  /** What the other rows call it, in each of their ways. */
  keys: string[];
  title: string;
  /** Byte for byte, but for what Kaneo cannot keep. */
  description: string;
  status?: string | undefined;
  /** What it stands under: its status, where it has no other and a column is called so. */
  section?: string | undefined;
  priority?: string | undefined;
  /** The first of several is assigned. */
  assignee?: string | undefined;
  /** A day as `2026-12-24`, or a moment in ISO 8601. */
  start?: string | undefined;
  due?: string | undefined;
  labels: string[];
  /** To other tasks, as those are called. */
  links: { kind: RelationKind; key: string }[];
  problem?: string | undefined;
}

/** A row that says nothing but its title, which it must have, and `rest`. */
export function rowOf(at: string, name: string, rest: Partial<Row> = {}): Row {
  const title = storable(name);
  const description = storable(rest.description ?? "");
  const labels = (rest.labels ?? []).map(storable);
  const problem = rest.problem ?? (title.trim() === "" ? "has no title" : undefined);
  return { at, title, keys: [], links: [], ...rest, description, labels, problem };
}

const KINDS = [
  ["parent", "subtask_of"],
  ["blocks", "blocks"],
  ["blocked_by", "blocked_by"],
  ["related_to", "related_to"],
] as const;

/** The links of a row, by what its fields hold. */
export function linksIn(keysIn: (field: (typeof KINDS)[number][0]) => string[]): Row["links"] {
  return KINDS.flatMap(([field, kind]) => keysIn(field).map((key) => ({ kind, key })));
}

/** What was read of a file. */
export interface Source {
  /** What it was taken for, such as `Trello board`; "" where the tasks come from Kaneo itself. */
  kind: string;
  rows: Row[];
  /** Of labels, by name. */
  colors?: ReadonlyMap<string, string>;
  /** How the columns of the file were read, each as a mapping can say it: `Summary = title`. */
  columns?: string[];
  /** What is not carried over, or was read in a way that somebody may want to know. */
  notes: string[];
  /** Names by id, where `rows` name people by their ids. */
  names?: ReadonlyMap<string, string>;
  /** What somebody said that the words in it mean, as in a mapping. */
  values?: ReadonlyMap<string, string>;
}

/** Whoever put tasks below `sections` should hear what becomes of those. */
export function sectionsNote(kind: string, sections: readonly string[]): string[] {
  const names = inline(sections.join(", "), 300);
  return names === ""
    ? []
    : [`${kind} (${names}) are statuses where a column has that name, and are otherwise left out.`];
}
