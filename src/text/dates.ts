import { DAY_MS } from "../kaneo/dates/day-words.ts";
import { wallAt } from "../kaneo/dates/read-dates.ts";

/**
 * A stored moment as a person in `timeZone` sees it: the start of a day is that day (`2026-03-01`), anything else has
 * its time and offset (`2026-03-01 14:30 +01:00`). Where summer time begins at midnight, that day starts later.
 *
 * @param iso ISO 8601; shown as it is when it cannot be read.
 */
export function renderDate(iso: string, timeZone: string): string {
  const ms = Date.parse(iso);
  // NaN is not below it either, and JavaScript's dates end a day's clock further.
  if (!(Math.abs(ms) < 8.6e15)) return iso;
  const shown = clockAt(ms, timeZone);
  return shown.day === clockAt(ms - 1, timeZone).day ? withTime(shown) : shown.day;
}

/** As {@link renderDate}, with seconds where there are any: what is changed back must be as it was. */
export function renderExactDate(iso: string, timeZone: string): string {
  return withSeconds(renderDate(iso, timeZone), iso);
}

/** As {@link renderMoment}, with seconds where there are any. */
export function renderExactMoment(iso: string, timeZone: string): string {
  return withSeconds(renderMoment(iso, timeZone), iso);
}

function withSeconds(shown: string, iso: string): string {
  const ms = Date.parse(iso);
  if (!(ms % 60_000)) return shown;
  // Offsets are whole minutes.
  const seconds = new Date(ms).toISOString().slice(16, -1);
  return shown.replace(/(?<= \d\d:\d\d)/, seconds.replace(/\.000$/, ""));
}

/**
 * A due date in a list, where every row is in the same zone: its day, with the time where it has one. Programs store a plain
 * day as its midnight in UTC: where it is the same day here, it has no time either.
 */
export function renderDue(iso: string, timeZone: string): string {
  const [day = "", time] = renderDate(iso, timeZone).split(" ");
  return time === undefined || iso === midnightInUtc(day) ? day : `${day} ${time}`;
}

/** As {@link renderExactDate}, with the day that was meant, perhaps, by the program that stored its midnight in UTC. */
export function renderDueInFull(iso: string, timeZone: string): string {
  const [utcDay = ""] = iso.split("T");
  const shown = renderExactDate(iso, timeZone);
  const isDayElsewhere = shown !== utcDay && iso === midnightInUtc(utcDay);
  return isDayElsewhere ? `${shown} (${utcDay} in UTC)` : shown;
}

/**
 * The moments that may have come by now and stand for a day that is not over, given the start of today where the person is:
 * that, and the midnights in UTC of today and, west of there, of tomorrow: lists show today's as due yesterday there.
 */
export function plainDays(start: string, { timeZone }: { timeZone: string }): string[] {
  const today = midnightInUtc(renderDay(start, timeZone));
  const tomorrow = new Date(Date.parse(today) + DAY_MS).toISOString();
  return [start, today, tomorrow].filter((moment) => moment >= start);
}

function midnightInUtc(day: string): string {
  return `${day}T00:00:00.000Z`;
}

/** A stored moment with its time and offset, also at midnight. */
export function renderMoment(iso: string, timeZone: string): string {
  return withTime(clockAt(Date.parse(iso), timeZone));
}

/** A stored moment without its offset, where an answer says the zone once. */
export function renderMinute(iso: string, timeZone: string): string {
  const { day, time } = clockAt(Date.parse(iso), timeZone);
  return `${day} ${time}`;
}

/** The day of a stored moment, without its time. */
export function renderDay(iso: string, timeZone: string): string {
  return clockAt(Date.parse(iso), timeZone).day;
}

/** What a calendar and a clock show, and how many minutes that is ahead of UTC. */
function clockAt(ms: number, timeZone: string) {
  const wall = new Date(wallAt(ms, timeZone));
  const [day = "", time = ""] = wall.toISOString().split("T");
  return { day, time: time.slice(0, 5), offset: (wall.getTime() - ms) / 60_000 };
}

function withTime({ day, time, offset }: ReturnType<typeof clockAt>): string {
  const minutes = Math.trunc(Math.abs(offset));
  const sign = offset < 0 ? "-" : "+";
  return `${day} ${time} ${sign}${two(Math.trunc(minutes / 60))}:${two(minutes % 60)}`;
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}
