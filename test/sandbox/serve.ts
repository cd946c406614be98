/** `npm run sandbox`: serves the embedded Kaneo with the demo's data until it is stopped. */
import { fileURLToPath } from "node:url";
import { readFlags, startOrSay } from "./command-line.ts";
import type { Sandbox } from "./start-sandbox.ts";

const DEFAULT_PORT = 1337;

const HELP = `npm run sandbox -- [options] serves a small Kaneo on this machine until Ctrl+C; what is changed in it is lost then.

  --port <number>  where it listens; default ${DEFAULT_PORT}, 0 for a free one
  -h, --help       print this and exit
`;

async function main(): Promise<void> {
  const line = readFlags(HELP);
  if (!line) return;
  const { port = DEFAULT_PORT } = line;
  const sandbox = await startOrSay({ host: "localhost", port, seed: "demo" });
  if (!sandbox) return;
  process.stdout.write(welcome(sandbox));
  const stop = () => void sandbox.close();
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
}

function welcome({ url, people }: Sandbox): string {
  const { alice, bob, carol, dan } = people;
  const command = fileURLToPath(new URL("../../dist/kaneo-mcp.cjs", import.meta.url));
  const entry = { command: "node", args: [command], env: { KANEO_API_URL: url } };
  const config = JSON.stringify({ mcpServers: { kaneo: entry } }, null, 2);
  return `A Kaneo sandbox is running at ${url} (stop it with Ctrl+C; what is changed is lost then).

Sign in as      ${alice.email}  (owner)
                ${dan.email}  (admin)
                ${bob.email}  (member, may not assign or delete)
                ${carol.email}  (viewer)
Password        ${alice.password}
API key         ${alice.apiKey}  (${alice.name})
Approval page   ${url}/device

To try it in the MCP clients of this machine (uninstall with the same name takes it out again):

node ${command} install --name kaneo-sandbox --api-url ${url}

or add this to a client's configuration:

${config}
`;
}

await main();
