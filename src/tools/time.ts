import { z } from "zod";
import { isFailure, KaneoMcpError, prefixed } from "../errors.ts";
import type { Kaneo } from "../kaneo/client.ts";
import { type Calendar, readDate } from "../kaneo/dates.ts";
import { endpoint } from "../kaneo/endpoint.ts";
import { confirmed } from "../kaneo/outcomes.ts";
import { kaneoId, list, moment, optional } from "../kaneo/schemas.ts";
import { findTask } from "../kaneo/task-finder.ts";
import { renderMinute, renderMoment } from "../text/dates.ts";
import { spaced } from "../text/text.ts";
import { inline, quoted, renderPerson } from "../text/untrusted.ts";
import * as fields from "./fields.ts";
import { resolveText } from "./task-input.ts";
import { defineTool, foundBy, type ToolContext } from "./tool.ts";

const timeEntrySchema = z
  .object({
    id: kaneoId,
    taskId: kaneoId,
    userName: optional(z.string()),
    userId: optional(z.string()),
    description: optional(z.string()),
    startTime: moment,
    endTime: optional(moment),
  })
  .transform(({ id, taskId, userName, userId, description: note = "", ...span }) => {
    const { startTime: started, endTime: ended } = span;
    return { id, taskId, person: userName, personId: userId, note, started, ended };
  });
const timeEntryListSchema = list(timeEntrySchema);

/** `person` is undefined in the answers of writes, `ended` while the entry is running. */
export type TimeEntry = z.infer<typeof timeEntrySchema>;

/** The time entries of a task, in Kaneo's order (`GET /api/time-entry/task/:taskId`). */
export function timeEntriesOf(kaneo: Kaneo, taskId: string): Promise<TimeEntry[]> {
  return kaneo.get(endpoint`/api/time-entry/task/${taskId}`, timeEntryListSchema);
}

/** Where and when the reader is. */
interface Viewpoint {
  timeZone: string;
  /** Milliseconds since the epoch. */
  nowMs: number;
}

/** Time entries, a line each, and their sum when there are several; "" when there are none. */
export function renderTimeEntries(entries: readonly TimeEntry[], view: Viewpoint): string {
  const lines = entries.map((entry) => renderTimeEntry(entry, view, renderMinute));
  if (entries.length < 2) return lines.join("\n");
  const seconds = entries.reduce((sum, entry) => sum + secondsOf(entry, view.nowMs), 0);
  return [...lines, `Total: ${renderDuration(seconds)}`].join("\n");
}

/** `1 h 30 min  from 2026-01-05 09:00 +01:00 to 2026-01-05 10:30 +01:00  @Alice Doe  entry ohui…  Note`. */
function renderTimeEntry(
  entry: TimeEntry,
  { timeZone, nowMs }: Viewpoint,
  renderTime = renderMoment,
): string {
  const { id, person, note, ended } = entry;
  const duration = renderDuration(secondsOf(entry, nowMs));
  const started = renderTime(entry.started, timeZone);
  return spaced([
    ended === undefined
      ? `running, ${duration} so far  since ${started}`
      : `${duration}  from ${started} to ${renderTime(ended, timeZone)}`,
    person && renderPerson(person),
    `entry ${id}`,
    inline(note),
  ]);
}

/** How long an entry lasted, or has lasted so far; Kaneo's own `duration` is 0 for most. */
function secondsOf({ started, ended }: TimeEntry, nowMs: number): number {
  const endMs = ended === undefined ? nowMs : Date.parse(ended);
  return Math.max(0, Math.round((endMs - Date.parse(started)) / 1000));
}

/** `1 h 30 min`, `45 min`, `30 s`. */
export function renderDuration(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours === 0) return `${rest} min`;
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}

const momentGiven = fields.text.describe("now, 09:10 (today) or RFC 3339");
const minutes = z.number().min(1).max(100_000);
const note = z.string();

const log = defineTool({
  name: "log_time",
  toolset: "time",
  title: "Log time",
  description:
    "Logs work on a task: minutes alone count back from now; started with ended or minutes is a span; started alone leaves a timer running.",
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false },
  _meta: foundBy("timer, hours, timesheet, track"),
  input: z.object({
    task: fields.task,
    minutes: minutes.optional(),
    started: momentGiven.optional(),
    ended: momentGiven.optional(),
    break_minutes: minutes.describe("Off started to ended").optional(),
    note: note.optional(),
  }),
  example: { task: "WEB-4", minutes: 30, note: "Fresh entry" },
  run: async ({ task: reference, note, ...times }, context) => {
    const span = spanOf(times, context);
    const { task } = await findTask(context.kaneo, reference);
    const entry = await addTimeEntry(context.kaneo, task.id, { ...span, note: resolveText(note) });
    return { task, entry, pause: times.break_minutes };
  },
  text: ({ task, entry, pause }, { timeZone, now }) => {
    const line = `${task.key}  ${quoted(task.title)}: ${renderTimeEntry(entry, { timeZone, nowMs: now() })}`;
    if (entry.ended !== undefined) {
      const why = `\nFor the break it ends ${pause} min earlier: Kaneo knows no breaks.`;
      return `Logged on ${line}${pause === undefined ? "" : why}`;
    }
    return `Timer on ${line}\nTo stop it call update_time_entry with ended now.`;
  },
});

const update = defineTool({
  name: "update_time_entry",
  toolset: "time",
  title: "Update time entry",
  description:
    "Corrects a time entry, or stops a running one with ended now. minutes alone keeps its end.",
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true },
  input: z.object({
    entry: fields.text.describe("Id, from get_task with include time"),
    minutes: minutes.optional(),
    started: momentGiven.optional(),
    ended: momentGiven.optional(),
    note: note.describe("none clears it").optional(),
  }),
  example: { ended: "now" },
  run: async ({ entry: id, note, ...times }, context) => {
    fields.assertAnyGiven({ note, ...times });
    const before = await timeEntryById(context.kaneo, id);
    const span = { ...correctedSpan(before, times, context), note: resolveText(note) };
    return { before, after: await putTimeEntry(context.kaneo, id, span) };
  },
  text: ({ before, after }, { timeZone, now }) => {
    const view = { timeZone, nowMs: now() };
    return `Now: ${renderTimeEntry(after, view)}\nWas: ${renderTimeEntry(before, view)}`;
  },
});

export const timeTools = [log, update];

/** What may be written of a time entry. */
interface TimeSpan {
  /** ISO 8601. */
  started: string;
  ended?: string | undefined;
  note?: string | undefined;
}

interface TimesGiven {
  minutes?: number | undefined;
  started?: string | undefined;
  ended?: string | undefined;
  break_minutes?: number | undefined;
}

/** Work lies behind: of a weekday the last one is meant. */
function readTime(text: string | undefined, calendar: Calendar): string | undefined {
  return text && readDate(text, { ...calendar, isPast: true });
}

function spanOf({ minutes, break_minutes, ...given }: TimesGiven, context: ToolContext): TimeSpan {
  const isTimer = given.ended === undefined && minutes === undefined;
  const { now, ...rest } = context;
  // A span is read by its minutes: seconds that nobody sees would make `09:10 to 10:00` last 51 min.
  const calendar = { ...rest, now: isTimer ? now : () => now() - (now() % 60_000) };
  const { started, ended } = momentsIn({ minutes, ...given }, calendar);
  if (started !== undefined && ended !== undefined)
    return withoutBreak({ started, ended }, break_minutes);
  if (break_minutes !== undefined) {
    throw new KaneoMcpError("invalid_input", "A break needs both started and ended.", {
      hint: "minutes alone are the time worked, without breaks.",
    });
  }
  if (minutes !== undefined) {
    const end = ended ?? new Date(calendar.now()).toISOString();
    return spanOfMinutes(minutes, started === undefined ? { ended: end } : { started });
  }
  if (started !== undefined) return { started };
  throw new KaneoMcpError("invalid_input", "How long? Give minutes, or started.", {
    hint: "minutes 90 ends now; started now runs a timer; started and ended is a span.",
  });
}

function momentsIn({ minutes, ...given }: TimesGiven, calendar: Calendar) {
  const started = readTime(given.started, calendar);
  const ended = readTime(given.ended, calendar);
  if (started !== undefined && ended !== undefined && minutes !== undefined)
    throw new KaneoMcpError("invalid_input", "Give minutes or ended beside started, not both.");
  return { started, ended };
}

function spanOfMinutes(minutes: number, bound: { started: string } | { ended: string }) {
  return "started" in bound
    ? { started: bound.started, ended: shifted(bound.started, minutes) }
    : { started: shifted(bound.ended, -minutes), ended: bound.ended };
}

/** What an entry is corrected to: minutes count back from its end, or on from the start where that is given or there is no end. */
function correctedSpan(before: TimeEntry, given: TimesGiven, calendar: Calendar) {
  const { started, ended = before.ended } = momentsIn(given, calendar);
  const start = started ?? before.started;
  if (given.minutes === undefined) return { started: start, ended };
  const isFromStart = started !== undefined || ended === undefined;
  return spanOfMinutes(given.minutes, isFromStart ? { started: start } : { ended });
}

function withoutBreak(span: { started: string; ended: string }, minutes = 0): TimeSpan {
  const ended = shifted(span.ended, -minutes);
  if (minutes === 0 || ended > span.started) return { ...span, ended };
  throw new KaneoMcpError("invalid_input", `The break of ${minutes} min is as long as all of it.`);
}

function shifted(iso: string, minutes: number): string {
  return new Date(Date.parse(iso) + minutes * 60_000).toISOString();
}

/** Adds a time entry of the account in use; without an end it is running. */
async function addTimeEntry(kaneo: Kaneo, taskId: string, span: TimeSpan): Promise<TimeEntry> {
  const body = { taskId, ...wireSpan(span) };
  const answer = await kaneo.post(endpoint`/api/time-entry`, timeEntrySchema, body);
  const created = await confirmed(answer, {
    what: "The time entry",
    fields: { ...span, taskId, note: span.note ?? null, ended: span.ended ?? null },
    look: () => timeEntryById(kaneo, answer.id),
  });
  if (span.ended === undefined) return created;
  // Kaneo stores the duration 0 for a new entry that has an end, and computes it only when the entry is updated.
  return putTimeEntry(kaneo, created.id, span).catch((error: unknown) => {
    throw prefixed(
      error,
      `The time entry ${created.id} was saved; only its duration may still be 0 in Kaneo:`,
      "Do not log it again. update_time_entry with the same times sets the duration.",
    );
  });
}

/** Replaces the times of an entry; without an end it keeps the one it has, and without a note its note. */
async function putTimeEntry(kaneo: Kaneo, id: string, span: TimeSpan): Promise<TimeEntry> {
  const answer = await kaneo.put(endpoint`/api/time-entry/${id}`, timeEntrySchema, wireSpan(span));
  return confirmed(answer, {
    what: `The change of time entry ${id}`,
    fields: { id, ...span },
    look: () => timeEntryById(kaneo, id),
  });
}

/** @throws KaneoMcpError "invalid_input" when the time ends before it starts, which Kaneo refuses on one route only. */
function wireSpan({ started, ended, note }: TimeSpan): object {
  if (ended !== undefined && Date.parse(started) > Date.parse(ended)) {
    throw new KaneoMcpError(
      "invalid_input",
      `The time would end (${ended}) before it starts (${started}).`,
    );
  }
  return { startTime: started, endTime: ended, description: note };
}

async function timeEntryById(kaneo: Kaneo, id: string): Promise<TimeEntry> {
  return kaneo.get(endpoint`/api/time-entry/${id}`, timeEntrySchema).catch((error: unknown) => {
    if (!isFailure(error, "not_found")) throw error;
    throw new KaneoMcpError(
      "not_found",
      `There is no time entry with the id "${id}", or this account cannot see it.`,
      { hint: "get_task with include time shows the ids of a task's time entries.", cause: error },
    );
  });
}
