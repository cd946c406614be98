import { readdir, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type LookOwner, listFolders } from "./look.ts";
import {
  checkFolder,
  createFile,
  fillDraft,
  makeFolder,
  makeFolders,
  publishDraft,
  readPrivateFile,
  removeFile,
  syncFolder,
  writeDraft,
} from "./private-files.ts";

const ROOM_BYTES = 4_096;

export type DiskFolders = ReturnType<typeof openDiskFolders>;

/** The numbered folders in `path`, whose parent is ours too, with files that are written once. Throws what the system throws. */
export function openDiskFolders(path: string, owner: LookOwner) {
  const at = (n: number, name = "") => join(path, String(n), name);
  const room = createRoom();
  const check = async () => {
    await Promise.all([checkFolder(dirname(path), owner), checkFolder(path, owner)]);
  };

  return {
    list: listFolders(path, check, owner),
    read: (n: number, name: string) => readPrivateFile(at(n, name), owner),
    /** Makes sure that folders can be made. @throws Error with a readable reason when the place is not ours. */
    prepare: async () => {
      await makeFolders(path);
      await check();
    },
    /** False when it is there. */
    make: (n: number) => makeFolder(at(n)),
    create: (n: number, name: string, text: string) => createFile(at(n, name), text),
    /** Complete or not there at all; a file that is there stays. What is worth it survives a power cut. */
    publish: async (n: number, name: string, text: string) => {
      // An answer concerns the next minute; the sooner it is there, the less is lost with this process.
      const isDurable = !name.startsWith("answer-");
      // The room is for the token, which the server gives once.
      const write = name === "token.json" ? room.write : writeDraft;
      const draft = await write(at(n), text, isDurable);
      await publishDraft(draft, at(n, name));
      if (isDurable) await syncFolder(at(n));
    },
    remove: (n: number, name: string) => removeFile(at(n, name)),
    removeFolder: (n: number) => rm(at(n), { recursive: true, force: true }),
    /** Takes disk space in folder `n`, so that its token cannot be lost for want of it. */
    reserve: (n: number) => room.reserve(at(n)),
    /** Gives that space back. */
    free: room.free,
    /** The files of 0.1.0 for the same instance and client. */
    oldFiles: async (): Promise<string[]> => {
      const key = basename(path, ".v1");
      const starts = [".token", ".pending", ".lease-"].map((ending) => key + ending);
      const names = await readdir(dirname(path)).catch(() => []);
      const old = names.filter((name) => starts.some((start) => name.startsWith(start)));
      return old.map((name) => join(dirname(path), name));
    },
    pathOf: at,
  };
}

/** Disk space for one token. */
function createRoom() {
  let draft: string | undefined;
  const take = () => {
    const taken = draft;
    draft = undefined;
    return taken;
  };
  const free = async () => {
    const taken = take();
    if (taken !== undefined) await removeFile(taken);
  };
  return {
    reserve: async (folder: string) => {
      if (draft !== undefined && dirname(draft) === folder) return;
      await free().catch(() => undefined);
      draft = await writeDraft(folder, " ".repeat(ROOM_BYTES), true);
    },
    free,
    /** Where somebody tidied the space up, or it is in another folder, the ordinary way is left. */
    write: async (folder: string, text: string): Promise<string> => {
      const taken = draft !== undefined && dirname(draft) === folder ? take() : undefined;
      const filled = taken && (await fillDraft(taken, text).catch(() => undefined));
      return filled ?? writeDraft(folder, text, true);
    },
  };
}
