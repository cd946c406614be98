import { KaneoMcpError } from "../errors.ts";

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
 * Folds what does not tell names apart: case, width, composition, the length of blanks, and what nobody sees, so that a
 * name can be given as an answer shows it.
 */
export function fold(text: string): string {
  return text.normalize("NFKC").replaceAll(UNSEEN, "").replaceAll(/\s+/g, " ").trim().toLowerCase();
}

const UNSEEN = /[\p{Cf}\p{Co}\p{Cs}\p{Default_Ignorable_Code_Point}]|(?!\s)\p{Cc}/gu;

/** A name that other people chose, on one line and cut, for the middle of a sentence. */
export function oneLine(text: string, most = 80): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}

/**
 * The one item that `reference` names; undefined when there is none. An id comes first; of other names that are equal but
 * for what {@link fold} folds, the one written exactly so is meant.
 *
 * @throws KaneoMcpError "ambiguous" when several fit equally well, listing them.
 */
export function matchOne<T>(
  items: readonly T[],
  reference: string,
  naming: Naming<T>,
): T | undefined {
  const [idOf] = naming.names;
  const written = reference.trim();
  const identified = items.find((item) => idOf(item) === written);
  if (identified !== undefined) return identified;

  const wanted = fold(reference);
  const matches = items.filter((item) =>
    naming.names.some((nameOf) => fold(nameOf(item)) === wanted),
  );
  const exact = matches.filter((item) => naming.names.some((nameOf) => nameOf(item) === written));
  const fitting = exact.length > 0 ? exact : matches;
  if (fitting.length > 1) throw ambiguous(reference, fitting, naming);
  return fitting[0];
}

/** The failure of a reference that fits several things. */
export function ambiguous<T>(
  reference: string,
  matches: readonly T[],
  naming: Naming<T>,
): KaneoMcpError {
  const [idOf] = naming.names;
  const areToldApart = new Set(matches.map(naming.show)).size === matches.length;
  const show = areToldApart
    ? naming.show
    : (item: T) => `${oneLine(naming.show(item))} (id ${idOf(item)})`;
  return new KaneoMcpError(
    "ambiguous",
    `"${oneLine(reference)}" fits ${matches.length} ${naming.plural ?? `${naming.noun}s`}: ${listed(matches, show)}.`,
    { hint: "Call again with the one that is meant, by its id if the names are equal." },
  );
}

/** The failure of a reference that fits nothing, with what there is. */
export function noMatch<T>(
  reference: string,
  items: readonly T[],
  naming: Naming<T> & { where?: string; hint?: string | undefined },
): KaneoMcpError {
  const where = naming.where === undefined ? "" : ` in ${oneLine(naming.where)}`;
  const hint = naming.hint ?? (items.length > 0 ? "Call again with one of these." : undefined);
  return new KaneoMcpError(
    "not_found",
    `No ${naming.noun} "${oneLine(reference)}"${where}. ${whatThereIs(items, naming)}`,
    hint === undefined ? {} : { hint },
  );
}

/** `There are: WEB (Website), OPS (Operations).` */
export function whatThereIs<T>(items: readonly T[], { show }: Naming<T>): string {
  return items.length === 0 ? "There are none." : `There are: ${listed(items, show)}.`;
}

const MOST_SHOWN = 40;
const LONGEST_SHOWN = 160;

function listed<T>(items: readonly T[], show: (item: T) => string): string {
  const shown = items.slice(0, MOST_SHOWN).map((item) => oneLine(show(item), LONGEST_SHOWN));
  const rest = items.length - MOST_SHOWN;
  return rest > 0 ? `${shown.join(", ")}, and ${rest} more` : shown.join(", ");
}
