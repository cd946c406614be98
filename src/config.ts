import { parseArgs } from "node:util";
import { KaneoMcpError } from "./errors.ts";
import { assertFilledIn, type Config, isOn, quote, settings, UNREPEATED } from "./settings.ts";
import { countChanges, nearestNames } from "./text/text.ts";

/** What stands first on the command line where it is no server that is asked for, with what `--help` says of it. */
export const commands = {
  install: "[client…]: add this server to MCP clients; without names, to all found here",
  uninstall: "[client…]: take it out of them again",
  login: "sign in by a link, and wait for the approval",
  logout: "sign out, for every client here",
  status: "say who is signed in to which Kaneo",
  doctor: "look for what is wrong, and say what to do",
} as const;

export type Command = keyof typeof commands;

/** What the command line asks for. */
export type Reading =
  | { kind: "help" }
  | { kind: "version" }
  | {
      kind: "command";
      command: Command;
      /** What stands behind it. */
      argv: readonly string[];
    }
  | {
      kind: "serve";
      /** With the default, or what is safer, where a value is unusable. */
      config: Config;
      /** Why it must not be used: full sentences that name the variable or flag as it was given, and never hold a secret. */
      problems: string[];
      /** What is odd about it and does not keep it from being used. */
      warnings: string[];
    };

export interface ConfigSources {
  env: Record<string, string | undefined>;
  /** Without the program's own path. */
  argv: readonly string[];
}

/** Reads variables and flags, and names everything that is wrong with them at once. */
export function readConfig({ env, argv }: ConfigSources): Reading {
  const [first = "", ...rest] = argv;
  if (isCommand(first)) return { kind: "command", command: first, argv: rest };
  const flags = readFlags(argv);
  if (flags.values.has("help")) return { kind: "help" };
  if (flags.values.has("version")) return { kind: "version" };
  const given = collect(env, flags.values);
  const config: Config = { ...DEFAULTS };
  const { problems: strayProblems, warnings } = lookForStrays(env, given);
  const problems = [...flags.problems, ...strayProblems];
  const key = given.get("apiKey");
  const keyFile = given.get("apiKeyFile");
  if (key && keyFile) {
    problems.push(`${key.name} and ${keyFile.name} are both set; keep one of them.`);
  }
  const allowInsecureHttp = isOn(given.get("allowInsecureHttp")?.text);
  for (const [setting, { name, text }] of given) {
    try {
      const about = { name, allowInsecureHttp };
      assertFilledIn(text, name);
      Object.assign(config, { [setting]: settings[setting].read(text, about) });
    } catch (error) {
      if (!(error instanceof KaneoMcpError)) throw error;
      problems.push([error.message, error.hint ?? ""].join(" ").trim());
    }
  }
  return { kind: "serve", config, problems, warnings };
}

function isCommand(word: string): word is Command {
  return Object.hasOwn(commands, word);
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
function collect(env: ConfigSources["env"], flags: ReadonlyMap<string, string>) {
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
function lookForStrays(env: ConfigSources["env"], given: ReadonlyMap<keyof Config, Given>) {
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
  if (!/^KANEO/i.test(variable)) return undefined;
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

interface Flags {
  /** Flag → value, "1" for those that take none. */
  values: Map<string, string>;
  problems: string[];
}

function readFlags(argv: readonly string[]): Flags {
  const values = new Map<string, string>();
  const problems: string[] = [];
  // Most starts have none, and the parser takes as long to load as all else here.
  if (argv.length === 0) return { values, problems };
  const args = argv.map((arg) => SHORT[arg] ?? arg);
  const { tokens } = parseArgs({ args, options: FLAGS, strict: false, tokens: true });
  let isValueOfUnknown = false;
  for (const token of tokens) {
    if (token.kind === "positional") {
      const what = isValueOfUnknown ? UNREPEATED : quote(token.value);
      const [near] = nearestNames(token.value, Object.keys(commands), 1);
      const guess = near ? `; the nearest is ${near}` : "";
      const end = token.index === 0 ? ` and is no command${guess}` : "";
      problems.push(`Argument ${token.index + 1}, ${what}, belongs to no flag${end}.`);
    }
    isValueOfUnknown = token.kind === "option" && !Object.hasOwn(FLAGS, token.name);
    if (token.kind !== "option") continue;
    const problem = flagProblem(token.name, token.value);
    if (problem) problems.push(`${token.rawName.slice(0, 60)} ${problem}`);
    else values.set(token.name, token.value ?? "1");
  }
  return { values, problems };
}

const SHORT: Record<string, string> = { "-h": "--help", "-v": "--version" };

const FLAGS: Record<string, { type: "string" | "boolean" }> = {
  help: { type: "boolean" },
  version: { type: "boolean" },
  ...Object.fromEntries(
    settingNames.flatMap((name) => {
      const { flag } = settings[name];
      return flag ? [[flag.name, { type: flag.takes ? "string" : "boolean" } as const]] : [];
    }),
  ),
};

function flagProblem(name: string, value: string | undefined): string | undefined {
  const flag = Object.hasOwn(FLAGS, name) ? FLAGS[name] : undefined;
  if (!flag) return "is not a flag of kaneo-mcp; --help lists them.";
  if (flag.type === "boolean") return value === undefined ? undefined : "takes no value.";
  const isMissing = value === undefined || value.trim() === "" || value.startsWith("-");
  return isMissing ? "needs a value." : undefined;
}
