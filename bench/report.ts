/** Keeps what was measured, and writes it into bench/README.md. */
import { readFile, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import type { Figure } from "./figures.ts";

/** What one run found. */
export interface Results {
  machine: string;
  /** Beside which they were taken. */
  kaneo: string;
  figures: Figure[];
}

export function describeMachine(): string {
  const all = cpus();
  const date = new Date().toISOString().slice(0, 10);
  const processor = `${all.length} × ${all[0]?.model.trim() ?? "unknown"}`;
  return `${date}, Node ${process.version}, ${process.platform} ${process.arch}, ${processor}`;
}

/** Markdown that a terminal shows well enough: cells are padded. */
export function render({ machine, kaneo, figures }: Results): string {
  const rows = figures.map(({ name, value, unit, target, basis }) => {
    const promise = target === undefined ? "" : `≤ ${show(target, unit)}`;
    const verdict = target !== undefined && !(value <= target) ? "missed" : "";
    return [name, basis, show(value, unit), promise, verdict];
  });
  const head = ["figure", "against", "measured", "target", ""];
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)),
  );
  const rule = widths.map((width) => "-".repeat(width));
  const lines = [head, rule, ...rows].map((cells) =>
    cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | "),
  );
  return `${machine}, beside ${kaneo}\n\n${lines.map((line) => `| ${line} |`).join("\n")}`;
}

/** As a person reads it: `1.62 ×`. */
function show(value: number, unit: Figure["unit"]): string {
  return `${value.toFixed(unit === "×" ? 2 : 0)} ${unit}`;
}

/** One run for each major version of Node and kind of Kaneo is kept, in results.json and on the page. */
export async function save(results: Results): Promise<void> {
  const file = new URL("results.json", import.meta.url);
  const kept = await readFile(file, "utf8").then(JSON.parse, () => ({}));
  const [major = ""] = process.versions.node.split(".");
  const all: Record<string, Results> = { ...kept, [`${major}, ${results.kaneo}`]: results };
  const rounded = (_: string, value: unknown) =>
    typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
  await writeFile(file, `${JSON.stringify(all, rounded, 2)}\n`);
  const page = new URL("README.md", import.meta.url);
  const [before = ""] = (await readFile(page, "utf8")).split("<!-- figures -->");
  const reports = Object.values(all).map(render);
  await writeFile(page, `${before}<!-- figures -->\n\n${reports.join("\n\n")}\n`);
}
