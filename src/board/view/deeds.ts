/** What the person does with cards: done by the store, then announced, and told to the model. */
import type { BoardCard, BoardEdit } from "../contract.ts";
import type { Notices } from "./notices.ts";
import { type Move, placeOf } from "./order.ts";
import { messageOf, type Store } from "./store.ts";

export type Deeds = ReturnType<typeof createDeeds>;

/** `tell` gives the model a line, which replaces the one before. */
export function createDeeds(store: Store, notices: Notices, tell: (line: string) => void) {
  const changes: string[] = [];
  const done = (words: string): void => {
    changes.push(words);
    const board = slugOf(store.state.board?.project.slug ?? "Kaneo");
    tell(`On the board ${board}, the person ${changes.slice(-MOST).join("; ")}.`);
  };

  return {
    /** A failure is shown above the board. */
    async move(move: Move): Promise<void> {
      const { cards = [], columns = [] } = store.state.board ?? {};
      const before = cards.find(({ id }) => id === move.id);
      try {
        const card = await store.move(move);
        notices.announce(`${card.key} is now ${placeOf(card, store.state.lists, columns)}.`);
        const where = before?.column === card.column ? "within" : "to";
        done(`moved ${slugOf(card.key)} ${where} ${slugOf(card.column)}`);
      } catch (error) {
        // Whether it was done is in the server's words: often nobody knows.
        notices.fail(`Moving ${before?.key ?? "a card"}: ${messageOf(error)}`);
      }
    },
    /** False after a failure, which is shown above the board. */
    async create(column: string, title: string): Promise<boolean> {
      try {
        const { key } = await store.create(column, title);
        notices.announce(`${key} is created.`);
        done(`created ${slugOf(key)} in ${slugOf(column)}`);
        return true;
      } catch (error) {
        notices.fail(`New card: ${messageOf(error)}`);
        return false;
      }
    },
    /** Rejects with words for the person, who is told where the field is. */
    async edit({ key }: BoardCard, edit: BoardEdit): Promise<void> {
      await store.edit(edit);
      const fields = Object.keys(edit).filter((name) => !/^task_id$|^expected_/.test(name));
      const names = fields.map((name) => name.replace("_id", "")).join(", ");
      done(`changed ${names} of ${slugOf(key)}`);
    },
    async comment({ key, id }: BoardCard, content: string): Promise<void> {
      await store.comment(id, content);
      done(`commented on ${slugOf(key)}`);
    },
  };
}

/** Told at once; older changes are history by then. */
const MOST = 20;

/** Keys and slugs are made of what people typed, and none of that may speak to the model. */
function slugOf(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}_-]+/gu, "-").slice(0, 40);
}
