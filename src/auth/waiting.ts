import { type FSWatcher, watch } from "node:fs";
import type { Clock } from "../clock.ts";
import { KaneoMcpError } from "../errors.ts";

export type FolderWatch = ReturnType<typeof watchFolders>;

/** Notices what happens in one folder at a time; where the system cannot watch, only the time passes. Never keeps the process alive. */
export function watchFolders(pathOf: (n: number) => string, clock: Clock) {
  let watched: { n: number; watcher: FSWatcher | undefined } | undefined;
  let hasChanged = false;
  let early = new AbortController();
  const wake = () => {
    hasChanged = true;
    early.abort();
  };
  return {
    /** Resolves at the next change in folder `n` since the last call, or after `ms`, or when `signal` aborts. */
    next: async (n: number, ms: number, signal: AbortSignal): Promise<void> => {
      early = new AbortController();
      if (watched?.n !== n) {
        watched?.watcher?.close();
        watched = { n, watcher: startWatcher(pathOf(n), wake) };
      }
      const either = AbortSignal.any([signal, early.signal]);
      if (!hasChanged) await clock.sleep(ms, either).catch(() => undefined);
      hasChanged = false;
    },
    /** Makes `next` resolve, for what no file shows. */
    wake,
    /** Frees what `next` opened; it opens it again. */
    close: () => {
      watched?.watcher?.close();
      watched = undefined;
    },
  };
}

function startWatcher(path: string, onEvent: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(path, { persistent: false }, onEvent);
    // Too many watches, a network file system, a removed folder: the regular look goes on.
    watcher.on("error", () => watcher.close());
    return watcher;
  } catch {
    // As above.
    return undefined;
  }
}

/** The result of `work`, or undefined when `ms` pass first. @throws KaneoMcpError when `signal` aborts. */
export async function within<T>(
  work: Promise<T>,
  { clock, ms, signal }: { clock: Clock; ms: number; signal?: AbortSignal | undefined },
): Promise<T | undefined> {
  const end = new AbortController();
  const giveUp = signal ? AbortSignal.any([signal, end.signal]) : end.signal;
  try {
    return await Promise.race([work, clock.sleep(ms, giveUp).then(() => undefined)]);
  } catch (error) {
    if (!signal?.aborted) throw error;
    if (signal.reason instanceof KaneoMcpError) throw signal.reason;
    const message = "The call was cancelled while it waited for the sign-in.";
    throw new KaneoMcpError("cancelled", message, { cause: error });
  } finally {
    end.abort();
  }
}
