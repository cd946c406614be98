import { z } from "zod";
import type { Kaneo } from "../../kaneo/api/kaneo.ts";
import { workspaces } from "../../kaneo/api/schemas.ts";
import { tellApart, toldApart } from "../../kaneo/names/twins.ts";
import { projectsWithTasks } from "../../kaneo/projects/find.ts";
import { type RecentTask, readEach, tasksByChange } from "../../kaneo/tasks/project-tasks.ts";
import type { LabelChoice, TaskLabel } from "../../kaneo/tasks/task.ts";
import { type TimeEntry, timeEntriesOf } from "../../kaneo/time-entries.ts";
import { byLabels, renderEither, SHARED_LABELS } from "../../text/task-list.ts";
import {
  count,
  grouped,
  namedApart,
  renderProject,
  slugOf,
  spaced,
  stacked,
} from "../../text/text.ts";
import { inline, quoted, renderPerson } from "../../untrusted.ts";
import * as fields from "../fields.ts";
import { renderDuration } from "../time.ts";
import { defineTool, type ToolContext } from "../tool.ts";
import {
  type Period,
  type ReportScope,
  readPeriod,
  readScope,
  renderPeriod,
  reportFields,
  withTaskLabels,
} from "./report-scope.ts";

/** One time entry, as far as it lies in the period; its task has labels where it was chosen by them. */
export interface Work extends TimeEntry {
  task: RecentTask & { labels?: readonly TaskLabel[] };
  seconds: number;
}

export type FoundWork = Awaited<ReturnType<typeof findWork>>;

type Report = FoundWork & {
  scope: string;
  choices: readonly LabelChoice[] | undefined;
  period: Period;
  workspaceNames: ReadonlyMap<string, string>;
};

export const reportTime = defineTool({
  name: "report_time",
  toolset: "time",
  description:
    "Adds up the logged time by person, workspace, project and task, archived tasks included: all of it, or what lies between since and until.",
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true },
  foundBy: "hours, timesheet, how long",
  input: z.object({ ...reportFields, labels: fields.names.optional() }),
  alsoRead: { from: "since", to: "until", user: "person", assignee: "person" },
  example: { workspace: "acme" },
  run: async (args, context): Promise<Report> => {
    const { kaneo } = context;
    const period = readPeriod(args, { ...context, looking: "back" });
    const scope = await readScope(kaneo, args);
    const found = await findWork(kaneo, scope, { ...period, nowMs: context.now() });
    const { works } = found;
    const placed = works.map((work) => ({ ...work, project: work.task.project }));
    const tell = await tellApart(kaneo, placed);
    const told = placed.map((work) => toldApart(work, tell));
    const all = await kaneo.kept(workspaces);
    const workspaceNames = new Map(all.map(({ id, name }) => [id, name]));
    const { name, labels: choices } = scope;
    return { ...found, works: told, scope: name, choices, period, workspaceNames };
  },
  text: renderReport,
});

/**
 * The time entries in a period, the latest begun first. Kaneo gives them task by task only (time-entry/index.ts). Where there is no time for all,
 * those are read that were changed last: to log time is no change, but people log it on what they work on.
 */
export async function findWork(
  kaneo: Kaneo,
  scope: ReportScope,
  period: Period & { nowMs: number },
) {
  const projects = await projectsWithTasks(kaneo, scope);
  const recent = await tasksByChange(kaneo, projects);
  const all = recent.map((task) => ({ ...task, projectId: task.project.id }));
  const tasks = scope.labels ? await withTaskLabels(kaneo, all, scope.labels) : all;
  const read = async (task: RecentTask) => {
    const entries = await timeEntriesOf(kaneo, task.id);
    return entries.map((entry) => ({ ...entry, task, seconds: secondsWithin(entry, period) }));
  };
  const { found, ...counts } = await readEach(kaneo, tasks, read);
  const works = found
    .filter(({ personId }) => scope.isBy(personId))
    .filter(({ seconds, ended }) => seconds > 0 || (seconds === 0 && ended === undefined))
    .sort((a, b) => Date.parse(b.started) - Date.parse(a.started));
  return { works, ...counts, isOneProject: projects.length === 1 };
}

/** How long an entry lasted within the period, until now when it is running; negative when it lies outside. */
function secondsWithin(
  { started, ended }: TimeEntry,
  { since, until, nowMs }: Period & { nowMs: number },
): number {
  const end = ended === undefined ? nowMs : Date.parse(ended);
  const from = Math.max(Date.parse(started), since === undefined ? -Infinity : Date.parse(since));
  const to = Math.min(end, until === undefined ? Infinity : Date.parse(until));
  return Math.round((to - from) / 1_000);
}

const MOST_TASKS_SHOWN = 50;
const MOST_PARTS_SHOWN = 20;
const MOST_LABELS_SHOWN = 20;

function renderReport(report: Report, context: ToolContext): string {
  const { scope, works } = report;
  const { until } = report.period;
  const period = renderPeriod(report.period, context.timeZone);
  const covered = renderCoverage(report);
  const isPart = report.tasksRead < report.tasksInAll;
  if (works.length === 0) {
    const none = `${scope}: no time was ${isPart ? "found" : "logged"}${period === "" ? "" : ` ${period}`}.`;
    return stacked([none, renderEither(report.choices), covered]);
  }

  const people = totals(works, personOf);
  const projects = totals(works, ({ task: { project, key } }) => [
    project.id,
    renderProject(slugOf(key), project.name),
  ]);
  const inWorkspaces = totals(works, ({ task: { project } }) => [
    project.workspaceId,
    inline(report.workspaceNames.get(project.workspaceId) ?? ""),
  ]);
  const tasks = totals(works, ({ task }) => [task.id, inline(task.key, 60)]);
  const taskLines = tasks.slice(0, MOST_TASKS_SHOWN).map(({ name, seconds, works: onTask }) => {
    const by = totals(onTask, personOf);
    const shares = by.map((share) =>
      by.length === 1 ? share.name : `${share.name} ${renderDuration(share.seconds)}`,
    );
    const title = quoted(onTask[0]?.task.title ?? "");
    return spaced([name, renderDuration(seconds), shares.join(", "), title]);
  });
  const hidden = tasks.slice(MOST_TASKS_SHOWN);
  return stacked([
    `${scope}: ${isPart ? "at least " : ""}${renderDuration(secondsIn(works))} ${period || "in all"}, by ${people.length === 1 ? "one person" : `${people.length} people`} on ${count(tasks.length, "task")}`,
    "By person:",
    ...people.map(renderSum),
    ...(inWorkspaces.length > 1 ? ["By workspace:", ...inWorkspaces.map(renderSum)] : []),
    ...(projects.length > 1 ? ["By project:", ...projects.map(renderSum)] : []),
    ...renderLabels(works),
    "By task:",
    ...taskLines,
    hidden.length > 0 &&
      `and ${count(hidden.length, "more task")}: ${renderDuration(secondsIn(hidden))}`,
    renderCut(works),
    renderRunning(works, until !== undefined && Date.parse(until) < context.now()),
    covered,
  ]);
}

/** Nothing where nobody asked for labels. */
function renderLabels(works: readonly Work[]): string[] {
  if (works.some(({ task }) => task.labels === undefined)) return [];
  const labelled = works.flatMap(({ task, ...work }) =>
    byLabels(task.labels ?? []).map((label) => ({ ...work, task, label })),
  );
  const sums = totals(labelled, ({ label }) => label);
  const hidden = sums.length - MOST_LABELS_SHOWN;
  return [
    "By label:",
    ...sums.slice(0, MOST_LABELS_SHOWN).map(renderSum),
    ...(hidden > 0 ? [`and ${count(hidden, "more label")}`] : []),
    ...(labelled.length > works.length ? [SHARED_LABELS] : []),
  ];
}

function renderSum({ name, seconds }: { name: string; seconds: number }): string {
  return `${name}  ${renderDuration(seconds)}`;
}

/** What lies across an end of the period: other lists show the whole of it. */
function renderCut(works: readonly Work[]): string | undefined {
  const cut = works.flatMap((work) => {
    const { started, ended, seconds } = work;
    if (ended === undefined) return [];
    const whole = Math.round((Date.parse(ended) - Date.parse(started)) / 1_000);
    return whole > seconds ? `${renderPart(work)} of ${renderDuration(whole)}` : [];
  });
  if (cut.length === 0) return undefined;
  return `Counted only in part, as the rest lies outside of the period: ${someOf(cut)}`;
}

function renderRunning(works: readonly Work[], isOver: boolean): string | undefined {
  const running = works.filter(({ ended }) => ended === undefined);
  if (running.length === 0) return undefined;
  return `Still running, counted until ${isOver ? "the period's end" : "now"}: ${someOf(running.map(renderPart))}`;
}

function someOf(parts: readonly string[]): string {
  const rest = parts.length - MOST_PARTS_SHOWN;
  const shown = parts.slice(0, MOST_PARTS_SHOWN).join("; ");
  return rest > 0 ? `${shown}; and ${rest} more` : shown;
}

function renderPart({ person, task, seconds }: Work): string {
  return `${renderPerson(person)} on ${inline(task.key, 60)}, ${renderDuration(seconds)}`;
}

/** What was looked at, and what was not. */
export function renderCoverage({ tasksRead, tasksInAll, isOneProject }: FoundWork): string {
  if (tasksRead === tasksInAll) return `Looked at ${count(tasksInAll, "task")}, archived ones too.`;
  const rest = `Kaneo gives logged time task by task: the ${tasksRead} tasks that were changed last were looked at, the other ${tasksInAll - tasksRead} of ${tasksInAll} were not and may have more.`;
  return isOneProject ? rest : `${rest} Name a project to look at fewer.`;
}

/** Sums by what `keyOf` tells apart, the largest first. */
function totals<W extends Work>(
  works: readonly W[],
  keyOf: (work: W) => [key: string, name: string],
) {
  return namedApart(grouped(works, keyOf), ({ key }) => key)
    .map(({ name, members }) => ({ name, seconds: secondsIn(members), works: members }))
    .sort((a, b) => b.seconds - a.seconds);
}

function personOf({ personId, person }: Work): [key: string, name: string] {
  return [personId ?? "", renderPerson(person)];
}

function secondsIn(parts: readonly { seconds: number }[]): number {
  return parts.reduce((total, { seconds }) => total + seconds, 0);
}
