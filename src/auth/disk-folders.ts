import { readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  checkFolder,
  codeOf,
  createFile,
  fillDraft,
  makeFolder,
  makeFolders,
  type Owner,
  publishDraft,
  readPrivateFile,
  removeFile,
  writeDraft,
} from "./private-files.ts";

const NUMBER = /^[1-9]\d{0,8}$/;
const ROOM_BYTES = 4_096;

export type DiskFolders = ReturnType<typeof openDiskFolders>;

/** The numbered folders in `path`, whose parent is ours too, with files that are written once. Throws what the system throws. */
export function openDiskFolders(path: string, owner: Owner) {
  const at = (n: number, name = "") => join(path, String(n), name);
  let room: { n: number; draft: string } | undefined;
  const check = async () => {
    await checkFolder(dirname(path), owner);
    await checkFolder(path, owner);
  };
  const free = async () => {
    const draft = room?.draft;
    room = undefined;
    if (draft !== undefined) await removeFile(draft);
  };
  const draftInRoom = async (n: number, text: string) => {
    const draft = room?.n === n ? room.draft : undefined;
    room = undefined;
    // Where somebody tidied the room up, the ordinary way is left.
    const filled = draft && (await fillDraft(draft, text).catch(() => undefined));
    return filled ?? writeDraft(at(n), text);
  };

  return {
    /** @throws Error with a readable reason when the folder is not ours. */
    numbers: async (): Promise<number[]> => {
      try {
        await check();
        return (await readdir(path)).filter((name) => NUMBER.test(name)).map(Number);
      } catch (error) {
        if (codeOf(error) === "ENOENT") return [];
        throw error;
      }
    },
    /** None when it is gone. What is no folder of ours holds "ended.json": it is over. */
    names: (n: number) => namesIn(at(n), owner),
    read: (n: number, name: string) => readPrivateFile(at(n, name), owner),
    /** Makes sure that folders can be made. @throws Error with a readable reason when the place is not ours. */
    prepare: async () => {
      await makeFolders(path);
      await check();
    },
    /** False when it is there. */
    make: (n: number) => makeFolder(at(n)),
    create: (n: number, name: string, text: string) => createFile(at(n, name), text),
    /** Complete or not there at all; a file that is there stays. */
    publish: async (n: number, name: string, text: string) => {
      // The room is for the token, which the server gives once.
      const isToken = name === "token.json";
      const draft = await (isToken ? draftInRoom(n, text) : writeDraft(at(n), text));
      await publishDraft(draft, at(n, name));
    },
    remove: (n: number, name: string) => removeFile(at(n, name)),
    removeFolder: (n: number) => rm(at(n), { recursive: true, force: true }),
    /** Takes disk space in folder `n`, so that its token cannot be lost for want of it. */
    reserve: async (n: number) => {
      if (room?.n === n) return;
      await free().catch(() => undefined);
      room = { n, draft: await writeDraft(at(n), " ".repeat(ROOM_BYTES)) };
    },
    /** Gives that space back. */
    free,
    pathOf: at,
  };
}

async function namesIn(path: string, owner: Owner): Promise<string[]> {
  try {
    await checkFolder(path, owner);
    return await readdir(path);
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT") return [];
    if (code !== "") throw error;
    owner.warn(`${path} is no folder of this user's sign-in. It is left as it is.`);
    return ["ended.json"];
  }
}
