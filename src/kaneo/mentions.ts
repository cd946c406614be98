/**
 * Mentions in comments. Kaneo tells a person by a tag that its editor writes for them (Kaneo parse-mentions.ts,
 * kaneo-mention.tsx); a bare `@name` tells nobody.
 */
import type { Kaneo } from "./api/kaneo.ts";
import { type Member, membersOf } from "./api/schemas.ts";
import { foldAccents } from "./names/matching.ts";

export interface Mentioned {
  /** With tags in the place of names. */
  text: string;
  people: Member[];
  /** Names behind an @ that no member, or not one alone, has. */
  unknown: string[];
}

/** Bounded, since a text may be nothing but beginnings of tags. */
const TAG =
  /<kaneo-mention\b[^<>]{0,400}?\blabel="([^"<>]{0,400})"[^<>]{0,400}>(?:<\/kaneo-mention>)?/g;
/** What is quoted as code, and tags that are there. */
const UNTOUCHED = /(```[\s\S]*?(?:```|$)|`[^`\n]*`|<kaneo-mention\b[^<>]*>)/;
const AT = /(?<![\p{L}\p{N}._/@-])@(?=\p{L})/u;
const WORD = /^[\p{L}\p{M}\p{N}'’_-]+(?:\/[\p{L}\p{N}][\p{L}\p{M}\p{N}'’_-]*)?/u;
/** What may stand behind a name: nothing that could belong to it, as in `@bob/cli`, but for the s of `@Bob's`. */
const END = /^(?:['’]s?(?![\p{L}\p{N}]))?(?![\p{L}\p{N}_'’-]|\/[\p{L}\p{N}])/iu;

/** Each is compared with the names of every member; more than that are left as they are written. */
const MOST_MENTIONS = 1_000;

/** Whether a text may mention somebody: only then it matters in whose workspace it is. */
export function mayMention(text: string): boolean {
  return AT.test(text);
}

/** Turns `@name` into mentions of members of the workspace: by the whole name, the e-mail address or one word of the name. */
export async function withMentions(
  kaneo: Kaneo,
  workspaceId: string,
  text: string,
): Promise<Mentioned> {
  if (!mayMention(text)) return { text, people: [], unknown: [] };
  const members = await kaneo.asOf("lately").kept(membersOf(workspaceId));
  const names = members.flatMap(namesOf);
  const people = new Set<Member>();
  const unknown = new Set<string>();
  let looked = 0;
  const mention = (behind: string): string => {
    looked += 1;
    if (looked > MOST_MENTIONS) return `@${behind}`;
    const found = namedAtStart(behind, names);
    if (found === undefined) {
      unknown.add(WORD.exec(behind)?.[0] ?? "");
      return `@${behind}`;
    }
    const { member, length } = found;
    people.add(member);
    const label = member.name.replaceAll(/["<>&\s]+/g, " ").trim();
    return `<kaneo-mention id="${member.id}" label="${label}"></kaneo-mention>${behind.slice(length)}`;
  };
  const tagged = text.split(UNTOUCHED).map((part, index) => {
    if (index % 2 === 1) return part;
    const [before = "", ...others] = part.split(AT);
    return [before, ...others.map(mention)].join("");
  });
  return { text: tagged.join(""), people: [...people], unknown: [...unknown] };
}

/** What a member may be called behind an @, folded once: a text may have a thousand of them, and a workspace thousands of members. */
function namesOf(member: Member) {
  const { name, email } = member;
  const called = (isWhole: number) => (one: string) => {
    return { member, isWhole, length: one.length, folded: foldAccents(one) };
  };
  const words = name.split(/[\s()"“”,、（）]+/).map(called(0));
  return [...[name, email].map(called(1)), ...words].filter(({ length }) => length > 0);
}

/** The one member whose name, address or a word of whose name `text` starts with, by the longest of these, and how long that is. */
function namedAtStart(text: string, names: readonly ReturnType<typeof namesOf>[number][]) {
  const starts = new Map<number, string>();
  const startOf = (length: number): string => {
    const start = starts.get(length) ?? foldAccents(text.slice(0, length));
    starts.set(length, start);
    return start;
  };
  const fitting = names
    .filter(({ folded, length }) => startOf(length) === folded && END.test(text.slice(length)))
    .toSorted((one, other) => other.length - one.length || other.isWhole - one.isWhole);
  const [best] = fitting;
  const isTied = fitting.some(
    ({ member, length, isWhole }) =>
      member !== best?.member && length === best?.length && isWhole === best.isWhole,
  );
  return isTied ? undefined : best;
}

/** A text with `@name` in the place of each mention. */
export function readMentions(text: string): string {
  return text.replaceAll(TAG, "@$1");
}
