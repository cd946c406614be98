import { createHash, randomBytes } from "node:crypto";
import { join } from "node:path";
import { z } from "zod";
import type { Clock } from "../clock.ts";
import { watchFolder } from "./folder-watch.ts";
import { createLease } from "./lease.ts";
import type { FileContent } from "./private-file.ts";
import { createPrivateFolder, type PrivateFolder, type Room } from "./private-folder.ts";
import type { ProcessIdentity } from "./process-identity.ts";
import { createRecords } from "./records.ts";
import type { Attempt, SignInStore, StoredToken } from "./sign-in-store.ts";
import { TOKEN_PATTERN } from "./token-pattern.ts";

const REMOVING = ".removing-";
const REMOVAL_MS = 500;
const LEFTOVER_MS = 60_000;

const tokenSchema = z.object({
  accessToken: z.string().regex(TOKEN_PATTERN),
  obtainedAt: z.number(),
  expiresIn: z.number().optional(),
});
const pendingSchema = z
  .object({
    status: z.literal("pending"),
    deviceCode: z.string().min(1),
    userCode: z.string(),
    verificationUri: z.string(),
    verificationUriComplete: z.string(),
    interval: z.number().positive(),
    expiresAt: z.number(),
    createdAt: z.number(),
  })
  .transform(({ interval, ...rest }) => ({ ...rest, intervalSeconds: interval }));
const attemptSchema = z.union([
  pendingSchema,
  z.object({
    status: z.union([z.literal(["denied", "expired"]), z.templateLiteral(["failed:", z.string()])]),
    endedAt: z.number(),
    userCode: z.string(),
  }),
]);

export interface DiskStore extends SignInStore {
  /**
   * Makes sure that a token can be kept: the folder is ours and private, and there is room.
   *
   * @throws Error with a readable reason when there is no safe place.
   */
  prepare(): Promise<void>;
  /** Gives the reserved room back. */
  freeRoom(): Promise<void>;
}

export interface DiskStoreOptions {
  /** Contains `auth/`. */
  dataDir: string;
  baseUrl: string;
  clientId: string;
  identity: ProcessIdentity;
  clock: Clock;
  warn(message: string): void;
}

/** Keeps one instance's sign-in in `<dataDir>/auth`, shared by every process of the person. */
export function createDiskStore(options: DiskStoreOptions): DiskStore {
  const { dataDir, baseUrl, clientId, identity, clock } = options;
  const warn = once(options.warn);
  const folder = createPrivateFolder({ path: join(dataDir, "auth"), identity, clock, warn });
  const key = keyOf(baseUrl, clientId);
  const tokenName = `${key}.token`;
  const attemptName = `${key}.pending`;
  const records = createRecords({ folder, owner: { base: baseUrl, clientId }, warn });
  let room: Room | undefined;

  return {
    kept: join(folder.path, tokenName),
    lease: createLease({ folder, key, identity, clock }),
    watch: () =>
      watchFolder(folder.path, clock, (name) => name === tokenName || name === attemptName),
    prepare: async () => {
      await folder.prepare();
      await records.refuseNewer(tokenName);
      await records.refuseNewer(attemptName);
      await removeLeftovers(folder, { key, identity, clock });
      room ??= await folder.reserve(tokenName);
    },
    freeRoom: async () => {
      await room?.free();
      room = undefined;
    },
    readToken: async () => {
      const found = await records.load(tokenName, tokenSchema);
      if (found) return fromDisk(found);
      await finishRemoval(folder, { name: tokenName, clock });
      const again = await records.load(tokenName, tokenSchema);
      return again && fromDisk(again);
    },
    writeToken: async ({ accessToken, obtainedAt, expiresInSeconds }) => {
      const text = records.textOf({ accessToken, obtainedAt, expiresIn: expiresInSeconds });
      const reserved = room;
      room = undefined;
      try {
        if (reserved) return await reserved.fill(tokenName, text);
      } catch {
        // Somebody tidied up the reserved file, or the folder: the ordinary way is left.
        await reserved?.free().catch(() => undefined);
      }
      await folder.prepare();
      await folder.write(tokenName, text);
    },
    removeToken: (accessToken) =>
      removeIf(folder, tokenName, (content) => {
        return records.valueOf(content, tokenSchema)?.accessToken === accessToken;
      }),
    readAttempt: () => records.load(attemptName, attemptSchema),
    writeAttempt: (attempt) => folder.write(attemptName, records.textOf(toDisk(attempt))),
    removeAttempt: (userCode) =>
      removeIf(folder, attemptName, (content) => {
        return records.valueOf(content, attemptSchema)?.userCode === userCode;
      }),
  };
}

/** `<host>-<hash>`: one set of files per instance and client, recognisable to the person. */
function keyOf(baseUrl: string, clientId: string): string {
  const host = new URL(baseUrl).host.replaceAll(/[^A-Za-z0-9.-]/g, "_").slice(0, 100);
  const hash = createHash("sha256").update(`${baseUrl}\n${clientId}`).digest("hex");
  return `${host}-${hash.slice(0, 16)}`;
}

/** Removes a file whose content is the expected one, never one that replaces it meanwhile. */
async function removeIf(
  folder: PrivateFolder,
  name: string,
  isIt: (content: FileContent) => boolean,
): Promise<void> {
  const aside = `${name}${REMOVING}${randomBytes(6).toString("hex")}`;
  if (await folder.moveAside(name, aside, isIt)) await folder.remove(aside);
}

function fromDisk({
  accessToken,
  obtainedAt,
  expiresIn,
}: z.infer<typeof tokenSchema>): StoredToken {
  return { accessToken, obtainedAt, expiresInSeconds: expiresIn };
}

function toDisk(attempt: Attempt): object {
  if (attempt.status !== "pending") return attempt;
  const { intervalSeconds, ...rest } = attempt;
  return { ...rest, interval: intervalSeconds };
}

/**
 * Waits while another process is in the middle of removing a token, and puts back what one left that was killed there:
 * it may have caught a newer token.
 */
async function finishRemoval(
  folder: PrivateFolder,
  { name, clock }: { name: string; clock: Clock },
): Promise<void> {
  const untilMs = clock.elapsed() + REMOVAL_MS;
  let asides = await folder.list(`${name}${REMOVING}`);
  while (asides.length > 0 && clock.elapsed() < untilMs) {
    await clock.sleep(20);
    asides = await folder.list(`${name}${REMOVING}`);
  }
  for (const aside of asides) await folder.putBack(aside, name).catch(() => undefined);
}

/** Spare files of processes that were killed. */
async function removeLeftovers(
  folder: PrivateFolder,
  { key, identity, clock }: { key: string; identity: ProcessIdentity; clock: Clock },
): Promise<void> {
  for (const name of await folder.list(key)) {
    const pid = /\.(\d+)-[0-9a-f]+\.tmp$/.exec(name)?.[1];
    if (pid === undefined || identity.isAlive(Number(pid))) continue;
    if ((await folder.ageOf(name, clock.now())) > LEFTOVER_MS) await folder.remove(name);
  }
}

/** A damaged file is met at every look; once is enough to say so. */
function once(warn: (message: string) => void): (message: string) => void {
  const told = new Set<string>();
  return (message) => {
    if (told.has(message)) return;
    told.add(message);
    warn(message);
  };
}
