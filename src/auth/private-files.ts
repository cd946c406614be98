/** Files and folders for secrets: readable by their owner only, complete or not there, and never trusted blindly. */
import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { chmod, lstat, mkdir, open, realpath, stat, unlink } from "node:fs/promises";
import { platform } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { codeOf } from "../errors.ts";

/** More than any file of a sign-in has. */
const MOST_BYTES = 65_536;
/** The rights of anyone but the owner. */
const OPEN_TO_OTHERS = 0o077;
/** What Windows answers while a virus scanner or a reader holds a file. */
const BUSY: readonly string[] = ["EPERM", "EACCES", "EBUSY"];

export interface Owner {
  /** Undefined where files have no owner (Windows). */
  uid: number | undefined;
  warn(message: string): void;
}

/**
 * The text of a small regular file of our own; undefined when there is none. Follows no link and waits for nobody;
 * closes to others what is open to them.
 *
 * @throws Error with a readable reason for anything else, and what the system throws.
 */
export async function readPrivateFile(path: string, owner: Owner): Promise<string | undefined> {
  try {
    return await withWindowsPatience(() => readCarefully(path, owner));
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    if (code === "ELOOP") throw new Error("is a symbolic link", { cause: error });
    if (code === "ENXIO") throw new Error("is not a regular file", { cause: error });
    throw error;
  }
}

async function readCarefully(path: string, { uid, warn }: Owner): Promise<string> {
  // A link could lead anywhere, and opening a FIFO would wait for a writer. Windows has neither flag.
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  await using handle = await open(path, flags);
  const found = await handle.stat();
  if (!found.isFile()) throw new Error("is not a regular file");
  if (uid !== undefined && found.uid !== uid) throw new Error("belongs to another user");
  if (found.size > MOST_BYTES) throw new Error("is too large");
  if (uid !== undefined && (found.mode & OPEN_TO_OTHERS) !== 0) {
    await handle.chmod(0o600);
    warn(`${path} was open to other users of this machine; it is private again (mode 0600).`);
  }
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(MOST_BYTES), 0, MOST_BYTES, 0);
  return buffer.toString("utf8", 0, bytesRead);
}

/** Creates a file for its owner only; false when the name is taken. On a full disk the text may be missing. */
export async function createFile(path: string, text: string): Promise<boolean> {
  try {
    await using handle = await open(path, "wx", 0o600);
    await handle.writeFile(text).catch(() => undefined);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

/** Writes a file of random name into `folder`, when `isDurable` on disk before this resolves; gives its path. */
export async function writeDraft(
  folder: string,
  text: string,
  isDurable: boolean,
): Promise<string> {
  const path = join(folder, `.draft-${randomBytes(8).toString("hex")}`);
  try {
    await using handle = await open(path, "wx", 0o600);
    // The umask may have taken away even the owner's rights.
    if (platform() !== "win32") await handle.chmod(0o600);
    await handle.writeFile(text);
    if (isDurable) await handle.sync();
    return path;
  } catch (error) {
    await removeFile(path).catch(() => undefined);
    throw error;
  }
}

/** Removes a file; one that is gone already is fine. */
export async function removeFile(path: string): Promise<void> {
  try {
    await withWindowsPatience(() => unlink(path));
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
  }
}

/** Makes a new name survive a power cut; Windows and some network file systems cannot, and need not. */
export async function syncFolder(path: string): Promise<void> {
  try {
    await using handle = await open(path, constants.O_RDONLY);
    await handle.sync();
  } catch (error) {
    if (codeOf(error) === "EIO") throw error;
  }
}

/**
 * Creates `path` and what is missing above it, each for the owner only. Level by level, because Node's recursive
 * `mkdir` never returns for some paths (seen below /proc on Node 20 and 24).
 */
export async function makeFolders(path: string): Promise<void> {
  try {
    await makeFolder(path);
  } catch (error) {
    if (codeOf(error) !== "ENOENT" || dirname(path) === path) throw error;
    await makeFolders(dirname(path));
    await makeFolder(path);
  }
}

/** Creates one folder for its owner only; false when the name is taken. */
export async function makeFolder(path: string): Promise<boolean> {
  try {
    await mkdir(path, 0o700);
    // The umask may have taken away even the owner's rights.
    await chmod(path, 0o700);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

/** Makes sure that a folder is one, and ours, and closes it to others. @throws Error with a readable reason. */
export async function checkFolder(path: string, { uid, warn }: Owner): Promise<void> {
  const found = await lstat(path);
  if (!found.isDirectory()) throw new Error(`${path} is not a folder`);
  if (uid === undefined) return;
  if (found.uid !== uid) throw new Error(`${path} belongs to another user`);
  if ((found.mode & OPEN_TO_OTHERS) === 0) return;
  await chmod(path, 0o700);
  warn(`${path} was open to other users of this machine; it is private again (mode 0700).`);
}

/** Who else could replace `path` from above, a sentence for each folder; not what an administrator set up. */
export async function problemsAbove(path: string, uid: number | undefined): Promise<string[]> {
  if (uid === undefined) return [];
  const real = join(await nearestFolder(dirname(path)), "x");
  const problems = await Promise.all([
    ...levelsAbove(path).map(problemOfLink),
    ...levelsAbove(real).map((level) => problemOfRights(level, uid)),
  ]);
  return problems.flatMap(({ level, why }) =>
    why ? [`${level}, above the folder of the sign-in, ${why}`] : [],
  );
}

async function problemOfLink(level: string) {
  const found = await lstat(level).catch(() => undefined);
  // Some systems have links such as /home or /tmp at their root.
  const isOfSystem = found?.uid === 0 && dirname(dirname(level)) === dirname(level);
  const isOdd = found?.isSymbolicLink() && !isOfSystem;
  const why = "is a symbolic link: whoever can change it decides where the token is kept.";
  return { level, why: isOdd && why };
}

async function problemOfRights(level: string, uid: number) {
  const found = await stat(level).catch(() => undefined);
  const isOpen = found && (found.mode & 0o1002) === 0o002;
  if (isOpen) return { level, why: "can be written by every user of this machine." };
  const isAnothers = found && found.uid !== uid && found.uid !== 0;
  return { level, why: isAnothers && "belongs to another user of this machine." };
}

function levelsAbove(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [] : [...levelsAbove(parent), parent];
}

/** Where `path` leads, or what of it there is. */
export async function nearestFolder(path: string): Promise<string> {
  const parent = dirname(path);
  return realpath(path).catch(() => (parent === path ? path : nearestFolder(parent)));
}

/** Milliseconds since a file was written, by the clock of its disk alone: compared with a file that is written just now. */
export async function ageOnDisk(path: string): Promise<number> {
  const probe = await writeDraft(dirname(path), "", false);
  try {
    return (await writtenAt(probe)) - (await writtenAt(path));
  } finally {
    await removeFile(probe);
  }
}

/** Milliseconds since the epoch. */
export async function writtenAt(path: string): Promise<number> {
  return (await lstat(path)).mtimeMs;
}

/** On Windows a virus scanner or a reader holds a file for a moment; elsewhere these errors are final. */
export async function withWindowsPatience<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const isPassing = platform() === "win32" && BUSY.includes(codeOf(error)) && attempt < 10;
      if (!isPassing) throw error;
    }
    await delay(attempt * 10);
  }
}
