import { link, open, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { codeOf } from "../errors.ts";
import { removeFile, syncFolder, withWindowsPatience, writeDraft } from "./private-files.ts";

const ROOM_BYTES = 4_096;
/** How file systems without hard links refuse one. */
const NO_LINKS: readonly string[] = [
  "EPERM",
  "ENOTSUP",
  "EOPNOTSUPP",
  "ENOSYS",
  "EMLINK",
  "EACCES",
];

/** Gives files their names once they are complete, and keeps room on the disk for the one that the server gives only once. */
export function createPublisher() {
  /** A draft as large as any token. */
  let room: string | undefined;
  const free = async () => {
    const taken = room;
    room = undefined;
    if (taken !== undefined) await removeFile(taken);
  };
  /** Where somebody tidied the room up, or it is in another folder, the ordinary way is left. */
  const writeToken = async (folder: string, text: string): Promise<string> => {
    const taken = room !== undefined && dirname(room) === folder ? room : undefined;
    if (taken !== undefined) room = undefined;
    const filled = taken && (await fillDraft(taken, text).catch(() => undefined));
    return filled ?? writeDraft(folder, text, true);
  };
  return {
    /** Takes disk space in a folder, so that its token cannot be lost for want of it. */
    reserve: async (folder: string): Promise<void> => {
      if (room !== undefined && dirname(room) === folder) return;
      await free().catch(() => undefined);
      room = await writeDraft(folder, " ".repeat(ROOM_BYTES), true);
    },
    free,
    /** Complete or not there at all; a file that is there stays. What is worth it survives a power cut. */
    publish: async (folder: string, name: string, text: string): Promise<void> => {
      // An answer concerns the next minute; the sooner it is there, the less is lost with this process.
      const isDurable = !name.startsWith("answer-");
      const draft = await (name === "token.json"
        ? writeToken(folder, text)
        : writeDraft(folder, text, isDurable));
      await nameDraft(draft, join(folder, name));
      if (isDurable) await syncFolder(folder);
    },
  };
}

/** Replaces the content of a draft in place, with the disk space that it has already; gives its path. */
async function fillDraft(draft: string, text: string): Promise<string> {
  await using handle = await open(draft, "r+");
  await handle.write(text, 0);
  await handle.truncate(Buffer.byteLength(text));
  await handle.sync();
  return draft;
}

/** Whoever reads the file sees all of it; what has the name already stays. */
async function nameDraft(draft: string, path: string): Promise<void> {
  try {
    await withWindowsPatience(() => link(draft, path));
  } catch (error) {
    if (NO_LINKS.includes(codeOf(error))) return withWindowsPatience(() => rename(draft, path));
    if (codeOf(error) !== "EEXIST") throw error;
  }
  await removeFile(draft);
}
