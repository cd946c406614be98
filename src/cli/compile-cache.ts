import { stat } from "node:fs/promises";
import nodeModule from "node:module";

/** By then a client has asked for the tools, and what that took is compiled, too. */
const WRITE_AFTER_MS = 2_000;

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
  try {
    const folder = await makeOwnFolder();
    if (folder === undefined) return;
    enableCompileCache(folder);
  } catch {
    // Who has no home, or may not write there, does without.
    return;
  }
  // Node writes at the end of a process, which many a client kills.
  setTimeout(() => flushCompileCache?.(), WRITE_AFTER_MS).unref();
}

/** Node would make the folder itself, but never comes back from below /proc. Undefined when it is another user's. */
async function makeOwnFolder(): Promise<string | undefined> {
  const [{ findCacheDir }, { makeFolder }] = await Promise.all([
    import("./user-folders.ts"),
    import("../auth/folder-making.ts"),
  ]);
  const folder = findCacheDir();
  await makeFolder(folder);
  const { uid } = await stat(folder);
  return uid === (process.getuid?.() ?? uid) ? folder : undefined;
}
