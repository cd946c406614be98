import { chmod, mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Creates `path` and what is missing above it, each for the owner only. Level by level, because Node's recursive
 * `mkdir` never returns for some paths (seen below /proc on Node 20 and 24).
 */
export async function makeFolder(path: string): Promise<void> {
  const missing: string[] = [];
  for (let level = path; !(await exists(level)); level = dirname(level)) {
    if (dirname(level) === level) break;
    missing.unshift(level);
  }
  for (const level of missing) {
    try {
      await mkdir(level, 0o700);
      // The umask may have taken away even the owner's rights.
      await chmod(level, 0o700);
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
  }
}

/** The system's name for a failure, such as ENOSPC. */
export function codeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "unknown error";
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EROFS: "the disk is read-only",
  EACCES: "there is no permission",
  EPERM: "there is no permission",
  ENOTDIR: "a part of the path is a file",
  ENOENT: "a part of the path does not exist",
};

/** Why something on disk failed, in words. */
export function reasonOf(error: unknown): string {
  const code = codeOf(error);
  if (code !== "unknown error") return REASONS[code] ?? code;
  return error instanceof Error ? error.message : code;
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false;
    throw error;
  }
}
