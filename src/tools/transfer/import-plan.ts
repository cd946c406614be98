/** From the rows of a file to tasks that Kaneo can be given, with their relations. */
import { isFailure, KaneoMcpError } from "../../errors.ts";
import type { Label } from "../../kaneo/api/schemas.ts";
import { type Calendar, readDate } from "../../kaneo/dates/read-dates.ts";
import { fold, oneLine } from "../../kaneo/names/matching.ts";
import type { Plan, PlannedLink } from "../../kaneo/tasks/create-many.ts";
import type { PlacedTask } from "../../kaneo/tasks/find.ts";
import { findTasks } from "../../kaneo/tasks/find-many.ts";
import { PRIORITIES } from "../../kaneo/tasks/task.ts";
import { renderDate } from "../../text/dates.ts";
import type { Mapping } from "../../transfer/mapping.ts";
import type { Row, Source } from "../../transfer/rows.ts";
import { type ImportTarget, type Meanings, readMeanings } from "./import-meanings.ts";

export interface ImportPlan {
  plans: Plan[];
  /** Labels that the workspace does not have yet. */
  newLabels: Pick<Label, "name" | "color">[];
  /** What was made of the file's words, as lines of a mapping. */
  mapping: string[];
  /** What is not carried over. */
  notes: string[];
}

interface DatedTarget extends ImportTarget {
  calendar: Calendar;
}

/**
 * Plans a task for each row. Nothing is sent that changes anything; labels that are missing stand in the plans without an
 * id.
 */
export async function planImport(
  source: Source & { mapping: Mapping },
  target: DatedTarget,
): Promise<ImportPlan> {
  const { rows, columns = [], notes } = source;
  const meanings = await readMeanings(source, target);
  const links = await findLinks(source, target);
  const plans = rows.map((row, index) =>
    planRow(row, { meanings, links: links.of[index] ?? [] }, target),
  );
  const days = yearless(rows, plans, target.calendar);
  return {
    plans,
    newLabels: meanings.newLabels,
    mapping: [...columns, ...meanings.mapping],
    notes: [...notes, ...days, ...links.notes],
  };
}

/** A note on the days of which the file does not say the year: that may be long over. */
function yearless(rows: readonly Row[], plans: readonly Plan[], { timeZone }: Calendar): string[] {
  const read = rows.flatMap((row, index) => {
    const plan = plans[index];
    if (plan === undefined || "failure" in plan) return [];
    return (["start", "due"] as const).flatMap((field) => {
      const [said = "", moment] = [row[field], plan.task[field]];
      return !moment || /\b\d{4}\b/.test(said) ? [] : `${said} = ${renderDate(moment, timeZone)}`;
    });
  });
  if (read.length === 0) return [];
  const days = oneLine([...new Set(read)].join(", "), 300);
  return [`Without a year in the file, read as of today: ${days}.`];
}

function planRow(
  row: Row,
  { meanings, links }: { meanings: Meanings; links: readonly PlannedLink[] },
  { project, calendar }: DatedTarget,
): Plan {
  const { first, statuses, priorities, people, labels } = meanings;
  const refuse = (why: string): Plan => {
    return { name: row.at, failure: new KaneoMcpError("invalid_input", `${why}.`) };
  };
  if (row.problem !== undefined) return refuse(row.problem);
  const { priority: word } = row;
  const priority = word === undefined ? "no-priority" : priorities.get(fold(word));
  if (priority === undefined) {
    return refuse(
      `has the priority "${oneLine(word ?? "")}", which none of ${PRIORITIES.join(", ")} is like`,
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
    if (isFailure(error, "invalid_input")) return { name: row.at, failure: error };
    throw error;
  }
}

/** An export has few, and each may be a request. */
const MOST_OUTSIDE = 200;

/** The relations of each row; those to tasks that are not in the file only where it is an export of this very instance. */
async function findLinks({ rows, instance }: Source, { kaneo, project }: ImportTarget) {
  const indexes = new Map<string, number>();
  for (const [index, { keys }] of rows.entries()) {
    for (const key of keys) if (!indexes.has(fold(key))) indexes.set(fold(key), index);
  }
  // People, and some programs, name a task by its title.
  const titled = new Map<string, number | undefined>();
  for (const [index, { title }] of rows.entries()) {
    titled.set(fold(title), titled.has(fold(title)) ? undefined : index);
  }
  const keys = new Set(rows.flatMap(({ links }) => links.map(({ key }) => key)));
  const outside = [...keys].filter((key) => !indexes.has(fold(key))).slice(0, MOST_OUTSIDE);
  const isHere = instance === kaneo.instance && outside.length > 0;
  const found = isHere ? await findTasks(kaneo, outside) : [];
  const places = new Map<string, PlacedTask>();
  for (const [index, one] of found.entries()) {
    const isNear =
      !(one instanceof KaneoMcpError) && one.project.workspaceId === project.workspaceId;
    if (isNear) places.set(fold(outside[index] ?? ""), one);
  }
  const lost: string[] = [];
  const of = rows.map(({ at, links }, index) =>
    links.flatMap(({ kind, key }): PlannedLink[] => {
      const name = fold(withoutAddress(key));
      const other = indexes.get(name) ?? places.get(name) ?? titled.get(name);
      if (other !== undefined && other !== index) return [{ kind, other }];
      lost.push(`${at} ${kind.replaceAll("_", " ")} ${oneLine(key, 40)}`);
      return [];
    }),
  );
  const listed =
    lost.slice(0, 20).join("; ") + (lost.length > 20 ? `; and ${lost.length - 20} more` : "");
  return {
    of,
    notes: lost.length === 0 ? [] : [`Relations to tasks that are not there: ${listed}.`],
  };
}

/** `Garden` of `Garden (https://www.notion.so/Garden-1f2e)`, as Notion names a page. No name that anybody gives is longer. */
function withoutAddress(key: string): string {
  return key.length > 500 ? key : key.replace(/ \([^()]*(?:https?:|\.md)[^()]*\)$/, "");
}
