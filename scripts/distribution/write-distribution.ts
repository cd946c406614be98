import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { zipSync } from "fflate";
import packageJson from "../../package.json" with { type: "json" };
import type { Publication } from "../../src/cli/publication.ts";
import { deepLinks } from "./links.ts";
import {
  bundleManifest,
  claudeManifests,
  codexManifests,
  type Facts,
  geminiManifest,
  registryEntry,
} from "./manifests.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** File → content, by paths from the folder that they go to. */
type Files = Record<string, string | Uint8Array>;

/**
 * Writes everything that a release holds into `folder`, which is emptied before: the bundle for Claude Desktop, the
 * registry's entry, a marketplace for Claude Code and one for Codex, the extension for Gemini, and the links. dist/ must
 * be built.
 */
export async function writeDistribution(
  folder: string,
  publication: Publication,
  packing = packedFiles(),
): Promise<void> {
  const { version, license } = packageJson;
  const tools = await listTools();
  const facts: Facts = { version, license, author: "kaneo-mcp contributors", publication, tools };
  const packed = await packing;
  const server = serverOf(packed);
  const papers = { LICENSE: await read("LICENSE"), "icon.png": await read("assets/icon.png") };
  const skill = await read("distribution/SKILL.md");
  const readme = await read("distribution/plugin-readme.md");

  const bundle = zip({ "manifest.json": json(bundleManifest(facts)), ...papers, ...server });
  const sha256 = createHash("sha256").update(bundle).digest("hex");
  await rm(folder, { recursive: true, force: true });
  await write(folder, {
    "kaneo-mcp.mcpb": bundle,
    "server.json": json(registryEntry(facts, sha256)),
    "links.json": json(deepLinks(version, publication)),
    ...below("package", { ...packed, "package.json": json(publicManifest()) }),
    ...below("claude", {
      ...asJson(claudeManifests(facts)),
      ...below("plugin", {
        "README.md": readme,
        LICENSE: papers.LICENSE,
        ".claude-plugin/icon.png": papers["icon.png"],
        "skills/kaneo/SKILL.md": skill,
        ...server,
      }),
    }),
    ...below("codex", {
      ...asJson(codexManifests(facts)),
      ...below("plugins/kaneo", {
        LICENSE: papers.LICENSE,
        "skills/kaneo/SKILL.md": skill,
        ...server,
      }),
    }),
    ...below("gemini", {
      "gemini-extension.json": json(geminiManifest(facts)),
      "GEMINI.md": withoutFrontMatter(skill.toString()),
      LICENSE: papers.LICENSE,
      ...server,
    }),
  });
}

/** What npm packs here. */
export async function packedFiles(): Promise<Files> {
  const words = ["pack", "--dry-run", "--json", "--ignore-scripts"];
  const { stdout } = await promisify(execFile)("npm", words, { cwd: root });
  // The form that npm prints, of which only this is read.
  const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }];
  const contents = await Promise.all(files.map(({ path }) => read(path)));
  return Object.fromEntries(files.map(({ path }, index) => [path, contents[index] ?? ""]));
}

/** The entry alone does not start: every part of this build goes with it, as into the package, and no part of earlier ones. */
function serverOf(packed: Files): Files {
  const parts = Object.entries(packed).filter(([path]) => path.startsWith("dist/"));
  return Object.fromEntries(
    parts.map(([path, content]) => [path.replace("dist/", "server/"), content]),
  );
}

/** package.json without what is for those who develop it. npm warns of a `prepare` wherever a tarball is installed from an address. */
function publicManifest(): object {
  const { scripts, devDependencies, overrides, knip, allowScripts, ...rest } = packageJson;
  return rest;
}

/** Asked of the built server itself, so that no manifest promises another tool. */
async function listTools(): Promise<Facts["tools"]> {
  const client = new Client({ name: "distribution", version: packageJson.version });
  const args = [join(root, "dist/kaneo-mcp.cjs")];
  await client.connect(new StdioClientTransport({ command: process.execPath, args }));
  const { tools } = await client.listTools();
  await client.close();
  return tools.map(({ name, description = "" }) => ({ name, description }));
}

/** With the same time on every file, so that the same files give the same bundle. */
function zip(files: Record<string, string | Uint8Array>): Uint8Array {
  const entries = Object.entries(files).map(
    ([path, content]) => [path, Buffer.from(content)] as const,
  );
  return zipSync(Object.fromEntries(entries), { mtime: new Date(2020, 0, 1), level: 9 });
}

function read(path: string): Promise<Buffer> {
  return readFile(join(root, path));
}

async function write(folder: string, files: Files): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content);
  }
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function asJson(values: Record<string, unknown>): Files {
  return Object.fromEntries(Object.entries(values).map(([path, value]) => [path, json(value)]));
}

function below(folder: string, files: Files): Files {
  return Object.fromEntries(
    Object.entries(files).map(([path, content]) => [`${folder}/${path}`, content]),
  );
}

function withoutFrontMatter(markdown: string): string {
  return markdown.replace(/^---\n.*?\n---\n+/s, "");
}
