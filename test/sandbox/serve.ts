/** `npm run sandbox`: serves the embedded Kaneo with the demo's data until it is stopped. */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Sandbox, startSandbox } from "./start-sandbox.ts";

const DEFAULT_PORT = 1337;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { port: { type: "string" } } });
  const port = Number(values.port ?? DEFAULT_PORT);
  const sandbox = await startSandbox({ host: "localhost", port, seed: "demo" }).catch(explain);
  if (!sandbox) return;
  process.stdout.write(welcome(sandbox));
  const stop = () => {
    sandbox.close().catch(explain);
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
}

/** A port in use is the person's business, not a stack. */
function explain(error: Error): void {
  process.stderr.write(`The sandbox could not start: ${error.message}\n`);
  process.exitCode = 1;
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

To try it in an MCP client, add this to its configuration (after "npm ci", which builds the file):

${config}
`;
}

await main();
