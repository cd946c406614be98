import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type McpCommand, type McpProcess, startMcp } from "./mcp-process.ts";
import type { SandboxProcess } from "./sandbox.ts";

const bundle = fileURLToPath(new URL("../dist/kaneo-mcp.cjs", import.meta.url));

/** Where a server looks for Kaneo and keeps its token. */
export interface Surroundings {
  url: string;
  home: string;
}

/** How to start the file that is published, with the Node that runs this, and none of this machine's settings. */
export function ourCommand({ url, home }: Surroundings, env: Record<string, string> = {}) {
  return {
    command: process.execPath,
    args: [bundle],
    env: {
      PATH: process.env["PATH"],
      HOME: home,
      KANEO_MCP_DATA_DIR: join(home, "data"),
      KANEO_API_URL: url,
      ...env,
    },
  } satisfies McpCommand;
}

/** Walks through the sign-in once; every server that starts with this home afterwards is signed in. */
export async function signIn(sandbox: SandboxProcess, home: string): Promise<void> {
  await using server = await startMcp(ourCommand({ url: sandbox.url, home }));
  const link = await server.call("sign_in");
  const code = /user_code=([A-Za-z0-9-]+)/.exec(link)?.[1];
  if (code === undefined) throw new Error(`sign_in gave no link:\n${link}`);
  await sandbox.approve(code);
  await server.call("sign_in", { wait_seconds: 25 });
  await sandbox.takeRequests();
}

/** Starts a server that is signed in. */
export function startOurs(surroundings: Surroundings): Promise<McpProcess> {
  return startMcp(ourCommand(surroundings));
}
