import { whoami } from "../tools/session.ts";
import type { ToolContext } from "../tools/tool.ts";
import { ACCOUNT_HELP, accountFlags, type RunningProcess, withAccount } from "./account.ts";
import { readOrder, tell } from "./order.ts";

const HELP = `kaneo-mcp status says who is signed in to which Kaneo, with the workspaces.

${ACCOUNT_HELP}`;

/** `kaneo-mcp status`. Gives the exit code: 1 when nobody is signed in. */
export async function status(argv: readonly string[], around: RunningProcess): Promise<number> {
  const order = readOrder(argv, accountFlags);
  if (order.flags.has("help")) return tell(around, HELP);
  return withAccount(order, around, (context, login) => sayWho(context, login, around));
}

async function sayWho(
  context: ToolContext,
  login: string,
  around: RunningProcess,
): Promise<number> {
  const { session, signal } = context;
  const state = await session.state(signal);
  if (state.kind === "api_key" || state.kind === "signed_in") {
    return tell(around, `${await whoami.call({}, context)}\n`);
  }
  const how = state.kind === "pending" ? "A sign-in waits for the approval" : "Nobody is signed in";
  const lines = [`${how} at ${session.instance}. To go on: ${login}`, ...(state.problems ?? [])];
  around.stderr.write(`${lines.join("\n")}\n`);
  return 1;
}
