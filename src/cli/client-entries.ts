import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { isDeepStrictEqual, promisify } from "node:util";
import { isFailure, KaneoMcpError } from "../errors.ts";
import type { Client, Launch, Places } from "./clients.ts";
import { changeConfigFile, readConfigFile } from "./config-file.ts";
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

/** The entries in each of the client's files that is there. @throws KaneoMcpError "config" when one is broken. */
async function entriesByFile(client: Client, places: Places) {
  const found: { file: string; entries: Entry }[] = [];
  for (const file of client.files(places)) {
    const text = await inFile(file, () => readConfigFile(file));
    if (text === undefined) continue;
    found.push({ file, entries: await inFile(file, () => entriesIn(text, client)) });
  }
  return found;
}

/** An entry that starts us, as far as it can be read. */
export interface OwnEntry {
  title: string;
  name: string;
  file: string;
  command: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
}

/** The entries in a client's files that start us, whatever their names. @throws KaneoMcpError "config" when a file is broken. */
export async function ownEntries(client: Client, places: Places): Promise<OwnEntry[]> {
  const found = await entriesByFile(client, places);
  return found.flatMap(({ file, entries }) =>
    Object.entries(entries).flatMap(([name, entry]) =>
      isOurs(entry) ? [{ title: client.title, name, file, ...launchIn(entry) }] : [],
    ),
  );
}

/** Every way to start us has our name in it; the official server is @kaneo/mcp, and may be given our client id. */
function isOurs(entry: unknown): entry is Entry {
  if (typeof entry !== "object" || entry === null) return false;
  const { command, args } = launchIn({ ...entry });
  return [command, ...args].some((word) => word.includes("kaneo-mcp"));
}

/** What an entry starts, in whichever client's words. */
function launchIn(entry: Entry): Pick<OwnEntry, "command" | "args" | "env"> {
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
  const there = files.find(({ entries }) => Object.hasOwn(entries, name)) ?? files[0];
  const { file, entries } = there ?? { file: client.files(places)[0], entries: {} as Entry };
  if (isDeepStrictEqual(entries[name], wanted)) return `"${name}" is in ${file} already`;
  const change = (text = "") => {
    if (Object.hasOwn(entriesIn(text, client), name)) throw taken(name);
    return withEntry(text, { ...client, name }, wanted);
  };
  const before = (await readConfigFile(file)) ?? "";
  await inFile(file, () => change(before));
  const program = await programOf(client, places);
  if (isDry) return `"${name}" would be added ${program ? `by ${program}` : `to ${file}`}`;

  if (client.command && program) {
    await run(program, client.command.add(launch, name), places);
    const entries = entriesIn((await readConfigFile(file)) ?? "", client);
    if (isDeepStrictEqual(entries, { ...entriesIn(before, client), [name]: wanted })) {
      return `"${name}" was added by ${program}`;
    }
    if (Object.hasOwn(entries, name)) throw surprising(program, file);
  }
  await inFile(file, () => changeConfigFile(file, { change, leavesCopy: true }));
  return `"${name}" was added to ${file}`;
}

/**
 * Removes the entry, by the client's own command or else from its file, and says which; undefined when there is none.
 *
 * @throws KaneoMcpError "config" when it was not removed.
 */
export async function removeEntry(of: EntryOf, isDry: boolean): Promise<string | undefined> {
  const { client, name, places } = of;
  const holders = async () =>
    (await entriesByFile(client, places)).filter(({ entries }) => Object.hasOwn(entries, name));
  const found = await holders();
  const [first] = found;
  if (!first) return undefined;
  const own = found.filter(({ entries }) => isOurs(entries[name])).map(({ file }) => file);
  if (own.length === 0) {
    const what = `"${name}" in ${first.file} stays: it starts something else.`;
    throw new KaneoMcpError("config", what);
  }
  const program = await programOf(client, places);
  const files = own.join(" and ");
  if (isDry) return `"${name}" would be removed ${program ? `by ${program}` : `from ${files}`}`;

  if (client.command && program) {
    await run(program, client.command.remove(name), places);
    if ((await holders()).length === 0) return `"${name}" was removed by ${program}`;
  }
  const change = (text = "", copy?: string) => {
    const place = { ...client, name };
    return isMadeOf(copy ?? "", text, place) ? copy : withoutEntry(text, place);
  };
  for (const file of own) {
    await inFile(file, () => changeConfigFile(file, { change, leavesCopy: false }));
  }
  return `"${name}" was removed from ${files}`;
}

/** Whether adding the entry to `copy` gives `text`: then `copy` is put back byte for byte. */
function isMadeOf(copy: string, text: string, place: Place): boolean {
  try {
    // The caller found it there.
    const entry = entriesIn(text, place)[place.name] as Entry;
    return withEntry(copy, place, entry) === text;
  } catch (error) {
    // A copy of another time: it holds the entry, or is broken.
    if (isFailure(error, "config")) return false;
    throw error;
  }
}

/** Where the client's own command is; on Windows only a real program, since a `.cmd` needs a shell. */
async function programOf({ command }: Client, { env, isWindows }: Places) {
  if (!command) return undefined;
  const folders = (env["PATH"] ?? env["Path"] ?? "").split(delimiter).filter((path) => path !== "");
  const paths = folders.map((folder) => join(folder, command.program + (isWindows ? ".exe" : "")));
  const usable = await Promise.all(paths.map((path) => isAllowed(path, constants.X_OK)));
  return paths.find((_, index) => usable[index]);
}

/** How it went is seen in the client's file. In the home, so that no project's settings get in. */
async function run(program: string, args: readonly string[], { home, env }: Places) {
  const options = { cwd: home, env, timeout: 60_000, windowsHide: true };
  const running = promisify(execFile)(program, args, options);
  running.child.stdin?.end();
  await running.catch(() => undefined);
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
    throw new KaneoMcpError("config", `${file} is as it was: ${error.message}.`, options);
  }
}

function taken(name: string): KaneoMcpError {
  const hint = "Remove that entry, or add this one under another name with --name.";
  return new KaneoMcpError("config", `an entry "${name}" is in it that differs from this one`, {
    hint,
  });
}

function surprising(program: string, file: string): KaneoMcpError {
  const hint = `Look at ${file}.`;
  return new KaneoMcpError("config", `${program} did something else than was asked.`, { hint });
}
