import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { isDeepStrictEqual, promisify } from "node:util";
import { readFlags, readSetup, type Setup } from "../config.ts";
import { isFailure, KaneoMcpError } from "../errors.ts";
import { isRecord } from "../json.ts";
import { type Client, type Launch, type Places, wordFor } from "./clients.ts";
import { changeConfigFile, type FileChange, readConfigFile } from "./config-file.ts";
import { type Entry, entriesIn, type Place, withEntry, withoutEntry } from "./config-text.ts";

/** The entry of one name in the files of one client. */
export interface EntryOf {
  client: Client;
  name: string;
  places: Places;
}

/** Whether the client is on this machine, by its folder, its files or its command. */
export async function isFound(client: Client, places: Places): Promise<boolean> {
  const paths = [client.folder(places), ...client.files(places)];
  const found = await Promise.all(paths.map((path) => isAllowed(path, constants.F_OK)));
  return found.includes(true) || (await programOf(client, places)) !== undefined;
}

/** A client's file, with the entries in it. */
interface Holder {
  file: string;
  text: string;
  entries: Entry;
}

/** Those of the client's files that are there. @throws KaneoMcpError "config" when one is broken. */
async function entriesByFile(client: Client, places: Places): Promise<Holder[]> {
  const found: Holder[] = [];
  for (const file of client.files(places)) {
    await inFile(file, async () => {
      const text = await readConfigFile(file);
      if (text !== undefined) found.push({ file, text, entries: entriesIn(text, client) });
    });
  }
  return found;
}

/** An entry that starts us, as far as it can be read. */
export interface OwnEntry extends Launch {
  title: string;
  name: string;
  file: string;
  /** Where it is started; undefined where that is up to the client. */
  cwd: string | undefined;
  /** Whether the client was told not to start it. */
  isOff: boolean;
}

/** The entries in a client's files that start us, whatever their names. @throws KaneoMcpError "config" when a file is broken. */
export async function ownEntries(client: Client, places: Places): Promise<OwnEntry[]> {
  const holders = await entriesByFile(client, places);
  return holders.flatMap(({ file, entries }) =>
    Object.entries(entries).flatMap(([name, entry]) => {
      if (!isOurs(entry)) return [];
      // Each in the words of some clients.
      const isOff = entry["disabled"] === true || entry["enabled"] === false;
      const cwd = typeof entry["cwd"] === "string" ? entry["cwd"] : undefined;
      return [{ title: client.title, name, file, isOff, cwd, ...launchIn(entry) }];
    }),
  );
}

/** The settings that an entry gives us, by variables and by flags. */
export function setupOf(entry: OwnEntry): Setup {
  const { flags, problems } = flagsOf(entry);
  const setup = readSetup(entry.env, flags);
  return { ...setup, problems: [...problems, ...setup.problems] };
}

/** The flags of an entry: what stands behind our name, which npx is perhaps told twice. */
export function flagsOf({ command, args }: OwnEntry) {
  const words = [NODE.test(command) ? "" : command, ...args];
  const isName = (word = "") => word.includes("kaneo-mcp") && !word.startsWith("-");
  let at = words.findIndex(isName);
  while (isName(words[at + 1])) at += 1;
  return readFlags(at === -1 ? [] : words.slice(at + 1));
}

/** The command of an entry that starts Node itself. */
export const NODE = /(^|[\\/])node(\.exe)?$/;

/** Every way to start us has our name in it; the official server is @kaneo/mcp, and may be given our client id. */
function isOurs(entry: unknown): entry is Entry {
  if (!isRecord(entry)) return false;
  const { command, args } = launchIn(entry);
  return [command, ...args].some((word) => word.includes("kaneo-mcp"));
}

/** What an entry starts, in whichever client's words. */
function launchIn(entry: Entry): Launch {
  const words = [entry["command"] ?? entry["cmd"] ?? [], entry["args"] ?? []].flat().map(String);
  const env = entry["env"] ?? entry["environment"] ?? entry["envs"] ?? {};
  const [command = "", ...args] = words;
  const pairs = Object.entries(env).map(([name, value]) => [name, String(value)]);
  return { command, args, env: Object.fromEntries(pairs) };
}

/**
 * Adds the entry, by the client's own command or else in its file, and says which.
 *
 * @throws KaneoMcpError "config" when it was not added.
 */
export async function addEntry(of: EntryOf, launch: Launch, isDry: boolean): Promise<string> {
  const { client, name, places } = of;
  const wanted = client.entry(launch, name);
  const files = await entriesByFile(client, places);
  const nowhere: Holder = { file: client.files(places)[0], text: "", entries: {} };
  const holder = files.find(({ entries }) => Object.hasOwn(entries, name)) ?? files[0] ?? nowhere;
  const { file, text, entries } = holder;
  if (isDeepStrictEqual(entries[name], wanted)) return `"${name}" is in ${file} already`;
  const change = (current = "") => {
    const present = entriesIn(current, client);
    if (Object.hasOwn(present, name)) throw taken(of, present[name]);
    return withEntry(current, { ...client, name }, wanted);
  };
  await inFile(file, () => change(text));
  const after = { ...entries, [name]: wanted };
  const words = client.command?.add(launch, name) ?? [];
  return carryOut(of, isDry, { holder, after, words, change });
}

/**
 * Removes the entry, by the client's own command or else from its file, and says which; undefined when there is none.
 *
 * @throws KaneoMcpError "config" when it was not removed.
 */
export async function removeEntry(of: EntryOf, isDry: boolean): Promise<string | undefined> {
  const { client, name } = of;
  const files = await entriesByFile(client, of.places);
  const found = files.filter(({ entries }) => Object.hasOwn(entries, name));
  const holder = found.find(({ entries }) => isOurs(entries[name]));
  if (!holder) {
    if (found.length === 0) return undefined;
    const stays = `"${name}" in ${found[0]?.file} stays: it starts something else.`;
    throw new KaneoMcpError("config", stays);
  }
  const { [name]: _, ...after } = holder.entries;
  const change = (text = "", copy?: string) => {
    const place = { ...client, name };
    return isMadeOf(copy ?? "", text, place) ? copy : withoutEntry(text, place);
  };
  const words = client.command?.remove(name) ?? [];
  return carryOut(of, isDry, { holder, after, words, change });
}

interface EntryChange extends Pick<FileChange, "change"> {
  holder: Holder;
  after: Entry;
  /** For the client's own command. */
  words: readonly string[];
}

/** Says what was done, or would be. */
async function carryOut(of: EntryOf, isDry: boolean, change: EntryChange): Promise<string> {
  const { file } = change.holder;
  const isAdded = Object.hasOwn(change.after, of.name);
  const [done, where] = isAdded ? ["added", `to ${file}`] : ["removed", `from ${file}`];
  const program = await programOf(of.client, of.places);
  const by = program === undefined ? where : `by ${program}`;
  if (isDry) return `"${of.name}" would be ${done} ${by}`;
  if (program && (await isDoneBy(program, of, change))) return `"${of.name}" was ${done} ${by}`;
  const fileChange = { change: change.change, leavesCopy: isAdded };
  await inFile(file, () => changeConfigFile(file, fileChange));
  return `"${of.name}" was ${done} ${where}`;
}

/**
 * Runs the client's own command, and looks whether the entries are as wanted `after` it; false when it did nothing.
 *
 * @throws KaneoMcpError "config" when they are neither that nor as they were.
 */
async function isDoneBy(
  program: string,
  { client, places }: EntryOf,
  { holder: { file, entries }, after, words }: EntryChange,
): Promise<boolean> {
  // In the home, so that no project's settings get in.
  const options = { cwd: places.home, env: places.env, timeout: 60_000, windowsHide: true };
  const running = promisify(execFile)(program, words, options);
  running.child.stdin?.end();
  await running.catch(() => undefined);
  const now = await readConfigFile(file)
    .then((text = "") => entriesIn(text, client))
    .catch(() => undefined);
  if (isDeepStrictEqual(now, after)) return true;
  if (isDeepStrictEqual(now, entries)) return false;
  const why = `${program} did something other than what was asked.`;
  throw new KaneoMcpError("config", why, { hint: `Look at ${file}.` });
}

/** Whether adding the entry to `copy` gives `text`: then `copy` is put back byte for byte. */
function isMadeOf(copy: string, text: string, place: Place): boolean {
  try {
    // The caller found it there.
    const entry = entriesIn(text, place)[place.name] as Entry;
    return withEntry(copy, place, entry) === text;
  } catch {
    // A copy of another time: it holds the entry, or is broken.
    return false;
  }
}

/** Where the client's own command is; on Windows only a real program, since a `.cmd` needs a shell. */
async function programOf(
  { command }: Client,
  { env, isWindows }: Places,
): Promise<string | undefined> {
  if (!command) return undefined;
  const folders = (env["PATH"] ?? env["Path"] ?? "").split(delimiter).filter((path) => path !== "");
  const paths = folders.map((folder) => join(folder, command.program + (isWindows ? ".exe" : "")));
  const usable = await Promise.all(paths.map((path) => isAllowed(path, constants.X_OK)));
  return paths.find((_, index) => usable[index]);
}

async function isAllowed(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}

async function inFile<T>(file: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isFailure(error, "config")) throw error;
    const options = { cause: error, ...(error.hint && { hint: error.hint }) };
    throw new KaneoMcpError("config", `${file} is unchanged: ${error.message}.`, options);
  }
}

function taken({ client, name }: EntryOf, present: unknown): KaneoMcpError {
  const command = `uninstall ${wordFor(client)}${name === "kaneo" ? "" : ` --name ${name}`}`;
  const removal = isOurs(present) ? `Take it out with "${command}"` : "Remove that entry";
  return new KaneoMcpError("config", `it already has a different entry "${name}"`, {
    hint: `${removal}, or add this one under another name with --name.`,
  });
}
