/** Files for secrets: readable by their owner only, written whole or not at all, and never trusted blindly. */
import { randomBytes } from "node:crypto";
import { chmod, link, lstat, readdir, rename } from "node:fs/promises";
import { platform } from "node:os";
import { join } from "node:path";
import type { Clock } from "../clock.ts";
import { codeOf, makeFolder } from "./folder-making.ts";
import {
  BUSY,
  createFile,
  type FileContent,
  OPEN_TO_OTHERS,
  overwrite,
  readPrivateFile,
  removeFile,
  syncFolder,
  writePrivateFile,
} from "./private-file.ts";
import type { ProcessIdentity } from "./process-identity.ts";

const ROOM_BYTES = 4_096;

/** Disk space that is taken already, so that a later write cannot fail for want of it. */
export interface Room {
  /** Puts `text` at `name`, using the space. */
  fill(name: string, text: string): Promise<void>;
  /** Gives the space back; harmless after `fill`. */
  free(): Promise<void>;
}

export interface PrivateFolder {
  readonly path: string;
  /** Creates the folder, or checks that it is ours and closes it to others. @throws Error with a readable reason. */
  prepare(): Promise<void>;
  read(name: string): Promise<FileContent>;
  /** Replaces the file at once, for every reader either old or new; `durable: false` may lose it at a power cut. */
  write(name: string, text: string, options?: { durable: boolean }): Promise<void>;
  /** Creates the file; false when the name is taken. The text may be missing when the disk is full. */
  create(name: string, text: string): Promise<boolean>;
  /**
   * Renames the file to `aside` if its content still satisfies `isIt`; a file that replaced it in the meantime is put
   * back. False when there was nothing of the kind.
   */
  moveAside(name: string, aside: string, isIt: (content: FileContent) => boolean): Promise<boolean>;
  /** Puts a file back that {@link moveAside} took, unless a newer one is there. */
  putBack(aside: string, name: string): Promise<void>;
  remove(name: string): Promise<void>;
  /** The names that begin with `prefix`. */
  list(prefix: string): Promise<string[]>;
  /** Milliseconds since the file was written; 0 when it is gone. */
  ageOf(name: string, now: number): Promise<number>;
  reserve(name: string): Promise<Room>;
}

export interface FolderOptions {
  path: string;
  identity: ProcessIdentity;
  clock: Clock;
  /** Told what was found and repaired. */
  warn(message: string): void;
}

export function createPrivateFolder(options: FolderOptions): PrivateFolder {
  const { path, identity, clock, warn } = options;
  const at = (name: string) => join(path, name);
  const patiently = <T>(work: () => Promise<T>) => withWindowsPatience(clock, work);
  const read = (name: string) => patiently(() => readPrivateFile(at(name), options));
  const spareName = (name: string) =>
    `${name}.${identity.pid}-${randomBytes(6).toString("hex")}.tmp`;

  const putBack = (aside: string, name: string) => linkBack(at(aside), at(name));
  const replace = async (spare: string, name: string) => {
    try {
      await patiently(() => rename(at(spare), at(name)));
    } catch (error) {
      await removeFile(at(spare));
      throw error;
    }
  };

  return {
    path,
    putBack,
    prepare: () => prepareFolder(path, identity.uid, warn),
    read,
    write: async (name, text, { durable } = { durable: true }) => {
      const spare = spareName(name);
      await writePrivateFile(at(spare), text, durable);
      await replace(spare, name);
      if (durable) await syncFolder(path);
    },
    create: (name, text) => createFile(at(name), text),
    moveAside: async (name, aside, isIt) => {
      if (!isIt(await read(name))) return false;
      if (!(await patiently(() => renameIfThere(at(name), at(aside))))) return false;
      if (isIt(await read(aside))) return true;
      await putBack(aside, name);
      return false;
    },
    remove: (name) => patiently(() => removeFile(at(name))),
    list: async (prefix) => {
      const names = await readdir(path).catch(() => []);
      return names.filter((name) => name.startsWith(prefix));
    },
    ageOf: async (name, now) => {
      const found = await lstat(at(name)).catch(() => undefined);
      return found ? now - found.mtimeMs : 0;
    },
    reserve: async (name) => {
      const spare = spareName(name);
      await writePrivateFile(at(spare), " ".repeat(ROOM_BYTES), true);
      return {
        fill: async (target, text) => {
          await overwrite(at(spare), text);
          await replace(spare, target);
          await syncFolder(path);
        },
        free: () => removeFile(at(spare)),
      };
    },
  };
}

/** Puts a file back that was renamed to `aside`; a newer one at `path` stays. */
async function linkBack(aside: string, path: string): Promise<void> {
  try {
    await link(aside, path);
  } catch (error) {
    // Another process has put it back already.
    if (codeOf(error) === "ENOENT") return;
    // A file system without hard links; the name is free unless EEXIST says that a newer file has it.
    if (codeOf(error) !== "EEXIST") return rename(aside, path);
  }
  await removeFile(aside);
}

async function renameIfThere(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false;
    throw error;
  }
}

async function prepareFolder(path: string, uid: number | undefined, warn: FolderOptions["warn"]) {
  await makeFolder(path);
  const found = await lstat(path);
  if (!found.isDirectory()) throw new Error(`${path} is not a folder`);
  if (uid === undefined) return;
  if (found.uid !== uid) throw new Error(`${path} belongs to another user`);
  if ((found.mode & OPEN_TO_OTHERS) === 0 && (found.mode & 0o700) === 0o700) return;
  await chmod(path, 0o700);
  warn(`${path} was open to other users of this machine; it is private again (mode 0700).`);
}

/** On Windows a virus scanner or a reader holds a file for a moment; elsewhere these errors are final. */
async function withWindowsPatience<T>(clock: Clock, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const isPassing = platform() === "win32" && BUSY.includes(codeOf(error)) && attempt < 10;
      if (!isPassing) throw error;
    }
    await clock.sleep(attempt * 10);
  }
}
