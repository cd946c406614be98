import { readFileSync } from "node:fs";

/** What a file of `test/recordings` holds, a JSON value a line: the caller knows its form. */
export function linesOf<Line>(name: string): Line[] {
  const text = readFileSync(new URL(`../recordings/${name}`, import.meta.url), "utf8");
  const lines = text.trim().split("\n");
  // The files are part of this project.
  return lines.map((line) => JSON.parse(line) as Line);
}
