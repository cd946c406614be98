import { currentSession } from "../kaneo/lists.ts";
import { type SessionState, signInText } from "../session.ts";
import { inline } from "../text/untrusted.ts";
import type { ToolContext } from "../tools/tool.ts";
import { ACCOUNT_HELP, accountFlags, type RunningProcess, withAccount } from "./account.ts";
import { readOrder, tell } from "./order.ts";

const HELP = `kaneo-mcp login shows the link to sign in by, and waits for the approval. Every MCP client here then uses the sign-in.

${ACCOUNT_HELP}`;

/** `kaneo-mcp login`. Gives the exit code: 1 when nobody is signed in then, 2 for wrong words or Ctrl+C. */
export async function login(argv: readonly string[], around: RunningProcess): Promise<number> {
  const order = readOrder(argv, accountFlags);
  if (order.flags.has("help")) return tell(around, HELP);
  return withAccount(order, around, (context) => signIn(context, around));
}

async function signIn(context: ToolContext, around: RunningProcess): Promise<number> {
  const { session, kaneo, signal } = context;
  let state = await session.signIn(0, signal);
  let shown = "";
  while (state.kind === "pending") {
    if (state.pending.link !== shown) tell(around, question(state, context));
    shown = state.pending.link;
    state = await session.signIn(20, signal);
  }
  if (state.kind === "api_key") {
    around.stderr.write(
      "An API key is configured (KANEO_API_KEY or KANEO_API_KEY_FILE) and used instead of a sign-in. To sign in, take it out first.\n",
    );
    return 1;
  }
  const { user } = (await kaneo.kept(currentSession)) ?? {};
  const who = user ? ` as ${inline(user.name, 60)} <${user.email}>` : "";
  const already = shown === "" ? "already " : "";
  return tell(around, `You are ${already}signed in to ${session.instance}${who}.\n`);
}

/** Without the last line, which tells a model what to do. */
function question(
  { pending }: Extract<SessionState, { kind: "pending" }>,
  { now, timeZone }: ToolContext,
): string {
  const lines = signInText(pending, { now: now(), timeZone }).split("\n").slice(0, -1);
  return `${lines.join("\n")}\nWaiting for the approval; Ctrl+C ends the wait.\n`;
}
