/** What the person does with cards: done by the store, then announced, and told to the model. */
import type { BoardCard, BoardEdit } from "../contract.ts";
import { placeOf } from "./columns.ts";
import type { Notices } from "./notices.ts";
import type { Move } from "./order.ts";
import type { Store } from "./store.ts";
import { createTold, type Told } from "./told.ts";

export interface Deeds {
  /** Failures are shown above the board. */
  move(move: Move): void;
  /** Rejects after a failure that is shown above the board. */
  create(column: string, title: string): Promise<unknown>;
  /** Rejects with words for the person, who is told where the field is. */
  edit(card: BoardCard, edit: BoardEdit): Promise<unknown>;
  comment(card: BoardCard, content: string): Promise<unknown>;
}

export function createDeeds({
  store,
  notices,
  tell,
}: {
  store: Store;
  notices: Notices;
  tell(line: string): void;
}): Deeds {
  let told: Told | undefined;
  const done = (card: BoardCard, kind: string, words: string): void => {
    told ??= createTold(store.state.board?.project.slug ?? "Kaneo");
    told.note({ key: card.key, kind, words });
    tell(told.line());
  };
  const failed = (what: string) => (error: unknown) => {
    notices.fail(`${what} ${error instanceof Error ? error.message : String(error)}`);
    throw error;
  };

  return {
    move(move) {
      const before = store.state.board?.cards.find(({ id }) => id === move.id);
      const key = before?.key ?? "The card";
      store
        .move(move)
        .then(
          (card) => {
            notices.announce(`${card.key} is now ${placeOf(card, store.state)}.`);
            const isSame = before?.column === card.column;
            done(
              card,
              "place",
              isSame
                ? `moved ${card.key} within ${card.column}`
                : `moved ${card.key} to ${card.column}`,
            );
          },
          failed(`${key} was not moved.`),
        )
        // It is shown already.
        .catch(() => {});
    },
    create: (column, title) =>
      store.create(column, title).then((card) => {
        notices.announce(`${card.key} is created.`);
        done(card, "new", `created ${card.key} in ${card.column}`);
      }, failed("The card was not created.")),
    edit: (card, edit) =>
      store.edit(edit).then(() => {
        const fields = Object.keys(edit).filter((name) => name !== "task_id");
        const names = fields.map((name) => name.replace("_id", "")).join(", ");
        done(card, names, `changed ${names} of ${card.key}`);
      }),
    comment: (card, content) =>
      store.comment(card.id, content).then(() => {
        done(card, "comment", `commented on ${card.key}`);
      }),
  };
}
