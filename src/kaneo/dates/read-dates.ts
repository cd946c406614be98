/** Dates as people say them, and as Kaneo stores them: a picked day is that day's midnight where the person is. */
import { tzOffset } from "@date-fns/tz/tzOffset";
import { type FailureKind, KaneoMcpError } from "../../errors.ts";
import { inline } from "../../untrusted.ts";
import {
  asMove,
  asShift,
  DAY_MS,
  inOurNumbers,
  isoOf,
  nameDay,
  nameDays,
  type Present,
  readDays,
  type SaidDays,
  shiftDay,
} from "./day-words.ts";

/** What words such as "tomorrow" are read by; the context of a call is one. */
export interface Calendar extends Pick<Present, "looking"> {
  /** IANA zone in which days, and times without an offset, are meant. */
  timeZone: string;
  /** Milliseconds since the epoch. */
  now(): number;
  /** The day of a time that is said without one. Default: today. */
  dayOfTimes?: string | undefined;
}

/** Milliseconds since the epoch; for a moment both are the same. */
interface Span {
  first: number;
  last: number;
}

const MOMENT =
  /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2})(?::(\d{2}(?:\.\d{1,9})?))?\s?([Zz]|[+-](?:[01]\d|2[0-3]):?[0-5]\d)?$/;
/** `4 dec 23:59 AoE`, as conferences write of a day until it is over everywhere on Earth. */
const ZONED = /^(.*\d.*?) ?(aoe|utc|gmt)$/i;
/** `18:00`, `tomorrow at 6pm`, `friday 9.30am`, `by noon`. */
const TIME =
  /^(?:(.*?\S) )??(?:at |by )?(?=\d+(?::|(?:\.\d\d)? ?[ap]))(\d{1,2})(?:[:.](\d{2}))?(?: ?([ap])\.?m\.?)?$/;
/** `5pm on friday`, `12:00 tomorrow`. */
const TIME_FIRST =
  /^(?:at )?(\d{1,2}(?:[:.]\d\d)? ?[ap]\.?m\.?|\d{1,2}:\d\d(?! ?[ap]\.?m)) (?:on )?(\S.*)$/;
/** `in 2 hours`, once {@link asShift} has read it. */
const TIME_SHIFT = /^([+-] ?\d{1,4}) ?(?:(h|hrs?|hours?)|mins?|minutes?)$/;

const LONGEST = 60;

const FORMS =
  "Give a day as 2026-03-01 or 1.3.2026, a moment as 2026-03-01T14:00:00+01:00, or English words: today, tomorrow, friday, 4 dec, +3d, in 2 weeks, 7 days ago, end of month, tomorrow 18:00, 09:10; between two days also last week, this month, october.";

/**
 * Reads a day (its midnight in the calendar's zone), RFC 3339, where a missing offset also means that zone, or words: see
 * `FORMS`.
 *
 * @returns ISO 8601 in UTC, as Kaneo gives it back.
 * @throws KaneoMcpError "invalid_input" for another form, a day that does not exist, which Kaneo would silently move, and
 * what may be one of several days, naming them.
 */
export function readDate(text: string, calendar: Calendar): string {
  return new Date(read(text, calendar, false).first).toISOString();
}

/**
 * As {@link readDate}, for the first moment of what is looked at; of a week or another period it is that of the first day.
 *
 * @throws Where the calendar looks back, also for a moment that is still to come.
 */
export function startOf(text: string, calendar: Calendar): string {
  const { first } = read(text, calendar, true);
  if (calendar.looking !== "back" || first <= calendar.now()) return new Date(first).toISOString();
  const hint = "Give a day or time that has begun, such as yesterday or yesterday 18:00.";
  throw refused(text, "is still to come", { ...calendar, hint });
}

/** As {@link readDate}, for what needs an hour. @throws Also for a day without one. */
export function readTime(text: string, calendar: Calendar): string {
  const { first, last } = read(text, calendar, false);
  if (first === last) return new Date(first).toISOString();
  const day = isoOf(wallAt(first, calendar.timeZone));
  const hint = `Give the hour too, such as ${day} 09:00.`;
  throw refused(text, "names no hour", { ...calendar, hint });
}

/** As {@link startOf}, for the end: the last millisecond of a day or period, or the moment itself. @throws As {@link readDate}. */
export function endOf(text: string, calendar: Calendar): string {
  return new Date(read(text, calendar, true).last).toISOString();
}

/**
 * The moment that `shift` leads to from another one: `1 week` or `-3d` to that day, when the clocks show the same time; `4 hours`
 * to so much later, which only a moment with a time can be moved by.
 *
 * @throws KaneoMcpError "invalid_input" for another form, "conflict" for hours where the date is a day without a time.
 */
export function shiftDate(moment: string, shift: string, calendar: Calendar): string {
  const from = Date.parse(moment);
  const startsDay = dayAt(from - 1, calendar) < dayAt(from, calendar);
  // Midnight in UTC alone is how programs store a plain day, and stays that.
  const timeZone = from % DAY_MS === 0 && !startsDay ? "UTC" : calendar.timeZone;
  const day = dayAt(from, { timeZone });
  // Where summer time begins at midnight, that day starts later.
  const time = startsDay ? 0 : wallAt(from, timeZone) - day;
  const move = shift.length <= LONGEST ? asMove(shift) : "";
  const byMs = timeShift(move);
  if (byMs !== undefined && (startsDay || dayAt(from, calendar) === from))
    throw unshifted(shift, "moves a time, and the date has none", "conflict");
  const to = shiftDay(move, day);
  const byDays = to === undefined ? undefined : momentOf(to + time, timeZone);
  const shifted = byMs === undefined ? byDays : from + byMs;
  if (shifted === undefined) throw unshifted(shift, "is not understood");
  if (!isInRange(shifted, calendar)) throw unshifted(shift, "leads out of range");
  return new Date(shifted).toISOString();
}

/** For a shift whose dates are not known yet, or may be none. @throws KaneoMcpError "invalid_input" for one that moves no date. */
export function assertShift(shift: string, calendar: Calendar): void {
  shiftDate(SOME_TIME, shift, calendar);
}

/** Of no day's beginning in any zone. */
const SOME_TIME = "2026-01-01T12:34:56.000Z";

function unshifted(shift: string, why: string, kind: FailureKind = "invalid_input"): KaneoMcpError {
  return new KaneoMcpError(kind, `The shift "${inline(shift, 60)}" ${why}.`, {
    hint: "Say 1 week, -3 days, 2 months, 4 hours or the like.",
  });
}

/** `Wednesday, 2026-11-25`. */
export function todayIn(calendar: Calendar): string {
  return nameDay(todayAt(calendar)).replace(" ", ", ");
}

function read(text: string, calendar: Calendar, isBound: boolean): Span {
  const bare = text.trim().replace(/^(["'`])(.*)\1$/s, "$2");
  const said = inline(bare, LONGEST + 1);
  const meant = said.length <= LONGEST ? inOurNumbers(said) : "";
  const span = readSpan(meant, calendar, isBound) ?? readMoment(meant, calendar);
  if (!span) throw refused(said, "is not understood", calendar);
  if (Number.isNaN(span.first)) throw refused(said, "does not exist", calendar);
  if (!isInRange(span.first, calendar)) throw refused(said, "is out of range", calendar);
  return span;
}

/** Kaneo fails on years beyond four digits, and one that is centuries away is of another calendar, such as 2569 in Thailand and 1405 in Iran. */
function isInRange(moment: number, { timeZone }: Calendar): boolean {
  const year = new Date(wallAt(moment, timeZone)).getUTCFullYear();
  return year >= 1900 && year < 2500;
}

function refused(
  said: string,
  why: string,
  { hint = FORMS, ...calendar }: Calendar & { hint?: string },
): KaneoMcpError {
  const today = `Today is ${todayIn(calendar)} in ${calendar.timeZone}.`;
  const message = `The date "${inline(said, 60)}" ${why}. ${today}`;
  return new KaneoMcpError("invalid_input", message, { hint });
}

function readSpan(said: string, calendar: Calendar, isBound: boolean): Span | undefined {
  const found = daysIn(said, calendar);
  if (found === undefined) return undefined;
  const { timeZone } = calendar;
  const { days } = found;
  const first = isBound && found.isPeriod ? Number(days[0]) : onlyDay(said, found, calendar);
  return {
    first: momentOf(first, timeZone),
    last: momentOf((days.at(-1) ?? first) + DAY_MS, timeZone) - 1,
  };
}

function daysIn(said: string, calendar: Calendar): SaidDays | undefined {
  return readDays(said, { today: todayAt(calendar), looking: calendar.looking });
}

/** @throws KaneoMcpError "invalid_input" where there are several, or none. */
function onlyDay(said: string, { days }: SaidDays, calendar: Calendar): number {
  const [day = Number.NaN, ...others] = days;
  if (Number.isNaN(day)) throw refused(said, "does not exist", calendar);
  if (others.length === 0) return day;
  const hint = "Call again with the day that is meant.";
  throw refused(said, `may be ${nameDays(days)}`, { ...calendar, hint });
}

function readMoment(said: string, calendar: Calendar): Span | undefined {
  const moment = shiftedTime(said, calendar) ?? timeOnDay(said, calendar);
  return moment === undefined ? undefined : { first: moment, last: moment };
}

function shiftedTime(said: string, { now }: Calendar): number | undefined {
  if (said.toLowerCase() === "now") return now();
  const ms = timeShift(asShift(said));
  return ms === undefined ? undefined : now() + ms;
}

/** Milliseconds that `+2 hours` or `-30 min` are; undefined for other words. */
function timeShift(words: string): number | undefined {
  const [, number, hours] = TIME_SHIFT.exec(words) ?? [];
  if (number === undefined) return undefined;
  return Number(number.replace(" ", "")) * (hours === undefined ? 60_000 : 3_600_000);
}

function timeOnDay(text: string, calendar: Calendar): number | undefined {
  const [, said = text, zone] = ZONED.exec(text) ?? [];
  const named = zone && (zone.toLowerCase() === "aoe" ? "-12:00" : "Z");
  const [, day, time, seconds = "0", offset = named] = MOMENT.exec(said) ?? [];
  const minute = wallOf(day === undefined ? said.toLowerCase() : `${day} ${time}`, calendar);
  if (minute === undefined) return undefined;
  // Kaneo keeps milliseconds.
  const secondsMs = Math.round(Number(seconds.slice(0, 6)) * 1_000);
  const wall = minute + (secondsMs < 60_000 ? secondsMs : Number.NaN);
  return offset === undefined ? momentOf(wall, calendar.timeZone) : wall - offsetMs(offset);
}

/** What a clock shows then, given as if it were UTC; NaN for a time that none shows. */
function wallOf(said: string, calendar: Calendar): number | undefined {
  const words = said
    .replace(/\bnoon\b/, "12:00")
    .replace(/,(?= )/, "")
    .replace(TIME_FIRST, "$2 $1");
  const [, word = calendar.dayOfTimes ?? "today", hour, minute = "0", half] =
    TIME.exec(words) ?? [];
  if (hour === undefined) return undefined;
  const found = daysIn(word, calendar);
  if (found === undefined) return undefined;
  const hours = half === undefined ? Number(hour) : twelveHours(Number(hour), half);
  const minutes = hours > 23 || Number(minute) > 59 ? Number.NaN : hours * 60 + Number(minute);
  return onlyDay(said, found, calendar) + minutes * 60_000;
}

/** `12am` is midnight, and `13pm` no time. */
function twelveHours(hour: number, half: string): number {
  return hour < 1 || hour > 12 ? Number.NaN : (hour % 12) + (half === "p" ? 12 : 0);
}

function todayAt(calendar: Calendar): number {
  return dayAt(calendar.now(), calendar);
}

function dayAt(moment: number, { timeZone }: Pick<Calendar, "timeZone">): number {
  return Math.floor(wallAt(moment, timeZone) / DAY_MS) * DAY_MS;
}

/** What the clocks of `timeZone` show at a moment, given as if it were UTC. NaN for no moment. */
export function wallAt(moment: number, timeZone: string): number {
  return moment + tzOffset(timeZone, new Date(moment)) * 60_000;
}

/**
 * The zone of this machine. One that TZ gives as a file, by its hours or empty (`:/etc/localtime`, `GMT+3`, ``) has no name
 * that Node takes itself, or that of the other direction: then it is the one that is as many hours ahead at present.
 */
export function zoneOfMachine(nowMs: number): string {
  const now = new Date(nowMs);
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  const behind = now.getTimezoneOffset();
  if (timeZone !== undefined && tzOffset(timeZone, now) === -behind) return timeZone;
  const hours = behind / 60;
  if (hours === 0 || !Number.isInteger(hours)) return "UTC";
  // By POSIX, Etc/GMT+5 is five hours behind.
  return `Etc/GMT${hours > 0 ? "+" : ""}${hours}`;
}

/**
 * When the clocks of `timeZone` show `wall`, given as if it were UTC: the first of two such moments, and where the clocks
 * skip it, as long after they change as `wall` is in the gap.
 */
function momentOf(wall: number, timeZone: string): number {
  // No zone changes its clocks twice within two days.
  const [before = 0, after = 0] = [-DAY_MS, DAY_MS].map(
    (shift) => wall - tzOffset(timeZone, new Date(wall + shift)) * 60_000,
  );
  const fitting = [before, after].filter((moment) => wallAt(moment, timeZone) === wall);
  return fitting.length === 0 ? before : Math.min(...fitting);
}

function offsetMs(offset: string): number {
  if (!/\d/.test(offset)) return 0;
  const sign = offset.startsWith("-") ? -1 : 1;
  const digits = offset.replaceAll(/\D/g, "");
  return sign * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))) * 60_000;
}
