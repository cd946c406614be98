import { TZDateMini } from "@date-fns/tz/date/mini";

/**
 * A stored moment as a person in `timeZone` sees it: the start of a day is that day (`2026-03-01`), anything else has
 * its time and offset (`2026-03-01 14:30 +01:00`). Where summer time begins at midnight, that day starts later.
 *
 * @param iso ISO 8601; shown as it is when it cannot be read.
 */
export function renderDate(iso: string, timeZone: string): string {
  const date = zoned(iso, timeZone);
  if (Number.isNaN(date.getTime())) return iso;
  const justBefore = new TZDateMini(date.getTime() - 1, timeZone);
  const isStartOfDay = justBefore.getDate() !== date.getDate();
  return isStartOfDay ? day(date) : moment(date);
}

/** A stored moment with its time and offset, also at midnight. */
export function renderMoment(iso: string, timeZone: string): string {
  const date = zoned(iso, timeZone);
  return Number.isNaN(date.getTime()) ? iso : moment(date);
}

function zoned(iso: string, timeZone: string): Date {
  return new TZDateMini(Date.parse(iso), timeZone);
}

function day(date: Date): string {
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function moment(date: Date): string {
  const offset = -date.getTimezoneOffset();
  const hours = Math.trunc(Math.abs(offset) / 60);
  const sign = offset < 0 ? "-" : "+";
  return `${day(date)} ${two(date.getHours())}:${two(date.getMinutes())} ${sign}${two(hours)}:${two(Math.abs(offset) % 60)}`;
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}
