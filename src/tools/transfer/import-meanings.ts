/** What the words of a file mean in one project: its columns, priorities, people and labels. */
import type { KaneoMcpError } from "../../errors.ts";
import type { Kaneo } from "../../kaneo/api/kaneo.ts";
import { onFailure } from "../../kaneo/api/outcomes.ts";
import {
  type Column,
  columnsOf,
  type Label,
  labelsOf,
  type Member,
  membersOf,
  type Project,
} from "../../kaneo/api/schemas.ts";
import type { Calendar } from "../../kaneo/dates/read-dates.ts";
import { labelCalled } from "../../kaneo/labels.ts";
import { findMember, matchMember } from "../../kaneo/members.ts";
import { fold } from "../../kaneo/names/matching.ts";
import {
  matchStatus,
  PLANNED,
  PRIORITIES,
  type Status,
  unknownStatus,
} from "../../kaneo/tasks/task.ts";
import { count, grouped } from "../../text/text.ts";
import { NO_COLUMN, noMember, priorityOf, statusLike } from "../../transfer/mapping.ts";
import { notImported, type Source } from "../../transfer/rows.ts";
import { inline } from "../../untrusted.ts";
import { isNone } from "../fields.ts";

type Words = Pick<Source, "rows" | "names" | "colors" | "values">;

export interface ImportTarget {
  kaneo: Kaneo;
  project: Project;
  calendar: Calendar;
}

/**
 * What the folded words of a file mean, and what was made of them as lines of a mapping; `first` is the status of rows that
 * name none. Labels that are missing have no id yet.
 *
 * @throws KaneoMcpError for a mapping that names a column or person who is not there.
 */
export async function readMeanings(words: Words, target: ImportTarget) {
  const { kaneo, project } = target;
  const [columns, labels, people] = await Promise.all([
    kaneo.fresh(columnsOf(project.id)),
    kaneo.fresh(labelsOf(project.workspaceId)),
    kaneo.fresh(membersOf(project.workspaceId)).then(() => findPeople(words, target)),
  ]);
  const statuses = findStatuses(words, columns, project);
  const priorities = findPriorities(words);
  const { of, missing } = findLabels(words, labels);
  return {
    statuses: statuses.of,
    first: firstOf(columns),
    priorities: priorities.of,
    people: people.of,
    labels: of,
    newLabels: missing,
    mapping: [...statuses.lines, ...people.lines, ...priorities.lines],
  };
}

/** By the folded words of the file. */
export type Meanings = Awaited<ReturnType<typeof readMeanings>>;

function firstOf(columns: readonly Column[]): string {
  return columns[0]?.slug ?? PLANNED.slug;
}

/** Each word once, with how often it stands there. */
function distinct(words: readonly (string | undefined)[]): { word: string; count: number }[] {
  const said = words.flatMap((word) => (word === undefined || fold(word) === "" ? [] : word));
  return grouped(said, (word) => [fold(word), word]).map(({ name, members }) => {
    return { word: name, count: members.length };
  });
}

function findStatuses({ rows, values }: Words, columns: readonly Column[], project: Project) {
  const of = new Map<string, string>();
  const lines: string[] = [];
  const saidOf = (word: string) => {
    const said = values?.get(fold(`status ${word}`));
    const meant = said === undefined ? undefined : matchStatus(columns, said);
    if (said !== undefined && meant === undefined) throw unknownStatus(columns, said, project.name);
    return meant?.slug;
  };
  const named = new Set(rows.map(({ status = "" }) => fold(status)));
  for (const { word } of distinct(rows.map(({ status, section }) => status ?? section))) {
    const isSection = !named.has(fold(word));
    const said = saidOf(word);
    const meant = said ?? columnOf(columns, word)?.slug;
    const slug = meant ?? statusLike(word, columns, isSection);
    // Most headings of a list are no columns.
    if (slug === undefined && isSection) continue;
    of.set(fold(word), slug ?? firstOf(columns));
    const why = slug === undefined ? ` ${NO_COLUMN}` : "";
    if (isSection || said !== undefined || meant === undefined)
      lines.push(`status ${inline(word, 60)} = ${of.get(fold(word))}${why}`);
  }
  return { of, lines };
}

/** Of columns with one name the first: a mapping can tell them apart by their slugs, and a file cannot. */
function columnOf(columns: readonly Column[], word: string): Status | undefined {
  return (
    columns.find(({ slug }) => slug === word) ??
    columns.find(({ name }) => fold(name) === fold(word)) ??
    matchStatus(columns, word)
  );
}

function findPriorities({ rows, values }: Words) {
  // Undefined for a word that is like none.
  const of = new Map<string, string | undefined>();
  const lines: string[] = [];
  for (const { word } of distinct(rows.map(({ priority }) => priority))) {
    const said = values?.get(fold(`priority ${word}`)) ?? word;
    const meant = PRIORITIES.find((one) => one === fold(said)) ?? priorityOf(said);
    of.set(fold(word), meant);
    if (meant !== fold(word)) lines.push(`priority ${inline(word, 60)} = ${meant ?? "?"}`);
  }
  return { of, lines };
}

async function findPeople({ rows, names, values }: Words, target: ImportTarget) {
  const of = new Map<string, Member | undefined>();
  const lines: string[] = [];
  const named = distinct(rows.map(({ assignee }) => assignee));
  const words = named.map(({ word }) => word);
  if (words.length > MOST_PEOPLE) throw tooMany(MOST_PEOPLE, "people", words);
  for (const { word, count: tasks } of named) {
    // A thousand among thousands of members take seconds: others get their turn, and the end of the call is heard.
    await target.kaneo.sleep(0);
    const said = values?.get(fold(`assignee ${word}`));
    const found = await personFor(said ?? word, said !== undefined, target);
    const member = found === "several" ? undefined : found;
    of.set(fold(word), member);
    const isPlain =
      member && [member.email, member.name, member.id].some((one) => fold(one) === fold(word));
    if (isPlain) continue;
    const why = member || said ? "" : ` ${noMember(count(tasks, "task"), found === "several")}`;
    const shown = inline(names?.get(word) ?? word, 60);
    lines.push(`assignee ${shown} = ${member?.email ?? "none"}${why}`);
  }
  return { of, lines };
}

/** @throws KaneoMcpError as `findMember` where a mapping names the person. */
async function personFor(
  word: string,
  isMapped: boolean,
  { kaneo, project: { workspaceId } }: ImportTarget,
): Promise<Member | "several" | undefined> {
  if (isNone(word)) return undefined;
  if (isMapped || fold(word) === "me") return findMember(kaneo, [workspaceId], word);
  // Not looked for again when it is missed, as `findMember` does: a file may name hundreds who are not here.
  const members = await kaneo.kept(membersOf(workspaceId));
  const match = async (name: string) => matchMember(members, name.trim().replace(/^@/, ""));
  const one = (name: string) => match(name).catch(onFailure("ambiguous", () => "several" as const));
  // A cell may hold several; Kaneo knows one.
  return (await one(word)) ?? one(word.split(/[,;\n]/)[0] ?? "");
}

/** Labels by the words for them; those that are missing have no id yet. */
function findLabels({ rows, colors, values }: Words, labels: readonly Label[]) {
  const of = new Map<string, Label>();
  // By their names, since a mapping can give several words the same one.
  const missing = new Map<string, Label>();
  for (const { word } of distinct(rows.flatMap((row) => row.labels))) {
    const name = (values?.get(fold(`label ${word}`)) ?? word).trim();
    if (isNone(name)) continue;
    const color = colors?.get(word) ?? NO_COLOR;
    const known = labelCalled(name, labels) ?? missing.get(fold(name));
    const label = known ?? { id: "", name, color, taskId: undefined };
    if (known === undefined) missing.set(fold(name), label);
    of.set(fold(word), label);
    if (missing.size <= MOST_NEW_LABELS) continue;
    const names = [...missing.values()].map((one) => one.name);
    throw tooMany(MOST_NEW_LABELS, "labels that the workspace does not have", names);
  }
  return { of, missing: [...missing.values()] };
}

/** More are no labels and no people, but a column of other words that is called so. */
const MOST_NEW_LABELS = 200;
const MOST_PEOPLE = 1_000;

function tooMany(most: number, what: string, words: readonly string[]): KaneoMcpError {
  const some = words.slice(0, 5).map((word) => inline(word, 40));
  const why = `It names more than ${most} ${what}, such as ${some.join(", ")}.`;
  const hint =
    'If it is a column that means something else, say so in mapping, such as "Tags = none".';
  return notImported(why, hint);
}

const NO_COLOR = "#6b7280";
