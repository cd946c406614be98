/** Dates as people say them, and as Kaneo stores them: a picked day is that day's midnight where the person is. */
import { tzOffset } from "@date-fns/tz/tzOffset";
import { KaneoMcpError } from "../errors.ts";
import { oneLine } from "./matching.ts";

/** What words such as "tomorrow" are read by. */
export interface Calendar {
  /** IANA zone in which days, and times without an offset, are meant. */
  timeZone: string;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Whether a weekday means the last one, today included, as in "since Monday". Default: the next one behind today. */
  isPast?: boolean;
}

/** Milliseconds since the epoch; for a moment both are the same. */
interface Span {
  first: number;
  last: number;
}

const DAY = /^\d{4}-\d{2}-(\d{2})$/;
const MOMENT =
  /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s?([Zz]|[+-](?:[01]\d|2[0-3]):?[0-5]\d)?$/;
const TIME = /^(?:(.*?\S)\s+)?(?:at\s+)?(\d{1,2}):(\d{2})$/;
const SHIFT = /^([+-])\s?(\d{1,4})\s?(d|days?|w|weeks?)$/;
/** `7 days ago`, `last 30 days`. */
const BACK = /^(?:(\d.*) ago|(?:last|past) (\d.*))$/;
const SPAN = /^(last|this|next) (week|month)$/;
const WEEKDAY = /^(?:(last|this|next) )?([a-z]{3,})$/;
const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const DAY_MS = 86_400_000;

const FORMS =
  "Give a day as 2026-03-01, a moment as 2026-03-01T14:00:00+01:00, or today, tomorrow, yesterday, a weekday, last monday, next monday, last week, this month, next week, +3d, -2w, 7 days ago, 09:10.";

/**
 * Reads a day (its midnight in the calendar's zone), RFC 3339, where a missing offset also means that zone, or words: see
 * `FORMS`.
 *
 * @returns ISO 8601 in UTC, as Kaneo gives it back.
 * @throws KaneoMcpError "invalid_input" for another form or a day that does not exist, which Kaneo would silently move.
 */
export function readDate(text: string, calendar: Calendar): string {
  return new Date(read(text, calendar).first).toISOString();
}

/** The last millisecond of a day, week or month, or the moment itself, for bounds that include their day. @throws As {@link readDate}. */
export function endOf(text: string, calendar: Calendar): string {
  return new Date(read(text, calendar).last).toISOString();
}

/** `Wednesday, 2026-11-25`. */
export function todayIn(calendar: Calendar): string {
  const today = new Date(todayAt(calendar));
  const weekday = WEEKDAYS[today.getUTCDay()] ?? "";
  const named = `${weekday.charAt(0).toUpperCase()}${weekday.slice(1)}`;
  return `${named}, ${today.toISOString().slice(0, 10)}`;
}

function read(text: string, calendar: Calendar): Span {
  const said = text.trim().replaceAll(/\s+/g, " ");
  const { timeZone } = calendar;
  const span = readDay(said, calendar) ?? readMoment(said, calendar);
  if (span === undefined) throw refused(said, "is not understood", calendar);
  if (Number.isNaN(span.first)) throw refused(said, "does not exist", calendar);
  // Kaneo fails on years beyond four digits, and midnight may be in the next year elsewhere.
  const year = new Date(span.first + tzOffset(timeZone, new Date(span.first)) * 60_000);
  if (year.getUTCFullYear() < 1000 || year.getUTCFullYear() >= 9999)
    throw refused(said, "is out of range", calendar);
  return span;
}

function refused(said: string, why: string, calendar: Calendar): KaneoMcpError {
  const today = `Today is ${todayIn(calendar)} in ${calendar.timeZone}.`;
  const message = `The date "${oneLine(said, 60)}" ${why}. ${today}`;
  return new KaneoMcpError("invalid_input", message, { hint: FORMS });
}

function readDay(said: string, calendar: Calendar): Span | undefined {
  const words = said.toLowerCase();
  const [first, next] = wallSpan(words, calendar) ?? [wallDay(words, calendar)];
  if (first === undefined) return undefined;
  const { timeZone } = calendar;
  return {
    first: momentOf(first, timeZone),
    last: momentOf(next ?? first + DAY_MS, timeZone) - 1,
  };
}

/** The midnights with which a week or month, and what comes behind it, begin, as if they were UTC. */
function wallSpan(said: string, calendar: Calendar): [number, number] | undefined {
  const [, which = "", unit] = SPAN.exec(said) ?? [];
  if (unit === undefined) return undefined;
  const turn = ["last", "this", "next"].indexOf(which) - 1;
  const today = new Date(todayAt(calendar));
  if (unit === "week") {
    const monday = today.getTime() - ((today.getUTCDay() + 6) % 7) * DAY_MS;
    return [monday + turn * 7 * DAY_MS, monday + (turn + 1) * 7 * DAY_MS];
  }
  const startOf = (month: number) => Date.UTC(today.getUTCFullYear(), month, 1);
  const month = today.getUTCMonth() + turn;
  return [startOf(month), startOf(month + 1)];
}

function readMoment(said: string, calendar: Calendar): Span | undefined {
  if (said.toLowerCase() === "now") return { first: calendar.now(), last: calendar.now() };
  const [, date, hour, minute, second = "0", fraction = "", offset] = MOMENT.exec(said) ?? [];
  const [, word = "today", wordHour, wordMinute] = TIME.exec(said.toLowerCase()) ?? [];
  const day = wallDay(date ?? word, calendar);
  if (day === undefined || (hour ?? wordHour) === undefined) return undefined;
  const ms = Number(fraction.slice(0, 3).padEnd(3, "0"));
  const time = [Number(hour ?? wordHour), Number(minute ?? wordMinute), Number(second)] as const;
  const wall = time[0] > 23 || time[1] > 59 || time[2] > 59 ? Number.NaN : day + msOf(time) + ms;
  const moment = offset === undefined ? momentOf(wall, calendar.timeZone) : wall - offsetMs(offset);
  return { first: moment, last: moment };
}

function msOf([hours, minutes, seconds]: readonly [number, number, number]): number {
  return ((hours * 60 + minutes) * 60 + seconds) * 1_000;
}

/** The midnight with which a day begins, as if it were UTC; NaN for one that does not exist, undefined for no day. */
function wallDay(said: string, calendar: Calendar): number | undefined {
  const today = todayAt(calendar);
  const [, date] = DAY.exec(said) ?? [];
  if (date !== undefined) {
    const day = new Date(`${said}T00:00:00Z`);
    // JavaScript moves the 30th of February into March.
    const exists = !Number.isNaN(day.getTime()) && day.getUTCDate() === Number(date);
    return exists ? day.getTime() : Number.NaN;
  }
  const days = weekdayFromToday(said, calendar) ?? daysFromToday(said);
  return days === undefined ? undefined : today + days * DAY_MS;
}

/**
 * For a weekday; undefined for other words. On a Wednesday, "next Friday" is the coming one to some people, and that of next
 * week to others; "this Monday" is over, or is to come.
 *
 * @throws KaneoMcpError "invalid_input" where it may be either of two days, naming them.
 */
function weekdayFromToday(said: string, calendar: Calendar): number | undefined {
  const [, which, name] = WEEKDAY.exec(said) ?? [];
  const weekday = WEEKDAYS.findIndex((one) => name !== undefined && one.startsWith(name));
  if (weekday === -1) return undefined;
  const today = todayAt(calendar);
  const todays = new Date(today).getUTCDay();
  const back = (todays - weekday + 7) % 7;
  const coming = 7 - back;
  if (which === "last") return -(back || 7);
  if (which === undefined) return calendar.isPast ? -back : coming;
  // Weeks begin on Mondays, as in "next week".
  const thisWeek = ((weekday + 6) % 7) - ((todays + 6) % 7);
  if (which === "this" && (calendar.isPast || thisWeek === 0)) return thisWeek;
  const named = which === "this" ? thisWeek : thisWeek + 7;
  if (named === coming) return coming;
  const days = [Math.min(named, coming), Math.max(named, coming)].map((day) =>
    new Date(today + day * DAY_MS).toISOString().slice(0, 10),
  );
  throw refused(said, `may be ${days.join(" or ")}`, calendar);
}

/** For other words; undefined for what is none of these. */
function daysFromToday(said: string): number | undefined {
  const [, sign, digits, unit] = SHIFT.exec(said.replace(BACK, "-$1$2")) ?? [];
  if (unit === undefined) return { today: 0, tomorrow: 1, yesterday: -1 }[said];
  const days = Number(digits) * (unit.startsWith("w") ? 7 : 1);
  return sign === "-" ? -days : days;
}

function todayAt({ timeZone, now }: Calendar): number {
  const wall = now() + tzOffset(timeZone, new Date(now())) * 60_000;
  return Math.floor(wall / DAY_MS) * DAY_MS;
}

/**
 * When the clocks of `timeZone` show `wall`, given as if it were UTC: the first of two such moments, and where the clocks
 * skip it, as much behind the gap as `wall` is in it.
 */
function momentOf(wall: number, timeZone: string): number {
  // No zone changes its clocks twice within two days.
  const [before = 0, after = 0] = [-DAY_MS, DAY_MS].map(
    (shift) => wall - tzOffset(timeZone, new Date(wall + shift)) * 60_000,
  );
  const fits = (moment: number) => moment + tzOffset(timeZone, new Date(moment)) * 60_000 === wall;
  const fitting = [before, after].filter(fits);
  return fitting.length === 0 ? before : Math.min(...fitting);
}

function offsetMs(offset: string): number {
  if (/^z$/i.test(offset)) return 0;
  const sign = offset.startsWith("-") ? -1 : 1;
  const digits = offset.replaceAll(/\D/g, "");
  return sign * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))) * 60_000;
}
