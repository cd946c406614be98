// Has the clients' own tools look at what `npm run distribution` wrote. They come from the npm registry, at these versions.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { unzipSync } from "fflate";

const tools = {
  mcpb: "@anthropic-ai/mcpb@2.1.2",
  claude: "@anthropic-ai/claude-code@2.1.332",
  codex: "@openai/codex@0.169.0",
  gemini: "@google/gemini-cli@0.61.0",
};

const release = fileURLToPath(new URL("../release", import.meta.url));
/** What npx downloads may be there already. */
const cache = execFileSync("npm", ["config", "get", "cache"], { encoding: "utf8" }).trim();
const home = mkdtempSync(join(tmpdir(), "kaneo-mcp-distribution-"));
try {
  const bundle = unpack(join(release, "kaneo-mcp.mcpb"), join(home, "bundle"));
  run("mcpb", "validate", join(bundle, "manifest.json"));
  run("mcpb", "pack", bundle, join(home, "packed.mcpb"));

  run("claude", "plugin", "validate", "--strict", join(release, "claude"));
  run("claude", "plugin", "validate", "--strict", join(release, "claude/plugin"));
  run("claude", "plugin", "validate", "--profile", "directory", join(release, "claude/plugin"));
  run("claude", "plugin", "marketplace", "add", join(release, "claude"));
  run("claude", "plugin", "install", "kaneo@kaneo-mcp");
  expectIn(run("claude", "mcp", "list"), /plugin:kaneo:kaneo: .*Connected/);

  run("codex", "plugin", "marketplace", "add", join(release, "codex"));
  run("codex", "plugin", "add", "kaneo@kaneo-mcp");
  expectIn(run("codex", "mcp", "list"), /^kaneo .*enabled/m);

  run("gemini", "extensions", "validate", join(release, "gemini"));
  const install = ["extensions", "install", join(release, "gemini"), "--consent"];
  run("gemini", ...install, "--skip-settings");
  expectIn(run("gemini", "mcp", "list"), /kaneo .*Connected/);
  console.log("Every tool accepts its files.");
} finally {
  rmSync(home, { recursive: true, force: true });
}

/** In an empty home, so that nothing of this machine's clients gets in or is changed. */
function run(tool: keyof typeof tools, ...args: string[]): string {
  console.log(`\n> ${tool} ${args.join(" ")}`);
  const words = ["-y", "-p", tools[tool], tool, ...args];
  const { status, stdout, stderr } = spawnSync("npx", words, {
    env: { ...process.env, HOME: home, npm_config_cache: cache },
    cwd: home,
    encoding: "utf8",
    // Gemini asks whether to trust the folder.
    input: "y\n",
  });
  // Gemini lists its servers on stderr.
  const said = stdout + stderr;
  console.log(said.trim());
  if (status !== 0) throw new Error(`${tool} ended with ${status}.`);
  return said;
}

function expectIn(text: string, pattern: RegExp): void {
  if (!pattern.test(text)) throw new Error(`Nothing in it reads like ${pattern}.`);
}

function unpack(archive: string, folder: string): string {
  for (const [path, content] of Object.entries(unzipSync(readFileSync(archive)))) {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
  }
  return folder;
}
