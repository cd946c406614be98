import { sharedNames } from "../kaneo/names/matching.ts";
import { inline, quoted, sliceText } from "../untrusted.ts";

/** The most characters that one answer may have. */
export const MOST_CHARACTERS = 24_000;

const AFTERWARDS = " What was to be done is done; to read more, ask for fewer or for less.";

/** Cuts text that is too long for a model and says so; `then` is what that means. */
export function limitAnswer(text: string, most = MOST_CHARACTERS, then = AFTERWARDS): string {
  if (text.length <= most) return text;
  const notice = `\n… cut here: ${most} of ${text.length} characters are shown.${then}`;
  return sliceText(text, most - notice.length) + notice;
}

/** `1 task`, `2 tasks`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** How many of those that were done are not whole, as the end of a clause; "" for none. */
export function inPart(number: number): string {
  return number === 0 ? "" : `, ${number} of them only in part`;
}

/** What there is of the parts of a line, two blanks apart, since names have one. */
export function spaced(parts: readonly (string | false | undefined)[]): string {
  return parts.filter(Boolean).join("  ");
}

/** What there is of the lines of an answer. */
export function stacked(lines: readonly (string | false | undefined)[]): string {
  return lines.filter(Boolean).join("\n");
}

/** What `groupOf` puts together, by the name of the first of each, in the order of those. */
export function grouped<T>(
  all: readonly T[],
  groupOf: (one: T) => readonly [key: string, name: string],
): { key: string; name: string; members: T[] }[] {
  const groups = new Map<string, { key: string; name: string; members: T[] }>();
  for (const one of all) {
    const [key, name] = groupOf(one);
    const group = groups.get(key) ?? { key, name, members: [] };
    groups.set(key, group);
    group.members.push(one);
  }
  return [...groups.values()];
}

/** The slug in a key, with what tells it apart. */
export function slugOf(key: string): string {
  return inline(key.replace(/-\d+(?=$| \()/, ""), 60);
}

/** `WEB  "Website"`, as where people say it: they know a project by its name. */
export function renderProject(slug: string, name: string | undefined): string {
  return spaced([slug, name !== undefined && name !== slug && quoted(name, 60)]);
}

/** The same people, with the id behind a name that several have. */
export function namedApart<T extends { name: string }>(
  people: readonly T[],
  idOf: (one: T) => string,
): T[] {
  const shared = sharedNames(people.map((one) => [one.name, idOf(one)]));
  return people.map((one) =>
    shared.has(one.name) && idOf(one) !== "" ? { ...one, name: `${one.name} (${idOf(one)})` } : one,
  );
}

/** `12 KiB`, `3.5 MiB`. */
export function renderSize(bytes: number): string {
  const kibibytes = Math.ceil(bytes / 1024);
  return kibibytes < 1024 ? `${kibibytes} KiB` : `${(kibibytes / 1024).toFixed(1)} MiB`;
}
