import { stat } from "node:fs/promises";
import nodeModule from "node:module";

/** By then a client has asked for the tools, and what that took is compiled, too. */
const WRITE_AFTER_MS = 2_000;
/** How long a start waits for the folder: a home on a network may not answer. */
const LOOK_MS = 200;

/** What Node has from 22.1 on, and 22.10 on. */
interface CompileCaching {
  enableCompileCache?(folder: string): unknown;
  flushCompileCache?(): void;
}

/**
 * Has Node keep what V8 compiles of everything that is loaded from now on, for the next start. Node's own place for it is
 * a folder that all users of a machine share, and whoever writes there decides what runs here.
 */
export async function keepCompiledCode(): Promise<void> {
  // The types are those of the oldest Node that is supported.
  const { enableCompileCache, flushCompileCache } = nodeModule as CompileCaching;
  if (enableCompileCache === undefined) return;
  const folder = await Promise.race([makeFolderOfOurs(), nothingAfter(LOOK_MS)]);
  if (folder === undefined) return;
  enableCompileCache(folder);
  // Node writes at the end of a process, which many a client kills.
  setTimeout(() => flushCompileCache?.(), WRITE_AFTER_MS).unref();
}

/**
 * Node would make the folder itself, but never comes back from below /proc. Undefined where there is none that only this
 * user may write to; the process then does without.
 */
async function makeFolderOfOurs(): Promise<string | undefined> {
  try {
    const [{ findCacheDir }, { makeFolder }] = await Promise.all([
      import("./user-folders.ts"),
      import("../auth/folder-making.ts"),
    ]);
    const folder = findCacheDir();
    await makeFolder(folder);
    const { uid, mode } = await stat(folder);
    // Windows has no such owners and modes; a folder of the user's is the user's there.
    const user = process.getuid?.();
    return user === undefined || (uid === user && (mode & 0o022) === 0) ? folder : undefined;
  } catch {
    return undefined;
  }
}

function nothingAfter(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, ms, undefined).unref());
}
