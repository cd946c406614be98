/** Operations on one file that only its owner may read. */
import { constants } from "node:fs";
import { open, unlink } from "node:fs/promises";
import { platform } from "node:os";
import { codeOf } from "./folder-making.ts";
import type { ProcessIdentity } from "./process-identity.ts";

const MAX_BYTES = 65_536;
/** The rights of anyone but the owner. */
export const OPEN_TO_OTHERS = 0o077;
/** What Windows answers while a virus scanner or a reader holds a file. */
export const BUSY: readonly string[] = ["EPERM", "EACCES", "EBUSY"];

/**
 * What a name holds. "unusable" is anything that is not a small regular file of our own; "unreadable" may be fine but
 * is kept from us.
 */
export type FileContent =
  | { kind: "absent" | "unreadable" }
  | { kind: "text"; text: string }
  | { kind: "unusable"; reason: string };

/** Reads without following links or waiting for anybody; closes to others what is open to them. */
export async function readPrivateFile(
  path: string,
  { identity, warn }: { identity: ProcessIdentity; warn(message: string): void },
): Promise<FileContent> {
  // A link could lead anywhere, and opening a FIFO would wait for a writer. Windows has neither flag.
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  try {
    await using handle = await open(path, flags);
    const found = await handle.stat();
    if (!found.isFile()) return { kind: "unusable", reason: "is not a regular file" };
    if (identity.uid !== undefined && found.uid !== identity.uid) {
      return { kind: "unusable", reason: "belongs to another user" };
    }
    if (found.size > MAX_BYTES) return { kind: "unusable", reason: "is too large" };
    if (identity.uid !== undefined && (found.mode & OPEN_TO_OTHERS) !== 0) {
      await handle.chmod(0o600);
      warn(`${path} was open to other users of this machine; it is private again (mode 0600).`);
    }
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAX_BYTES), 0, MAX_BYTES, 0);
    return { kind: "text", text: buffer.toString("utf8", 0, bytesRead) };
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") return { kind: "absent" };
    if (code === "ELOOP") return { kind: "unusable", reason: "is a symbolic link" };
    if (code === "ENXIO") return { kind: "unusable", reason: "is not a regular file" };
    // Anything else passes, such as too many open files, and must not cost the content.
    if (!BUSY.includes(code) || platform() === "win32") throw error;
    warn(`${path} cannot be read: there is no permission.`);
    return { kind: "unreadable" };
  }
}

/** Writes a new file, readable by its owner only from the start; `durable` also survives a power cut. */
export async function writePrivateFile(
  path: string,
  text: string,
  durable: boolean,
): Promise<void> {
  const handle = await open(path, "wx", 0o600);
  try {
    // The umask may have taken away even the owner's rights.
    if (platform() !== "win32") await handle.chmod(0o600);
    await handle.writeFile(text);
    if (durable) await handle.sync();
  } catch (error) {
    await handle.close();
    await removeFile(path);
    throw error;
  }
  await handle.close();
}

/** Creates a file; false when the name is taken. */
export async function createFile(path: string, text: string): Promise<boolean> {
  try {
    await using handle = await open(path, "wx", 0o600);
    // The name alone counts; on a full disk the text is missing.
    await handle.writeFile(text).catch(() => undefined);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

/** Replaces the content in place, with the disk space the file has already. */
export async function overwrite(path: string, text: string): Promise<void> {
  await using handle = await open(path, "r+");
  await handle.write(text, 0);
  await handle.truncate(Buffer.byteLength(text));
  await handle.sync();
}

/** Removes a file; one that is gone already is fine. */
export async function removeFile(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
  }
}

/** Makes a rename survive a power cut; Windows and some network file systems cannot, and need not. */
export async function syncFolder(path: string): Promise<void> {
  try {
    await using handle = await open(path, constants.O_RDONLY);
    await handle.sync();
  } catch (error) {
    if (codeOf(error) === "EIO") throw error;
  }
}
