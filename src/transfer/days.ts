/** Days as spreadsheets and trackers write them. */
import { inOurNumbers } from "../kaneo/dates/day-words.ts";
import { foldAccents } from "../kaneo/names/matching.ts";

/** In which order numbers between slashes or hyphens stand. */
export type DayOrder = "d/m/y" | "m/d/y";

/** More is no day. */
const LONGEST = 1_000;
const EITHER_FIRST = /^(\d{1,2})[/-](\d{1,2})(?:[/-]\d{4}|\/\d{2})\b/;
/** `15:30:00`, `3:30 p. m.`, `15:30:00 GMT+0100 (Central European Standard Time)`. */
const TIME =
  /^[ ,T]*(?:at )?(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?(?: ?([ap])\.? ?m\.?)?(?: ?(Z|(?:GMT|UTC)?[+-]\d{2}:?\d{2}|GMT|UTC))?(?: \(.*\))?$/i;
/** How they begin, without accents, in English, German, Dutch, and the Romance and Nordic languages: marraskuu is Finnish for November. */
const MONTHS = [
  /^(?:jan|ene|gen|tammi)/,
  /^(?:feb|fev|helmi)/,
  /^(?:mar(?!ras)|maa|mrt|mrz)/,
  /^(?:apr|avr|abr|huhti)/,
  /^(?:ma[yijg]|mei|touko)/,
  /^(?:jun|juin|giu|kesa)/,
  /^(?:jul|juil|lug|heina)/,
  /^(?:aug|agu|aou|ago|elo)/,
  /^(?:sep|set|syys)/,
  /^(?:oct|okt|ott|out|loka)/,
  /^(?:nov|marras)/,
  /^(?:de[csz]|dic|joulu)/,
];
/** `Thu, 24.12.2026`, `Thursday, December 24, 2026`: where a year tells the day, its name tells nothing more. */
const WEEKDAY = /^(?:mo|tu|we|th|fr|sa|su)\p{L}{0,8}[.,]{0,2} (?=.*\d{4})/iu;

/** The order that some of these texts give away; undefined when none does, or two contradict each other. */
export function dayOrderOf(texts: readonly string[]): DayOrder | undefined {
  const pairs = texts
    .map((text) => EITHER_FIRST.exec(text.trim()))
    .filter((found) => found !== null);
  const isDayFirst = pairs.some(([, first]) => Number(first) > 12);
  const isMonthFirst = pairs.some(([, , second]) => Number(second) > 12);
  if (isDayFirst === isMonthFirst) return undefined;
  return isDayFirst ? "d/m/y" : "m/d/y";
}

/** Whether a text means two days, one in each order. */
export function isAmbiguousDay(text: string): boolean {
  const [, first, second] = EITHER_FIRST.exec(text.trim()) ?? [];
  const [one, other] = [Number(first), Number(second)];
  return one <= 12 && other <= 12 && one !== other;
}

/**
 * A day as `2026-12-24`, with the time behind it where one is given that is not midnight: `2026-12-24T15:30+0100`. What has
 * no such form is given as it is, for those who know words such as tomorrow. Whether there is such a day
 * is not looked at.
 */
export function readDay(text: string, order: DayOrder | undefined): string {
  if (text.length > LONGEST) return text;
  const line = inOurNumbers(text).trim().replaceAll(/\s+/g, " ");
  const said = line.replace(WEEKDAY, "");
  // A spreadsheet counts the days since 1899, in cells that it was not told are dates.
  if (/^\d{5}(?:\.\d+)?$/.test(said)) {
    const minutes = Math.round(Number(said) * 1_440) - 25_569 * 1_440;
    return new Date(minutes * 60_000).toISOString().slice(0, 16).replace("T00:00", "");
  }
  // ClickUp counts the milliseconds since 1970.
  if (/^1\d{12}$/.test(said)) return new Date(Number(said)).toISOString();
  if (/^\d{4}-\d{2}-\d{2}/.test(said)) return said.replace(/[T ]00:00(?::00(?:\.0+)?)?$/, "");
  const { day, rest } = numbered(said, order) ?? named(said) ?? {};
  const time = rest === undefined ? undefined : timeOf(rest);
  return time === undefined ? said : `${day}${time}`;
}

/** `24.12.2026`, `2026/12/24`. */
function numbered(text: string, order: DayOrder | undefined) {
  const [whole = "", one = "", sign, two = "", three = ""] =
    /^(\d{1,4})([./-]) ?(\d{1,2})\2 ?(\d{4}|\d{1,2})\b/u.exec(text) ?? [];
  if (whole === "") return undefined;
  const rest = text.slice(whole.length);
  if (one.length === 4) return { day: iso(one, two, three), rest };
  if (one.length > 2 || three.length === 1) return undefined;
  if (sign === "-" && three.length === 2) return undefined;
  const isMonthFirst = order === "m/d/y" || (order === undefined && Number(two) > 12);
  const [day, month] = isMonthFirst && sign !== "." ? [two, one] : [one, two];
  return { day: iso(three, month, day), rest };
}

/** `24. Dez. 2026`, `24/déc./26`, `24th Dec 2026`, `24 de dic. de 2026`. */
const DAY_FIRST =
  /^(?<day>\d{1,2})(?:st|nd|rd|th|er|\.)?[ /.-]+(?:de )?(?<month>\p{L}{3,11})\.?,?[ /.-]+(?:de )?(?<year>\d{4}|\d{2})\b/u;
/** `Dec 24, 2026`, `Dec 24 2026 00:00:00 GMT+0000`. */
const MONTH_FIRST = /^(?<month>\p{L}{3,9})\.? (?<day>\d{1,2})(?:st|nd|rd|th)?,? (?<year>\d{4})\b/u;

function named(text: string) {
  const found = DAY_FIRST.exec(text) ?? MONTH_FIRST.exec(text);
  const { day = "", month = "", year = "" } = found?.groups ?? {};
  const name = foldAccents(month);
  const number = MONTHS.findIndex((beginning) => beginning.test(name)) + 1;
  if (found === null || number === 0) return undefined;
  return { day: iso(year, String(number), day), rest: text.slice(found[0].length) };
}

function iso(year: string, month: string, day: string): string {
  const full = year.length === 2 ? `20${year}` : year;
  return `${full}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
}

/** `T15:30`, and "" for none or midnight; undefined for what is no time in a known form, such as `下午 3:30` or a second day. */
function timeOf(text: string): string | undefined {
  if (!/\d/.test(text)) return "";
  const [, hour, minute, half, zone = ""] = TIME.exec(text) ?? [];
  if (hour === undefined) return undefined;
  // An hour that the day does not have stays, and is refused as such.
  const isHalf = half !== undefined && Number(hour) <= 12;
  const hours = isHalf ? (Number(hour) % 12) + (/p/i.test(half) ? 12 : 0) : Number(hour);
  const time = `${String(hours).padStart(2, "0")}:${minute}`;
  const offset = zone.replace(/^(?:GMT|UTC)(?=[+-])/i, "");
  return time === "00:00" ? "" : `T${time}${/^[a-z]/i.test(offset) ? "Z" : offset}`;
}
