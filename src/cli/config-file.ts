import type { Stats } from "node:fs";
import {
  access,
  constants,
  mkdir,
  open,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
} from "node:fs/promises";
import { dirname, join } from "node:path";
import { diskReasonOf } from "../disk.ts";
import { codeOf, KaneoMcpError } from "../errors.ts";

/** The text of a file, undefined when there is none. @throws KaneoMcpError "config" when it cannot be read as text. */
export async function readConfigFile(path: string): Promise<string | undefined> {
  try {
    // A pipe to which nobody writes, or a device, would be read for ever.
    const found = await stat(path);
    if (!found.isFile() && !found.isDirectory()) throw refused("it is not a file");
    const bytes = await readFile(path);
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error instanceof TypeError ? refused("it is not UTF-8 text") : told(error, "read");
  }
}

export interface FileChange {
  /** Gives the new text, undefined for no file; `copy` is what an earlier change left beside the file. */
  change(text: string | undefined, copy: string | undefined): string | undefined;
  /** Whether a copy of what was there stays beside the file; else the one that is there goes. */
  leavesCopy: boolean;
}

/**
 * Changes a file in one step, behind the link where it is one. Only one of us does at a time, and what another program
 * wrote meanwhile stays.
 *
 * @throws KaneoMcpError "config" when the file is as it was.
 */
export async function changeConfigFile(path: string, change: FileChange): Promise<void> {
  try {
    const target = await behindLink(path);
    await mkdir(dirname(target), { recursive: true });
    const lock = `${target}.kaneo-mcp.lock`;
    await takeTurn(lock);
    await changeInTurn(target, join(lock, "new"), change).finally(() =>
      rm(lock, { recursive: true }),
    );
  } catch (error) {
    throw told(error);
  }
}

async function changeInTurn(target: string, fresh: string, { change, leavesCopy }: FileChange) {
  const copy = `${target}.kaneo-mcp.bak`;
  const before = await readConfigFile(target);
  const rights = await rightsFor(target, before === undefined);
  const after = change(before, await readConfigFile(copy));
  if (after !== undefined) await write(fresh, after, rights);
  if (leavesCopy && before !== undefined) await write(copy, before, rights);
  if ((await readConfigFile(target)) !== before) {
    throw refused("another program changed it at the same moment", "Try again.");
  }
  await (after === undefined ? rm(target) : rename(fresh, target));
  if (!leavesCopy) await rm(copy, { force: true });
}

/** Makes the folder that only one process can make. */
async function takeTurn(lock: string): Promise<void> {
  const why = "another kaneo-mcp is changing it";
  const hint = `If none is at work, remove ${lock} and try again.`;
  await mkdir(lock).catch((error: unknown) => {
    throw codeOf(error) === "EEXIST" ? refused(why, hint) : error;
  });
}

/** What is behind a link is replaced: people keep their settings in one place and link to them. */
async function behindLink(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
    const destination = await readlink(path).catch(() => undefined);
    if (destination === undefined) return path;
    throw refused(
      `it is a link to ${destination}, which is not there`,
      "Make that file, or remove the link.",
    );
  }
}

/** Of a file that there was, its mode and owner; of a new one, the owner of its folder. */
type Rights = Pick<Stats, "uid" | "gid"> & { mode?: number };

/** A rename would go over a file that its owner protected. */
async function rightsFor(target: string, isNew: boolean): Promise<Rights> {
  const { mode, uid, gid } = await stat(isNew ? dirname(target) : target);
  if (isNew) return { uid, gid };
  const isProtected = (mode & 0o200) === 0;
  if (isProtected) throw refused("it is write-protected", "Allow writing to it and try again.");
  await access(target, constants.W_OK);
  return { mode: mode & 0o777, uid, gid };
}

/** What is secret in the old file stays readable for its owner alone. */
async function write(path: string, text: string, { mode, uid, gid }: Rights): Promise<void> {
  await rm(path, { force: true });
  // By its handle: whoever owns the folder could put a link to a file of root's in the place of the name.
  const file = await open(path, "wx", mode);
  try {
    await file.writeFile(text);
    // Only root can give a file away, and must: after a `sudo kaneo-mcp install` the client could not read its own settings.
    await file.chown(uid, gid).catch(() => {});
    if (mode !== undefined) await file.chmod(mode);
    await file.sync();
  } finally {
    await file.close();
  }
}

function told(error: unknown, what = "changed"): unknown {
  const isOfTheSystem = error instanceof Error && "syscall" in error;
  return isOfTheSystem ? refused(`it cannot be ${what}: ${diskReasonOf(error)}`) : error;
}

function refused(problem: string, hint?: string): KaneoMcpError {
  return new KaneoMcpError("config", problem, { hint });
}
