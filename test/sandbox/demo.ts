/**
 * `npm run demo`: the first run, from no token to a created task, on the embedded Kaneo with the real server and a real
 * MCP client. `--manual` leaves the approval to the person and their browser.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { styleText } from "node:util";
import { readFlags, startOrSay } from "./command-line.ts";
import type { Sandbox } from "./start-sandbox.ts";

interface ServerEntry {
  command: string;
  args: string[];
  env: Record<string, string>;
}

interface Stage {
  sandbox: Sandbox;
  entry: ServerEntry;
  isManual: boolean;
}

const WAIT_SECONDS = 20;
const TITLE = "Send the invitations for the launch 🎉";

const HELP = `npm run demo -- [options] walks through a first run, on a small Kaneo that is thrown away afterwards.

  --manual         leaves the approval to you and your browser
  --port <number>  where that Kaneo listens; default: a free one
  -h, --help       print this and exit
`;

async function main(): Promise<void> {
  const line = readFlags(HELP, "manual");
  if (!line) return;
  const port = line.port ?? 0;
  const sandbox = await startOrSay({ host: "localhost", port, seed: "demo", deviceInterval: "1s" });
  if (!sandbox) return;
  const dataDir = await mkdtemp(join(tmpdir(), "kaneo-mcp-demo-"));
  try {
    const entry = await readEntry(sandbox, dataDir);
    await play({ sandbox, entry, isManual: line.has("manual") });
  } finally {
    await sandbox.close();
    await rm(dataDir, { recursive: true });
  }
}

/** The entry of mcp.json.example with path and URL filled in, and a data folder that is thrown away. */
async function readEntry({ url }: Sandbox, dataDir: string): Promise<ServerEntry> {
  const root = new URL("../../", import.meta.url);
  const example = JSON.parse(await readFile(new URL("mcp.json.example", root), "utf8"));
  const entry: ServerEntry = example.mcpServers.kaneo;
  const args = entry.args.map((arg) =>
    arg.endsWith("kaneo-mcp.cjs") ? fileURLToPath(new URL("dist/kaneo-mcp.cjs", root)) : arg,
  );
  const env = { ...entry.env, KANEO_API_URL: url, KANEO_MCP_DATA_DIR: dataDir };
  return { command: entry.command, args, env };
}

async function play({ sandbox, entry, isManual }: Stage): Promise<void> {
  tell(`A Kaneo sandbox runs at ${sandbox.url}. A client starts the server from this entry:`);
  tell(JSON.stringify({ kaneo: entry }, null, 2), "dim");
  await using first = await startServer(entry);

  heading("1. The assistant asks for tasks. Nobody is signed in.");
  const asked = await first.call("list_tasks", { project: "WEB", state: "open" });
  expectThat(
    !asked.isError && asked.text.startsWith("Sign in to Kaneo: "),
    "the first call asks to sign in",
  );

  heading("2. The person opens the link, compares the code and approves.");
  await approve(sandbox, asked.text, isManual);
  const signedIn = await first.call("sign_in", { wait_seconds: WAIT_SECONDS });
  expectThat(!signedIn.isError && signedIn.text.startsWith("Signed in"), "the sign-in is complete");

  heading("3. The same call again.");
  const listed = await first.call("list_tasks", { project: "WEB", state: "open" });
  expectThat(!listed.isError, "the tasks are listed");

  heading("4. The assistant creates a task, and lists again.");
  const created = await first.call("create_task", {
    project: "WEB",
    title: TITLE,
    priority: "high",
    assignee: "me",
  });
  expectThat(!created.isError, "the task is created");
  const again = await first.call("list_tasks", { project: "WEB", assignee: "me", state: "open" });
  expectThat(again.text.includes(TITLE), "the new task is listed");

  heading("5. Another client starts its own server: no sign-in is needed.");
  await using second = await startServer(entry);
  const whoami = await second.call("whoami");
  expectThat(whoami.text.includes(sandbox.people.alice.email), "the second process is signed in");
  tell("\nThat is all. Everything ran on this machine, and nothing is left of it.", "green");
}

async function approve(sandbox: Sandbox, answer: string, isManual: boolean): Promise<void> {
  const [, userCode] = /user_code=([A-Z0-9-]+)/i.exec(answer) ?? [];
  if (userCode === undefined) throw new Error("The answer held no link with a code.");
  const { alice } = sandbox.people;
  if (isManual) {
    tell(
      `Your turn: open the link above and sign in as ${alice.email} with ${alice.password}`,
      "yellow",
    );
    return waitForApproval(sandbox, userCode);
  }
  await sandbox.approve(userCode);
  tell(`(approved by ${alice.name} with the code ${userCode}; --manual leaves that to you)`, "dim");
}

/** The page says what became of a code, without being signed in. */
async function waitForApproval({ url }: Sandbox, userCode: string): Promise<void> {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const response = await fetch(`${url}/api/auth/device?user_code=${userCode}`);
    const { status } = (await response.json()) as { status?: string };
    if (status !== "pending") return;
  }
}

interface DemoClient extends AsyncDisposable {
  call(name: string, args?: Record<string, unknown>): Promise<{ text: string; isError: boolean }>;
}

async function startServer({ command, args, env }: ServerEntry): Promise<DemoClient> {
  // They take half a second to load, for which nobody who asks for help should wait.
  const { Client } = await import("@modelcontextprotocol/sdk/client/index.js");
  const stdio = await import("@modelcontextprotocol/sdk/client/stdio.js");
  // What clients pass on, and the zone in which the sandbox's days are meant.
  const zone = process.env["TZ"];
  const inherited = { ...stdio.getDefaultEnvironment(), ...(zone !== undefined && { TZ: zone }) };
  const transport = new stdio.StdioClientTransport({
    command,
    args,
    env: { ...inherited, ...env },
  });
  const client = new Client({ name: "kaneo-mcp-demo", version: "1.0.0" });
  await client.connect(transport);
  return {
    async call(name, callArguments = {}) {
      tell(`\n→ ${name} ${JSON.stringify(callArguments)}`, "cyan");
      const began = performance.now();
      const { content, isError } = await client.callTool({ name, arguments: callArguments });
      const seconds = ((performance.now() - began) / 1000).toFixed(2);
      // The SDK types the content of every protocol version; ours is text.
      const text = (content as { text: string }[]).map((part) => part.text).join("\n");
      tell(text.replaceAll(/^/gm, "  "), isError ? "yellow" : undefined);
      tell(`  (answered in ${seconds} s)`, "dim");
      return { text, isError: isError === true };
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
}

function expectThat(isSo: boolean, what: string): void {
  if (!isSo) throw new Error(`The demo failed: it is not so that ${what}.`);
}

function heading(text: string): void {
  tell(`\n${text}`, "bold");
}

type Style = "bold" | "dim" | "cyan" | "yellow" | "green";

function tell(text: string, style?: Style): void {
  const isColoured = process.stdout.isTTY && process.env["NO_COLOR"] === undefined;
  process.stdout.write(`${style && isColoured ? styleText(style, text) : text}\n`);
}

await main();
