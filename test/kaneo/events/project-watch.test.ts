import { expect, test } from "vitest";
import type { Kaneo } from "../../../src/kaneo/client.ts";
import { watchProject } from "../../../src/kaneo/events/project-watch.ts";
import { projectById } from "../../../src/kaneo/references.ts";
import { startSmallBoard } from "../../support/small-board.ts";

test.for(["before it listens", "while it looks"])(
  "a watch that is over %s listens no longer",
  async (when) => {
    await using board = await startSmallBoard();
    const project = await projectById(board.kaneo, board.projectId);
    if (project === undefined) throw new Error("The small board has no project.");
    const over = new AbortController();
    let ended = 0;
    const end = () => {
      ended += 1;
    };
    const following = { quietSince: 0, count: 0, left: undefined, announcedSince: () => new Map() };
    const follow: Kaneo["follow"] = async () => {
      if (when === "before it listens") over.abort();
      return { ...following, end, next: async () => over.signal.throwIfAborted() };
    };

    await watchProject({ ...board.kaneo, follow }, project, {
      changed: () => {},
      signal: over.signal,
    });
    over.abort();
    await new Promise((resolve) => setImmediate(resolve));

    expect(ended).toBe(1);
  },
);
