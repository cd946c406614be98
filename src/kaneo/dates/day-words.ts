/** Days as people say them. A day is its midnight as if it were UTC. */

/** Which days are meant. */
export interface SaidDays {
  /**
   * Several where one of them has to be named: of a period the first, the Friday of a week, and the last. NaN for a day that
   * does not exist.
   */
  days: number[];
  /** All days from the first to the last are meant. */
  isPeriod?: boolean;
}

/** What the words are said about. */
export interface Present {
  today: number;
  /**
   * Which one is meant by a weekday, or by a day without its year: looking back the last one, today included; looking around
   * the nearest year's. Default: the next one.
   */
  looking?: "back" | "around" | undefined;
}

export const DAY_MS = 86_400_000;
const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const MONTHS =
  "january february march april may june july august september october november december".split(
    " ",
  );
const NUMBERS = "one two three four five six seven eight nine ten eleven twelve".split(" ");
const NUMBER = new RegExp(String.raw`\b(?:an?|${NUMBERS.join("|")})\b`);

const YEAR_FIRST = /^(\d{4})[-/. ](\d{1,2})[-/. ](\d{1,2})$/;
const YEAR_LAST = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})$/;
const YEAR_AND_MONTH = /^(\d{4})-(\d\d)$/;
/** `4 dec`, `4th of December 2026`, `December 4, 2026`, `december`. */
const NAMED =
  /^(?:in )?(?:(\d{1,2})(?:st|nd|rd|th)?[ -](?:of )?)?([a-z]{3,})(?:[ -](\d{1,2})(?:st|nd|rd|th)?)?(?:[ -](\d{4}))?$/;
const PERIOD = /^(last|this|next) (week|month|quarter|year)$/;
const END = /^end of (.+)$/;
const SHIFT = /^([+-]) ?(\d{1,4}) ?(d|days?|w|weeks?|months?|quarters?|years?)$/;
const WEEKDAY = /^(?:(last|this|next) )?([a-z]{3,})$/;
const TURNS = ["last", "this", "next"];
const IN_DAYS: Readonly<Record<string, number>> = { d: 1, w: 7 };
const IN_MONTHS: Readonly<Record<string, number>> = { m: 1, q: 3, y: 12 };
const FROM_TODAY: ReadonlyMap<string, number> = new Map([
  ["today", 0],
  ["eod", 0],
  ["eob", 0],
  ["end of day", 0],
  ["end of today", 0],
  ["tomorrow", 1],
  ["day after tomorrow", 2],
  ["yesterday", -1],
  ["day before yesterday", -2],
]);

/** `２０２６年１２月３日（木）`, `12월 3일` and `٣/١٢/٢٠٢٦` as `2026/12/3`, `3 december` and `3/12/2026`. */
export function inOurNumbers(said: string): string {
  return said
    .normalize("NFKC")
    .replaceAll(/[٠-٩۰-۹]/g, (digit) => String(digit.charCodeAt(0) % 16))
    .replace(/(\d ?[日일]) ?\(\p{L}{1,3}\)/u, "$1")
    .replace(/^(\d{4}) ?[年년] ?(\d+) ?[月월] ?(\d+) ?[日일]/, "$1/$2/$3")
    .replace(
      /^(\d+) ?[月월] ?(\d+) ?[日일]/,
      (_, month, day) => `${day} ${MONTHS[month - 1] ?? month}`,
    );
}

/** Undefined for what is none of a day, a period or several days that may be meant. */
export function readDays(said: string, present: Present): SaidDays | undefined {
  const words = said
    .toLowerCase()
    .replace(YEAR_AND_MONTH, (said, year, month) => `${MONTHS[month - 1] ?? said} ${year}`)
    .replaceAll(/\bthe |[,.](?= |$)/g, "")
    .replaceAll(/^(?:on|by) |\beo[db] | eo[db]$/g, "");
  const { today } = present;
  const days = FROM_TODAY.get(words);
  if (days !== undefined) return { days: [today + days * DAY_MS] };
  return (
    numbered(words) ??
    shifted(words, today) ??
    periodOf(words, present) ??
    endOf(words, present) ??
    weekday(words, present) ??
    dated(words, present)
  );
}

/** `in two weeks`, `a fortnight ago`, `last 30 days` as `+2 weeks`, `-2 weeks`, `-30 days`. */
export function asShift(said: string): string {
  return said
    .toLowerCase()
    .replace(NUMBER, (word) => String(NUMBERS.indexOf(word) + 1 || 1))
    .replace(/\b(?:(\d{1,3}) )?fortnights?\b/, (_, number = 1) => `${2 * number} weeks`)
    .replace(/^in (?=\d)/, "+")
    .replace(/^(\d.*) from (?:now|today)$/, "+$1")
    .replace(/^(?:(\d.*) ago|(?:last|past) (\d.*))$/, "-$1$2");
}

/** `1 week` and `2 hours earlier` as `+1 week` and `-2 hours`. */
export function asMove(said: string): string {
  return asShift(said)
    .replace(/^(\d.*) earlier$/, "-$1")
    .replace(/^(\d.*?)(?: later)?$/, "+$1");
}

/** The day that `+1 week` or `-3d` leads to from `day`; undefined for other words. */
export function shiftDay(move: string, day: number): number | undefined {
  return shifted(move, day)?.days[0];
}

/** `Monday 2026-11-30, Friday 2026-12-04 or Sunday 2026-12-06`. */
export function nameDays(days: readonly number[]): string {
  const names = days.map(nameDay);
  return [names.slice(0, -1).join(", "), names.at(-1)].filter(Boolean).join(" or ");
}

/** `Friday 2026-11-27`. */
export function nameDay(day: number): string {
  const weekday = WEEKDAYS[new Date(day).getUTCDay()] ?? "";
  return `${weekday.charAt(0).toUpperCase()}${weekday.slice(1)} ${isoOf(day)}`;
}

/** `2026-11-27`. */
export function isoOf(day: number): string {
  return new Date(day).toISOString().slice(0, 10);
}

function numbered(words: string): SaidDays | undefined {
  const [, year, month = "", day = ""] = YEAR_FIRST.exec(words) ?? [];
  if (year !== undefined) return { days: [dayOfDate(year, month, day)] };
  const [, one = "", sign, other = "", last] = YEAR_LAST.exec(words) ?? [];
  if (last === undefined) return undefined;
  // Whoever writes dots has the day first; with other signs it comes first here, and the month there.
  const dayFirst = dayOfDate(last, other, one);
  if (sign === ".") return { days: [dayFirst] };
  const days = [dayFirst, dayOfDate(last, one, other)].filter(Number.isFinite);
  return { days: days.length === 0 ? [Number.NaN] : [...new Set(days)].sort((a, b) => a - b) };
}

/** The day of a date, whose month counts from 1; NaN for one that does not exist, such as the 30th of February, which JavaScript moves into March. */
function dayOfDate(year: string | number, month: string | number, day: string): number {
  const date = new Date(midnight(Number(year), Number(month) - 1, Number(day)));
  const exists = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
  return exists ? date.getTime() : Number.NaN;
}

/** Months count from 0. `Date.UTC` takes the year 50 for 1950. */
function midnight(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month, day);
}

/** A week, month, quarter or year, a day of a month, or a month by its name. */
function periodOf(words: string, present: Present): SaidDays | undefined {
  const [, which = "", unit = ""] = PERIOD.exec(words) ?? [];
  if (unit === "") return ofMonth(words, present);
  const turn = TURNS.indexOf(which) - 1;
  const date = new Date(present.today);
  if (unit === "week") {
    const monday = present.today + (turn * 7 - ((date.getUTCDay() + 6) % 7)) * DAY_MS;
    return { days: [0, 4, 6].map((day) => monday + day * DAY_MS), isPeriod: true };
  }
  const length = IN_MONTHS[unit.charAt(0)] ?? 1;
  const month = date.getUTCMonth() - (date.getUTCMonth() % length) + turn * length;
  return { days: monthsFrom(date.getUTCFullYear(), month, length), isPeriod: true };
}

/** The first and the last day of `length` months, the first of which counts from 0. */
function monthsFrom(year: number, month: number, length: number): number[] {
  return [midnight(year, month, 1), midnight(year, month + length, 0)];
}

function ofMonth(words: string, { today, looking }: Present): SaidDays | undefined {
  const [, before, name = " ", after, year] = NAMED.exec(words) ?? [];
  const month = MONTHS.findIndex((full) => full.startsWith(name));
  if (month === -1 || (before !== undefined && after !== undefined)) return undefined;
  const day = before ?? after;
  const isPast = looking === "back";
  // The nearest one is the next one of half a year ago.
  const from = looking === "around" ? today - 182 * DAY_MS : today;
  const thisYear = new Date(from).getUTCFullYear();
  const years = year === undefined ? [thisYear, thisYear + (isPast ? -1 : 1)] : [Number(year)];
  const found = years.map((one) =>
    day === undefined ? monthsFrom(one, month, 1) : [dayOfDate(one, month + 1, day)],
  );
  const isMeant = (days: number[]) =>
    isPast ? Number(days[0]) <= from : Number(days.at(-1)) >= from;
  const days = found.find(isMeant) ?? found.at(-1) ?? [];
  return { days, isPeriod: day === undefined };
}

/** `end of next month`, `end of december`; the end of a week is its Friday to some, its Sunday to others. */
function endOf(words: string, present: Present): SaidDays | undefined {
  const [, of] = END.exec(words) ?? [];
  if (of === undefined) return undefined;
  const period = periodOf(`this ${of}`, present) ?? periodOf(of, present);
  return period?.isPeriod ? { ...period, days: period.days.slice(1) } : undefined;
}

function shifted(words: string, today: number): SaidDays | undefined {
  const [, sign, digits, unit = ""] = SHIFT.exec(asShift(words)) ?? [];
  if (sign === undefined) return undefined;
  const number = Number(`${sign}${digits}`);
  const first = unit.charAt(0);
  const length = IN_DAYS[first];
  if (length !== undefined) return { days: [today + number * length * DAY_MS] };
  const date = new Date(today);
  const months = date.getUTCMonth() + number * (IN_MONTHS[first] ?? 1);
  const [start = 0, end = 0] = monthsFrom(date.getUTCFullYear(), months, 1);
  // A month after the 31st of January is the last of February.
  return { days: [Math.min(start + (date.getUTCDate() - 1) * DAY_MS, end)] };
}

/**
 * On a Wednesday, "next Friday" is the coming one to some people, and that of next week to others; "this Monday" is over, or
 * is to come.
 */
function weekday(words: string, { today, looking }: Present): SaidDays | undefined {
  const [, which, name = " "] = WEEKDAY.exec(words) ?? [];
  const index = WEEKDAYS.findIndex((one) => one.startsWith(name));
  if (index === -1) return undefined;
  const at = (...days: number[]) => ({ days: days.map((day) => today + day * DAY_MS) });
  const isPast = looking === "back";
  const todays = new Date(today).getUTCDay();
  const back = (todays - index + 7) % 7;
  const coming = 7 - back;
  // Weeks begin on Mondays, as in "next week".
  const thisWeek = ((index + 6) % 7) - ((todays + 6) % 7);
  if (which === "last") return at(-(back || 7));
  if (which === undefined) return at(isPast ? -back : coming);
  if (which === "this" && (isPast || thisWeek === 0)) return at(thisWeek);
  const named = which === "this" ? thisWeek : thisWeek + 7;
  return named === coming ? at(coming) : at(Math.min(named, coming), Math.max(named, coming));
}

/** `Friday 2026-12-04`, `fri 4 dec`; where that is another weekday, that day, or the nearest one that is. */
function dated(words: string, present: Present): SaidDays | undefined {
  const [, name = " ", date = ""] = /^([a-z]{3,9}) (.*\d.*)$/.exec(words) ?? [];
  const index = WEEKDAYS.findIndex((one) => one.startsWith(name));
  const found = numbered(date) ?? ofMonth(date, present);
  if (index === -1 || found === undefined || found.isPeriod) return undefined;
  const off = (day: number) => ((index - new Date(day).getUTCDay() + 10) % 7) - 3;
  const days = found.days.filter((day) => off(day) === 0);
  const either = found.days.flatMap((day) => [day, day + off(day) * DAY_MS]);
  return { days: days.length === 0 ? either.sort((one, other) => one - other) : days };
}
