import { execFile } from "node:child_process";
import { lstat, mkdir, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { TestContext } from "vitest";

const run = promisify(execFile);

/** A file system of 256 kB that a test can fill or write-protect. */
export interface SmallDisk extends AsyncDisposable {
  readonly path: string;
  /** Leaves no room for anything. */
  fill(): Promise<void>;
  /** Takes away what `fill` put there. */
  empty(): Promise<void>;
  makeReadOnly(): Promise<void>;
}

/** Mounts it below `parent`; skips the test where this user may not mount one. */
export async function mountSmallDisk(
  parent: string,
  { skip }: Pick<TestContext, "skip">,
): Promise<SmallDisk> {
  const path = join(parent, "disk");
  await mkdir(path);
  try {
    await run("mount", ["-t", "tmpfs", "-o", "size=256k,mode=700", "tmpfs", path]);
  } catch {
    return skip("needs the right to mount a file system");
  }
  const filler = join(path, "filler");
  return {
    path,
    fill: async () => {
      for (let size = 256; size > 0; size -= 4) {
        await writeFile(filler, Buffer.alloc(size * 1_024)).catch(() => undefined);
        if ((await lstat(filler)).size === size * 1_024) return;
        await truncate(filler, 0);
      }
    },
    empty: () => rm(filler),
    makeReadOnly: async () => {
      await run("mount", ["-o", "remount,ro", path]);
    },
    async [Symbol.asyncDispose]() {
      // Lazily: whoever still has a file open must not keep the folder from going away.
      await run("umount", ["-l", path]);
    },
  };
}
