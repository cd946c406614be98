/** What the board shows of its cards. */
import type { BoardCard } from "../contract.ts";

export interface Filter {
  /** Words that all occur in key, title or labels. */
  text: string;
  /** A person's id, {@link NOBODY}, or "" for everybody. */
  person: string;
  /** A label's name, or "" for all. */
  label: string;
}

export const NOBODY = "none";

export function isFiltering({ text, person, label }: Filter): boolean {
  return text.trim() !== "" || person !== "" || label !== "";
}

/** The test that a card has to pass. */
export function passes({ text, person, label }: Filter): (card: BoardCard) => boolean {
  const words = fold(text).split(/\s+/).filter(Boolean);
  return (card) => {
    if (person !== "" && (card.assignee ?? NOBODY) !== person) return false;
    if (label !== "" && !card.labels.some(({ name }) => name === label)) return false;
    if (words.length === 0) return true;
    const said = fold([card.key, card.title, ...card.labels.map(({ name }) => name)].join(" "));
    return words.every((word) => said.includes(word));
  };
}

/** So that "grosse" finds "GRÖSSE": without case, accents and vowel signs. */
function fold(text: string): string {
  return text.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
}
