import { EventEmitter, once } from "node:events";
import type { Following } from "../../src/kaneo/events/live.ts";
import { createDeferred } from "./deferred.ts";

/** What Kaneo announces, as the test makes it up. */
export function createFeed() {
  const watchers = new Set<{ projectId: string; announce(taskId: string): void }>();
  let held: (() => Promise<void>) | undefined;
  const follow = async (channel: string, signal: AbortSignal) => {
    await held?.();
    signal.throwIfAborted();
    const following = startFollowing();
    const watcher = { projectId: channel.split("/").at(-1) ?? "", announce: following.announce };
    watchers.add(watcher);
    return Object.assign(following, { end: () => watchers.delete(watcher) });
  };
  return {
    follow,
    /** Holds whoever begins to watch until it is released. */
    hold() {
      const reached = createDeferred<void>();
      const released = createDeferred<void>();
      held = () => {
        reached.resolve(undefined);
        return released.promise;
      };
      return { reached: reached.promise, release: () => released.resolve(undefined) };
    },
    watched: () => [...watchers].map(({ projectId }) => projectId),
    change(projectId: string, taskId?: string) {
      for (const one of watchers) if (one.projectId === projectId) one.announce(taskId ?? "");
    },
  };
}

/** Hears what is made up. */
function startFollowing(): Following & { announce(taskId: string): void } {
  let count = 0;
  const announced = new Map<string, number>();
  const changes = new EventEmitter();
  return {
    quietSince: 0,
    get count() {
      return count;
    },
    announcedSince: (seen) =>
      new Map(
        [...announced].filter(([, at]) => at > seen).map(([taskId]) => [taskId, "TASK_UPDATED"]),
      ),
    left: new Map(),
    next: async (seen, _ms, signal) => {
      if (count === seen) await once(changes, "announced", { signal });
    },
    end: () => {},
    announce: (taskId) => {
      count += 1;
      announced.set(taskId, count);
      changes.emit("announced");
    },
  };
}
