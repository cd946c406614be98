import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import type { Figure } from "./figure.ts";
import type { McpProcess } from "./mcp-process.ts";
import { type Surroundings, startOurs } from "./our-server.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("..", import.meta.url));

/** What is installed, and what a model has to read before it does anything. */
export async function measurePackage(place: Surroundings): Promise<Figure[]> {
  const { stdout } = await run("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: root,
  });
  const [{ size }] = JSON.parse(stdout);
  const { dependencies = {} } = JSON.parse(await readFile(`${root}/package.json`, "utf8"));
  await using server = await startOurs(place);
  const { bytes, tokens } = await toolListSize(server);
  const list = await server.call("list_tasks", { project: "WEB", limit: 30, state: "all" });
  return [
    {
      name: "package to download",
      value: size / 1000,
      unit: "kB",
      target: 400,
      basis: "npm pack --dry-run",
    },
    {
      name: "packages it brings along",
      value: Object.keys(dependencies).length,
      unit: "packages",
      target: 0,
      basis: "package.json",
    },
    {
      name: "tools/list",
      value: bytes / 1000,
      unit: "kB",
      target: 20,
      basis: "JSON of its result",
    },
    {
      name: "tools/list, what a model reads",
      value: tokens,
      unit: "tokens",
      target: 4_500,
      basis: "o200k: names, descriptions, input schemas",
    },
    {
      name: "list_tasks with 30 tasks",
      value: countTokens(list),
      unit: "tokens",
      target: 1_300,
      basis: "o200k",
    },
  ];
}

/** The size of any server's `tools/list`. */
export async function toolListSize(server: McpProcess) {
  const result = await server.request("tools/list");
  // The parts of the protocol that are counted.
  const tools = result["tools"] as { name: string; description?: string; inputSchema: object }[];
  const read = tools.map(({ name, description, inputSchema }) => ({
    name,
    description,
    inputSchema,
  }));
  return {
    tools: tools.length,
    bytes: Buffer.byteLength(JSON.stringify(result)),
    tokens: countTokens(JSON.stringify(read)),
  };
}
