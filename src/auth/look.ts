import { readdirSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { codeOf } from "../errors.ts";
import { checkFolder, type Owner } from "./private-files.ts";

/** The names in each numbered folder. */
export type Listing = ReadonlyMap<number, readonly string[]>;

/** How things stood at one moment, read off the names of files alone. */
export interface Look {
  /** The sign-in in force; 0 when there is none. */
  n: number;
  names: ReadonlySet<string>;
  /** Nobody may approve any more; a token that came all the same still counts. */
  isOver: boolean;
  /** The highest question that anybody claimed. */
  lastClaim: number;
  /** The numbers of the questions that were answered, highest first. */
  answers: number[];
  /** Every sign-in, highest first. */
  all: NamesOfFolder[];
  /** All up to this number are signed out. */
  signedOut: number;
}

/** The files of one sign-in, on disk and in memory. */
export interface NamesOfFolder {
  n: number;
  names: ReadonlySet<string>;
  /** Its token would outlive this process. */
  isKept: boolean;
}

/** @param all highest first. @param ours the sign-ins whose code no other process can see. */
export function lookAt(all: NamesOfFolder[], ours: ReadonlySet<number>): Look {
  const signedOut = all.find(({ names }) => names.has("signed-out"))?.n ?? 0;
  const isOver = ({ n, names }: Pick<Look, "n" | "names">) =>
    n <= signedOut || names.has("ended.json") || names.has("revoked");
  // Nobody else would ask about a code that is ours alone.
  const inForce = all.find((one) => ours.has(one.n) && !isOver(one)) ?? all[0];
  const { n, names } = inForce ?? { n: 0, names: new Set<string>() };
  return {
    n,
    names,
    isOver: isOver({ n, names }),
    lastClaim: numbersIn(names, /^claim-(\d{1,9})$/)[0] ?? 0,
    answers: numbersIn(names, /^answer-(\d{1,9})\.json$/),
    all,
    signedOut,
  };
}

/** The numbers that `pattern` finds, highest first. */
function numbersIn(names: ReadonlySet<string>, pattern: RegExp): number[] {
  const found = [...names].map((name) => Number(pattern.exec(name)?.[1] ?? 0));
  return found.filter((number) => number > 0).sort((a, b) => b - a);
}

const NUMBER = /^[1-9]\d{0,8}$/;

export interface LookOwner extends Owner {
  /** Told why a folder cannot be read, which counts as empty then. */
  note(error: unknown): void;
}

/**
 * Lists every sign-in in `path`. Every call waits for this, and mostly finds what the one before found: that costs one
 * reading of each folder, which takes microseconds where a trip to Node's threads and back takes a tenth of the call.
 * Whose they are is checked again only when something has changed, and is going to be read.
 */
export function listFolders(path: string, owner: LookOwner): () => Promise<Listing> {
  let last: { listing: Listing; names: string } | undefined;
  const isAsBefore = ({ listing, names }: NonNullable<typeof last>) => {
    const folders = [path, ...[...listing.keys()].map((n) => join(path, `${n}`))];
    try {
      return JSON.stringify(folders.map((folder) => readdirSync(folder))) === names;
    } catch {
      return false;
    }
  };
  return async () => {
    if (last && isAsBefore(last)) return last.listing;
    await checkPlace(path, owner);
    const names = await readdir(path);
    const numbers = names.filter((name) => NUMBER.test(name));
    const inFolders = await Promise.all(numbers.map((name) => namesIn(join(path, name), owner)));
    const listing = new Map(numbers.map((name, index) => [Number(name), inFolders[index] ?? []]));
    last = { listing, names: JSON.stringify([names, ...inFolders]) };
    return listing;
  };
}

/** Makes sure that the folder of all sign-ins and the one that it is in are ours. @throws Error with a readable reason. */
export async function checkPlace(path: string, owner: Owner): Promise<void> {
  await Promise.all([checkFolder(dirname(path), owner), checkFolder(path, owner)]);
}

/** None when it is gone. What is no folder of ours holds "ended.json": it is over. */
async function namesIn(path: string, owner: LookOwner): Promise<string[]> {
  try {
    await checkFolder(path, owner);
    return await readdir(path);
  } catch (error) {
    if (codeOf(error) !== "") {
      owner.note(error);
      return [];
    }
    owner.warn(`${path} is not a folder of this user's sign-in. It is left as it is.`);
    return ["ended.json"];
  }
}
