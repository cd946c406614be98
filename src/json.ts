/** JSON, before and after it is parsed. To parse some texts costs gigabytes, or many seconds in which no deadline can end it. */

/** Nothing so short takes long. */
const UNCOUNTED_LENGTH = 64 * 1024;

/** A board of 30,000 tasks, with five objects and lists and twenty commas each, takes 20 MiB. */
const MOST_BRACKETS = 400_000;
const MOST_COMMAS = 600_000;
/** Kaneo's objects have not two hundred between them. */
const MOST_KEYS = 10_000;

const [QUOTE, BACKSLASH, COMMA, COLON, BRACE, BRACKET] = [0x22, 0x5c, 0x2c, 0x3a, 0x7b, 0x5b];
const BLANKS: readonly number[] = [0x20, 0x0a, 0x0d, 0x09];

/**
 * Whether JSON has more objects and lists, more members, or more different keys than anybody has a use for. A few megabytes
 * of them make `JSON.parse` take all that: 1.5 million keys in objects of a hundred, for one, 13 s and 1.3 GB. How deep they
 * stand in one another costs nothing: `JSON.parse` does not recurse, and no schema goes into what it does not know.
 */
export function hasTooManyParts(text: string): boolean {
  if (text.length < UNCOUNTED_LENGTH) return false;
  const keys = new Set<string>();
  let brackets = 0;
  let commas = 0;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charCodeAt(at);
    if (sign === BRACE || sign === BRACKET) brackets += 1;
    else if (sign === COMMA) commas += 1;
    else if (sign === QUOTE) at = passText(text, at, keys);
    if (brackets > MOST_BRACKETS || commas > MOST_COMMAS || keys.size > MOST_KEYS) return true;
  }
  return false;
}

/** Gives where the text ends that begins at `start`, and adds it to `keys` where it is one. */
function passText(text: string, start: number, keys: Set<string>): number {
  let end = start + 1;
  while (end < text.length && text.charCodeAt(end) !== QUOTE)
    end += text.charCodeAt(end) === BACKSLASH ? 2 : 1;
  let next = end + 1;
  while (BLANKS.includes(text.charCodeAt(next))) next += 1;
  if (text.charCodeAt(next) === COLON) keys.add(text.slice(start, end));
  return end;
}

/** A text without NUL and lone surrogates, which make Kaneo fail. It may turn out to be blank. */
export function storable(text: string): string {
  return text.replaceAll(/\0|\p{Surrogate}/gu, "");
}

/** What a text says in JSON; undefined for one that is none. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The same data with all of its texts changed. */
export function mapTexts<T>(data: T, change: (text: string) => string): T {
  const changed = (value: unknown): unknown => {
    if (typeof value === "string") return change(value);
    if (Array.isArray(value)) return value.map(changed);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, changed(one)]));
  };
  // Texts stay texts, and all else is as it was.
  return changed(data) as T;
}
