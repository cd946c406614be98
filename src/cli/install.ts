import { type CommandLine, readCommandLine } from "../command-line.ts";
import { readSetup, settingFlags } from "../config.ts";
import { isFailure } from "../errors.ts";
import { settings } from "../settings.ts";
import { flagRows, row } from "../usage.ts";
import { addEntry, type EntryOf, isFound, removeEntry } from "./client-entries.ts";
import { type Client, clients, type Launch, placesOf, wordFor } from "./clients.ts";
import { withEntry } from "./config-text.ts";
import { npxPackage, publication } from "./publication.ts";
import { refuse, type Surroundings, tell } from "./surroundings.ts";

/** `kaneo-mcp install`. Gives the exit code: 1 where a client was left out, 2 for wrong words. */
export async function install(argv: readonly string[], around: Surroundings): Promise<number> {
  const commandLine = readCommandLine(argv, {
    ...settingFlags,
    name: "string",
    print: "boolean",
    "dry-run": "boolean",
    help: "boolean",
  });
  const { flags } = commandLine;
  if (flags.has("help")) return tell(around, INSTALL_HELP);
  const named = namedEntries(commandLine, around);
  // What people called an entry by hand may be removed, whatever it is.
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(nameIn(commandLine))) {
    commandLine.problems.push("--name may hold letters, digits, - and _, 64 at most.");
  }
  const env = readEntry(commandLine, around);
  if (!env) return refuse(commandLine, around);

  const launch = launchOf(around, env);
  const entries = named.length > 0 ? named : await entriesFound(commandLine, around);
  if (flags.has("print")) {
    tell(around, entries.map((of) => snippet(of, launch)).join("\n"));
    return entries.length > 0 ? 0 : 1;
  }
  const isDry = flags.has("dry-run");
  const failures = await inTurn(entries, around, (of) => addEntry(of, launch, isDry));
  if (failures < entries.length && !isDry) tell(around, restartText(around));
  return failures === 0 && entries.length > 0 ? 0 : 1;
}

/** `kaneo-mcp uninstall`, from every client where none is named. Gives the exit code as {@link install}. */
export async function uninstall(argv: readonly string[], around: Surroundings): Promise<number> {
  const commandLine = readCommandLine(argv, {
    name: "string",
    "dry-run": "boolean",
    help: "boolean",
  });
  if (commandLine.flags.has("help")) return tell(around, UNINSTALL_HELP);
  const named = namedEntries(commandLine, around);
  if (commandLine.problems.length > 0) return refuse(commandLine, around);

  const entries = named.length > 0 ? named : entriesOf(clients, commandLine, around);
  let absent = 0;
  const failures = await inTurn(entries, around, async (of) => {
    const text = await removeEntry(of, commandLine.flags.has("dry-run"));
    if (text === undefined) absent += 1;
    return text;
  });
  if (absent === entries.length) {
    tell(around, `There is no entry "${nameIn(commandLine)}" to remove.\n`);
  }
  return failures === 0 ? 0 : 1;
}

const clientWords = clients.map(wordFor);

function nameIn({ flags }: CommandLine): string {
  return flags.get("name") ?? "kaneo";
}

/** The entries of the clients that the words name, however they write them: `vscode`, `VS Code`, `gemini-cli`. */
function namedEntries(commandLine: CommandLine, around: Surroundings): EntryOf[] {
  const letters = (text: string) => text.toLowerCase().replace(/[^a-z]|cli$/g, "");
  const named = clients.filter(({ title }) =>
    commandLine.words.some((word) => letters(word) === letters(title)),
  );
  const titles = named.map(({ title }) => letters(title));
  for (const text of commandLine.words) {
    if (titles.includes(letters(text))) continue;
    // In the words of the person, unless they might be a key.
    const word = /^[A-Za-z -]{1,24}$/.test(text) ? `"${text}"` : "One of the words";
    commandLine.problems.push(
      `${word} is not a known client. Choose from ${clientWords.join(", ")}.`,
    );
  }
  return entriesOf(named, commandLine, around);
}

function entriesOf(
  named: readonly Client[],
  commandLine: CommandLine,
  around: Surroundings,
): EntryOf[] {
  const places = placesOf(around.platform, around.homeDir, around.env);
  return named.map((client) => ({ client, name: nameIn(commandLine), places }));
}

async function entriesFound(commandLine: CommandLine, around: Surroundings): Promise<EntryOf[]> {
  const all = entriesOf(clients, commandLine, around);
  const isThere = await Promise.all(all.map(({ client, places }) => isFound(client, places)));
  const found = all.filter((_, index) => isThere[index]);
  const titles = found.map(({ client }) => client.title).join(", ");
  const none = `No client was found on this machine. Name one of ${clientWords.join(", ")}.\n`;
  around.stderr.write(found.length > 0 ? `Found on this machine: ${titles}.\n` : none);
  return found;
}

/** The variables of the entry; undefined when there are problems, which it adds to the command line's. */
function readEntry(
  commandLine: CommandLine,
  { env }: Surroundings,
): Record<string, string> | undefined {
  const allowed = { KANEO_ALLOW_INSECURE_HTTP: env["KANEO_ALLOW_INSECURE_HTTP"] };
  const { problems, config } = readSetup(allowed, commandLine.flags);
  commandLine.problems.push(...problems);
  if (commandLine.problems.length > 0) return undefined;

  const { apiUrl, allowInsecureHttp } = config;
  const given = Object.values(settings).flatMap(({ variables: [variable], flag }) => {
    const value = flag && commandLine.flags.get(flag.name);
    return value === undefined ? [] : [[variable, value] as const];
  });
  return {
    ...Object.fromEntries(given),
    KANEO_API_URL: apiUrl,
    ...(allowInsecureHttp && apiUrl.startsWith("http:") && { KANEO_ALLOW_INSECURE_HTTP: "1" }),
  };
}

/** What an entry starts: what was started now, by npx where that was how and the name is ours. */
export function launchOf(
  around: Pick<Surroundings, "platform" | "execPath" | "script" | "version">,
  env: Launch["env"],
  from = publication,
): Launch {
  const { platform, execPath, script, version } = around;
  if (isOfNpx(script) && from.isOnNpm) {
    const args = ["-y", npxPackage(version, from)];
    // On Windows npx is a .cmd, which no client starts without a shell.
    return platform === "win32"
      ? { command: "cmd", args: ["/c", "npx", ...args], env }
      : { command: "npx", args, env };
  }
  // Homebrew removes the folder of a version at the next update, and keeps this link to it.
  const node = execPath.replace(/\/Cellar\/(node[^/]*)\/[^/]+\//, "/opt/$1/");
  return { command: node, args: [script], env };
}

/** Whether npx, or pnpm's dlx, keeps the file in a folder that it empties one day. */
function isOfNpx(script: string): boolean {
  return /[\\/](_npx|dlx)[\\/]/.test(script);
}

/** What a person pastes, and where. */
function snippet({ client, name, places }: EntryOf, launch: Launch): string {
  const text = withEntry("", { ...client, name }, client.entry(launch, name));
  return `${client.title}: ${client.files(places).join(" or ")}\n\n${text}`;
}

/** One after the other, saying how each went. Gives the number of those that failed. */
async function inTurn(
  entries: readonly EntryOf[],
  { stdout, stderr }: Surroundings,
  act: (of: EntryOf) => Promise<string | undefined>,
): Promise<number> {
  let failures = 0;
  for (const of of entries) {
    const { title } = of.client;
    try {
      const text = await act(of);
      if (text !== undefined) stdout.write(`${title}: ${text}.\n`);
    } catch (error) {
      if (!isFailure(error, "config")) throw error;
      failures += 1;
      stderr.write(`${title}: ${error.message}${error.hint ? ` ${error.hint}` : ""}\n`);
    }
  }
  return failures;
}

function restartText({ script }: Surroundings): string {
  const next = `Now restart the client and ask: "What are my tasks in Kaneo?" The answer holds a link to sign in with.\n`;
  if (!isOfNpx(script) || publication.isOnNpm) return next;
  return `${next}The entry starts ${script}, in a folder that npx will empty some day: better install kaneo-mcp for good.\n`;
}

const INSTALL_HELP = `kaneo-mcp install [client…] adds this server to MCP clients: those that are named, else those found here.

Clients: ${clientWords.join(", ")}

${flagRows()}${row("--name <name>", "of the entry; default kaneo")}${row("--print", "only show the entry and where it belongs")}${row("--dry-run", "only say what would be done")}${row("-h, --help", "print this and exit")}
An existing entry is never replaced. The old file is kept beside the new one, ending in .kaneo-mcp.bak.
kaneo-mcp uninstall takes the entry out again.
`;

const UNINSTALL_HELP = `kaneo-mcp uninstall [client…] takes this server out of MCP clients: those that are named, else all.

  --name <name>        of the entry; default kaneo
  --dry-run            only say what would be done
  -h, --help           print this and exit
`;
