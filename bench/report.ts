/** Keeps what was measured, and writes it into bench/README.md. */
import { readFile, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { type Figure, show } from "./figures.ts";

/** What one run found. */
export interface Results {
  machine: string;
  figures: Figure[];
}

export function describeMachine(): string {
  const all = cpus();
  const date = new Date().toISOString().slice(0, 10);
  const processor = `${all.length} × ${all[0]?.model.trim() ?? "unknown"}`;
  return `${date}, Node ${process.version}, ${process.platform} ${process.arch}, ${processor}`;
}

/** Markdown that a terminal shows well enough. */
export function render({ machine, figures }: Results): string {
  const rows = figures.map(({ name, value, unit, target, basis }) => {
    const promise = target === undefined ? "" : `≤ ${show(target, unit)}`;
    const verdict = target !== undefined && !(value <= target) ? "missed" : "";
    return [name, basis, show(value, unit), promise, verdict];
  });
  const head = ["figure", "against", "measured", "target", ""];
  return `${machine}\n\n${table([head, ...rows])}`;
}

/** A row of cells a line, padded, so that the source reads as well as the page. */
function table(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  const widths = head.map((_, column) =>
    Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [line(head), rule, ...body.map(line)].join("\n");
}

const folder = new URL(".", import.meta.url);

/** One run for each major version of Node is kept, in results.json and on the page. */
export async function save(results: Results): Promise<void> {
  const file = new URL("results.json", folder);
  const kept = await readFile(file, "utf8").then(JSON.parse, () => ({}));
  const all: Record<string, Results> = {
    ...kept,
    [process.versions.node.split(".")[0] ?? ""]: results,
  };
  const rounded = (_: string, value: unknown) =>
    typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
  await writeFile(file, `${JSON.stringify(all, rounded, 2)}\n`);
  const page = new URL("README.md", folder);
  const text = await readFile(page, "utf8");
  const reports = Object.values(all).map(render);
  const [before = ""] = text.split("<!-- figures -->");
  await writeFile(page, `${before}<!-- figures -->\n\n${reports.join("\n\n")}\n`);
}
