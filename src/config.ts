import { isAbsolute } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod/mini";
import { KaneoMcpError } from "./errors.ts";
import { readBaseUrl } from "./http/base-url.ts";
import { type LogLevel, logLevels } from "./log.ts";

/** What the person who set the server up decided. */
export interface Config {
  /** The instance, as `readBaseUrl` gives it. */
  apiUrl: string;
  apiKey?: string | undefined;
  /** Absolute path of a file that holds the key; read at the first call. */
  apiKeyFile?: string | undefined;
  clientId: string;
  /** Default of the argument `workspace`. */
  workspace?: string | undefined;
  /** Default of the argument `project`. */
  project?: string | undefined;
  toolsets: string[];
  isReadOnly: boolean;
  /** IANA name; undefined means the system's zone. */
  timezone?: string | undefined;
  allowInsecureHttp: boolean;
  /** Absolute path; undefined means the platform's place for data. */
  dataDir?: string | undefined;
  logLevel: LogLevel;
}

/** What may stand in a header as an API key. */
export const API_KEY_PATTERN = /^[\x21-\x7e]{8,512}$/;

/** What the command line asks for. */
export type Reading =
  | { kind: "help" }
  | { kind: "version" }
  | { kind: "serve"; config: Config }
  /** Each problem names the variable or flag and the reason, and never holds a secret. */
  | { kind: "invalid"; problems: string[] };

export interface ConfigSources {
  env: Record<string, string | undefined>;
  /** Without the program's own path. */
  argv: readonly string[];
  /** The names that KANEO_TOOLSETS may hold. */
  knownToolsets: readonly string[];
}

/** Reads variables and flags; a flag wins over its variable. */
export function readConfig({ env, argv, knownToolsets }: ConfigSources): Reading {
  const flags = readFlags(argv);
  if (flags.isAsked("help")) return { kind: "help" };
  if (flags.isAsked("version")) return { kind: "version" };
  const given = collect(env, flags.settings);
  const config: Config = { ...DEFAULTS };
  const wrong: string[] = [];

  const read = <Name extends keyof Config>(name: Name, { value, origin }: Given): void => {
    const allowInsecureHttp = isOn(given.get("allowInsecureHttp")?.value ?? "");
    const parsed = SCHEMAS[name]({ knownToolsets, allowInsecureHttp }).safeParse(value);
    if (parsed.success) Object.assign(config, { [name]: parsed.data });
    else wrong.push(...parsed.error.issues.map(({ message }) => `${origin} ${message}`));
  };
  for (const [name, setting] of given) read(name, setting);

  const problems = [...flags.problems, ...contradictions(given), ...wrong];
  return problems.length > 0 ? { kind: "invalid", problems } : { kind: "serve", config };
}

const DEFAULTS: Config = {
  apiUrl: "https://cloud.kaneo.app",
  clientId: "kaneo-mcp",
  toolsets: ["default"],
  isReadOnly: false,
  allowInsecureHttp: false,
  logLevel: "warn",
};

/** Where each setting may come from, the first that is present wins. */
const VARIABLES: Record<keyof Config, readonly string[]> = {
  apiUrl: ["KANEO_API_URL", "KANEO_BASE_URL", "KANEO_URL"],
  apiKey: ["KANEO_API_KEY"],
  apiKeyFile: ["KANEO_API_KEY_FILE"],
  clientId: ["KANEO_MCP_CLIENT_ID"],
  workspace: ["KANEO_WORKSPACE", "KANEO_WORKSPACE_ID"],
  project: ["KANEO_PROJECT"],
  toolsets: ["KANEO_TOOLSETS"],
  isReadOnly: ["KANEO_READ_ONLY"],
  timezone: ["KANEO_TIMEZONE"],
  allowInsecureHttp: ["KANEO_ALLOW_INSECURE_HTTP"],
  dataDir: ["KANEO_MCP_DATA_DIR"],
  logLevel: ["KANEO_LOG_LEVEL"],
};

const FLAGS: Record<string, { type: "string" | "boolean"; setting?: keyof Config }> = {
  "api-url": { type: "string", setting: "apiUrl" },
  toolsets: { type: "string", setting: "toolsets" },
  "read-only": { type: "boolean", setting: "isReadOnly" },
  help: { type: "boolean" },
  version: { type: "boolean" },
};

interface Given {
  value: string;
  /** The variable or flag that gave it. */
  origin: string;
}

type Settings = ReadonlyMap<keyof Config, Given>;

function collect(env: ConfigSources["env"], flags: ReadonlyMap<string, string>): Settings {
  const given = new Map<keyof Config, Given>();
  // Object.keys forgets that it gives the keys of this very object.
  for (const setting of Object.keys(VARIABLES) as (keyof Config)[]) {
    const flag = Object.keys(FLAGS).find((name) => FLAGS[name]?.setting === setting) ?? "";
    const variable = VARIABLES[setting].find((name) => isPresent(env[name])) ?? "";
    const value = flags.get(flag) ?? env[variable];
    if (value === undefined) continue;
    const origin = flags.has(flag) ? `--${flag}` : variable;
    given.set(setting, { value: value.trim(), origin });
  }
  return given;
}

/** Clients pass on an empty field as "", and a variable that they do not know as it stands: `${KANEO_API_KEY}`. */
function isPresent(value: string | undefined): boolean {
  return value !== undefined && value.trim() !== "" && !/^\s*\$\{[^}]*\}\s*$/.test(value);
}

function contradictions(given: Settings): string[] {
  if (!given.has("apiKey") || !given.has("apiKeyFile")) return [];
  return ["KANEO_API_KEY and KANEO_API_KEY_FILE are both set; keep one of them."];
}

interface Surroundings {
  knownToolsets: readonly string[];
  allowInsecureHttp: boolean;
}

/** How each setting is read. Every start waits for this, so a schema is made only for what is given. */
const SCHEMAS: { [Name in keyof Config]-?: (around: Surroundings) => z.ZodMiniType<Config[Name]> } =
  {
    apiUrl: ({ allowInsecureHttp }) => baseUrl(allowInsecureHttp),
    apiKey: () =>
      matching(API_KEY_PATTERN, "must be 8 to 512 visible ASCII characters without blanks."),
    apiKeyFile: absolutePath,
    clientId: () =>
      matching(/^[\x21-\x7e]{1,128}$/, "must be 1 to 128 visible ASCII characters without blanks."),
    workspace: shortText,
    project: shortText,
    toolsets: ({ knownToolsets }) => toolsetNames(knownToolsets),
    isReadOnly: onOrOff,
    timezone: () =>
      z.string().check(z.refine(isTimezone, "must be an IANA time zone such as Europe/Berlin.")),
    allowInsecureHttp: onOrOff,
    dataDir: absolutePath,
    logLevel: () =>
      z.pipe(lowerCase(), z.enum(logLevels, `must be one of ${logLevels.join(", ")}.`)),
  };

function matching(pattern: RegExp, message: string) {
  return z.string().check(z.regex(pattern, message));
}

function lowerCase() {
  return z.string().check(z.toLowerCase());
}

function baseUrl(allowInsecureHttp: boolean) {
  const read = z.transform<string, string>((text, context) => {
    try {
      return readBaseUrl(text, { allowInsecureHttp });
    } catch (error) {
      if (!(error instanceof KaneoMcpError)) throw error;
      const message = `is refused. ${error.message} ${error.hint ?? ""}`.trim();
      context.issues.push({ code: "custom", message, input: text });
      return z.NEVER;
    }
  });
  return z.pipe(z.string(), read);
}

function absolutePath() {
  const message = "must be an absolute path, with the home directory written out.";
  return z.string().check(z.refine(isAbsolute, message));
}

function shortText() {
  return z.string().check(z.maxLength(256, "must be at most 256 characters."));
}

function onOrOff() {
  const choice = z.pipe(lowerCase(), z.enum([...ON, ...OFF], "must be 1 or 0."));
  return z.pipe(choice, z.transform(isOn));
}

const ON = ["1", "true", "yes", "on"];
const OFF = ["0", "false", "no", "off"];

function isOn(text: string): boolean {
  return ON.includes(text.toLowerCase());
}

function toolsetNames(known: readonly string[]) {
  const names = z.transform<string, string[]>((text, context) => {
    const given = text.split(",").map((name) => name.trim().toLowerCase());
    const named = given.filter((name) => name !== "");
    const unknown = named.filter((name) => !known.includes(name)).map((name) => `"${name}"`);
    if (unknown.length === 0 && named.length > 0) return named;
    const wrong = unknown.length > 0 ? `names ${unknown.join(", ")}` : "names no toolset";
    const message = `${wrong}; there are ${known.join(", ")}.`;
    context.issues.push({ code: "custom", message, input: text });
    return z.NEVER;
  });
  return z.pipe(z.string(), names);
}

function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

interface Flags {
  /** Flag → value, for those that give a setting. */
  settings: Map<string, string>;
  problems: string[];
  isAsked(flag: string): boolean;
}

/** Values are not repeated in the problems: somebody may have tried to pass a key. */
function readFlags(argv: readonly string[]): Flags {
  const settings = new Map<string, string>();
  const problems: string[] = [];
  const args = argv.map((arg) => SHORT[arg] ?? arg);
  const { tokens } = parseArgs({ args, options: FLAGS, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind === "positional")
      problems.push(`Argument ${token.index + 1} belongs to no flag.`);
    if (token.kind !== "option") continue;
    const problem = flagProblem(token.name, token.value);
    if (problem) problems.push(`${token.rawName} ${problem}`);
    else settings.set(token.name, token.value ?? "1");
  }
  return { settings, problems, isAsked: (flag) => settings.has(flag) };
}

const SHORT: Record<string, string> = { "-h": "--help", "-v": "--version" };

function flagProblem(name: string, value: string | undefined): string | undefined {
  const flag = Object.hasOwn(FLAGS, name) ? FLAGS[name] : undefined;
  if (!flag) return "is not a flag of kaneo-mcp; --help lists them.";
  if (flag.type === "boolean") return value === undefined ? undefined : "takes no value.";
  return value === undefined || !isPresent(value) || value.startsWith("-")
    ? "needs a value."
    : undefined;
}
