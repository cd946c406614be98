import { execFile } from "node:child_process";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Vitest calls this once: the tests that start the built file must not see an old one. */
export async function setup(): Promise<void> {
  const builtAt = await changedAt("dist/kaneo-mcp.cjs").catch(() => 0);
  const sources = ["package.json", ...(await filesIn("src")), ...(await filesIn("scripts"))];
  const changes = await Promise.all(sources.map(changedAt));
  if (Math.max(...changes) < builtAt) return;
  await promisify(execFile)(process.execPath, ["scripts/build.mjs"], { cwd: root });
}

async function changedAt(path: string): Promise<number> {
  return (await stat(join(root, path))).mtimeMs;
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { recursive: true });
  return entries.map((entry) => join(folder, entry));
}
