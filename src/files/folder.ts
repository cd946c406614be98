/**
 * What the tools see of the person's disk: plain files in the one folder of KANEO_FILES_DIR. A file is opened once, and
 * everything is asked of what was opened: a name may mean something else a moment later.
 */
import { constants, type Stats } from "node:fs";
import { type FileHandle, lstat, open, readdir, realpath, stat, unlink } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, sep } from "node:path";
import { diskReasonOf } from "../disk.ts";
import { codeOf, KaneoMcpError } from "../errors.ts";
import { cleanText, inline } from "../untrusted.ts";

// Windows has neither, and no pipes among files; its links are found by the real path.
const { O_NOFOLLOW = 0, O_NONBLOCK = 0, O_DIRECTORY = 0, O_RDONLY, O_WRONLY, O_CREAT } = constants;
const READING = O_RDONLY | O_NOFOLLOW | O_NONBLOCK;
const CREATING = O_WRONLY | O_CREAT | constants.O_EXCL | O_NOFOLLOW;

export type FilesFolder = ReturnType<typeof openFilesFolder>;

/**
 * The way to the files below a folder; the disk is not touched before a file is asked for. `path` is undefined where the
 * person named none, `uid` where there are no such users.
 */
export function openFilesFolder({
  path,
  isReadOnly,
  uid,
}: {
  path: string | undefined;
  isReadOnly: boolean;
  uid: number | undefined;
}) {
  return {
    /**
     * All of a plain file.
     *
     * @param name Relative to the folder, or absolute and below it.
     * @throws KaneoMcpError "config" without a folder, "not_found", or "invalid_input" for what is not to be read.
     */
    async read(name: string, mostBytes: number): Promise<Buffer> {
      const { root, target } = await place(path, name);
      await using file = await openPlain(target, name);
      const about = await file.stat();
      // Of a container, the folder may be the person's and the process root's.
      const isOwn = uid === undefined || [uid, (await stat(root)).uid].includes(about.uid);
      if (!isOwn) throw refused(name, "belongs to another user of this machine");
      if (about.size > mostBytes) {
        const most = `${mostBytes / 2 ** 20} MiB`;
        throw refused(name, `has ${about.size} bytes, more than the ${most} that are read`);
      }
      return await readAll(file, about.size, name);
    },
    /**
     * Makes a new file and gives its path.
     *
     * @throws KaneoMcpError as `read`, "conflict" when there is one of that name, "forbidden" when nothing may be changed.
     */
    async create(name: string, text: string): Promise<string> {
      if (isReadOnly) {
        const why = `Changes are switched off here (KANEO_READ_ONLY is set), so nothing was written.`;
        throw new KaneoMcpError("forbidden", why);
      }
      // It would be called otherwise in every answer, and could look like a file of another kind.
      if (cleanText(name) !== name) throw refused(name, "has signs that nobody sees");
      const { target } = await place(path, name);
      await using folder = await openThere(dirname(target), name, true).catch((error: unknown) => {
        throw failed(error, name, "cannot be made there");
      });
      await writeNew(await anchored(folder, target), text, name);
      return target;
    },
  };
}

/** Where a name leads, and the folder without any link in its path. */
async function place(folder: string | undefined, name: string) {
  if (folder === undefined) {
    const message = "No file is read or written here: no folder is set for that.";
    throw new KaneoMcpError("config", message, {
      hint: "Ask the person to set KANEO_FILES_DIR to the one folder that this may use, as an absolute path, in the client's configuration.",
    });
  }
  const root = await realpath(folder).catch((cause: unknown) => {
    const why = `The folder of KANEO_FILES_DIR, ${folder}, is not there any more.`;
    throw new KaneoMcpError("config", why, { cause });
  });
  const given = isAbsolute(name) ? [root, folder].map((from) => relative(from, name)) : [name];
  const path = given.find((one) => !/^\.\.(?:$|[\\/])/.test(one) && !isAbsolute(one));
  if (path === undefined)
    throw refused(name, `is not below ${folder}, the folder of KANEO_FILES_DIR`);
  const inside = path.split(/[\\/]/).filter((step) => step !== "" && step !== ".");
  assertHonest(inside, name);
  return { root, target: join(root, ...inside) };
}

function assertHonest(inside: readonly string[], name: string): void {
  if (inside.length === 0) throw refused(name, "names no file");
  if (/\p{Cc}/u.test(name) || name.length > 1_000) throw refused(name, "is not a file name");
  if (inside.includes("..")) throw refused(name, "leads upwards (..)");
  if (inside.some((step) => step.startsWith("."))) throw refused(name, "is hidden");
  if (sep === "\\" && !inside.every(isNameOnWindows)) throw refused(name, "is not a file name");
}

/**
 * Whether Windows has such names of files. With a colon it leads into another stream of a file, or to another disk; what
 * is called like a device, or ends in a dot or blank, Node makes all the same, and people can neither open nor delete it.
 */
export function isNameOnWindows(step: string): boolean {
  return !/[:<>"|?*]|[. ]$|^(?:con(?:in\$|out\$)?|prn|aux|nul|(?:com|lpt)[\d¹²³]) *(?:\.|$)/i.test(
    step,
  );
}

async function openPlain(path: string, name: string): Promise<FileHandle> {
  const file = await openChecked(path, name);
  if (file !== undefined) return file;
  // The screenshots of macOS have a blank in their names that nobody types.
  const there = await namesBeside(path);
  const meant = there.find((one) => alike(one) === alike(basename(path)));
  const found = meant && (await openChecked(join(dirname(path), meant), name));
  if (!found) throw missing(name, there);
  return found;
}

/** Undefined when there is no file at `path`. */
async function openChecked(path: string, name: string): Promise<FileHandle | undefined> {
  try {
    // A device may do something when it is opened.
    assertPlain(await lstat(path), name);
    return await openThere(path, name);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw failed(error, name, "cannot be read");
  }
}

function assertPlain(about: Stats, name: string): void {
  if (about.isSymbolicLink()) throw refused(name, "is a link");
  if (about.isDirectory()) throw refused(name, "is a folder");
  if (!about.isFile()) throw refused(name, "is not a plain file");
  // What has a second name may lie anywhere, and be another person's.
  if (about.nlink > 1) throw refused(name, "has another name elsewhere (a hard link)");
}

/** Opens what lies at `path`, and asks what was opened whether it is that, plain, and with no link on the way there. */
async function openThere(path: string, name: string, isFolder = false): Promise<FileHandle> {
  const file = await open(path, isFolder ? READING | O_DIRECTORY : READING);
  try {
    // Linux tells where the opened thing is, which nobody can change in between.
    const opened = await realpath(`/proc/self/fd/${file.fd}`).catch(() => realpath(path));
    const [one, other] = [await file.stat(), await stat(path)];
    const isSame = one.ino === other.ino && one.dev === other.dev;
    if (fold(opened) !== fold(path) || !isSame) throw refused(name, "is behind a link");
    if (!isFolder) assertPlain(one, name);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

function alike(name: string): string {
  return name.normalize("NFKC").replaceAll(/\s+/g, " ");
}

/** Names that a disk of macOS or Windows takes for the same. */
function fold(path: string): string {
  return path.normalize("NFC").toLowerCase();
}

/** `size` bytes and no more: a file that grows, or shrinks, is not what was looked at. */
async function readAll(file: FileHandle, size: number, name: string): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(size + 1);
  let length = 0;
  while (length <= size) {
    const { bytesRead } = await file.read(bytes, length, bytes.length - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  if (length !== size) throw refused(name, "was changed while it was read");
  return bytes.subarray(0, size);
}

/** The path of a new file, by the opened folder where the system has names for what is open. */
async function anchored(folder: FileHandle, target: string): Promise<string> {
  const opened = `/proc/self/fd/${folder.fd}`;
  const about = await stat(opened).catch(() => undefined);
  return join(about?.isDirectory() ? opened : dirname(target), basename(target));
}

async function writeNew(path: string, text: string, name: string): Promise<void> {
  const file = await open(path, CREATING, 0o600).catch((error: unknown) => {
    throw failed(error, name, "cannot be made");
  });
  try {
    await file.writeFile(text);
    await file.close();
  } catch (error) {
    await file.close().catch(() => {});
    const rest = await unlink(path).then(
      () => "what there was of it is gone",
      () => "a part of it is left",
    );
    throw failed(error, name, `could not be written, and ${rest}`);
  }
}

function failed(error: unknown, name: string, what: string): KaneoMcpError {
  if (error instanceof KaneoMcpError) return error;
  const code = codeOf(error);
  if (code === "EEXIST") {
    const there = `"${inline(name)}" is there already; nothing was written.`;
    return new KaneoMcpError("conflict", there, { hint: "Choose another name." });
  }
  const why = `"${inline(name)}" ${what} (${REASONS[code] ?? diskReasonOf(error)}). Nothing of it was used.`;
  const hint = OF_DISKS.has(code)
    ? "Ask the person to put that right where KANEO_FILES_DIR leads, or to name another folder there."
    : PLAIN_FILE;
  return new KaneoMcpError("invalid_input", why, { hint, cause: error });
}

/** What no other name helps against. */
const OF_DISKS = new Set(["ENOSPC", "EDQUOT", "EROFS", "EACCES", "EPERM", "EIO", "ESTALE"]);

/** Where they mean more than on any disk, since no link is followed and a file is looked for before. */
const REASONS: Record<string, string> = {
  ELOOP: "it is a link",
  ENOENT: "there is no such folder",
  ENOTDIR: "what is named as a folder is not one, or is a link",
};

/** What is said where a name was missed. */
function missing(name: string, there: readonly string[]): KaneoMcpError {
  const listed = there.slice(0, MOST_NAMES).map((one) => `"${inline(one)}"`);
  const rest = there.length > MOST_NAMES ? `, and ${there.length - MOST_NAMES} more` : "";
  const hint =
    listed.length === 0 ? "There is no file." : `There are: ${listed.join(", ")}${rest}.`;
  return new KaneoMcpError("not_found", `There is no file "${inline(name)}".`, { hint });
}

/** The names of the files beside `path` that could be read, unless a link leads there. */
async function namesBeside(path: string): Promise<string[]> {
  const folder = dirname(path);
  const real = await realpath(folder).catch(() => "");
  if (fold(real) !== fold(folder)) return [];
  const there = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return there.filter((one) => one.isFile() && !one.name.startsWith(".")).map(({ name }) => name);
}

const MOST_NAMES = 10;

function refused(name: string, why: string): KaneoMcpError {
  const message = `"${inline(name)}" ${why}. Nothing of it was used.`;
  return new KaneoMcpError("invalid_input", message, { hint: PLAIN_FILE });
}

const PLAIN_FILE =
  "Name a plain file below the folder of KANEO_FILES_DIR, such as shots/login.png.";
