import { renderSignOut } from "../tools/session.ts";
import { ACCOUNT_HELP, accountFlags, type RunningProcess, withAccount } from "./account.ts";
import { readOrder, tell } from "./order.ts";

const HELP = `kaneo-mcp logout revokes the access at Kaneo and forgets the token, for every MCP client here.

${ACCOUNT_HELP}`;

/** `kaneo-mcp logout`. Gives the exit code: 1 when something is left, or nobody was signed in. */
export async function logout(argv: readonly string[], around: RunningProcess): Promise<number> {
  const order = readOrder(argv, accountFlags);
  if (order.flags.has("help")) return tell(around, HELP);
  return withAccount(order, around, async ({ session, signal }) => {
    const result = await session.signOut(signal);
    const text = `${renderSignOut(result)} (${session.instance})\n`;
    if (result.outcome === "revoked") return tell(around, text);
    around.stderr.write(text);
    return 1;
  });
}
