/** From the rows of a file to tasks that Kaneo can be given, with their relations. */
import { isFailure, KaneoMcpError } from "../../errors.ts";
import { readDate } from "../../kaneo/dates/read-dates.ts";
import { fold } from "../../kaneo/names/matching.ts";
import type { Plan, PlannedLink } from "../../kaneo/tasks/create-many.ts";
import { PRIORITIES } from "../../kaneo/tasks/task.ts";
import type { Row, Source } from "../../transfer/rows.ts";
import { inline, quoted } from "../../untrusted.ts";
import { type ImportTarget, type Meanings, readMeanings } from "./import-meanings.ts";

/**
 * Plans a task for each row, with what was made of the file's words, as lines of a mapping, and notes on what is not carried
 * over. Nothing is sent that changes anything; labels that are missing stand in the plans without an id.
 */
export async function planImport(source: Source, target: ImportTarget) {
  const { rows, columns = [], notes } = source;
  const meanings = await readMeanings(source, target);
  const links = findLinks(source);
  const plans = rows.map((row, index) =>
    planRow(row, { meanings, links: links.of[index] ?? [] }, target),
  );
  return {
    plans,
    newLabels: meanings.newLabels,
    mapping: [...columns, ...meanings.mapping],
    notes: [...notes, ...links.notes],
  };
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

/** The relations of each row to others of the file, and a note on those that lead out of it. */
function findLinks({ rows }: Source): { of: PlannedLink[][]; notes: string[] } {
  const indexes = new Map<string, number>();
  for (const [index, { keys }] of rows.entries()) {
    for (const key of keys) if (!indexes.has(fold(key))) indexes.set(fold(key), index);
  }
  // People, and some programs, name a task by its title.
  const titled = new Map<string, number | undefined>();
  for (const [index, { title }] of rows.entries()) {
    titled.set(fold(title), titled.has(fold(title)) ? undefined : index);
  }
  const lost: string[] = [];
  const of = rows.map(({ at, links }, index) => {
    // Jira names a parent by its id and by its key.
    const found = new Map<string, PlannedLink>();
    for (const { kind, key } of links) {
      const other = indexes.get(fold(key)) ?? titled.get(fold(key));
      if (other !== undefined && other !== index) found.set(`${kind} ${other}`, { kind, other });
      else lost.push(`${at} ${kind.replaceAll("_", " ")} ${inline(key, 40)}`);
    }
    return [...found.values()];
  });
  const rest = lost.length > MOST_LOST ? `; and ${lost.length - MOST_LOST} more` : "";
  const listed = `${lost.slice(0, MOST_LOST).join("; ")}${rest}`;
  const notes = lost.length === 0 ? [] : [`Relations to tasks that are not in it: ${listed}.`];
  return { of, notes };
}

const MOST_LOST = 20;
