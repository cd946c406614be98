import { execFileSync } from "node:child_process";
import { link, mkdir, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type FilesFolder, openFilesFolder } from "../../src/files/folder.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";

export const SECRET = "what lies outside";
/** In bytes, what the tests have read at most. */
export const MOST = 1_000;

export interface Disk extends AsyncDisposable {
  files: FilesFolder;
  /** The folder that was allowed. */
  inside: string;
  /** Its neighbour, which was not. */
  outside: string;
}

/** An allowed folder full of traps, beside one with a secret. */
export async function makeDisk({ isReadOnly = false } = {}): Promise<Disk> {
  const folder = await makeTemporaryFolder();
  const [inside, outside] = [join(folder.path, "inside"), join(folder.path, "outside")];
  await mkdir(join(inside, "sub", ".git"), { recursive: true });
  await mkdir(outside);
  await writeFile(join(outside, "secret.txt"), SECRET);
  await writeFile(join(inside, "plain.txt"), "plain");
  await writeFile(join(inside, "sub", "deep.txt"), "deep");
  await writeFile(join(inside, ".hidden"), SECRET);
  await writeFile(join(inside, "sub", ".git", "config"), SECRET);
  await writeFile(join(inside, "empty.txt"), "");
  await writeFile(join(inside, "big.txt"), "x".repeat(MOST + 1));
  await writeFile(join(inside, "huge.txt"), "");
  await truncate(join(inside, "huge.txt"), 2 ** 40);
  await symlink(join(outside, "secret.txt"), join(inside, "link.txt"));
  await symlink("../outside/secret.txt", join(inside, "sideways.txt"));
  await symlink("plain.txt", join(inside, "own-link.txt"));
  await symlink(outside, join(inside, "door"));
  await symlink(join(inside, "sub"), join(inside, "own-door"));
  await symlink("loop", join(inside, "loop"));
  await symlink("/dev/zero", join(inside, "zero"));
  await link(join(outside, "secret.txt"), join(inside, "second-name.txt"));
  execFileSync("mkfifo", [join(inside, "pipe")]);
  const files = openFilesFolder({ path: inside, isReadOnly, uid: process.getuid?.() });
  return { files, inside, outside, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}
