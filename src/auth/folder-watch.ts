import { type FSWatcher, watch } from "node:fs";
import type { Clock } from "../clock.ts";

/** Notices that other processes changed a folder. */
export interface FolderWatch {
  /** Resolves at the next change since the last call, or after `ms`; rejects when `signal` aborts. */
  next(ms: number, signal: AbortSignal): Promise<void>;
  close(): void;
}

/** Watches the names that `matters` picks. Where the system cannot watch, only the time passes. Never keeps the process alive. */
export function watchFolder(
  path: string,
  clock: Clock,
  matters: (name: string) => boolean,
): FolderWatch {
  let changed = false;
  let early = new AbortController();
  const watcher = startWatcher(path, (_event, name) => {
    if (name !== null && !matters(name)) return;
    changed = true;
    early.abort();
  });

  return {
    next: async (ms, signal) => {
      early = new AbortController();
      if (!changed) await sleepUnlessEarly(clock, ms, { signal, early: early.signal });
      changed = false;
    },
    close: () => watcher?.close(),
  };
}

function startWatcher(
  path: string,
  onEvent: (event: string, name: string | null) => void,
): FSWatcher | undefined {
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

async function sleepUnlessEarly(
  clock: Clock,
  ms: number,
  { signal, early }: { signal: AbortSignal; early: AbortSignal },
): Promise<void> {
  try {
    await clock.sleep(ms, AbortSignal.any([signal, early]));
  } catch (error) {
    signal.throwIfAborted();
    if (!early.aborted) throw error;
  }
}
