import { readdir, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { z } from "zod";
import { diskReasonOf } from "../disk.ts";
import { codeOf } from "../errors.ts";
import { createAges } from "./ages.ts";
import {
  checkPlace,
  type Listing,
  type Look,
  listFolders,
  lookAt,
  type NamesOfFolder,
} from "./look.ts";
import {
  createFile,
  makeFolder,
  makeFolders,
  type Owner,
  problemsAbove,
  readPrivateFile,
  removeFile,
} from "./private-files.ts";
import { createPublisher } from "./publishing.ts";
import { keyOf, type Registration, readRecord, recordText, tokenSchema } from "./records.ts";
import type { SignInOptions } from "./sign-in-options.ts";
import { type FolderWatch, watchFolders } from "./waiting.ts";

const LAST_NUMBER = 999_999_999;
/** Between the number of a sign-in in memory and the one before it: a thousand fit before the next on disk. */
const STEP = 2 ** -10;

type FolderOptions = Pick<
  SignInOptions,
  "dataDir" | "baseUrl" | "clientId" | "pid" | "uid" | "clock" | "warn"
>;

export interface KeptToken {
  n: number;
  token: string;
  /** Its path, or "in memory only: " and why. */
  kept: string;
}

/**
 * One instance's sign-ins, shared by every process of the person: numbered folders of files that are written once, the
 * highest number in force. Nothing is overwritten or taken back, so nobody has to lead. What the disk does not take is
 * kept in memory, and what was read once is remembered: a lost or damaged file ends nothing.
 */
export class SignInFolder {
  /** Why a token would be lost at the end of this process; undefined while the disk keeps it. */
  trouble: string | undefined;
  readonly ages: ReturnType<typeof createAges>;
  readonly watch: FolderWatch;
  readonly #path: string;
  readonly #registration: Registration;
  readonly #owner: Owner;
  readonly #pid: number;
  readonly #publisher = createPublisher();
  readonly #listFolders: () => Promise<Listing>;
  /** The texts that this process knows, by number and name. */
  readonly #memory = new Map<number, Map<string, string>>();
  /** Sign-ins whose code no other process can see. */
  readonly #ours = new Set<number>();
  #isUnreadable = false;
  #isAlone = false;

  /** Touches nothing before it is used. */
  constructor(options: FolderOptions) {
    const { dataDir, baseUrl, clientId, uid, pid, clock } = options;
    this.#registration = { base: baseUrl, clientId };
    this.#path = join(dataDir, "auth", `${keyOf(this.#registration)}.v1`);
    this.#pid = pid;
    this.#owner = { uid, warn: onceEach(options.warn) };
    const note = (error: unknown) => this.#noteUnlessGone(error);
    this.#listFolders = listFolders(this.#path, { ...this.#owner, note });
    this.ages = createAges(this.#at, clock);
    this.watch = watchFolders(this.#at, clock);
  }

  readonly #at = (n: number, name = "") => join(this.#path, `${n}`, name);

  async look(): Promise<Look> {
    const onDisk = await this.#list();
    const numbers = [...new Set([...onDisk.keys(), ...this.#memory.keys()])].sort((a, b) => b - a);
    const known = numbers.map((n): NamesOfFolder => {
      const saved = new Set(this.#ours.has(n) ? [] : onDisk.get(n));
      const names = new Set([...saved, ...(this.#memory.get(n)?.keys() ?? [])]);
      return { n, names, isKept: saved.has("token.json") };
    });
    // A folder that somebody removed counts while it has a token, or nothing has taken its place.
    const isGone = (n: number) => !onDisk.has(n) && onDisk.size > 0 && !this.#ours.has(n);
    const all = known.filter(({ n, names }) => !isGone(n) || names.has("token.json"));
    return lookAt(all, this.#ours);
  }

  /** The token to use: of the highest sign-in that has one and is neither revoked nor signed out. */
  async token({ all, signedOut }: Look): Promise<KeptToken | undefined> {
    for (const { n, names, isKept } of all) {
      if (n <= signedOut) return undefined;
      if (names.has("revoked") || !names.has("token.json")) continue;
      const token = await this.readToken(n);
      const why = this.trouble ?? `${this.#path} was removed`;
      const kept = isKept ? this.#at(n, "token.json") : `in memory only: ${why}`;
      if (token) return { n, token, kept };
    }
    return undefined;
  }

  /** The token of sign-in `n`, also of one that is over. */
  async readToken(n: number): Promise<string | undefined> {
    return (await this.read(n, "token.json", tokenSchema))?.accessToken;
  }

  /** The record in a file; undefined when there is none that can be used. */
  async read<T>(n: number, name: string, schema: z.ZodType<T>): Promise<T | undefined> {
    try {
      const known = this.#memory.get(n)?.get(name);
      const text = known ?? (await readPrivateFile(this.#at(n, name), this.#owner));
      if (text === undefined) return undefined;
      const record = readRecord(text, schema, this.#registration);
      this.#remember(n, name, text);
      return record;
    } catch (error) {
      if (codeOf(error) !== "") return this.#noteUnlessGone(error);
      const what = `${this.#at(n, name)} ${diskReasonOf(error)}`;
      this.#owner.warn(`${what}. It is not used, and left as it is.`);
      return undefined;
    }
  }

  /** Begins the next sign-in; undefined when another process was first. */
  async make({ all }: Look): Promise<number | undefined> {
    const top = all[0]?.n ?? 0;
    const n = Math.floor(top) + 1;
    try {
      if (n > LAST_NUMBER) throw new Error("there is no number left for another sign-in");
      await makeFolders(this.#path);
      await checkPlace(this.#path, this.#owner);
      if (!(await makeFolder(this.#at(n)))) return undefined;
      await this.#publisher.reserve(this.#at(n)).catch(async (error: unknown) => {
        await rm(this.#at(n), { recursive: true, force: true });
        throw error;
      });
      this.trouble = undefined;
      return n;
    } catch (error) {
      this.#noteTrouble(error);
    }
    // Below the next on disk, so that a later sign_out holds for it too; above all where they cannot be seen.
    const next = (this.#isUnreadable ? Math.max(top, LAST_NUMBER + 1) : top) + STEP;
    this.#ours.add(next);
    this.#memory.set(next, new Map());
    return next;
  }

  /** Writes a record unless it is there. */
  async publish(n: number, name: string, record: object): Promise<void> {
    const text = recordText(this.#registration, record);
    try {
      if (this.#ours.has(n)) return;
      await this.#publisher.publish(this.#at(n), name, text);
      this.trouble = undefined;
    } catch (error) {
      this.#noteUnlessGone(error);
      if (name === "code.json") this.#ours.add(n);
    } finally {
      this.#remember(n, name, text);
      this.watch.wake();
    }
  }

  /** Takes the `k`th question to the server for this process; false when it is another's, or has to wait. */
  async claim(n: number, k: number): Promise<boolean> {
    const name = `claim-${k}`;
    try {
      if (this.#ours.has(n)) return this.#remember(n, name, "");
      const isOurs = await createFile(this.#at(n, name), `${this.#pid}`);
      this.#isAlone = false;
      return isOurs;
    } catch (error) {
      this.#noteUnlessGone(error);
      // Others may be asking, and cannot be told: first wait as one who is alone.
      if (this.#isAlone) return this.#remember(n, name, "");
      this.#isAlone = true;
      return false;
    }
  }

  /** Whether other processes show the same code and cannot see what this one asks. */
  isAlone(n: number): boolean {
    return this.#isAlone && !this.#ours.has(n);
  }

  /** Says that a sign-in is over, whatever else it holds. @throws Error when other processes cannot see it. */
  async mark(n: number, mark: "revoked" | "signed-out"): Promise<void> {
    this.#remember(n, mark, "");
    this.watch.wake();
    if (this.#ours.has(n)) return;
    await createFile(this.#at(n, mark), "").catch((error: unknown) => {
      // Where the folder is gone, nobody else can take its token.
      if (codeOf(error) !== "ENOENT") throw error;
    });
  }

  /** @throws Error when the file stays; this process does not use it again in any case. */
  async removeToken(n: number): Promise<void> {
    this.#memory.get(n)?.delete("token.json");
    if (!this.#ours.has(n)) await removeFile(this.#at(n, "token.json"));
  }

  /** Makes sure that the disk will have room for the token of sign-in `n`. */
  async reserve(n: number): Promise<void> {
    if (this.#ours.has(n)) return;
    await this.#publisher.reserve(this.#at(n)).catch((error) => this.#noteUnlessGone(error));
  }

  /** Ends what a sign-in under way needs: the room, the watch. */
  async release(): Promise<void> {
    this.watch.close();
    await this.#publisher.free().catch((error) => this.#noteUnlessGone(error));
  }

  /** Removes what nobody needs any more below the new sign-in `n`. */
  async tidy({ all, signedOut }: Look, n: number): Promise<void> {
    for (const { n: old, names } of all) {
      const isLiving = names.has("token.json") && !names.has("revoked") && old > signedOut;
      if (old >= Math.floor(n) - 1 || old === signedOut || isLiving) continue;
      this.#memory.delete(old);
      const gone = rm(this.#at(old), { recursive: true, force: true });
      await gone.catch((error) => this.#noteUnlessGone(error));
    }
  }

  /** Removes the files of 0.1.0 for the same instance and client, which hold live tokens. */
  async removeOldFiles(): Promise<void> {
    const [parent, key] = [dirname(this.#path), basename(this.#path, ".v1")];
    const names = await readdir(parent).catch(() => []);
    for (const name of names) {
      const isOld =
        name.startsWith(key) && /^\.(token|pending|lease-)/.test(name.slice(key.length));
      if (isOld) await removeFile(join(parent, name)).catch(() => undefined);
    }
  }

  /** What is wrong with the place, a sentence each. */
  async problems(): Promise<string[]> {
    const problems = await problemsAbove(dirname(this.#path), this.#owner.uid);
    return this.trouble === undefined ? problems : [...problems, `${this.trouble}.`];
  }

  /** False when it was known. */
  #remember(n: number, name: string, text: string): boolean {
    const known = this.#memory.get(n) ?? new Map<string, string>();
    const isNew = !known.has(name);
    if (isNew) this.#memory.set(n, known.set(name, text));
    return isNew;
  }

  async #list(): Promise<Listing> {
    const listing = await this.#listFolders().catch((error: unknown) => {
      this.#noteUnlessGone(error);
      return codeOf(error) === "ENOENT" ? new Map() : undefined;
    });
    if (listing && this.#isUnreadable) this.trouble = undefined;
    this.#isUnreadable = listing === undefined;
    return listing ?? new Map();
  }

  #noteUnlessGone(error: unknown): undefined {
    // A folder that somebody removed is no trouble of the disk.
    if (codeOf(error) !== "ENOENT") this.#noteTrouble(error);
  }

  #noteTrouble(error: unknown): void {
    this.trouble = `${this.#path} cannot be used: ${diskReasonOf(error)}`;
    this.#owner.warn(`The sign-in is kept in memory only: ${this.trouble}.`);
  }
}

/** What is damaged is met at every look; once is enough to say so. */
function onceEach(warn: (message: string) => void): (message: string) => void {
  const told = new Set<string>();
  return (message) => {
    if (!told.has(message)) warn(message);
    told.add(message);
  };
}
