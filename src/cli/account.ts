/** The commands about one account, and what doctor shares with them. */
import { readCommandLine } from "../command-line.ts";
import { readSetup } from "../config.ts";
import { connect } from "../connect.ts";
import { KaneoMcpError } from "../errors.ts";
import { createRedactor } from "../http/redactor.ts";
import { currentSession } from "../kaneo/api/schemas.ts";
import { createLog } from "../log.ts";
import type { Config } from "../settings.ts";
import { renderSignOut, whoami } from "../tools/session.ts";
import type { ToolContext } from "../tools/tool.ts";
import { cleanText, inline } from "../untrusted.ts";
import { startedAs } from "../usage.ts";
import { type AccountSurroundings, refuse, type Surroundings, tell } from "./surroundings.ts";

export const accountFlags = {
  "api-url": "string",
  profile: "string",
  help: "boolean",
} as const;

export const ACCOUNT_HELP = `  --api-url <url>      the Kaneo instance; default KANEO_API_URL, else https://cloud.kaneo.app
  --profile <name>     which of several accounts; default KANEO_PROFILE
  -h, --help           print this and exit
`;

/** `kaneo-mcp login`. Gives the exit code: 1 when nobody is signed in then, 2 for wrong words or Ctrl+C. */
export function login(argv: readonly string[], around: Surroundings): Promise<number> {
  const help =
    "login shows the link to sign in with, and waits for the approval. Every MCP client here then uses the sign-in.";
  return withAccount(argv, { help, around }, async ({ session, kaneo, signal }) => {
    let state = await session.signIn(0, signal);
    let shown = "";
    while (state.kind === "pending") {
      // What its hint says is for a model.
      const { message, signIn } = state.question;
      const link = signIn?.link ?? "";
      if (link !== shown)
        tell(around, `${message}\nWaiting for the approval; Ctrl+C ends the wait.\n`);
      shown = link;
      state = await session.signIn(20, signal);
    }
    if (state.kind === "api_key") {
      around.stderr.write(
        "An API key is configured (KANEO_API_KEY or KANEO_API_KEY_FILE) and used instead of a sign-in. To sign in, remove it first.\n",
      );
      return 1;
    }
    const { user } = (await kaneo.kept(currentSession)) ?? {};
    const who = user ? ` as ${inline(user.name, 60)} <${user.email}>` : "";
    const already = shown === "" ? "already " : "";
    return tell(around, `You are ${already}signed in to ${session.instance}${who}.\n`);
  });
}

/** `kaneo-mcp logout`. Gives the exit code: 1 when something is left, or nobody was signed in. */
export function logout(argv: readonly string[], around: Surroundings): Promise<number> {
  const help =
    "logout revokes the access at Kaneo and forgets the token, for every MCP client here.";
  return withAccount(argv, { help, around }, async ({ session, signal }) => {
    const result = await session.signOut(signal);
    const text = `${renderSignOut(result)} (${session.instance})\n`;
    if (result.outcome === "revoked") return tell(around, text);
    around.stderr.write(text);
    return 1;
  });
}

/** `kaneo-mcp status`. Gives the exit code: 1 when nobody is signed in. */
export function status(argv: readonly string[], around: Surroundings): Promise<number> {
  const help = "status says who is signed in to which Kaneo, with the workspaces.";
  return withAccount(argv, { help, around }, async (context, loginLine) => {
    const { session } = context;
    const state = await session.state();
    if (state.kind === "api_key" || state.kind === "signed_in") {
      const { text } = await whoami.call({}, context);
      return tell(around, `${text}\n`);
    }
    const how =
      state.kind === "pending" ? "A sign-in waits for the approval" : "Nobody is signed in";
    const first = `${how} at ${session.instance}. To go on: ${loginLine}`;
    around.stderr.write(`${[first, ...(state.problems ?? [])].join("\n")}\n`);
    return 1;
  });
}

export const NO_WORDS = "This command takes only flags, no words.";

/** What signs in to the account of `config` from this terminal: with flags for what its variables do not say. */
export function loginCommand({ script, env }: Surroundings, config: Config): string {
  const meant = readSetup(env).config;
  const flags = [
    config.apiUrl === meant.apiUrl ? "" : ` --api-url ${config.apiUrl}`,
    config.profile === meant.profile ? "" : ` --profile ${config.profile}`,
  ];
  return `${startedAs(script)} login${flags.join("")}`;
}

/** Does something with the account that variables and flags mean. Gives the exit code: 1 for a failure, 2 for Ctrl+C. */
async function withAccount(
  argv: readonly string[],
  { help, around }: { help: string; around: Surroundings },
  work: (context: ToolContext, loginLine: string) => Promise<number>,
): Promise<number> {
  const commandLine = readCommandLine(argv, accountFlags);
  if (commandLine.flags.has("help")) return tell(around, `kaneo-mcp ${help}\n\n${ACCOUNT_HELP}`);
  const setup = readSetup(around.env, commandLine.flags);
  commandLine.problems.push(...setup.problems);
  if (commandLine.words.length > 0) commandLine.problems.push(NO_WORDS);
  if (commandLine.problems.length > 0) return refuse(commandLine, around);

  const loginLine = loginCommand(around, setup.config);
  const redactor = createRedactor();
  const write = (line: string) => around.stderr.write(line);
  try {
    const ofAccount = { ...around, ...setup, redactor };
    return await withContext(ofAccount, write, (context) => work(context, loginLine));
  } catch (error) {
    if (!(error instanceof KaneoMcpError)) throw error;
    write(`${redactor.redact(failureText(error, loginLine))}\n`);
    return error.kind === "cancelled" ? 2 : 1;
  }
}

/** Works with what calls work with, and leaves the sign-in to other processes then. */
export async function withContext<T>(
  around: AccountSurroundings,
  write: (line: string) => void,
  work: (context: ToolContext) => Promise<T>,
): Promise<T> {
  const { config, redactor } = around;
  const log = createLog({ level: config.logLevel, redact: redactor.redact, write });
  const connection = await connect({ ...around, log });
  try {
    return await work(connection.contextFor(around.interrupted()));
  } finally {
    await connection.close();
  }
}

/** For a person at a terminal: where others would call a tool again, the command is named. */
function failureText({ kind, message, hint }: KaneoMcpError, loginLine: string): string {
  if (kind === "cancelled") return "Stopped. A waiting sign-in goes on at the next start.";
  if (kind === "sign_in_required") {
    return `The sign-in is no longer valid. For a new one: ${loginLine}`;
  }
  const next = kind === "sign_in_failed" ? `For a new link: ${loginLine}` : hint;
  return cleanText([message, next ?? ""].join("\n").trim());
}
