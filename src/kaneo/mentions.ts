/**
 * Mentions in comments. Kaneo tells a person by a tag that its editor writes for them (Kaneo parse-mentions.ts,
 * kaneo-mention.tsx); a bare `@name` tells nobody.
 */
import { KaneoMcpError } from "../errors.ts";
import type { Kaneo } from "./api/kaneo.ts";
import { type Member, membersOf } from "./api/schemas.ts";
import { memberNaming, RESPECT } from "./members.ts";
import { ambiguous, foldAccents } from "./names/matching.ts";

export interface Mentioned {
  /** With tags in the place of names. */
  text: string;
  people: Member[];
  /** Names behind an @ that no member has. */
  unknown: string[];
}

/** Bounded, since a text may be nothing but beginnings of tags. Kaneo's page writes nothing inside one, other programs the name. */
const TAG =
  /<kaneo-mention\b[^<>]{0,400}?\blabel="([^"<>]{0,400})"[^<>]{0,400}>(?:[^<>]{0,400}<\/kaneo-mention>)?/g;
/** What is quoted as code, and tags that are there. */
const UNTOUCHED =
  /(```[\s\S]*?(?:```|$)|(?<![^\n])[ \t>]*~~~[\s\S]*?(?:\n[ \t>]*~~~|$)|`[^`\n]*`|<kaneo-mention\b[^<>]*>(?:[^<>]{0,400}<\/kaneo-mention>)?)/;
/** Of scripts that put no blanks between words. */
const UNSPACED = String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}ー]`;
const ENDS_UNSPACED = new RegExp(`${UNSPACED}$`, "u");
/** Before the sign, which is no part of an address there; of a path it may be one. */
const AT = new RegExp(String.raw`(?=[@＠]\p{L})(?<!(?!${UNSPACED})[\p{L}\p{N}._@-])`, "u");
const STARTS_WITH_SIGN = /^[@＠]\p{L}/u;
const WORD = /^[\p{L}\p{M}\p{N}'’_-]+(?:[./@][\p{L}\p{N}][\p{L}\p{M}\p{N}'’_-]*)*/u;
/** What may stand behind a name: a word of respect, or nothing that could belong to it, as in `@bob/cli`, `@bob.smith` and `@bob@example.org`, but for an ending, as of `@Bob's` and `@İrem'den`. */
const END = new RegExp(
  String.raw`^(?:${RESPECT}|(?:['’]\p{Ll}{0,4}(?![\p{L}\p{N}]))?(?![\p{L}\p{N}_'’-]|[./@][\p{L}\p{N}]))`,
  "iu",
);

/** More than that are left as they are written. */
const MOST_MENTIONS = 1_000;

/** Whether a text may mention somebody: only then it matters in whose workspace it is. */
export function mayMention(text: string): boolean {
  return AT.test(text);
}

/**
 * Turns `@name` into mentions of members of the workspace: by the whole name, the e-mail address or what stands before
 * the @ of one with a dot, one word of the name, its beginning or its end.
 *
 * @throws KaneoMcpError "ambiguous" for a name that several members have.
 */
export async function withMentions(
  kaneo: Kaneo,
  workspaceId: string,
  text: string,
): Promise<Mentioned> {
  if (!mayMention(text)) return { text, people: [], unknown: [] };
  const members = await kaneo.asOf("lately").kept(membersOf(workspaceId));
  const names = known.get(members) ?? namesOf(members);
  known.set(members, names);
  const people = new Set<Member>();
  const unknown = new Set<string>();
  let looked = 0;
  const mention = (said: string, before: string): string => {
    const behind = said.slice(1);
    const isOfPath = before.endsWith("/") && !before.endsWith("</kaneo-mention>/");
    if (!STARTS_WITH_SIGN.test(said) || isOfPath || looked === MOST_MENTIONS) return said;
    looked += 1;
    const found = namedAtStart(behind, names);
    if (found === undefined) {
      unknown.add(WORD.exec(behind)?.[0] ?? "");
      return said;
    }
    const { fitting, length } = found;
    const [member, ...others] = fitting;
    if (member === undefined || others.length > 0)
      throw manyFor(said.slice(0, length + 1), fitting);
    people.add(member);
    const label = member.name.replaceAll(/["<>&\s]+/g, " ").trim();
    return `<kaneo-mention id="${member.id}" label="${label}"></kaneo-mention>${behind.slice(length)}`;
  };
  const tagged = text.split(UNTOUCHED).map((part, index) => {
    if (index % 2 === 1) return part;
    const pieces: string[] = [];
    for (const said of part.split(AT)) pieces.push(mention(said, pieces.at(-1) ?? ""));
    return pieces.join("");
  });
  return { text: tagged.join(""), people: [...people], unknown: [...unknown] };
}

/** {@link namesOf} of lists that are kept: a call may comment on a hundred tasks, and a workspace have thousands of members. */
const known = new WeakMap<readonly Member[], ReturnType<typeof namesOf>>();

/** What members may be called behind an @, folded once: a text may have a thousand of them. */
function namesOf(members: readonly Member[]) {
  const called = new Map<string, { member: Member; isWhole: boolean }[]>();
  const lengths = new Set<number>();
  for (const member of members) {
    const { name, email } = member;
    const usual = name.normalize("NFKC");
    const wholes = new Set([name, email, usual]);
    // As other programs call people: `@dan.reed`.
    const local = /^[^.@]+\.[^@]+/.exec(email)?.[0];
    if (ENDS_UNSPACED.test(usual)) wholes.add(usual.replaceAll(" ", ""));
    for (const one of new Set([...wholes, ...partsOfName(usual), ...(local ? [local] : [])])) {
      const key = keyOf(one);
      const those = called.get(key) ?? [];
      those.push({ member, isWhole: wholes.has(one) });
      called.set(key, those);
      lengths.add(one.length);
    }
  }
  return { called, lengths: [...lengths].toSorted((one, other) => other - one) };
}

/** The words of a name, and more of them from its beginning or up to its end. */
function partsOfName(name: string): string[] {
  const words = name
    // Korean names mostly have one syllable before the given name, and no blank.
    .replace(/^.(?=\p{Script=Hangul}{2}$)/u, "$& ")
    .split(/[\s()"“”,、（）]+/)
    .filter(Boolean)
    .slice(0, MOST_WORDS);
  const isParticle = (word: string, at: number) =>
    /^\p{Lu}/u.test(name) && at > 0 && at < words.length - 1 && PARTICLE.test(word);
  return words.flatMap((word, at) => [
    ...(isParticle(word, at) ? [] : [word, words.slice(0, at + 1).join(" ")]),
    words.slice(at).join(" "),
  ]);
}

const MOST_WORDS = 12;
/** As between the names of `Jean de la Tour`, who is no `@de`, nor the `@Jean de` of `@Jean de facto`; but not in `jo lee smith`. */
const PARTICLE = /^\p{Ll}{1,4}$/u;

/** Equal for what is equally long, and the same when folded. */
function keyOf(text: string): string {
  return `${text.length} ${foldAccents(text)}`;
}

/** Whose name, address or part of a name `text` starts with, by the longest of these, and how long that is. */
function namedAtStart(text: string, { called, lengths }: ReturnType<typeof namesOf>) {
  const length = lengths.find((one) => {
    const said = text.slice(0, one);
    if (END.test(text.slice(one))) return called.has(keyOf(said));
    // The words behind a whole name may go on at once.
    const isWord = one > 1 && ENDS_UNSPACED.test(said);
    return isWord && called.get(keyOf(said))?.some(({ isWhole }) => isWhole);
  });
  if (length === undefined) return undefined;
  const fitting = called.get(keyOf(text.slice(0, length))) ?? [];
  const whole = fitting.filter(({ isWhole }) => isWhole);
  const best = (whole.length > 0 ? whole : fitting).map(({ member }) => member);
  return { fitting: [...new Set(best)], length };
}

/** A comment that tells only some of those it should is read by all before it is put right, and its edit tells nobody. */
function manyFor(name: string, members: readonly Member[]): KaneoMcpError {
  const { message } = ambiguous(name, members, memberNaming);
  const hint = "Write more of the name, or @ and the e-mail; `in backticks` it is no mention.";
  return new KaneoMcpError("ambiguous", message, { hint });
}

/** A text with `@name` in the place of each mention. */
export function readMentions(text: string): string {
  return text.replaceAll(TAG, "@$1");
}
