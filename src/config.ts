import { isAbsolute } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { KaneoMcpError } from "./errors.ts";
import { readBaseUrl } from "./http/base-url.ts";

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

const LOG_LEVELS = ["error", "warn", "info", "debug"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

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
  const parsed = settingsSchema(knownToolsets, given).safeParse(given.values);
  const problems = [...flags.problems, ...contradictions(given)];
  if (parsed.success && problems.length === 0) return { kind: "serve", config: parsed.data };
  const wrong = (parsed.error?.issues ?? []).map(
    ({ path, message }) => `${given.origins.get(String(path[0]))} ${message}`,
  );
  return { kind: "invalid", problems: [...problems, ...wrong] };
}

/** Where each setting may come from, the first that is present wins. */
const VARIABLES = {
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
} satisfies Record<keyof Config, readonly string[]>;

const FLAGS: Record<string, { type: "string" | "boolean"; setting?: keyof Config }> = {
  "api-url": { type: "string", setting: "apiUrl" },
  toolsets: { type: "string", setting: "toolsets" },
  "read-only": { type: "boolean", setting: "isReadOnly" },
  help: { type: "boolean" },
  version: { type: "boolean" },
};

interface Given {
  values: Record<string, string>;
  /** Setting → the variable or flag that gave its value. */
  origins: Map<string, string>;
}

function collect(env: ConfigSources["env"], flags: ReadonlyMap<string, string>): Given {
  const given: Given = { values: {}, origins: new Map() };
  for (const [setting, names] of Object.entries(VARIABLES)) {
    const flag = Object.keys(FLAGS).find((name) => FLAGS[name]?.setting === setting) ?? "";
    const origin = flags.has(flag) ? `--${flag}` : names.find((name) => isPresent(env[name]));
    const value = flags.get(flag) ?? env[origin ?? ""];
    if (origin === undefined || value === undefined) continue;
    given.values[setting] = value.trim();
    given.origins.set(setting, origin);
  }
  return given;
}

/** Clients pass on an empty field as "", and a variable that they do not know as it stands: `${KANEO_API_KEY}`. */
function isPresent(value: string | undefined): boolean {
  return value !== undefined && value.trim() !== "" && !/^\s*\$\{[^}]*\}\s*$/.test(value);
}

function contradictions({ values }: Given): string[] {
  if (values["apiKey"] === undefined || values["apiKeyFile"] === undefined) return [];
  return ["KANEO_API_KEY and KANEO_API_KEY_FILE are both set; keep one of them."];
}

function settingsSchema(knownToolsets: readonly string[], { values }: Given) {
  const allowInsecureHttp = TRUE.has(values["allowInsecureHttp"]?.toLowerCase() ?? "");
  return z.object({
    apiUrl: z
      .string()
      .default("https://cloud.kaneo.app")
      .transform((text, context) => {
        try {
          return readBaseUrl(text, { allowInsecureHttp });
        } catch (error) {
          if (!(error instanceof KaneoMcpError)) throw error;
          context.addIssue(`is refused. ${error.message} ${error.hint ?? ""}`.trim());
          return z.NEVER;
        }
      }),
    apiKey: z
      .string()
      .regex(API_KEY_PATTERN, "must be 8 to 512 visible ASCII characters without blanks.")
      .optional(),
    apiKeyFile: absolutePath,
    clientId: z
      .string()
      .regex(/^[\x21-\x7e]{1,128}$/, "must be 1 to 128 visible ASCII characters without blanks.")
      .default("kaneo-mcp"),
    workspace: z.string().max(256, "must be at most 256 characters.").optional(),
    project: z.string().max(256, "must be at most 256 characters.").optional(),
    toolsets: toolsetNames(knownToolsets),
    isReadOnly: switchSetting,
    timezone: z
      .string()
      .refine(isTimezone, "must be an IANA time zone such as Europe/Berlin.")
      .optional(),
    allowInsecureHttp: switchSetting,
    dataDir: absolutePath,
    logLevel: z
      .string()
      .toLowerCase()
      .pipe(z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(", ")}.`))
      .default("warn"),
  });
}

const absolutePath = z
  .string()
  .refine(isAbsolute, "must be an absolute path, with the home directory written out.")
  .optional();

const TRUE = new Set(["1", "true", "yes", "on"]);
const FALSE = new Set(["0", "false", "no", "off"]);

const switchSetting = z
  .string()
  .toLowerCase()
  .refine((text) => TRUE.has(text) || FALSE.has(text), "must be 1 or 0.")
  .transform((text) => TRUE.has(text))
  .default(false);

function toolsetNames(known: readonly string[]) {
  return z
    .string()
    .default("default")
    .transform((text) =>
      text
        .split(",")
        .map((name) => name.trim().toLowerCase())
        .filter((name) => name !== ""),
    )
    .superRefine((names, context) => {
      const unknown = names.filter((name) => !known.includes(name)).map((name) => `"${name}"`);
      if (unknown.length === 0 && names.length > 0) return;
      const wrong = unknown.length > 0 ? `names ${unknown.join(", ")}` : "names no toolset";
      context.addIssue(`${wrong}; there are ${known.join(", ")}.`);
    });
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
