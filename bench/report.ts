import { readFile, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import type { ServerFacts } from "./compare.ts";
import { type Figure, isMet, show } from "./figure.ts";
import type { SizeGrowth, ToolGrowth } from "./growth.ts";
import { table } from "./table.ts";

/** What one run found. */
export interface Results {
  machine: Machine;
  figures: Figure[];
  tools: ToolGrowth[];
  sizes: SizeGrowth[];
  /** Absent when no other server was named, undefined when it did not answer. */
  comparison?: ServerFacts[] | undefined;
}

export interface Machine {
  date: string;
  node: string;
  platform: string;
  cpu: string;
  cores: number;
}

export function describeMachine(): Machine {
  const all = cpus();
  return {
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cpu: all[0]?.model.trim() ?? "unknown",
    cores: all.length,
  };
}

/** For people. */
export function render({ machine, figures, tools, sizes, comparison }: Results): string {
  const { date, node, platform, cpu, cores } = machine;
  return [
    `${date}  Node ${node}  ${platform}  ${cores} × ${cpu}`,
    renderFigures(figures),
    renderToolGrowth(tools),
    renderSizeGrowth(sizes),
    ...(comparison ? [renderComparison(comparison)] : []),
  ].join("\n\n");
}

function renderFigures(figures: readonly Figure[]): string {
  return table([
    ["figure", "measured", "target", "", "against"],
    ...figures.map((figure) => [
      figure.name,
      show(figure.value, figure.unit),
      figure.target === undefined ? "" : `≤ ${show(figure.target, figure.unit)}`,
      figure.target === undefined ? "" : isMet(figure) ? "met" : "MISSED",
      figure.basis,
    ]),
  ]);
}

function renderToolGrowth(growth: readonly ToolGrowth[]): string {
  const rows = growth.map(({ toolsets, tools, start, list }) => [
    toolsets,
    String(tools),
    show(start, "×"),
    show(list, "×"),
  ]);
  const head = ["KANEO_TOOLSETS", "tools", "→ initialize", "→ tools/list"];
  return `Start against number of tools, as multiples of node -e 0\n${table([head, ...rows])}`;
}

function renderSizeGrowth(growth: readonly SizeGrowth[]): string {
  const rows = growth.map((size) => [
    String(size.tasks),
    show(size.bareList, "×"),
    show(size.list, "×"),
    String(size.listRequests),
    show(size.listPeakMiB, "MiB"),
    show(size.reference, "×"),
    String(size.referenceRequests),
  ]);
  const head = [
    "tasks",
    "bare list",
    "list_tasks",
    "requests",
    "peak",
    "get_task by key",
    "requests",
  ];
  return `Calls against size of the project, as multiples of the bare list of the smallest\n${table([head, ...rows])}`;
}

function renderComparison(servers: readonly ServerFacts[]): string {
  const rows = servers.map((server) => [
    server.command,
    show(server.start, "×"),
    show(server.processorTime, "×"),
    show(server.memory, "×"),
    show(server.memoryMiB, "MiB"),
    String(server.tools),
    show(server.toolListBytes / 1000, "kB"),
    String(server.toolListTokens),
  ]);
  const head = ["server", "start", "processor", "memory", "", "tools", "tools/list", "tokens"];
  return `Beside another server, as multiples of ours\n${table([head, ...rows])}`;
}

/** Keeps one run for each major version of Node. */
export async function save(path: string | URL, results: Results): Promise<void> {
  const kept = await readFile(path, "utf8").then(JSON.parse, () => ({}));
  const major = results.machine.node.replace(/\..*/, "");
  const all = Object.entries({ ...kept, [major]: results }).sort(([a], [b]) => a.localeCompare(b));
  const rounded = (_: string, value: unknown) =>
    typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
  await writeFile(path, `${JSON.stringify(Object.fromEntries(all), rounded, 2)}\n`);
}
