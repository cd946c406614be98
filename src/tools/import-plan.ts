/** From the words of a file to what Kaneo takes: people, columns, labels, days and relations of one project. */
import { isFailure, KaneoMcpError } from "../errors.ts";
import type { Plan, PlannedLink } from "../kaneo/changes/make-tasks.ts";
import type { Kaneo } from "../kaneo/client.ts";
import { type Calendar, readDate } from "../kaneo/dates.ts";
import { columnsOf, labelsOf, membersOf } from "../kaneo/lists.ts";
import { findTasks } from "../kaneo/many-tasks.ts";
import { fold, oneLine } from "../kaneo/matching.ts";
import { findMember, matchMember } from "../kaneo/references.ts";
import type { Column, Label, Member, Project } from "../kaneo/schemas.ts";
import type { PlacedTask } from "../kaneo/task-finder.ts";
import { matchStatus, PRIORITIES, unknownStatus } from "../kaneo/tasks.ts";
import { count } from "../text/text.ts";
import {
  type Mapping,
  NO_COLUMN,
  noMember,
  priorityOf,
  statusLike,
  unusedLines,
} from "../transfer/mapping.ts";
import type { Row, Source } from "../transfer/rows.ts";
import { isNone } from "./fields.ts";
import { labelCalled } from "./labels.ts";

export interface ImportPlan {
  plans: Plan[];
  /** Labels that the workspace does not have yet. */
  newLabels: Pick<Label, "name" | "color">[];
  /** What was made of the file's words, as lines of a mapping. */
  mapping: string[];
  /** What is not carried over. */
  notes: string[];
}

interface Scope {
  kaneo: Kaneo;
  project: Project;
  calendar: Calendar;
  mapping: Mapping;
}

/** What words became, with what a mapping would say of them. */
interface Words<T> {
  of: ReadonlyMap<string, T>;
  mapping: string[];
}

/**
 * Plans a task for each row. Nothing is sent that changes anything; labels that are missing stand in the plans without an
 * id.
 */
export async function planImport(
  source: Source & { mapping: Mapping },
  { kaneo, project, calendar }: Omit<Scope, "mapping">,
): Promise<ImportPlan> {
  const { rows, mapping } = source;
  const scope = { kaneo, project, calendar, mapping };
  const [columns, labels, people] = await Promise.all([
    kaneo.fresh(columnsOf(project.id)),
    kaneo.fresh(labelsOf(project.workspaceId)),
    kaneo.fresh(membersOf(project.workspaceId)).then(() => findPeople(source, scope)),
  ]);
  const statuses = findStatuses(rows, columns, scope);
  const wanted = findLabels(rows, labels, source);
  const links = await findLinks(source, scope);
  const resolved = { first: columns[0]?.slug ?? "planned", people, statuses, labels: wanted.of };
  return {
    plans: rows.map((row, index) =>
      planRow(row, { ...resolved, links: links.of[index] ?? [] }, scope),
    ),
    newLabels: wanted.missing,
    mapping: [
      ...(source.columns ?? []),
      ...statuses.mapping,
      ...people.mapping,
      ...priorityLines(rows, mapping),
    ],
    notes: [...source.notes, ...unusedLines(rows, mapping), ...links.notes],
  };
}

interface Resolved {
  /** The column for rows that name none. */
  first: string;
  people: Words<Member | undefined>;
  statuses: Words<string>;
  labels: ReadonlyMap<string, Label>;
  links: readonly PlannedLink[];
}

function planRow(row: Row, resolved: Resolved, { project, calendar, mapping }: Scope): Plan {
  const { first, people, statuses, labels, links } = resolved;
  const refuse = (why: string): Plan => {
    return { name: row.at, failure: new KaneoMcpError("invalid_input", `${why}.`) };
  };
  if (row.problem !== undefined) return refuse(row.problem);
  const priority = row.priority === undefined ? "no-priority" : priorityFor(row.priority, mapping);
  if (priority === undefined) {
    return refuse(
      `has the priority "${oneLine(row.priority ?? "")}", which none of ${PRIORITIES.join(", ")} is like`,
    );
  }
  try {
    const day = (text: string | undefined) => text && readDate(text, calendar);
    const task = {
      project,
      title: row.title,
      description: row.description,
      status: row.status === undefined ? first : (statuses.of.get(fold(row.status)) ?? first),
      priority,
      assignee: people.of.get(fold(row.assignees[0] ?? "")),
      start: day(row.start) || undefined,
      due: day(row.due) || undefined,
      labels: row.labels.flatMap((name) => labels.get(fold(name)) ?? []),
    };
    return { name: row.at, task, links };
  } catch (error) {
    if (isFailure(error, "invalid_input")) return { name: row.at, failure: error };
    throw error;
  }
}

function priorityFor(word: string, { values }: Mapping): string | undefined {
  const meant = values.get(fold(`priority ${word}`)) ?? word;
  return PRIORITIES.find((one) => one === fold(meant)) ?? priorityOf(meant);
}

function priorityLines(rows: readonly Row[], mapping: Mapping): string[] {
  return distinct(rows.map(({ priority }) => priority)).flatMap(({ word }) => {
    const meant = priorityFor(word, mapping);
    return meant === fold(word) ? [] : [`priority ${oneLine(word, 60)} = ${meant ?? "?"}`];
  });
}

/** Each word once, with how often it stands there. */
function distinct(words: readonly (string | undefined)[]): { word: string; count: number }[] {
  const found = new Map<string, { word: string; count: number }>();
  for (const word of words) {
    if (word === undefined || fold(word) === "") continue;
    const known = found.get(fold(word)) ?? { word, count: 0 };
    known.count += 1;
    found.set(fold(word), known);
  }
  return [...found.values()];
}

function findStatuses(
  rows: readonly Row[],
  columns: readonly Column[],
  { mapping, project }: Scope,
): Words<string> {
  const of = new Map<string, string>();
  const lines: string[] = [];
  const [first] = columns;
  for (const { word } of distinct(rows.map(({ status }) => status))) {
    const said = mapping.values.get(fold(`status ${word}`));
    const meant = matchStatus(columns, said ?? word)?.slug;
    if (said !== undefined && meant === undefined) throw unknownStatus(columns, said, project.name);
    const slug = meant ?? statusLike(word, columns);
    of.set(fold(word), slug ?? first?.slug ?? "planned");
    const why = slug === undefined ? ` ${NO_COLUMN}` : "";
    if (said !== undefined || meant === undefined)
      lines.push(`status ${oneLine(word, 60)} = ${of.get(fold(word))}${why}`);
  }
  return { of, mapping: lines };
}

async function findPeople(
  { rows, names }: Source,
  scope: Scope,
): Promise<Words<Member | undefined>> {
  const of = new Map<string, Member | undefined>();
  const lines: string[] = [];
  for (const { word, count: tasks } of distinct(rows.map(({ assignees }) => assignees[0]))) {
    const said = scope.mapping.values.get(fold(`assignee ${word}`));
    const member = await personFor(said ?? word, said !== undefined, scope);
    of.set(fold(word), member);
    const isPlain =
      member && [member.email, member.name, member.id].some((one) => fold(one) === fold(word));
    if (isPlain) continue;
    const why = member || said ? "" : ` ${noMember(count(tasks, "task"))}`;
    const shown = oneLine(names?.get(word) ?? word, 60);
    lines.push(`assignee ${shown} = ${member?.email ?? "none"}${why}`);
  }
  return { of, mapping: lines };
}

/** @throws KaneoMcpError as `findMember` where a mapping names the person. */
async function personFor(
  word: string,
  isMapped: boolean,
  { kaneo, project }: Pick<Scope, "kaneo" | "project">,
): Promise<Member | undefined> {
  if (isNone(word)) return undefined;
  try {
    if (isMapped || fold(word) === "me")
      return await findMember(kaneo, [project.workspaceId], word);
    const bare = word.trim().replace(/^@/, "");
    // Not looked for again when it is missed, as `findMember` does: a file may name hundreds who are not here.
    const found = matchMember(await kaneo.kept(membersOf(project.workspaceId)), bare);
    if (found !== undefined) return found;
  } catch (error) {
    if (isMapped || !isFailure(error, "not_found", "ambiguous")) throw error;
  }
  // A cell may hold several; Kaneo knows one.
  const [head = "", ...rest] = word.split(/[,;\n]/);
  return rest.length > 0 && head.trim() !== ""
    ? personFor(head, false, { kaneo, project })
    : undefined;
}

/** Labels by the words for them; those that are missing have no id yet. */
function findLabels(
  rows: readonly Row[],
  labels: readonly Label[],
  { colors, mapping }: Source & { mapping: Mapping },
) {
  const of = new Map<string, Label>();
  // By their names, since a mapping can give several words the same one.
  const missing = new Map<string, Label>();
  for (const { word } of distinct(rows.flatMap((row) => row.labels))) {
    const name = (mapping.values.get(fold(`label ${word}`)) ?? word).trim();
    if (isNone(name)) continue;
    const color = colors?.get(word) ?? NO_COLOR;
    const fresh = { id: "", name, color, taskId: undefined };
    const label = labelCalled(name, labels) ?? missing.get(fold(name)) ?? fresh;
    if (label === fresh) missing.set(fold(name), fresh);
    of.set(fold(word), label);
  }
  if (missing.size > MOST_NEW_LABELS) throw tooManyLabels([...missing.values()]);
  return { of, missing: [...missing.values()] };
}

/** More are no labels, but a column of other words that is called so. */
const MOST_NEW_LABELS = 200;

function tooManyLabels(missing: readonly Pick<Label, "name">[]): KaneoMcpError {
  const some = missing.slice(0, 5).map(({ name }) => oneLine(name, 40));
  const why = `It names ${missing.length} labels that the workspace does not have, such as ${some.join(", ")}. Nothing was created.`;
  return new KaneoMcpError("invalid_input", why, {
    hint: `At most ${MOST_NEW_LABELS} are created. If it is a column that means something else, say so in mapping, such as "Tags = none".`,
  });
}

const NO_COLOR = "#6b7280";

/** An export has few, and each may be a request. */
const MOST_OUTSIDE = 200;

/** The relations of each row; those to tasks that are not in the file only where it is an export of this very instance. */
async function findLinks({ rows, instance }: Source, { kaneo, project }: Scope) {
  const indexes = new Map<string, number>();
  for (const [index, { keys }] of rows.entries()) {
    for (const key of keys) if (!indexes.has(fold(key))) indexes.set(fold(key), index);
  }
  const named = rows.map(namedLinks);
  const keys = new Set(named.flat().map(({ key }) => key));
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
  const of = named.map((links, index) =>
    links.flatMap(({ kind, key }): PlannedLink[] => {
      const other = indexes.get(fold(key)) ?? places.get(fold(key));
      if (other !== undefined && other !== index) return [{ kind, other }];
      lost.push(`${rows[index]?.at} ${kind.replaceAll("_", " ")} ${oneLine(key, 40)}`);
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

function namedLinks({ parents, blocks, blockedBy, relatedTo }: Row) {
  const named = (kind: PlannedLink["kind"], keys: readonly string[]) =>
    keys.map((key) => ({ kind, key }));
  return [
    ...named("subtask_of", parents),
    ...named("blocks", blocks),
    ...named("blocked_by", blockedBy),
    ...named("related_to", relatedTo),
  ];
}
