/** The replacement of a text that somebody saw in an answer: of its one place, or of every one. */
import { KaneoMcpError } from "../../errors.ts";
import { cleanText } from "../../untrusted.ts";
import { UNSEEN } from "../names/matching.ts";

export interface Replacement {
  find: string;
  replace: string;
  /** Every place is meant, of which there may be none. */
  isEverywhere?: boolean;
}

/**
 * Replaces every place of `text` that `find` fits, or the one place that it fits as it stands or, where none is, as answers
 * show it. All else stays, also what nobody sees.
 *
 * @throws KaneoMcpError "invalid_input" when it fits none or several where one is meant.
 */
export function replaceIn(text: string, { find, replace, isEverywhere }: Replacement): string {
  // What is as it is to be stays: `color` is replaced by `colors` once, also when that is asked for twice.
  const rest = replace.includes(find) ? text.split(replace) : [text];
  if (isEverywhere) return rest.map((part) => part.replaceAll(find, () => replace)).join(replace);
  const isExact = text.includes(find);
  const [source, wanted] = isExact ? [text, find] : [shown(text), shown(find)];
  const parts = wanted === "" ? [source] : source.split(wanted);
  const [{ length } = ""] = parts;
  if (parts.length !== 2) throw unfit(parts.length - 1, likeIn(source, wanted));
  if (isExact) return `${text.slice(0, length)}${replace}${text.slice(length + find.length)}`;
  const { start } = placeOf(text, length);
  const { end } = placeOf(text, length + wanted.length - 1);
  const isByWindows = text.slice(start, end).includes("\r\n");
  const lines = isByWindows ? replace.replaceAll(/\r?\n/g, "\r\n") : replace;
  return `${text.slice(0, start)}${lines}${text.slice(end)}`;
}

/** Whether `now`, which somebody saved over the text `made` by a replacement, still has it. */
export function isReplaced(
  now: string,
  { find, replace, made }: Replacement & { made: string },
): boolean {
  const placesOf = (part: string, text: string) => text.split(part).length - 1;
  // What only shortens is found in the old text, too: then it counts that what was shortened has not come back.
  return find.includes(replace)
    ? placesOf(find, now) <= placesOf(find, made)
    : placesOf(replace, now) >= placesOf(replace, made);
}

/** As answers show it; and nobody can tell one blank from another. */
function shown(text: string): string {
  const lines = text.replaceAll(/\r\n?|[\u2028\u2029]/g, "\n");
  return lines.replaceAll(UNSEEN, "").replaceAll(/[^\S\n\t]/g, " ");
}

const SEEN = new RegExp(`\\r\\n?|(?!${UNSEEN.source}).`, "gsu");

/** Where in `text` that character stands which is the one at `index` of it as {@link shown}. */
function placeOf(text: string, index: number): { start: number; end: number } {
  let left = index;
  for (const { 0: part, index: start } of text.matchAll(SEEN)) {
    left -= part === "\r\n" ? 1 : part.length;
    if (left < 0) return { start, end: start + part.length };
  }
  return { start: text.length, end: text.length };
}

/** What stands in a text, on a line or over several, with the words of `wanted`, in whatever case and with whatever blanks between. */
function likeIn(text: string, wanted: string): string | undefined {
  if (wanted.length > LONGEST_LIKE) return undefined;
  const words = wanted.match(/\S+/g)?.map((word) => word.replaceAll(/[^\p{L}\p{N}_]/gu, "\\$&"));
  return words && new RegExp(words.join(String.raw`\s{1,9}`), "i").exec(text)?.[0];
}

/** A longer one is copied from an answer, not from what somebody said. */
const LONGEST_LIKE = 200;

function unfit(places: number, like: string | undefined): KaneoMcpError {
  if (places === 0 && like !== undefined)
    return new KaneoMcpError("invalid_input", "find matches no place in the description.", {
      hint: `It has ${JSON.stringify(cleanText(like))}: give find exactly so, if that is meant.`,
    });
  const number = places === 0 ? "no place" : `${places} places, and must match one,`;
  const why = `find matches ${number} in the description.`;
  return new KaneoMcpError("invalid_input", why, {
    hint: "get_task shows the description: give find exactly as it is there, with enough around it to be unique.",
  });
}
