/** What does not depend on the machine: requests, tokens, the package. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import type { Figure } from "./figures.ts";
import type { Scene } from "./scene.ts";
import { startServer } from "./server.ts";

/** What a task is found with, when its key is all that is known. */
const NEEDED = /^GET \/api\/(auth\/organization\/list|project\?|task\/)/;

/** The sandbox has the seed "contract". */
export async function countRequests({ sandbox, place }: Scene): Promise<Figure[]> {
  const requestsOf = async (work: Promise<unknown>) => {
    await work;
    return sandbox.takeRequests();
  };
  await using reader = await startServer(place);
  await using writer = await startServer(place, { env: { KANEO_WORKSPACE: "acme" } });
  const update = (status: string, assignee: string, label: string) =>
    writer.call("update_task", { task: "WEB-12", status, assignee, add_labels: [label] });
  await sandbox.takeRequests();
  const first = await requestsOf(reader.call("get_task", { task: "WEB-12", include: [] }));
  const cold = await requestsOf(update("in-review", "bob@example.com", "docs"));
  const warm = await requestsOf(update("in-progress", "alice@example.com", "bug"));
  const beyond = first.filter((request) => !NEEDED.test(request)).length;
  const row = { unit: "requests" as const, basis: "counted at the server" };
  return [
    { ...row, name: "first call, beyond what its tool needs", value: beyond, target: 1 },
    {
      ...row,
      name: "update_task: status, assignee, label; first call",
      value: cold.length,
      target: 8,
    },
    { ...row, name: "the same, names known", value: warm.length, target: 5 },
  ];
}

export async function countTokensRead({ server }: Scene): Promise<Figure[]> {
  const { tools } = await server.request("tools/list");
  // The parts of the protocol that a model reads.
  const listed = tools as { name: string; description: string; inputSchema: object }[];
  const read = listed.map(({ name, description, inputSchema }) => {
    return { name, description, inputSchema };
  });
  const catalogue = countTokens(JSON.stringify(read));
  const list = await server.call("list_tasks", { project: "WEB", limit: 30, state: "all" });
  const row = { unit: "tokens" as const, basis: "o200k" };
  return [
    {
      ...row,
      name: `all ${read.length} tools, as a model reads them`,
      value: catalogue,
      target: 4_500,
    },
    { ...row, name: "list_tasks with 30 tasks", value: countTokens(list), target: 1_300 },
  ];
}

export async function measurePackage(): Promise<Figure[]> {
  const flags = ["--dry-run", "--json", "--ignore-scripts"];
  const cwd = fileURLToPath(new URL("..", import.meta.url));
  const { stdout } = await promisify(execFile)("npm", ["pack", ...flags], { cwd });
  const value = JSON.parse(stdout)[0].size / 1_000;
  return [{ name: "package", basis: "packed", value, unit: "kB", target: 400 }];
}
