/** From the rows of a file to tasks that Kaneo can be given, with their relations. */
import { isFailure, KaneoMcpError } from "../../errors.ts";
import type { Project } from "../../kaneo/api/schemas.ts";
import { readDate } from "../../kaneo/dates/read-dates.ts";
import { fold } from "../../kaneo/names/matching.ts";
import { inverseOf } from "../../kaneo/relations/relations.ts";
import type { Plan, PlannedLink } from "../../kaneo/tasks/create-many.ts";
import type { PlacedTask } from "../../kaneo/tasks/find.ts";
import { PRIORITIES } from "../../kaneo/tasks/task.ts";
import { grouped } from "../../text/text.ts";
import type { Row, Source } from "../../transfer/rows.ts";
import { inline, quoted } from "../../untrusted.ts";
import { type ImportTarget, type Meanings, readMeanings } from "./import-meanings.ts";

/**
 * Plans a task for each row that is not `there`, with what was made of the file's words, as lines of a mapping, and notes on
 * what is not carried over. Nothing is sent that changes anything; labels that are missing stand in the plans without an id.
 */
export async function planImport(
  source: Source,
  target: ImportTarget,
  there: Namesakes = new Map(),
) {
  const { rows, columns = [], notes } = source;
  const missing = rows.filter((row) => !there.has(row));
  const meanings = await readMeanings({ ...source, rows: missing }, target);
  const links = findLinks(rows, there);
  const plans = rows.map((row, index): Plan => {
    const namesake = there.get(row)?.task.key;
    if (namesake === undefined)
      return planRow(row, { meanings, links: links.of[index] ?? [] }, target);
    return { name: row.at, failure: new KaneoMcpError("conflict", `is there, as ${namesake}`) };
  });
  return {
    kind: source.kind,
    plans,
    newLabels: meanings.newLabels,
    mapping: [...columns, ...meanings.mapping],
    notes: [...notes, ...links.notes],
  };
}

type Namesakes = ReadonlyMap<Row, PlacedTask>;

/** The tasks that have the titles of rows: each of one row, in their order. */
export function namesakesOf(rows: readonly Row[], existing: readonly PlacedTask[]): Namesakes {
  const sorted = existing.toSorted((one, other) => one.task.number - other.task.number);
  const titled = grouped(sorted, ({ task: { title } }) => [fold(title), title]);
  const left = new Map(titled.map(({ key, members }) => [key, members.values()]));
  const namesakes = rows.map((row) => [row, left.get(fold(row.title))?.next().value] as const);
  return new Map(
    namesakes.flatMap(([row, namesake]) => (namesake === undefined ? [] : [[row, namesake]])),
  );
}

/** A clause: how many of the rows have such titles. */
export function renderNamesakes(namesakes: Namesakes, { rows }: Source, { slug }: Project): string {
  return `Titles that tasks of ${inline(slug, 60)} had before: ${namesakes.size} of ${rows.length}`;
}

function planRow(
  row: Row,
  { meanings, links }: { meanings: Meanings; links: readonly PlannedLink[] },
  { project, calendar }: ImportTarget,
): Plan {
  const { first, statuses, priorities, people, labels } = meanings;
  const refuse = (why: string): Plan => {
    const title = row.title.trim() === "" ? "" : ` Title: ${quoted(row.title, 60)}`;
    return { name: row.at, failure: new KaneoMcpError("invalid_input", `${why}${title}`) };
  };
  if (row.problem !== undefined) return refuse(`${row.problem}.`);
  const { priority: word } = row;
  const priority = word === undefined ? "no-priority" : priorities.get(fold(word));
  if (priority === undefined) {
    return refuse(
      `has the priority "${inline(word ?? "")}", which is like none of ${PRIORITIES.join(", ")}.`,
    );
  }
  try {
    // Of what a file lists, some is over.
    const looking = { ...calendar, looking: "around" } as const;
    const day = (text: string | undefined) => (text ? readDate(text, looking) : undefined);
    const task = {
      project,
      title: row.title,
      description: row.description,
      status: statuses.get(fold(row.status ?? row.section ?? "")) ?? first,
      priority,
      assignee: people.get(fold(row.assignee ?? "")),
      start: day(row.start),
      due: day(row.due),
      labels: row.labels.flatMap((name) => labels.get(fold(name)) ?? []),
    };
    return { name: row.at, task, links };
  } catch (error) {
    if (isFailure(error, "invalid_input")) return refuse(error.message);
    throw error;
  }
}

/** The relations of each row to others, as those have them to rows that are there; and a note on what leads out of the file. */
function findLinks(rows: readonly Row[], there: Namesakes) {
  const indexes = new Map<string, number>();
  const titled = new Map<string, number | undefined>();
  for (const [index, { keys, title }] of rows.entries()) {
    for (const key of keys) if (!indexes.has(fold(key))) indexes.set(fold(key), index);
    // People, and some programs, name a task by its title.
    titled.set(fold(title), titled.has(fold(title)) ? undefined : index);
  }
  const lost: string[] = [];
  const places = rows.map((row) => there.get(row));
  // Jira names a parent by its id and by its key.
  const found = rows.map(() => new Map<string, PlannedLink>());
  for (const [index, { at, links }] of rows.entries()) {
    for (const { kind, key } of links) {
      const other = indexes.get(fold(key)) ?? titled.get(fold(key));
      const [near, far] = [places[index], places[other ?? index]];
      const turned = inverseOf(kind);
      if (other === undefined || other === index)
        lost.push(`${at} ${kind.replaceAll("_", " ")} ${inline(key, 40)}`);
      else if (near) found[other]?.set(`${turned} ${index}`, { kind: turned, other: near });
      else found[index]?.set(`${kind} ${other}`, { kind, other: far ?? other });
    }
  }
  const rest = lost.length > MOST_LOST ? `; and ${lost.length - MOST_LOST} more` : "";
  const listed = `${lost.slice(0, MOST_LOST).join("; ")}${rest}`;
  const notes = lost.length === 0 ? [] : [`Relations to tasks that are not in it: ${listed}.`];
  return { of: found.map((one) => [...one.values()]), notes };
}

const MOST_LOST = 20;
