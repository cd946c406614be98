/** What does not depend on the machine: requests, tokens, the package. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import packageJson from "../package.json" with { type: "json" };
import type { Figure } from "./figures.ts";
import type { SandboxProcess } from "./sandbox.ts";
import { type Surroundings, startServer } from "./server.ts";

/** What a task is found with, when its key is all that is known. */
const NEEDED = /^GET \/api\/(auth\/organization\/list|project\?|task\/)/;

/** The sandbox has the seed "contract". */
export async function countRequests(
  sandbox: SandboxProcess,
  place: Surroundings,
): Promise<Figure[]> {
  const requestsOf = async (work: () => Promise<unknown>) => {
    await sandbox.takeRequests();
    await work();
    return sandbox.takeRequests();
  };
  await using reader = await startServer(place);
  const read = () => reader.call("get_task", { task: "WEB-12", include: [] });
  const first = await requestsOf(read);
  await using writer = await startServer(place, { env: { KANEO_WORKSPACE: "acme" } });
  const update = (status: string, assignee: string, label: string) => () =>
    writer.call("update_task", { task: "WEB-12", status, assignee, add_labels: [label] });
  const cold = await requestsOf(update("in-review", "bob@example.com", "docs"));
  const warm = await requestsOf(update("in-progress", "alice@example.com", "bug"));
  const count = (name: string, requests: string[], target: number): Figure => ({
    name,
    value: requests.length,
    unit: "requests",
    target,
    basis: "counted at the server",
  });
  const beyond = first.filter((request) => !NEEDED.test(request));
  return [
    count("first call, beyond what its tool needs", beyond, 1),
    count("update_task: status, assignee, label; first call", cold, 8),
    count("the same, names known", warm, 5),
  ];
}

export async function measurePackage(place: Surroundings): Promise<Figure[]> {
  const flags = ["--dry-run", "--json", "--ignore-scripts"];
  const cwd = fileURLToPath(new URL("..", import.meta.url));
  const { stdout } = await promisify(execFile)("npm", ["pack", ...flags], { cwd });
  const [{ size }] = JSON.parse(stdout);
  const dependencies =
    "dependencies" in packageJson ? Object.keys(packageJson.dependencies ?? {}) : [];
  await using server = await startServer(place);
  const { tools } = await server.request("tools/list");
  // The parts of the protocol that a model reads.
  const listed = tools as { name: string; description: string; inputSchema: object }[];
  const read = listed.map(({ name, description, inputSchema }) => {
    return { name, description, inputSchema };
  });
  const list = await server.call("list_tasks", { project: "WEB", limit: 30, state: "all" });
  const o200k = (name: string, text: string, target: number): Figure => ({
    name,
    value: countTokens(text),
    unit: "tokens",
    target,
    basis: "o200k",
  });
  return [
    o200k(`all ${read.length} tools, as a model reads them`, JSON.stringify(read), 4_500),
    o200k("list_tasks with 30 tasks", list, 1_300),
    { name: "package", value: size / 1_000, unit: "kB", target: 400, basis: "packed" },
    {
      name: "packages it brings along",
      value: dependencies.length,
      unit: "packages",
      target: 0,
      basis: "package.json",
    },
  ];
}
