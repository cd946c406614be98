import { KaneoMcpError } from "../../errors.ts";
import { inline } from "../../untrusted.ts";

/** How people name the things of one kind. */
export interface Naming<T> {
  /** The word for one thing, such as "project". */
  noun: string;
  plural?: string;
  /** Names in order of preference, the most exact first: id, slug, name. */
  names: [id: (item: T) => string, ...others: ((item: T) => string)[]];
  /** How an item is shown among candidates, such as `WEB (Website)`. */
  show(item: T): string;
}

/**
 * Folds what does not tell names apart: case, width, composition, the length of blanks, the quotes of word processors,
 * and what nobody sees, so that a name can be given as an answer shows it.
 */
export function fold(text: string): string {
  if (SIMPLE.test(text) || !isPlain(text, LONGEST_NAME)) return text.toLowerCase();
  return foldLetters(text).replaceAll(/\s+/g, " ").trim();
}

/** {@link fold} of a text that can be folded, but for its blanks. */
function foldLetters(text: string): string {
  const seen = text.replaceAll(UNSEEN, "");
  const composed = ASCII.test(seen) ? seen : seen.normalize("NFKC");
  return composed.replaceAll(APOSTROPHES, "'").replaceAll(QUOTES, '"').toLowerCase();
}

/** Whether folding is quick: marks piled up by the thousand take the square of that, and two ligatures become sentences. */
function isPlain(text: string, longest = Infinity): boolean {
  return text.length <= longest && (ASCII.test(text) || !PILED.test(text));
}

/** A longer one is only lower-cased. */
const LONGEST_NAME = 1_000;
/** Most names are folded by lowering their case, and an import compares millions. */
const SIMPLE = /^(?=.{1,1000}$)(?:[!-_a-~]+ )*[!-_a-~]+$/;
const ASCII = /^[\0-\x7f]*$/;
/** In natural text a letter has a few marks. */
const PILED = /\p{M}{8}|[\uFDFA\uFDFB]/u;

/** What nobody sees. */
export const UNSEEN = /[\p{Cf}\p{Co}\p{Cs}\p{Default_Ignorable_Code_Point}]|(?!\s)\p{Cc}/gu;
const APOSTROPHES = /[‘’‚‛′ʼ`´]/g;
const QUOTES = /[“”„‟″«»]/g;

/** {@link fold} without accents and the vowels of Hebrew and Arabic, which people leave out, as a Swiss does ß; a dotless i is an i. */
export function foldAccents(text: string): string {
  return isPlain(text, LONGEST_NAME) ? fold(withoutAccents(text)) : text.toLowerCase();
}

function withoutAccents(text: string): string {
  if (ASCII.test(text)) return text;
  // Accents first: an ǿ is an ø with one.
  const bare = text.normalize("NFD").replaceAll(ACCENTS, "");
  return bare.replaceAll(STROKED, (letter) => PLAIN.get(letter.toLowerCase()) ?? letter);
}

/** Letters that Unicode takes for one piece, and people without them write so: `Łukasz` is `lukasz`, `Ɗanladi` is `danladi`. */
const PLAIN = new Map(
  "ßss ıi đd łl øo ħh ŧt ðd þth æae œoe ɓb ɗd ƙk ƴy".split(" ").map((pair) => {
    return [pair.slice(0, 1), pair.slice(1)] as const;
  }),
);
/** These letters, for texts in which something else is to stand for them. */
export const STROKED = new RegExp(`[${[...PLAIN.keys()].join("")}]`, "giu");

const ACCENTS = /[\u0300-\u036F\u0591-\u05BD\u05C1\u05C2\u064B-\u065F]/g;

/** What is left of a name without accents, blanks and signs: `InProgress` is `in-progress`, and `O’Neill` is `oneill`. */
function letters(text: string): string {
  return foldAccents(text).replaceAll(/[^\p{L}\p{N}\p{M}]/gu, "");
}

/** The words of a query, folded. */
export function queryWords(query: string): string[] {
  return fold(query).match(/[^ ]+/g) ?? [];
}

/** A query without what a sentence has around its words: `Who has "the van"?` asks for what `Who has the van` does. */
export function withoutMarks(query: string): string {
  // A longer word than a name is none of a sentence, and would take long.
  const bare = (word: string) => (word.length > 100 ? word : word.replaceAll(MARKS, "") || word);
  return query.replaceAll(ESCAPED, "$1").split(/\s+/).map(bare).join(" ");
}

const MARKS = /^["'“”„«»‘’(¿¡]+|["'“”„«»‘’)?!.,;]+$/g;
/** As answers have quotes and backslashes: `Say \"hi\"`. */
export const ESCAPED = /\\(["\\])/g;

/** So much of a long text is looked at at once, so that its folded copy takes little room. */
const PIECE = 100_000;

/** Whether each word of `query` stands somewhere in `text`, in any case and order, with whatever accents. */
export function containsWords(text: string, query: string): boolean {
  let missing = queryWords(foldAccents(query));
  for (let at = 0; at < text.length && missing.length > 0; at += PIECE) {
    // A word may stand where two pieces meet.
    const piece = text.slice(at, at + PIECE + LONGEST_NAME);
    const folded = isPlain(piece) ? foldLetters(withoutAccents(piece)) : piece.toLowerCase();
    missing = missing.filter((word) => !folded.includes(word));
  }
  return missing.length === 0;
}

/**
 * The items that `reference` names: the one with this id, else those whose name is written exactly so, else those that
 * {@link fold} makes equal, else those that are equal but for accents and signs, else those that are named in the way of
 * our answers: `Website (WEB)`, `Bob Stone <bob@example.com>`.
 */
export function matchesOf<T>(
  items: readonly T[],
  reference: string,
  naming: Pick<Naming<T>, "names">,
): T[] {
  const matches = plainMatchesOf(items, reference, naming);
  const [, before, inside] = /^([^(<]+)[(<]([^(<>)]+)[)>]$/.exec(reference.trim()) ?? [];
  if (matches.length > 0 || before === undefined || inside === undefined) return matches;
  const [outer, inner] = [before, inside].map((part) => plainMatchesOf(items, part, naming));
  const both = outer?.filter((item) => inner?.includes(item)) ?? [];
  return both.length > 0 ? both : [...new Set([...(outer ?? []), ...(inner ?? [])])];
}

function plainMatchesOf<T>(
  items: readonly T[],
  reference: string,
  { names }: Pick<Naming<T>, "names">,
): T[] {
  const written = reference.trim();
  const identified = items.find((item) => names[0](item) === written);
  if (identified !== undefined) return [identified];
  // A name that is that much longer has other letters, and there may be megabytes of them.
  const longest = 4 * written.length + 100;
  // Without its sign, what is to be excluded would be named.
  const looser = EXCLUDED.test(written) ? [] : [letters];
  for (const loosen of [(text: string) => text, fold, ...looser]) {
    const wanted = loosen(written);
    if (wanted === "") continue;
    const isNamed = (name: string) => name.length <= longest && loosen(name) === wanted;
    const matches = items.filter((item) => names.some((nameOf) => isNamed(nameOf(item))));
    if (matches.length > 0) return matches;
  }
  return [];
}

/** `!done`, `-bank`: everything but that. A word such as `not` may begin a name. */
const EXCLUDED = /^[!¬≠-]=?(?=[^\s-])/;

/**
 * The one item that `reference` names, as {@link matchesOf} has it; undefined when there is none.
 *
 * @throws KaneoMcpError "ambiguous" when several fit equally well, listing them.
 */
export function matchOne<T>(
  items: readonly T[],
  reference: string,
  naming: Naming<T>,
): T | undefined {
  const matches = matchesOf(items, reference, naming);
  if (matches.length > 1) throw ambiguous(reference, matches, naming);
  return matches[0];
}

/** The names that several have, who are told apart by their ids. */
export function sharedNames(named: readonly (readonly [name: string, id: string])[]): Set<string> {
  const lastWith = new Map(named);
  return new Set(named.flatMap(([name, id]) => (lastWith.get(name) === id ? [] : name)));
}

/** The items whose names have every word of `reference`, as people shorten names: `mobile` for `Mobile App`. */
export function shortenedOf<T>(
  items: readonly T[],
  reference: string,
  nameOf: (item: T) => string,
): T[] {
  const wanted = wordsOf(reference);
  if (wanted.join("").length < SHORTEST || EXCLUDED.test(reference.trim())) return [];
  return items.filter((item) => {
    const words = wordsOf(nameOf(item).slice(0, LONGEST_NAME));
    return wanted.every((word) => words.includes(word));
  });
}

const SHORTEST = 3;

/** In small letters without accents. */
export function wordsOf(text: string): string[] {
  return foldAccents(text).match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
}

/** The parts of a text that is a list; none are empty. */
export function partsOf(text: string, separator = /[,;\n]/): string[] {
  const parts = text.split(separator).map((part) => part.trim());
  return parts.filter((part) => part !== "");
}

/** Takes `bug, ui` for two names where each part of it is one and the whole is none. */
export function splitNames(
  references: readonly string[],
  isName: (reference: string) => boolean,
  separator?: RegExp,
): string[] {
  return references.flatMap((reference) => {
    const parts = partsOf(reference, separator);
    const isList = parts.length > 0 && !isName(reference) && parts.every(isName);
    return isList ? parts : [reference];
  });
}

/**
 * Each once; a schema counts only the texts that they stood in.
 *
 * @throws KaneoMcpError "invalid_input" for none, and for more than `most`.
 */
export function eachOnce(names: readonly string[], most: number, plural: string): string[] {
  const distinct = [...new Set(names)];
  if (distinct.length > 0 && distinct.length <= most) return distinct;
  const message = `${distinct.length} ${plural} are named; 1 to ${most} are allowed at once.`;
  throw new KaneoMcpError("invalid_input", message);
}

/** The failure of a reference that fits several things. */
export function ambiguous<T>(
  reference: string,
  matches: readonly T[],
  naming: Naming<T>,
): KaneoMcpError {
  const areToldApart = new Set(matches.map(naming.show)).size === matches.length;
  const show = areToldApart
    ? naming.show
    : (item: T) => `${inline(naming.show(item))} (id ${naming.names[0](item)})`;
  return new KaneoMcpError(
    "ambiguous",
    `"${inline(reference)}" fits ${matches.length} ${naming.plural ?? `${naming.noun}s`}: ${listed(matches, show)}.`,
    { hint: "Call again with the one that is meant, by its id if the names are equal." },
  );
}

/** The failure of a reference that fits nothing, with what there is; of many the nearest: `Sprint 49 (May)` to `Sprint 49`, not `Sprint 48`. */
export function noMatch<T>(
  reference: string,
  items: readonly T[],
  naming: Naming<T> & { where?: string; hint?: string | undefined },
): KaneoMcpError {
  const where = naming.where === undefined ? "" : ` in ${inline(naming.where)}`;
  const excluded = EXCLUDED.test(reference.trim())
    ? "Name what is wanted; nothing can be excluded by a sign."
    : undefined;
  const hint =
    excluded ?? naming.hint ?? (items.length > 0 ? "Call again with one of these." : undefined);
  const likenessOf = (item: T) =>
    Math.max(...naming.names.map((nameOf) => likeness(nameOf(item), reference)));
  const ranked = items
    .map((item, index) => ({ item, like: index < MOST_COMPARED ? likenessOf(item) : 0 }))
    .toSorted((one, other) => other.like - one.like);
  // Whoever follows a guess at `not done`, or at `none`, marks it as done.
  const isNot = excluded !== undefined || /^(?:none$|not?\b|un)/i.test(reference.trim());
  const [longer, another] = shortenedOf(items, reference, naming.show);
  const near = another ? undefined : (longer ?? ranked.find(({ like }) => like >= LIKELY)?.item);
  const guess = near && !isNot ? ` Did you mean ${inline(naming.show(near), LONGEST_SHOWN)}?` : "";
  // A few stay in the order in which a person knows them.
  const shown = items.length > MOST_SHOWN ? ranked.map(({ item }) => item) : items;
  const why = `No ${naming.noun} "${inline(reference)}"${where}.${guess} ${whatThereIs(shown, naming)}`;
  return new KaneoMcpError("not_found", why, { hint });
}

/** How alike two names are but for accents, blanks and signs, from 0 to 1: Dice's coefficient of their pairs of letters. */
export function likeness(one: string, other: string): number {
  const [left = new Set(), right = new Set()] = [one, other].map((name) => {
    // Addresses at the same host are not alike because of that.
    return pairsOf(letters(name.slice(0, LONGEST_SHOWN).replace(/^([^\s@]+)@\S+$/, "$1")));
  });
  const shared = [...left].filter((pair) => right.has(pair)).length;
  return (2 * shared) / (left.size + right.size);
}

/** The first and the last letter are a pair with the edge, so that even one letter has two. */
function pairsOf(name: string): Set<string> {
  const edged = ` ${name} `;
  return new Set(Array.from({ length: edged.length - 1 }, (_, at) => edged.slice(at, at + 2)));
}

const LIKELY = 0.5;
const MOST_COMPARED = 2_000;

/** `There are: WEB (Website), OPS (Operations).` */
export function whatThereIs<T>(items: readonly T[], { show }: Pick<Naming<T>, "show">): string {
  return items.length === 0 ? "There are none." : `There are: ${listed(items, show)}.`;
}

const MOST_SHOWN = 10;
const LONGEST_SHOWN = 160;

function listed<T>(items: readonly T[], show: (item: T) => string): string {
  const shown = items.slice(0, MOST_SHOWN).map((item) => inline(show(item), LONGEST_SHOWN));
  const rest = items.length - MOST_SHOWN;
  return rest > 0 ? `${shown.join(", ")}, and ${rest} more` : shown.join(", ");
}
