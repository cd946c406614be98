import { z } from "zod";
import { KaneoMcpError } from "../errors.ts";
import { asHelp } from "../kaneo/api/outcomes.ts";
import { type Calendar, readDate, readTime } from "../kaneo/dates/read-dates.ts";
import { findTask } from "../kaneo/tasks/find.ts";
import {
  addTimeEntry,
  putTimeEntry,
  type TimeEntry,
  type TimeSpan,
  timeEntriesOf,
  timeEntryById,
} from "../kaneo/time-entries.ts";
import { renderDay, renderExactMoment, renderMinute, renderMoment } from "../text/dates.ts";
import { spaced, stacked } from "../text/text.ts";
import { quoted, renderPerson } from "../untrusted.ts";
import * as fields from "./fields.ts";
import { defineTool, type ToolContext } from "./tool.ts";

/** Time entries, a line each, and their sum when there are several; "" when there are none. */
export function renderTimeEntries(entries: readonly TimeEntry[], calendar: Calendar): string {
  const lines = entries.map((entry) => renderTimeEntry(entry, calendar, renderMinute));
  if (entries.length < 2) return lines.join("\n");
  const seconds = entries.reduce((sum, entry) => sum + secondsOf(entry, calendar), 0);
  return [...lines, `Total: ${renderDuration(seconds)}`].join("\n");
}

/** `1 h 30 min  from 2026-01-05 09:00 +01:00 to 2026-01-05 10:30 +01:00  @Alice Doe  entry ohui…  "Note"`. */
function renderTimeEntry(entry: TimeEntry, calendar: Calendar, renderTime = renderMoment): string {
  const { id, person, note, ended } = entry;
  const { timeZone } = calendar;
  const duration = renderDuration(secondsOf(entry, calendar));
  const started = renderTime(entry.started, timeZone);
  return spaced([
    ended === undefined
      ? `running, ${duration} so far  since ${started}`
      : `${duration}  from ${started} to ${renderTime(ended, timeZone)}`,
    person && renderPerson(person),
    `entry ${id}`,
    note.trim() !== "" && quoted(note),
  ]);
}

/** How long an entry lasted, or has lasted so far; Kaneo's own `duration` is 0 for most. */
function secondsOf({ started, ended }: TimeEntry, { now }: Calendar): number {
  const endMs = ended === undefined ? now() : Date.parse(ended);
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

const momentGiven = fields.text.describe("now, 09:10, yesterday 09:10 or RFC 3339");
const minutes = z.int().min(1).max(100_000);
const note = z.string().max(10_000, "must have at most 10,000 characters");

const log = defineTool({
  name: "log_time",
  toolset: "time",
  description:
    "Logs this account's work on a task: minutes alone count back from now; started with ended or minutes is a span; started alone leaves a timer running.",
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false },
  foundBy: "timer, hours, timesheet, track",
  input: z.object({
    task: fields.task,
    minutes: minutes.optional(),
    started: momentGiven.optional(),
    ended: fields.text.optional(),
    break_minutes: minutes.describe("Pause in that span").optional(),
    note: note.optional(),
  }),
  example: { task: "WEB-4", minutes: 30, note: "Fresh entry" },
  run: async ({ task: reference, note, ...times }, context) => {
    const span = spanOf(times, context);
    const { kaneo } = context;
    const { task } = await findTask(kaneo, reference);
    // Before the entry is made: waiting for this must not hide what became of that.
    const there = (await asHelp(timeEntriesOf(kaneo, task.id))) ?? [];
    const entry = await addTimeEntry(kaneo, task.id, { ...span, note: fields.textToStore(note) });
    const twice = there.filter((other) => isWorkedTwice(entry, other));
    return { task, entry, twice, pause: times.break_minutes };
  },
  text: ({ task, entry, twice, pause }, calendar) => {
    const line = `${task.key}  ${quoted(task.title)}: ${renderTimeEntry(entry, calendar)}`;
    const isTimer = entry.ended === undefined;
    return stacked([
      `${isTimer ? "Timer" : "Logged"} on ${line}`,
      isTimer && "To stop it call update_time_entry with ended now.",
      pause !== undefined && `For the break it ends ${pause} min earlier: Kaneo knows no breaks.`,
      twice.length > 0 &&
        "Overlaps what was logged here before; update_time_entry corrects either:",
      ...twice.slice(0, MOST_TWICE).map((other) => renderTimeEntry(other, calendar)),
      twice.length > MOST_TWICE &&
        `${twice.length - MOST_TWICE} more; get_task with include time has all.`,
    ]);
  },
});

const update = defineTool({
  name: "update_time_entry",
  toolset: "time",
  description:
    "Corrects a time entry, or stops a running one with ended now. minutes alone keeps its end.",
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true },
  input: z.object({
    entry: fields.id.describe("Id, from get_task with include time"),
    minutes: minutes.optional(),
    started: momentGiven.optional(),
    ended: fields.text.optional(),
    note: note.describe("none clears it").optional(),
  }),
  example: { ended: "now" },
  run: async ({ entry: id, note, ...times }, context) => {
    fields.assertAnyGiven({ note, ...times });
    const { kaneo } = context;
    // In turn, since both times are written, whichever is changed.
    return kaneo.inTurn(id, async () => {
      const before = await timeEntryById(kaneo, id);
      assertCanStop(before, times, context.timeZone);
      const span = { ...correctedSpan(before, times, context), note: fields.textToStore(note) };
      const after = await putTimeEntry(kaneo, id, span);
      return { before, after };
    });
  },
  text: ({ before, after }, calendar) =>
    `Now: ${renderTimeEntry(after, calendar)}\nWas: ${renderTimeEntry(before, calendar, renderExactMoment)}`,
});

export const timeTools = [log, update];

const MOST_TWICE = 3;

/** Whether the same person is told to have worked on the task in both at once: nobody can delete one of them. */
function isWorkedTwice(entry: TimeEntry, other: TimeEntry): boolean {
  if (other.personId !== entry.personId) return false;
  const isOver = (one: TimeEntry, begun: string) => one.ended !== undefined && one.ended <= begun;
  return !isOver(entry, other.started) && !isOver(other, entry.started);
}

interface TimesGiven {
  minutes?: number | undefined;
  started?: string | undefined;
  ended?: string | undefined;
  break_minutes?: number | undefined;
}

/** @throws KaneoMcpError "conflict" when somebody else has stopped it, which to stop again would lengthen it unseen. */
function assertCanStop({ ended }: TimeEntry, given: TimesGiven, timeZone: string): void {
  const isStop = given.started === undefined && given.minutes === undefined;
  if (ended === undefined || !isStop || given.ended?.toLowerCase() !== "now") return;
  const why = `The entry is not running: it ended ${renderMoment(ended, timeZone)}. Nothing was changed.`;
  throw new KaneoMcpError("conflict", why, { hint: "For a later end give its time of day." });
}

/** After midnight, 23:00 was yesterday. */
const OTHER_DAY = "For a time on another day, name the day too: yesterday 22:00.";

/** @throws KaneoMcpError "invalid_input" also for what would start later than now, though it may end then. */
function spanOf(given: TimesGiven, { now, timeZone }: ToolContext): TimeSpan {
  const isTimer = given.ended === undefined && given.minutes === undefined;
  // A span is read by its minutes: seconds that nobody sees would make `09:10 to now` last 51 min.
  const nowMs = isTimer ? now() : now() - (now() % 60_000);
  const span = spanIn(given, { timeZone, now: () => nowMs });
  if (Date.parse(span.started) <= now()) return span;
  const what = isTimer ? "A timer cannot run since" : "No work can have started";
  const why = `${what} ${renderMoment(span.started, timeZone)}, which is still to come.`;
  throw new KaneoMcpError("invalid_input", why, { hint: OTHER_DAY });
}

function spanIn(given: TimesGiven, calendar: Calendar): TimeSpan {
  const { minutes, break_minutes } = given;
  const { started, ended } = momentsIn(given, calendar);
  if (started !== undefined && ended !== undefined)
    return withoutBreak(inOrder({ started, ended }, calendar.timeZone), break_minutes);
  if (break_minutes !== undefined) {
    throw new KaneoMcpError("invalid_input", "A break needs both started and ended.", {
      hint: "minutes alone are the time worked, without breaks.",
    });
  }
  if (minutes !== undefined) {
    return spanOfMinutes(minutes, started, ended ?? new Date(calendar.now()).toISOString());
  }
  if (started !== undefined) return { started };
  throw new KaneoMcpError("invalid_input", "How long? Give minutes, or started.", {
    hint: "minutes 90 ends now; started now runs a timer; started and ended is a span.",
  });
}

/** @param before What is corrected: a time without a day is of the day that it had. */
function momentsIn(
  { minutes, ...given }: TimesGiven,
  calendar: Calendar,
  before: Partial<TimeEntry> = {},
) {
  // Where minutes say how long it was, a day is enough.
  const readStart = minutes === undefined ? readTime : readDate;
  const started = given.started && readStart(given.started, workOn(before.started, calendar));
  const from = minutes === undefined ? (started ?? before.started) : undefined;
  const ended = given.ended && readTime(given.ended, workOn(from ?? before.ended, calendar));
  if (started !== undefined && ended !== undefined && minutes !== undefined)
    throw new KaneoMcpError("invalid_input", "Give minutes or ended with started, not both.");
  return { started, ended };
}

/** Work lies behind: of a weekday the last one is meant. A time without a day is of the day of `moment`, or of today. */
function workOn(moment: string | undefined, calendar: Calendar): Calendar {
  const dayOfTimes = moment && renderDay(moment, calendar.timeZone);
  return { ...calendar, looking: "back", dayOfTimes };
}

/** On from the start where that is given, else back from the end. */
function spanOfMinutes(minutes: number, started: string | undefined, ended: string): TimeSpan {
  return started === undefined
    ? { started: shifted(ended, -minutes), ended }
    : { started, ended: shifted(started, minutes) };
}

/** What an entry is corrected to: minutes count back from its end, or on from the start where that is given or there is no end. */
function correctedSpan(before: TimeEntry, given: TimesGiven, calendar: Calendar): TimeSpan {
  const { started, ended = before.ended } = momentsIn(given, calendar, before);
  const start = started ?? before.started;
  if (given.minutes === undefined) return inOrder({ started: start, ended }, calendar.timeZone);
  return spanOfMinutes(given.minutes, ended === undefined ? start : started, ended ?? start);
}

/** @throws KaneoMcpError "invalid_input" when the time ends before it starts, which Kaneo refuses on one route only. */
function inOrder<T extends TimeSpan>(span: T, timeZone: string): T {
  const { started, ended } = span;
  if (ended === undefined || Date.parse(started) <= Date.parse(ended)) return span;
  const [from, to] = [started, ended].map((moment) => renderMoment(moment, timeZone));
  const why = `The time would end ${to}, before it starts ${from}.`;
  throw new KaneoMcpError("invalid_input", why, { hint: OTHER_DAY });
}

function withoutBreak(span: { started: string; ended: string }, minutes = 0): TimeSpan {
  const ended = shifted(span.ended, -minutes);
  if (minutes === 0 || ended > span.started) return { ...span, ended };
  throw new KaneoMcpError("invalid_input", `The break of ${minutes} min is as long as all of it.`);
}

function shifted(iso: string, minutes: number): string {
  return new Date(Date.parse(iso) + minutes * 60_000).toISOString();
}
