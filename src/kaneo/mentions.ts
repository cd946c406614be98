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

/** Each is compared with every member; more than that are left as they are written. */
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
  const people = new Set<Member>();
  const unknown = new Set<string>();
  let looked = 0;
  const mention = (behind: string): string => {
    looked += 1;
    if (looked > MOST_MENTIONS) return `@${behind}`;
    const found = namedAtStart(behind, members);
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

/** The one member whose name, address or a word of whose name `text` starts with, by the longest of these, and how long that is. */
function namedAtStart(text: string, members: readonly Member[]) {
  const isAtStart = (name: string) =>
    foldAccents(text.slice(0, name.length)) === foldAccents(name) &&
    END.test(text.slice(name.length));
  const named = members.flatMap((member) => {
    const whole = [member.name, member.email].filter(isAtStart);
    const names = [...whole, ...member.name.split(/[\s()"“”,、（）]+/).filter(isAtStart)];
    const length = Math.max(0, ...names.map((name) => name.length));
    return length === 0
      ? []
      : { member, length, isWhole: Number(whole.some((one) => one.length === length)) };
  });
  const [best, second] = named.toSorted(
    (one, other) => other.length - one.length || other.isWhole - one.isWhole,
  );
  const isTied = best?.length === second?.length && best?.isWhole === second?.isWhole;
  return isTied ? undefined : best;
}

/** A text with `@name` in the place of each mention. */
export function readMentions(text: string): string {
  return text.replaceAll(TAG, "@$1");
}
