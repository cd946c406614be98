/** Days as spreadsheets and trackers write them. */

/** In which order numbers between slashes or hyphens stand. */
export type DayOrder = "d/m/y" | "m/d/y";

const EITHER_FIRST = /^(\d{1,2})[/-](\d{1,2})(?:[/-]\d{4}|\/\d{2})\b/;
/** `15:30:00`, `3:30 p. m.`, `15:30 Uhr`, `15:30:00 GMT+0100 (Central European Standard Time)`. */
const TIME =
  /^[ ,T]*(?:at |um )?(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?(?: ?([ap])\.? ?m\.?)?(?: ?(Z|(?:GMT|UTC)?[+-]\d{2}:?\d{2}|GMT|UTC))?(?: ?uhr| \(.*\))?$/i;
/** `Mo, 7.12.2026`, `Sonntag 6. Dezember`. Before `3 pm` it is the day, and an English one with a day must be that day's. */
const WEEKDAY =
  /^(?!(?:mon(?!t)|tue|wed|thu|fri|sat|sun)(?!.*\d{4}))(?:mo|di|mi|do|fr|sa|so|tu|we|th|su)\p{L}{0,8}[.,]{0,2} ?(?=\d{1,2}[. ])/iu;
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
/** The months that German begins otherwise. */
const GERMAN: Record<string, string> = {
  mär: "mar",
  mrz: "mar",
  mai: "may",
  okt: "oct",
  dez: "dec",
};

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
 * no such form is given as it is, for those who know words such as tomorrow. Whether there is such a day is not looked at.
 */
export function readDay(text: string, order: DayOrder | undefined): string {
  const said = text.trim().replaceAll(/\s+/g, " ").replace(WEEKDAY, "");
  // ClickUp counts the milliseconds since 1970, others the seconds.
  if (/^1\d{9}(?:\d{3})?$/.test(said)) return new Date(Number(said.padEnd(13, "0"))).toISOString();
  if (/^\d{4}-\d{2}-\d{2}/.test(said)) return said.replace(/[T ]00:00(?::00(?:\.0+)?)?$/, "");
  const day = numbered(said, order) ?? named(said) ?? serial(said);
  if (day === undefined) return yearless(said);
  const time = timeOf(said.slice(day.length));
  return time === undefined ? said : `${day.iso}${time}`;
}

interface Found {
  iso: string;
  /** Of the text that says it. */
  length: number;
}

function numbered(text: string, order: DayOrder | undefined): Found | undefined {
  const [whole = "", one = "", sign, two = "", three = ""] =
    /^(\d{1,4})([./-])(\d{1,2})\2(\d{4}|\d{1,2})\b/.exec(text) ?? [];
  if (whole === "") return undefined;
  const { length } = whole;
  if (one.length === 4) return { iso: iso(one, two, three), length };
  if (one.length > 2 || three.length === 1) return undefined;
  if (sign === ".") return { iso: iso(three, two, one), length };
  if (sign === "-" && three.length === 2) return undefined;
  const isMonthFirst = order === "m/d/y" || (order === undefined && Number(two) > 12);
  return { iso: isMonthFirst ? iso(three, one, two) : iso(three, two, one), length };
}

/** `24 Dec 2026`, `24/Dec/26`, `Dec 24, 2026`, `Thu Dec 24 2026 00:00:00 GMT+0000`. */
function named(text: string): Found | undefined {
  const dayFirst =
    /^(\d{1,2})(?:st|nd|rd|th|\.)?[\s/.-]+(\p{L}{3,9})\.?,?[\s/.-]+(\d{4}|\d{2})\b/u.exec(text);
  const monthFirst =
    /^(?:\p{L}{2,9},?\s+)?(\p{L}{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b/u.exec(text);
  const [day, month, year] = dayFirst?.slice(1) ?? [
    monthFirst?.[2],
    monthFirst?.[1],
    monthFirst?.[3],
  ];
  const number = MONTHS.indexOf(monthOf(month ?? "")) + 1;
  const { length } = dayFirst?.[0] ?? monthFirst?.[0] ?? "";
  if (number === 0 || day === undefined || year === undefined) return undefined;
  return { iso: iso(year, String(number), day), length };
}

/** `24. Dezember` as the `24 dec` of those who know words. */
function yearless(text: string): string {
  const [, day, name = ""] = /^(\d{1,2})\.? ?(\p{L}{3,9})\.?$/u.exec(text) ?? [];
  const month = monthOf(name);
  const isAsKnown = !MONTHS.includes(month) || month === name.toLowerCase();
  return isAsKnown ? text : `${day} ${month}`;
}

function monthOf(name: string): string {
  const start = name.toLowerCase().slice(0, 3);
  return GERMAN[start] ?? start;
}

/** A day that a spreadsheet gave as it counts them, from the end of 1899 on. */
function serial(text: string): Found | undefined {
  if (!/^[345]\d{4}(?:[.,]0*)?$/.test(text)) return undefined;
  const at = Date.UTC(1899, 11, 30) + Number.parseInt(text, 10) * 86_400_000;
  return { iso: new Date(at).toISOString().slice(0, 10), length: text.length };
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
