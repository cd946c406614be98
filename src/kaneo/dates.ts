/** Dates as people say them, and as Kaneo stores them: a picked day is that day's midnight where the person is. */
import { TZDateMini as TZDate } from "@date-fns/tz/date/mini";
import { KaneoMcpError } from "../errors.ts";
import { oneLine } from "./matching.ts";

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
const MOMENT =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s?([Zz]|[+-](?:[01]\d|2[0-3]):?[0-5]\d)?$/;

/**
 * Reads `YYYY-MM-DD` (midnight in `timeZone`) or RFC 3339, where a missing offset also means `timeZone`.
 *
 * @returns ISO 8601 in UTC, as Kaneo gives it back.
 * @throws KaneoMcpError "invalid_input" for another form or a day that does not exist, which Kaneo would silently move.
 */
export function readDate(text: string, timeZone: string): string {
  const parts = DAY.exec(text.trim()) ?? MOMENT.exec(text.trim());
  if (parts === null) throw notADate(text, "is neither YYYY-MM-DD nor RFC 3339");
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  if (!exists(year, month, day) || hour > 23 || minute > 59 || second > 59) {
    throw notADate(text, "does not exist");
  }
  // Kaneo fails on years beyond four digits, and midnight may be in the next year elsewhere.
  if (year < 1000 || year >= 9999) throw notADate(text, "is out of range");
  const fraction = Number((parts[7] ?? "").slice(0, 3).padEnd(3, "0"));
  const wall = Date.UTC(year, month - 1, day, hour, minute, second, fraction);
  const offset = parts[8];
  const moment = offset === undefined ? momentOf(wall, timeZone) : wall - offsetMs(offset);
  return new Date(moment).toISOString();
}

/** When the clocks of `timeZone` show `wall`, given as if it were UTC. Of two such moments it is the first, as in JavaScript. */
function momentOf(wall: number, timeZone: string): number {
  const date = new Date(wall);
  const moment = new TZDate(
    date.getUTCFullYear(),
    date.getUTCMonth(),
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
    date.getUTCMilliseconds(),
    timeZone,
  ).getTime();
  const hourBefore = new TZDate(moment - HOUR_MS, timeZone);
  const showsTheSame = hourBefore.getHours() === date.getUTCHours();
  return showsTheSame ? hourBefore.getTime() : moment;
}

const HOUR_MS = 3_600_000;

/** The last millisecond of a `YYYY-MM-DD`, or the moment itself, for bounds that include their day. */
export function endOf(text: string, timeZone: string): string {
  const start = readDate(text, timeZone);
  const parts = DAY.exec(text.trim());
  if (parts === null) return start;
  const [year = 0, month = 0, day = 0] = parts.slice(1).map(Number);
  return new Date(momentOf(Date.UTC(year, month - 1, day + 1), timeZone) - 1).toISOString();
}

function exists(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

function offsetMs(offset: string): number {
  if (/^z$/i.test(offset)) return 0;
  const sign = offset.startsWith("-") ? -1 : 1;
  const digits = offset.replaceAll(/\D/g, "");
  return sign * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))) * 60_000;
}

function notADate(text: string, why: string): KaneoMcpError {
  return new KaneoMcpError("invalid_input", `The date "${oneLine(text, 60)}" ${why}.`, {
    hint: "Give a day as 2026-03-01, or a moment as 2026-03-01T14:00:00+01:00.",
  });
}
