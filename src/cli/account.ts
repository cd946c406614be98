/** What the commands about one account share: which it is, the way to it, and how they fail. */
import type { Clock } from "../clock.ts";
import { type Reading, readConfig } from "../config.ts";
import { connect } from "../connect.ts";
import { KaneoMcpError } from "../errors.ts";
import { createRedactor } from "../http/redactor.ts";
import { createLog } from "../log.ts";
import type { Config } from "../settings.ts";
import { cleanText } from "../text/untrusted.ts";
import { startedAs } from "../texts.ts";
import type { ToolContext } from "../tools/tool.ts";
import { type Order, refuse, type Surroundings } from "./order.ts";

/** What a command that talks to Kaneo needs besides. */
export interface RunningProcess extends Surroundings {
  /** Such as `v22.1.0`. */
  nodeVersion: string;
  clock: Clock;
  pid: number;
  uid: number | undefined;
  /** Aborts at Ctrl+C, which until the first call ends the process. */
  interrupted(): AbortSignal;
}

export const accountFlags = {
  "api-url": "string",
  profile: "string",
  help: "boolean",
} as const;

export const ACCOUNT_HELP = `  --api-url <url>      the Kaneo instance; default KANEO_API_URL, else https://cloud.kaneo.app
  --profile <name>     which of several accounts; default KANEO_PROFILE
  -h, --help           print this and leave
`;

/** The settings of the terminal, with the flags over them. */
export function readAccount(
  { flags }: Pick<Order, "flags">,
  env: Surroundings["env"],
): Extract<Reading, { kind: "serve" }> {
  const [url, profile] = [flags.get("api-url"), flags.get("profile")];
  const reading = readConfig({
    env: { ...env, ...(profile !== undefined && { KANEO_PROFILE: profile }) },
    argv: url === undefined ? [] : [`--api-url=${url}`],
  });
  // Neither of these arguments asks for anything else.
  if (reading.kind !== "serve") throw new Error(`A server was asked for, not ${reading.kind}`);
  return reading;
}

/** What signs in to the account of `config` from this terminal: with flags for what its variables do not say. */
export function loginCommand({ script, env }: Surroundings, config: Config): string {
  const meant = readAccount({ flags: new Map() }, env).config;
  const flags = [
    config.apiUrl === meant.apiUrl ? "" : ` --api-url ${config.apiUrl}`,
    config.profile === meant.profile ? "" : ` --profile ${config.profile}`,
  ];
  return `${startedAs(script)} login${flags.join("")}`;
}

/** Does something with the account that variables and flags mean. Gives the exit code: 1 for a failure, 2 for Ctrl+C. */
export async function withAccount(
  order: Order,
  around: RunningProcess,
  work: (context: ToolContext, login: string) => Promise<number>,
): Promise<number> {
  const setup = readAccount(order, around.env);
  order.problems.push(...setup.problems);
  if (order.words.length > 0) order.problems.push("This command takes flags only, no words.");
  if (order.problems.length > 0) return refuse(order, around);

  const login = loginCommand(around, setup.config);
  const redactor = createRedactor();
  const write = (line: string) => around.stderr.write(line);
  const log = createLog({ level: setup.config.logLevel, redact: redactor.redact, write });
  const connection = connect({ ...around, ...setup, log, redactor });
  try {
    return await work((await connection).contextFor(around.interrupted()), login);
  } catch (error) {
    if (!(error instanceof KaneoMcpError)) throw error;
    write(`${redactor.redact(failureText(error, login))}\n`);
    return error.kind === "cancelled" ? 2 : 1;
  } finally {
    await connection.then(({ close }) => close()).catch(() => undefined);
  }
}

/** For a person at a terminal: where others would call a tool again, the command is named. */
function failureText({ kind, message, hint }: KaneoMcpError, login: string): string {
  if (kind === "cancelled") return "Stopped. What waits for approval goes on at the next start.";
  if (kind === "sign_in_required") {
    return `The sign-in is no longer valid. For a new one: ${login}`;
  }
  const next = kind === "sign_in_failed" ? `For a new link: ${login}` : hint;
  return cleanText([message, next ?? ""].join("\n").trim());
}
