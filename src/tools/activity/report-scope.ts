/** Where, of whom and from when to when: what the tools that look back have in common. */
import { KaneoMcpError } from "../../errors.ts";
import type { Kaneo } from "../../kaneo/api/kaneo.ts";
import { type Calendar, endOf, startOf } from "../../kaneo/dates/read-dates.ts";
import { labelChoices, sayLabels } from "../../kaneo/labels.ts";
import { findPerson } from "../../kaneo/members.ts";
import { fold } from "../../kaneo/names/matching.ts";
import { type ProjectReference, type Scope, scopeOf } from "../../kaneo/projects/find.ts";
import { labelsOfTasks } from "../../kaneo/tasks/project-tasks.ts";
import { carriesOneOf, type LabelChoice } from "../../kaneo/tasks/task.ts";
import { EVERY } from "../../kaneo/workspaces.ts";
import { renderDate, renderDay, renderMoment } from "../../text/dates.ts";
import { inline, renderPerson } from "../../untrusted.ts";
import * as fields from "../fields.ts";

/** The arguments of the same names. */
export const reportFields = {
  project: fields.project.optional(),
  workspace: fields.workspaceOrAll,
  person: fields.text.describe("me, others, name or e-mail").optional(),
  since: fields.date.describe("A day, or words such as monday, last week, october").optional(),
  until: fields.until,
};

/** Its name is such as `Website (WEB), by @Bob Stone, labels bug`; without a person it is of everybody. */
export interface ReportScope extends Scope {
  isOfEverybody: boolean;
  isBy(personId: string | undefined): boolean;
  /** A task carries one of each; undefined where nobody asked for labels. */
  labels: LabelChoice[] | undefined;
}

interface ScopeReference extends ProjectReference {
  person?: string | undefined;
  labels?: string[] | undefined;
}

/** Resolves project, workspace, person and labels. @throws KaneoMcpError "not_found" or "ambiguous", listing what there is. */
export async function readScope(
  kaneo: Kaneo,
  { person, labels, ...where }: ScopeReference,
): Promise<ReportScope> {
  const scope = await scopeOf(kaneo, where);
  const { said, ...by } = await readPerson(kaneo, scope, person);
  const choices = labels && (await labelChoices(kaneo, scope.workspaceIds, labels));
  const carrying = choices ? `, labels ${inline(sayLabels(choices), 200)}` : "";
  return { ...scope, ...by, labels: choices, name: `${scope.name}${said}${carrying}` };
}

async function readPerson(kaneo: Kaneo, scope: Scope, reference: string | undefined) {
  if (reference === undefined || EVERY.test(reference))
    return { isOfEverybody: true, isBy: () => true, said: "" };
  const isOthers = fold(reference) === "others";
  const person = await findPerson(kaneo, scope, isOthers ? "me" : reference);
  const isBy = (id: string | undefined) => (id === person.id) !== isOthers;
  const said = `, by ${isOthers ? "others" : renderPerson(person.name)}`;
  return { isOfEverybody: false, isBy, said };
}

/** Tasks, or what happened to them, with all labels of these tasks; only where they carry one of each of `choices`. */
export async function withTaskLabels<Item extends { projectId: string; key: string }>(
  kaneo: Kaneo,
  items: readonly Item[],
  choices: readonly LabelChoice[] = [],
) {
  const projectIds = items.map(({ projectId }) => projectId);
  const labelsOf = await labelsOfTasks(kaneo, projectIds);
  return items
    .map((item) => ({ ...item, labels: labelsOf(item.projectId, item.key) }))
    .filter((item) => choices.every((choice) => carriesOneOf(item, choice)));
}

/** ISO 8601 in UTC, both included. */
export interface Period {
  since: string | undefined;
  /** Undefined means now. */
  until: string | undefined;
}

/** Reads both ends. @throws KaneoMcpError "invalid_input", also when they are not in order. */
export function readPeriod(
  said: { [End in keyof Period]?: string | undefined },
  calendar: Calendar,
): Period {
  const since = said.since === undefined ? undefined : startOf(said.since, calendar);
  const until = said.until === undefined ? undefined : endOf(said.until, calendar);
  if (since === undefined || until === undefined || since <= until) return { since, until };
  const { timeZone } = calendar;
  const why = `The period would end ${renderEnd(until, timeZone)}, before it begins ${renderDate(since, timeZone)}.`;
  throw new KaneoMcpError("invalid_input", why, {
    hint: "Give both ends in order, as 2026-03-01, or leave one of them out.",
  });
}

/** `since 2026-03-02 until 2026-03-08`; "" for all time. */
export function renderPeriod({ since, until }: Period, timeZone: string): string {
  const bounds = [
    since && `since ${renderDate(since, timeZone)}`,
    until && `until ${renderEnd(until, timeZone)}`,
  ];
  return bounds.filter((bound) => bound !== undefined).join(" ");
}

/** The day whose last moment it is, or the moment. */
export function renderEnd(until: string, timeZone: string): string {
  const after = renderDate(new Date(Date.parse(until) + 1).toISOString(), timeZone);
  return after.includes(":") ? renderMoment(until, timeZone) : renderDay(until, timeZone);
}
