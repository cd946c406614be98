/**
 * `npm run docs` writes the README's table of tools from the tools. With `--check` it writes nothing, and fails where the
 * table is another, or where a paper or a comment names a file that is not in the repository.
 */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { allTools } from "../src/tools/index.ts";
import type { Tool } from "../src/tools/tool.ts";
import { selectTools } from "../src/tools/toolsets.ts";

const folder = fileURLToPath(new URL("../", import.meta.url));
const readme = `${folder}README.md`;
const ofTools = /(?<=<!-- tools -->\n)[\s\S]*(?=<!-- \/tools -->)/;

const text = await readFile(readme, "utf8");
const fresh = text.replace(ofTools, () => `${toolTables()}\n`);
if (process.argv.includes("--check")) {
  const problems = await namesOfNothing();
  if (fresh !== text) problems.push("README.md: the tools are others by now; npm run docs");
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length > 0 ? 1 : 0;
} else if (fresh !== text) {
  await writeFile(readme, fresh);
}

/** The tools that are there by default; then, by toolset, those that have to be asked for. */
function toolTables(): string {
  const byDefault = selectTools(allTools, { toolsets: ["default"], isReadOnly: false });
  const others = allTools.filter((tool) => !byDefault.includes(tool));
  const asked = [...new Set(others.map(({ toolset }) => toolset))].map((toolset) => {
    const tools = others.filter((tool) => tool.toolset === toolset);
    return `With \`KANEO_TOOLSETS=default,${toolset}\` also:\n\n${table(tools)}`;
  });
  return [table(byDefault), ...asked].join("\n\n");
}

function table(tools: readonly Tool[]): string {
  const rows = tools.map(
    ({ name, description }) => `| \`${name}\` | ${firstSentence(description)} |`,
  );
  return ["| Tool | What it does |", "| --- | --- |", ...rows].join("\n");
}

/** Up to the first full stop, colon or semicolon; a full stop within a word, as in `Node.js`, ends nothing. */
function firstSentence(description: string): string {
  return /^[^.:;]+(?:\.(?=\S)[^.:;]*)*/.exec(description)?.[0] ?? "";
}

/** Paths in papers' backticks, and papers that comments cite, which are nowhere. */
async function namesOfNothing(): Promise<string[]> {
  const places = ["src", "test", "scripts", "bench", "docs"];
  const inPlaces = await Promise.all(
    places.map(async (place) => {
      const names = await readdir(folder + place, { recursive: true });
      return [place, ...names.map((name) => `${place}/${name.replaceAll("\\", "/")}`)];
    }),
  );
  const files = [...inPlaces.flat(), ...(await readdir(folder))];
  const problems: string[] = [];
  for (const file of files.filter((name) => /\.(md|ts|mjs|cjs)$/.test(name))) {
    const content = await readFile(folder + file, "utf8");
    const cited = file.endsWith(".md")
      ? content.matchAll(/`((?:src|test|scripts|bench|docs)\/[\w./*-]*)`/g)
      : content.matchAll(/(?:\/\/|\*) .*?((?:[\w-]+\/)*[\w-]+\.md)/g);
    for (const [, name = ""] of cited) {
      if (!exists(name, files)) problems.push(`${file}: there is no ${name}`);
    }
  }
  return problems;
}

/** A name may hold one star, and end in a slash. */
function exists(name: string, files: readonly string[]): boolean {
  const [before = "", after] = name.replace(/\/$/, "").split("*");
  if (after === undefined) return files.includes(before);
  return files.some((file) => file.startsWith(before) && file.endsWith(after));
}
