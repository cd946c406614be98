import { z } from "zod";
import { readCursor, writeCursor } from "../../kaneo/api/cursors.ts";
import { allKept, type Kaneo } from "../../kaneo/api/kaneo.ts";
import { asHelp } from "../../kaneo/api/outcomes.ts";
import { projectsOf } from "../../kaneo/api/schemas.ts";
import { type Calendar, startOf } from "../../kaneo/dates/read-dates.ts";
import { EVENT_KINDS } from "../../kaneo/events/event-words.ts";
import {
  type EventGap,
  findEvents,
  newestFirst,
  type TaskEvent,
  taskOfEvent,
  withDone,
  withNames,
} from "../../kaneo/events/events.ts";
import { assigneesIn } from "../../kaneo/members.ts";
import { tellApart } from "../../kaneo/names/twins.ts";
import type { LabelChoice } from "../../kaneo/tasks/task.ts";
import { renderDay } from "../../text/dates.ts";
import {
  COUNTED_BY,
  renderCounts,
  renderEvent,
  renderEvents,
  renderFormer,
  UNRECORDED,
} from "../../text/events.ts";
import { renderEither } from "../../text/task-list.ts";
import { count, stacked } from "../../text/text.ts";
import { fence, inline } from "../../untrusted.ts";
import * as fields from "../fields.ts";
import { renderDuration } from "../time.ts";
import { defineTool, type ToolContext } from "../tool.ts";
import { doneAfter, renderDoneAfter } from "./done-after.ts";
import { renderReopened, reopeningIn } from "./reopened.ts";
import {
  type Period,
  readPeriod,
  readScope,
  renderPeriod,
  reportFields,
  withTaskLabels,
} from "./report-scope.ts";
import { type FoundWork, findWork, renderCoverage, type Work } from "./report-time.ts";

const input = z.object({
  ...reportFields,
  since: reportFields.since.describe(
    "A day, or words such as monday, last week; default: 7 days ago",
  ),
  kinds: z
    .array(z.enum(EVENT_KINDS))
    .min(1)
    .describe(
      "done: into a final column, with created after how long; tells what was reopened. Default: all but time",
    )
    .optional(),
  labels: fields.names.optional(),
  count_by: z.enum(COUNTED_BY).describe("Counts only").optional(),
  limit: fields.limit.default(50),
  cursor: fields.cursor.optional(),
});

type Arguments = z.output<typeof input>;

export const listActivity = defineTool({
  name: "list_activity",
  toolset: "tasks",
  description:
    "Shows what happened and who did it, newest first: changes of tasks from old to new, comments, logged time, also of archived tasks. Kaneo records no change of labels, descriptions, starts or relations.",
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true },
  foundBy: "history, what happened, who did what, standup, weekly report",
  input,
  alsoRead: { from: "since", to: "until", user: "person", assignee: "person", kind: "kinds" },
  example: { project: "WEB", since: "2026-01-05", kinds: ["done", "comment", "time"] },
  run: readActivity,
  text: renderActivity,
});

async function readActivity(args: Arguments, context: ToolContext) {
  const { kaneo } = context;
  const { kinds, cursor } = args;
  const mark = cursor === undefined ? undefined : markIn(cursor, args);
  const period = periodOf(args, { ...context, looking: "back" });
  const { since, until } = period;
  const where = await readScope(kaneo, args);

  const recorded = kinds?.filter((kind) => kind !== "time");
  const wantsTime = kinds?.includes("time") ?? false;
  const isOver = until !== undefined && Date.parse(until) < context.now();
  // Of everything that happens of late the newest tell most; what is counted or sifted is asked for as a whole.
  const isForAll =
    (args.count_by ?? kinds ?? where.labels) !== undefined || !where.isOfEverybody || isOver;
  // Together: each may take as long as there is time in a call.
  const [{ events: found, gap }, time] = await Promise.all([
    recorded?.length === 0
      ? { events: [], gap: undefined }
      : findEvents(kaneo, { ...where, ...period, kinds: recorded, isForAll }),
    // An entry is told where it began, and as long as it is.
    wantsTime
      ? findWork(kaneo, where, { since, until: undefined, nowMs: context.now() })
      : undefined,
  ]);

  // The columns are asked for only where it matters which of them are final.
  const needsDone =
    kinds?.some((kind) => kind === "done" || kind === "status") || args.count_by === "kind";
  const read = needsDone ? await withDone(kaneo, found) : found;
  const isNameless = read.some(({ person, personId }) => personId && person === undefined);
  // It only helps: who left is found by what is still theirs.
  const people = isNameless ? await asHelp(assigneesIn(kaneo, where)) : [];
  const known = withNames(read, people);
  const all = [...known, ...(time?.works ?? []).map(eventOfWork)].filter(
    ({ at, personId }) =>
      (since === undefined || at >= since) &&
      (until === undefined || at <= until) &&
      where.isBy(personId),
  );
  const choices = where.labels;
  const told = await tellOf(kaneo, { all, known }, { ...args, choices });
  const projectNames = await namesOf(kaneo, args.count_by === "project" ? where.workspaceIds : []);
  return { args, mark, scope: where.name, choices, period, gap, time, projectNames, ...told };
}

async function namesOf(kaneo: Kaneo, workspaceIds: readonly string[]) {
  const projects = await allKept(kaneo, workspaceIds, projectsOf);
  return new Map(projects.map(({ id, name }) => [id, name]));
}

/** Those of these events that are asked for, and the keys of what of it is no longer done, and of what else was reopened. */
async function tellOf(
  kaneo: Kaneo,
  { all, known }: { all: readonly TaskEvent[]; known: readonly TaskEvent[] },
  { kinds, choices, count_by }: Arguments & { choices: LabelChoice[] | undefined },
) {
  const { isUndone, isReopening } = reopeningIn(known);
  const after = doneAfter(kinds?.includes("created") ? known : []);
  const wanted = all
    .map((event) => ({ ...event, isUndone: isUndone(event), isReopening: isReopening(event) }))
    .map((event) => (event.wasDone ? event : { ...event, ...after(event) }))
    .map((event) => (event.wasDone ? { ...event, kind: "status" as const } : event))
    .filter((event) => event.isReopening || isWanted(event, kinds))
    .sort(newestFirst);
  const isByLabel = choices !== undefined || count_by === "label";
  const labelled = isByLabel ? await withTaskLabels(kaneo, wanted, choices) : wanted;
  const told = await withKeysApart(kaneo, labelled);
  const events = told.filter((event) => isWanted(event, kinds));
  const undone = keysOf(events.filter((event) => event.isUndone));
  const others = told.filter((event) => event.isReopening && !undone.has(event.key));
  return { events, undone, reopened: keysOf(others) };
}

/** The same, with what tells keys apart that several projects have. */
async function withKeysApart<Event extends TaskEvent>(kaneo: Kaneo, events: readonly Event[]) {
  const met = events.map(({ projectId: id, key }) => {
    return { id, slug: key.slice(0, key.lastIndexOf("-")) };
  });
  const tell = await tellApart(kaneo, met);
  return events.map((event) => ({ ...event, key: tell(event.projectId, event.key) }));
}

/** Without since it is the day a week before the end, from its start on, so that all pages of a walk begin the same. */
function periodOf(args: Arguments, calendar: Calendar): Period {
  const period = readPeriod(args, calendar);
  const { since, until } = period;
  if (since !== undefined) return period;
  const now = () => (until === undefined ? calendar.now() : Date.parse(until));
  return { since: startOf("7 days ago", { ...calendar, now }), until };
}

function eventOfWork({ task, seconds, ended, ...entry }: Work): TaskEvent {
  const { id, started: at, person, personId, note } = entry;
  const duration = renderDuration(seconds);
  const to = ended === undefined ? `${duration} so far, still running` : duration;
  const { key, title, project } = task;
  const where = { key, title, projectId: project.id };
  const text = note.trim() === "" ? undefined : note;
  return { id, at, person, personId, ...where, kind: "time", type: "time", to, text };
}

function keysOf(events: readonly TaskEvent[]): Set<string> {
  return new Set(events.map(({ key }) => key));
}

function isWanted({ kind }: TaskEvent, kinds: Arguments["kinds"]): boolean {
  if (kinds === undefined) return true;
  if (kind === "done" && kinds.includes("status")) return true;
  return kind !== undefined && kinds.includes(kind);
}

type Activity = Awaited<ReturnType<typeof readActivity>>;

function renderActivity(activity: Activity, { timeZone }: ToolContext): string {
  const { args, mark, scope, period, events, gap, time, projectNames } = activity;
  const isPart = gap !== undefined || isTimeCut(time);
  const tasks = new Set(events.map(taskOfEvent)).size;
  const kinds = args.kinds === undefined ? "" : ` (${args.kinds.join(", ")})`;
  const total =
    events.length === 0
      ? `nothing ${isPart ? "was found" : "is recorded"}${kinds}`
      : `${isPart ? "at least " : ""}${count(events.length, "event")}${kinds} on ${count(tasks, "task")}`;
  const head = `${scope}: ${total} ${renderPeriod(period, timeZone)}`;
  const coverage = renderLimits(activity, timeZone);
  if (events.length === 0) return stacked([head, renderEither(activity.choices), coverage]);
  if (args.count_by !== undefined) {
    const counts = renderCounts(events, args.count_by, { timeZone, period, projectNames });
    return stacked([`${head}, by ${args.count_by}`, ...counts, coverage]);
  }

  const rest = events.filter((event) => mark === undefined || newestFirst(mark, event) < 0);
  const before = events.length - rest.length;
  const shown = firstThatFit(rest, args.limit, timeZone);
  const last = shown.at(-1);
  if (last === undefined) return stacked([`${head}, none after this cursor`, coverage]);
  const isCut = shown.length < events.length;
  const range = isCut ? `, ${before + 1}–${before + shown.length} shown` : "";
  const hasText = shown.some(({ text }) => text !== undefined);
  const next = writeCursor([last.at, last.id], identityOf(args));
  const more = shown.length < rest.length && `More: repeat with cursor ${next}`;
  const body = renderEvents(shown, timeZone).join("\n");
  const zone = `, times in ${timeZone}`;
  return stacked([`${head}${range}${zone}`, hasText ? fence(body) : body, more, coverage]);
}

function renderLimits(
  { args, events, gap, time, ...activity }: Activity,
  timeZone: string,
): string {
  const unrecorded = ` ${UNRECORDED} It keeps nothing of deleted tasks; logged time is listed with kinds time.`;
  const born = args.kinds?.includes("done")
    ? " What was created or imported as done is not among these."
    : "";
  return stacked([
    renderReopened(activity.undone, activity.reopened),
    renderDoneAfter(events),
    gap && renderGap(gap, args, timeZone),
    isTimeCut(time) && renderCoverage(time),
    `Archived tasks are included${args.kinds === undefined ? `.${unrecorded}` : `, deleted ones are not.${born}`}`,
    args.count_by === undefined && renderFormer(events),
  ]);
}

function isTimeCut(time: FoundWork | undefined): time is FoundWork {
  return time !== undefined && time.tasksRead < time.tasksInAll;
}

/** Of projects in which more happened. */
const MOST_NAMED = 10;

function renderGap(gap: EventGap, { kinds }: Arguments, timeZone: string): string {
  const { projects, tasksRead, tasksInAll, until } = gap;
  const slugs = projects.map(({ slug }) => inline(slug, 60));
  const places = slugs.length > MOST_NAMED ? count(slugs.length, "project") : slugs.join(", ");
  const others = tasksInAll - tasksRead;
  const comments = kinds === undefined || kinds.includes("comment") ? " and any comments" : "";
  const missing =
    until === undefined
      ? `comments on the other ${others}, which have not changed in this time,`
      : `events until ${renderDay(until, timeZone)}${comments} on the other ${others}`;
  return `More happened in ${places} than Kaneo lists at once: the ${tasksRead} tasks that were changed last were looked at one by one; ${missing} may be missing. Name ${projects.length === 1 ? "" : "a project or "}${kinds === undefined ? "kinds or " : ""}a later since.`;
}

/** So that all the lines of a page fit between the lines of a fence. */
const MOST_ON_A_PAGE = 18_000;

function firstThatFit(events: readonly TaskEvent[], limit: number, timeZone: string) {
  let length = 0;
  const page = events.slice(0, limit);
  const end = page.findIndex((event) => {
    // With the line of its day.
    length += renderEvent(event, timeZone).length + 12;
    return length > MOST_ON_A_PAGE;
  });
  return end === -1 ? page : page.slice(0, end);
}

function markIn(cursor: string, args: Arguments): Pick<TaskEvent, "at" | "id"> {
  const [at = "", id = ""] = readCursor(cursor, identityOf(args)).map(String);
  return { at, id };
}

/** What the pages of one walk have in common. */
function identityOf({ project, workspace, person, since, until, kinds, labels }: Arguments) {
  return [project, workspace, person, since, until, kinds, labels];
}
