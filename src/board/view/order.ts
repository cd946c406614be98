/** Which card stands where: the columns' cards in order, and moves that the server has not confirmed yet. */
import type { BoardCard, BoardColumn } from "../contract.ts";

/** A card goes before another one of the column, or to its end. */
export interface Move {
  id: string;
  column: string;
  beforeId?: string | undefined;
}

/** The cards of each column of the board, from top to bottom, by the column's slug. */
export type Lists = ReadonlyMap<string, readonly BoardCard[]>;

/** Cards by column. Those of no column of the board (planned, archived) are in no list. */
export function listsOf(columns: readonly BoardColumn[], cards: readonly BoardCard[]): Lists {
  const lists = new Map<string, BoardCard[]>(columns.map(({ slug }) => [slug, []]));
  for (const card of cards) lists.get(card.column)?.push(card);
  for (const list of lists.values()) {
    list.sort((one, other) => one.position - other.position || one.number - other.number);
  }
  return lists;
}

/** The lists as they are after a move. A card to go before that is gone leaves the end. */
export function withMove(lists: Lists, { id, column, beforeId }: Move): Lists {
  const card = [...lists.values()].flat().find((one) => one.id === id);
  if (!card || !lists.has(column)) return lists;
  const others = new Map(
    [...lists].map(([slug, list]) => [slug, list.filter((one) => one !== card)]),
  );
  const target = others.get(column) ?? [];
  const at = target.findIndex((one) => one.id === beforeId);
  return others.set(
    column,
    target.toSpliced(at === -1 ? target.length : at, 0, { ...card, column }),
  );
}

/**
 * The move that puts a card into the gap before `shown[gap]`, where `shown` may be a filtered part of the column's `list`, and
 * older than it: then the card goes right behind the one above the gap. Undefined when it stands there already.
 */
export function moveIntoGap(
  { id, column }: { id: string; column: string },
  { list, shown, gap }: { list: readonly BoardCard[]; shown: readonly BoardCard[]; gap: number },
): Move | undefined {
  const at = list.findIndex((card) => card.id === id);
  const others = list.filter((card) => card.id !== id);
  const indexOf = (card: BoardCard) => others.findIndex((one) => one.id === card.id);
  const isThere = (card: BoardCard) => indexOf(card) !== -1;
  const above = shown.slice(0, gap).findLast(isThere);
  const below = shown.slice(gap).find(isThere);
  // Alone among what is shown, it has nowhere else to go.
  if (at !== -1 && !above && !below) return undefined;
  const before = above ? others[indexOf(above) + 1] : below;
  const isThereAlready = at !== -1 && others[at]?.id === before?.id;
  return isThereAlready ? undefined : { id, column, beforeId: before?.id };
}

/** Where a card stands, in words: "3 of 7 in Done". */
export function placeOf(card: BoardCard, lists: Lists, columns: readonly BoardColumn[]): string {
  const list = lists.get(card.column) ?? [];
  const at = list.findIndex(({ id }) => id === card.id);
  const name = columns.find(({ slug }) => slug === card.column)?.name ?? card.column;
  return at === -1 ? name : `${at + 1} of ${list.length} in ${name}`;
}
