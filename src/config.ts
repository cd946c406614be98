import { type CommandLine, type KnownFlags, readCommandLine } from "./command-line.ts";
import { KaneoMcpError } from "./errors.ts";
import { assertFilledIn, type Config, isOn, SECRET_PREFIX, settings } from "./settings.ts";
import { countChanges, didYouMean } from "./text/nearest-names.ts";

/** What stands first on the command line where it is no server that is asked for. */
export const commands = ["install", "uninstall", "login", "logout", "status", "doctor"] as const;

export type Command = (typeof commands)[number];

/** What the command line asks for. */
export type Reading =
  | { kind: "help" }
  | { kind: "version" }
  | { kind: "command"; command: Command; argv: readonly string[] }
  | ({ kind: "serve" } & Setup);

/** What was decided, and how good that is. */
export interface Setup {
  /** With the default, or what is safer, where a value is unusable. */
  config: Config;
  /** Why it must not be used: full sentences that name the variable or flag as it was given, and never hold a secret. */
  problems: string[];
  /** What is odd about it and does not keep it from being used. */
  warnings: string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads variables and flags, without the program's own path, and names everything that is wrong with them at once. */
export function readConfig(env: Environment, argv: readonly string[]): Reading {
  const [first = "", ...rest] = argv;
  if (isCommand(first)) return { kind: "command", command: first, argv: rest };
  const { flags, problems } = readFlags(argv);
  if (flags.has("help")) return { kind: "help" };
  if (flags.has("version")) return { kind: "version" };
  const setup = readSetup(env, flags);
  return { kind: "serve", ...setup, problems: [...problems, ...setup.problems] };
}

/** The same of variables, and of the flags of a server where there are any. */
export function readSetup(env: Environment, flags: ReadonlyMap<string, string> = new Map()): Setup {
  const given = collect(env, flags);
  const config: Config = { ...DEFAULTS };
  const { problems, warnings } = lookForStrays(env, given);
  const key = given.get("apiKey");
  const keyFile = given.get("apiKeyFile");
  if (key && keyFile) {
    problems.push(`${key.name} and ${keyFile.name} are both set; keep one of them.`);
  }
  const allowInsecureHttp = isOn(given.get("allowInsecureHttp")?.text);
  for (const [setting, { name, text }] of given) {
    try {
      assertFilledIn(text, name);
      const { read, must } = settings[setting];
      const value = read(text, { name, allowInsecureHttp });
      if (value !== undefined) Object.assign(config, { [setting]: value });
      else problems.push(`${name} must be ${must}.`);
    } catch (error) {
      if (!(error instanceof KaneoMcpError)) throw error;
      problems.push([error.message, error.hint ?? ""].join(" ").trim());
    }
  }
  return { config, problems, warnings };
}

function isCommand(word: string): word is Command {
  return commands.some((command) => command === word);
}

const DEFAULTS: Config = {
  apiUrl: "https://cloud.kaneo.app",
  clientId: "kaneo-mcp",
  toolsets: ["default"],
  isReadOnly: false,
  allowInsecureHttp: false,
  logLevel: "warn",
};

// Object.keys forgets that it gives the keys of this very object.
const settingNames = Object.keys(settings) as (keyof Config)[];

interface Given {
  /** The variable or flag that gave it. */
  name: string;
  text: string;
}

/** Clients pass an empty field on as "", and a bundle's optional field that was left open as it stands. */
function collect(env: Environment, flags: ReadonlyMap<string, string>) {
  const given = new Map<keyof Config, Given>();
  for (const setting of settingNames) {
    const { variables, flag, mustBeFilledIn } = settings[setting];
    const isSet = (text = "") =>
      text.trim() !== "" && (mustBeFilledIn || !/^\s*\$\{user_config\.[^}]*\}\s*$/.test(text));
    const variable = variables.find((name) => isSet(env[name])) ?? "";
    const flagged = flag && flags.get(flag.name);
    const text = flagged ?? env[variable];
    if (text === undefined) continue;
    const name = flag && flagged !== undefined ? `--${flag.name}` : variable;
    given.set(setting, { name, text: text.trim() });
  }
  return given;
}

/** Variables that are none of ours, but plainly mean one of ours that is not set. */
function lookForStrays(env: Environment, given: ReadonlyMap<keyof Config, Given>) {
  const problems: string[] = [];
  const warnings: string[] = [];
  for (const [variable, text = ""] of Object.entries(env)) {
    const meant = text.trim() === "" ? undefined : meantBy(variable);
    if (meant === undefined || given.has(meant)) continue;
    const [name] = settings[meant].variables;
    const sentence = `${variable} is not read by kaneo-mcp: it is called ${name}.`;
    (meant === "isReadOnly" ? problems : warnings).push(sentence);
  }
  return { problems, warnings };
}

/** The setting that a variable of another name means; undefined for ours, and for what has nothing to do with them. */
function meantBy(variable: string): keyof Config | undefined {
  if (!/^KANEO/i.test(variable) || variable.startsWith(SECRET_PREFIX)) return undefined;
  if (settingNames.some((name) => settings[name].variables.includes(variable))) return undefined;
  const letters = lettersOf(variable);
  // Of few letters, two are too many.
  const most = letters.length < 5 ? 1 : 2;
  return settingNames.find((name) => {
    const { variables, mistakenFor = [] } = settings[name];
    return (
      mistakenFor.some((other) => lettersOf(other) === letters) ||
      variables.some((own) => countChanges(letters, lettersOf(own)) <= most)
    );
  });
}

function lettersOf(variable: string): string {
  return variable
    .toUpperCase()
    .replaceAll(/[^A-Z]/g, "")
    .replace(/^KANEO(MCP)?/, "")
    .replace(/S$/, "");
}

/** Reads the flags of a server. */
export function readFlags(argv: readonly string[]): Pick<CommandLine, "flags" | "problems"> {
  const { flags, words, problems } = readCommandLine(argv, FLAGS);
  const stray = words.map((word) => strayWord(word, argv.indexOf(word)));
  return { flags, problems: [...stray, ...problems] };
}

/** It is not repeated: somebody may have tried to pass a key. */
function strayWord(word: string, index: number): string {
  const known = [...commands, "--help", "--version"];
  const end = index === 0 ? ` and is no command${didYouMean(word, known)}` : ".";
  return `Argument ${index + 1} belongs to no flag${end}`;
}

/** Those of the settings that have one. */
export const settingFlags: KnownFlags = Object.fromEntries(
  Object.values(settings).flatMap(({ flag }) =>
    flag ? [[flag.name, flag.takes ? "string" : "boolean"] as const] : [],
  ),
);

const FLAGS: KnownFlags = { ...settingFlags, help: "boolean", version: "boolean" };
