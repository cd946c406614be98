/** What does not depend on the machine: requests, tokens, the package. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import type { Figures } from "./figures.ts";
import { callTool, type Scene } from "./scene.ts";

/** What a task is found with, when its key is all that is known. */
const NEEDED = /^GET \/api\/(auth\/organization\/list|project\?|task\/)/;

/** Kaneo has the seed "contract". */
export async function* countRequests({ kaneo, start }: Scene): Figures {
  await using reader = await start();
  await using writer = await start({ env: { KANEO_WORKSPACE: "acme" } });
  await reader.initialize();
  await writer.initialize();
  const requestsOf = async (work: Promise<unknown>) => {
    await work;
    return kaneo.takeRequests();
  };
  const update = (status: string, assignee: string, label: string) => {
    const args = { task: "WEB-12", status, assignee, add_labels: [label] };
    return requestsOf(callTool(writer, "update_task", args));
  };
  const row = { unit: "requests" as const, basis: "counted at the server" };
  await kaneo.takeRequests();
  const first = await requestsOf(callTool(reader, "get_task", { task: "WEB-12", include: [] }));
  const beyond = first.filter((request) => !NEEDED.test(request)).length;
  yield { ...row, name: "first call, beyond what its tool needs", value: beyond, target: 1 };
  const cold = (await update("in-review", "bob@example.com", "docs")).length;
  const name = "update_task: status, assignee, label; first call";
  yield { ...row, name, value: cold, target: 8 };
  const warm = (await update("in-progress", "alice@example.com", "bug")).length;
  yield { ...row, name: "the same, names known", value: warm, target: 5 };
}

/** Kaneo has the seed "contract". */
export async function* countTokensRead({ server }: Scene): Figures {
  const { tools } = await server.request("tools/list");
  // The parts of the protocol that a model reads.
  const listed = tools as { name: string; description: string; inputSchema: object }[];
  const read = listed.map(({ name, description, inputSchema }) => {
    return { name, description, inputSchema };
  });
  const catalogue = countTokens(JSON.stringify(read));
  const row = { unit: "tokens" as const, basis: "o200k" };
  const name = `all ${read.length} tools, as a model reads them`;
  yield { ...row, name, value: catalogue, target: 4_500 };
  const list = await callTool(server, "list_tasks", { project: "WEB", limit: 30, state: "all" });
  yield { ...row, name: "list_tasks with 30 tasks", value: countTokens(list), target: 1_300 };
}

export async function* measurePackage(): Figures {
  const flags = ["--dry-run", "--json", "--ignore-scripts"];
  const cwd = fileURLToPath(new URL("..", import.meta.url));
  const { stdout } = await promisify(execFile)("npm", ["pack", ...flags], { cwd });
  const value = JSON.parse(stdout)[0].size / 1_000;
  yield { name: "package", basis: "packed", value, unit: "kB", target: 400 };
}
