import { expect, test } from "vitest";
import type { Kaneo } from "../../../src/kaneo/api/kaneo.ts";
import type { Following } from "../../../src/kaneo/events/live.ts";
import { watchProject } from "../../../src/kaneo/events/project-watch.ts";
import { projectById } from "../../../src/kaneo/projects/find.ts";
import { createDeferred } from "../../support/deferred.ts";
import { startSmallBoard } from "../../support/small-board.ts";
import { until } from "../../support/until.ts";

async function startWatched() {
  const board = await startSmallBoard();
  const project = await projectById(board.kaneo, board.projectId);
  if (project === undefined) throw new Error("The small board has no project.");
  const over = new AbortController();
  const watch = (follow: Kaneo["follow"], changed: (taskId: string | undefined) => void) =>
    watchProject({ ...board.kaneo, follow }, project, { changed, signal: over.signal });
  const renameColumn = (name: string) => {
    const [first] = board.sandbox.data.columns.values();
    Object.assign(first ?? {}, { name });
  };
  return { over, watch, renameColumn, [Symbol.asyncDispose]: () => board[Symbol.asyncDispose]() };
}

/** Somebody listens, where nothing is announced. */
const silent: Following = {
  quietSince: 0,
  count: 0,
  left: new Map(),
  announcedSince: () => new Map(),
  next: async (_seen, _ms, signal) => {
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
  },
  end: () => {},
};

test.for(["before it listens", "while it listens"])(
  "a watch that is over %s listens no longer",
  async (when) => {
    await using watched = await startWatched();
    const ended = createDeferred<string>();
    const follow: Kaneo["follow"] = async () => {
      if (when === "before it listens") watched.over.abort();
      return { ...silent, end: () => ended.resolve("ended") };
    };

    await watched.watch(follow, () => {});
    watched.over.abort();

    expect(await ended.promise).toBe("ended");
  },
);

test("a watch whose socket is closed for good listens with a new one", async () => {
  await using watched = await startWatched();
  const told: (string | undefined)[] = [];
  const closed = { ...silent, quietSince: undefined };
  let count = 0;
  const open: Following = {
    ...silent,
    announcedSince: () => new Map([["t1", "TASK_UPDATED"]]),
    get count() {
      return count;
    },
    next: async (...asked) => {
      await silent.next(...asked);
      count = 1;
    },
  };
  const followings = [closed, open];

  await watched.watch(
    async () => followings.shift() ?? silent,
    (taskId) => told.push(taskId),
  );
  await until(() => told.length > 0);

  expect(told[0]).toBe("t1");
  watched.over.abort();
});

test("a column that somebody changes is told of once, although Kaneo announces no such thing", async () => {
  await using watched = await startWatched();
  const told: (string | undefined)[] = [];
  let looks = 0;
  const patient: Following = {
    ...silent,
    next: async (...asked) => {
      await silent.next(...asked);
      looks += 1;
      if (looks === 3) watched.renameColumn("Renamed");
    },
  };

  await watched.watch(
    async () => patient,
    (taskId) => told.push(taskId),
  );
  await until(() => looks >= 10);

  expect(told).toEqual([undefined]);
  watched.over.abort();
});
