/**
 * `npm run docs` writes into the papers what is known elsewhere: the tools, and how clients are told of the server. With
 * `--check` it writes nothing, and fails where they say something else, where a paper or a comment names a file that is not
 * in the repository, or where the README leaves a setting out.
 */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { publication } from "../src/cli/publication.ts";
import { settings } from "../src/settings.ts";
import { clientSections, installLines, logTable } from "./client-docs.ts";
import { coveragePage } from "./coverage-docs.ts";
import { toolPage, toolTables } from "./tool-docs.ts";

const folder = fileURLToPath(new URL("../", import.meta.url));

const isCheck = process.argv.includes("--check");
const problems = isCheck ? [...(await namesOfNothing()), ...(await settingsUntold())] : [];
const papers = {
  "README.md": await filledIn("README.md", {
    install: installLines(publication),
    logs: logTable(),
    tools: toolTables(),
  }),
  "docs/clients.md": await filledIn("docs/clients.md", { "by hand": clientSections() }),
  "docs/tools.md": toolPage(),
  "docs/coverage.md": coveragePage(),
};
for (const [name, fresh] of Object.entries(papers)) {
  if (fresh === (await read(name))) continue;
  if (isCheck) problems.push(`${name} is behind the code: npm run docs`);
  else await writeFile(folder + name, fresh);
}
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;

/** The paper with what is known elsewhere between the marks of these names. */
async function filledIn(paper: string, texts: Record<string, string>): Promise<string> {
  let filled = await read(paper);
  for (const [mark, text] of Object.entries(texts)) {
    const place = new RegExp(`(?<=<!-- ${mark} -->\\n)[\\s\\S]*(?=<!-- /${mark} -->)`);
    if (!place.test(filled)) throw new Error(`${paper} has no marks of "${mark}" any more.`);
    filled = filled.replace(place, () => `${text.trimEnd()}\n`);
  }
  return filled;
}

/** What a paper holds, nothing where it is not there yet. */
function read(name: string): Promise<string> {
  return readFile(folder + name, "utf8").catch(() => "");
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

/** Variables and flags that the README's section on settings leaves out. */
async function settingsUntold(): Promise<string[]> {
  const [, section = ""] = /^## Settings\n([\s\S]*?)^## /m.exec(await read("README.md")) ?? [];
  return Object.values(settings)
    .flatMap(({ variables, flag }) => (flag ? [...variables, `--${flag.name}`] : variables))
    .filter((name) => !section.includes(`\`${name}\``))
    .map((name) => `README.md: its section on settings has no ${name}`);
}

/** A name may hold one star, and end in a slash. */
function exists(name: string, files: readonly string[]): boolean {
  const [before = "", after] = name.replace(/\/$/, "").split("*");
  if (after === undefined) return files.includes(before);
  return files.some((file) => file.startsWith(before) && file.endsWith(after));
}
