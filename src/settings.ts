/** Every setting: where it comes from, how it is read, and what `--help` says of it. */
import { statSync } from "node:fs";
import { isAbsolute, parse } from "node:path";
import { KaneoMcpError } from "./errors.ts";
import { readBaseUrl } from "./http/base-url.ts";
import { CREDENTIAL, readHeaders } from "./http/headers.ts";
import { type LogLevel, logLevels } from "./log.ts";
import { toolsetNames } from "./tools/toolsets.ts";

/** What the person who set the server up decided. */
export interface Config {
  /** The instance, as `readBaseUrl` gives it. */
  apiUrl: string;
  apiKey?: string;
  /** Absolute path of a file that holds the key; read at the first call. */
  apiKeyFile?: string;
  clientId: string;
  /** Default of the argument `workspace`. */
  workspace?: string;
  /** Default of the argument `project`. */
  project?: string;
  toolsets: string[];
  isReadOnly: boolean;
  /** IANA name; undefined means the system's zone. */
  timezone?: string;
  /** Lower-case name → value, for what stands in front of Kaneo; each value is a secret. */
  headers?: Record<string, string>;
  allowInsecureHttp: boolean;
  /** Absolute path; undefined means the platform's place for data. */
  dataDir?: string;
  /** Absolute path of the one folder whose files tools may read, and in which they make new ones; undefined means none. */
  filesDir?: string;
  /** Which of several accounts on one instance this is. */
  profile?: string;
  logLevel: LogLevel;
}

interface Given {
  /** The variable or flag that gave the text. */
  name: string;
  allowInsecureHttp: boolean;
}

interface Setting<T> {
  /** Where it may come from; the first that is present wins, and a flag over all of them. */
  variables: readonly [string, ...string[]];
  flag?: { name: string; takes?: string };
  /** What people write for its variable, behind `KANEO_`; the nearest by letters are known without that. */
  mistakenFor?: readonly string[];
  help: string;
  /** Undefined when the text cannot be used. @throws KaneoMcpError "config", beginning with the name, where more can be said of it. */
  read(text: string, given: Given): T | undefined;
  must: string;
  /** The field of a bundle that nobody filled in must not count as unset here: unset is not the safer value. */
  mustBeFilledIn?: true;
}

/** Of variables that hold a secret for a tool: behind it stands the person's name for that. */
export const SECRET_PREFIX = "KANEO_SECRET_";

const aPath = {
  read: (text: string) => (isAbsolute(text) ? text : undefined),
  must: "an absolute path, with the home directory written out",
};
const aName = matching(/^.{1,256}$/s, "at most 256 characters");
const aSwitch = { read: onOrOff, must: "1 or 0" };

/** In the order of `--help`. The README has a row for each. */
export const settings: { readonly [Name in keyof Config]-?: Setting<Required<Config>[Name]> } = {
  apiUrl: {
    variables: ["KANEO_API_URL", "KANEO_BASE_URL", "KANEO_URL"],
    flag: { name: "api-url", takes: "<url>" },
    mistakenFor: ["HOST", "INSTANCE", "INSTANCE_URL", "SERVER", "SERVER_URL", "ENDPOINT", "API"],
    help: "the instance, or any of its addresses copied from the browser; default https://cloud.kaneo.app",
    read: (text, given) => readBaseUrl(withoutPage(text), given),
    must: "an address",
    mustBeFilledIn: true,
  },
  apiKey: {
    variables: ["KANEO_API_KEY"],
    mistakenFor: ["TOKEN", "API_TOKEN", "ACCESS_TOKEN", "AUTH_TOKEN", "KEY", "SECRET"],
    help: "use an API key instead of signing in with a browser",
    ...matching(CREDENTIAL, "8 to 512 visible ASCII characters without blanks"),
  },
  apiKeyFile: {
    variables: ["KANEO_API_KEY_FILE"],
    help: "a file that holds the API key",
    ...aPath,
  },
  clientId: {
    variables: ["KANEO_MCP_CLIENT_ID"],
    help: "client id of the sign-in; default kaneo-mcp",
    ...matching(/^[\x21-\x7e]{1,128}$/, "1 to 128 visible ASCII characters without blanks"),
  },
  workspace: {
    variables: ["KANEO_WORKSPACE", "KANEO_WORKSPACE_ID"],
    help: "default workspace",
    ...aName,
  },
  project: {
    variables: ["KANEO_PROJECT"],
    help: "default project",
    ...aName,
  },
  toolsets: {
    variables: ["KANEO_TOOLSETS"],
    flag: { name: "toolsets", takes: "<names>" },
    mistakenFor: ["TOOLS"],
    help: `which tools exist, comma-separated: ${toolsetNames.join(", ")}`,
    read: toolsets,
    must: `one or several of ${toolsetNames.join(", ")}`,
  },
  isReadOnly: {
    variables: ["KANEO_READ_ONLY"],
    flag: { name: "read-only" },
    mistakenFor: ["READ_ONLY_MODE", "NO_WRITE", "WRITE", "ALLOW_WRITE", "DISABLE_WRITE"],
    help: "only tools that read",
    ...aSwitch,
    mustBeFilledIn: true,
  },
  timezone: {
    variables: ["KANEO_TIMEZONE"],
    mistakenFor: ["TZ"],
    help: "IANA zone for dates without a time; default: the system's",
    read: timeZone,
    must: "an IANA time zone such as Europe/Berlin",
  },
  headers: {
    variables: ["KANEO_HEADERS"],
    help: "headers for what stands in front of Kaneo, one `Name: value` per line; kept secret",
    read: readHeaders,
    must: "one `Name: value` per line",
  },
  allowInsecureHttp: {
    variables: ["KANEO_ALLOW_INSECURE_HTTP"],
    help: "1: allow http:// to other machines",
    ...aSwitch,
  },
  dataDir: {
    variables: ["KANEO_MCP_DATA_DIR"],
    help: "where the sign-in is kept",
    ...aPath,
  },
  filesDir: {
    variables: ["KANEO_FILES_DIR"],
    flag: { name: "files-dir", takes: "<folder>" },
    help: "the one folder whose files may be attached and imported, and where exports are put",
    read: folderOfFiles,
    must: "a folder of its own that exists, not the whole disk, as an absolute path",
  },
  profile: {
    variables: ["KANEO_PROFILE"],
    flag: { name: "profile", takes: "<name>" },
    help: "a name for one of several accounts on the instance; each signs in separately",
    ...matching(/^[a-z0-9-]{1,32}$/, "1 to 32 of a-z, 0-9 and -"),
  },
  logLevel: {
    variables: ["KANEO_LOG_LEVEL"],
    help: "error, warn (default), info or debug; on stderr",
    read: (text) => logLevels.find((level) => level === text.toLowerCase()),
    must: `one of ${logLevels.join(", ")}`,
  },
};

const PLACEHOLDER =
  /\$\{|\$\(|\{\{|^\{\w+:[^}]*\}$|^\$(?:env:)?[a-z_]\w*(?=$|[\\/])|^%[a-z_]\w*%|^<[^<>]*>$/i;
const QUOTED = /^(["'`]).*\1$|^[“„‘«].*[”“’»]$|^["'`“„][^\s"'`]*$|^[^\s"]+"$/s;

/**
 * Values are not repeated: a placeholder may hold a default that is a secret.
 *
 * @throws KaneoMcpError "config" when the text stands for the value instead of being it.
 */
export function assertFilledIn(text: string, name: string): void {
  if (PLACEHOLDER.test(text)) {
    const why = `${name} holds a placeholder that nothing has filled in; write the value itself there, or leave it out.`;
    throw new KaneoMcpError("config", why);
  }
  if (QUOTED.test(text)) {
    const why = `${name} is in quotes, which became part of the value; leave the quotes out.`;
    throw new KaneoMcpError("config", why);
  }
}

/** Takes a text as it is when it has this form, which `must` says in words. */
function matching(pattern: RegExp, must: string) {
  return { read: (text: string) => (pattern.test(text) ? text : undefined), must };
}

function toolsets(text: string): string[] | undefined {
  const words = text.split(",").map((word) => word.trim().toLowerCase());
  const named = words.filter((word) => word !== "");
  const isKnown = named.length > 0 && named.every((word) => toolsetNames.includes(word));
  return isKnown ? named : undefined;
}

/** 1 or 0, or words for them. */
function onOrOff(text: string): boolean | undefined {
  if (isOn(text)) return true;
  return ["0", "false", "no", "off"].includes(text.toLowerCase()) ? false : undefined;
}

/** Whether a text turns something on. */
export function isOn(text = ""): boolean {
  return ["1", "true", "yes", "on"].includes(text.toLowerCase());
}

/** It is looked at here and not at the first use: a slip would otherwise look like a file that is missing. */
function folderOfFiles(text: string): string | undefined {
  try {
    const isOwn = isAbsolute(text) && parse(text).root !== text;
    return isOwn && statSync(text).isDirectory() ? text : undefined;
  } catch {
    return undefined;
  }
}

/** Zones are looked up in the list of them, since a first format makes a start a third longer; their other names are not in it. */
function timeZone(text: string): string | undefined {
  if (Intl.supportedValuesOf("timeZone").includes(text)) return text;
  try {
    new Intl.DateTimeFormat("en", { timeZone: text });
    return text;
  } catch {
    return undefined;
  }
}

/** An address of the instance as the browser shows it, without the page of Kaneo that it leads to. */
function withoutPage(text: string): string {
  return text.replace(
    /^(https?:\/\/[^?#]*?)\/(?:dashboard|auth\/(?:sign-in|sign-up|check-email|verify-otp)|device|onboarding|profile-setup|invitations?|public-project)(?:[/?#].*)?$/i,
    "$1",
  );
}
