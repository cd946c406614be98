/** What the model is told of the person's doing, in one line of keys and slugs, never of text that people wrote. */

/** Told at once; older changes are history by then. */
const MOST = 20;

export interface Told {
  /** Notes a change. A later one of the same kind at the same card stands for both. */
  note(change: { key: string; kind: string; words: string }): void;
  /** Everything since the view was opened, since each line that a host is given replaces the one before. */
  line(): string;
}

export function createTold(board: string): Told {
  const changes = new Map<string, string>();
  return {
    note({ key, kind, words }) {
      const about = `${key} ${kind}`;
      changes.delete(about);
      changes.set(about, words);
    },
    line() {
      const latest = [...changes.values()].slice(-MOST);
      return `On the board of ${board}, the person ${latest.join("; ")}.`;
    },
  };
}
