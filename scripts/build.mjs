#!/usr/bin/env node
// Makes dist/: plain CommonJS chunks, of which a process loads what it needs when it needs it, and the entry that is published.
import * as fs from "node:fs/promises";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { boardView } from "./board-view.mjs";
import { licenceNotices } from "./licences.mjs";
import { toolListing } from "./tool-listing.mjs";

const DAY_MS = 24 * 60 * 60 * 1000;
const root = join(import.meta.dirname, "..");
const dist = join(root, "dist");

const { version } = JSON.parse(await fs.readFile(join(root, "package.json"), "utf8"));
const icon = await fs.readFile(join(root, "assets/icon.svg"), "base64");
const bundle = await rolldown({
  cwd: root,
  input: { main: "src/main.ts" },
  platform: "node",
  // The other form of jsonc-parser requires its parts by names that no bundler sees.
  resolve: { mainFields: ["module", "main"] },
  transform: {
    target: "node20.18",
    define: {
      KANEO_MCP_VERSION: JSON.stringify(version),
      KANEO_MCP_ICON: JSON.stringify(`data:image/svg+xml;base64,${icon}`),
    },
  },
  plugins: [toolListing(root), boardView(root)],
});
const names = "[name]-[hash].cjs";
const { output } = await bundle.generate({
  format: "cjs",
  minify: true,
  // One letter beyond Latin-1 makes V8 keep all of a chunk in two bytes a letter.
  charset: "ascii",
  sourcemap: true,
  // What every start needs is one file.
  codeSplitting: { groups: [{ name: "main", tags: ["$initial"] }] },
  entryFileNames: names,
  chunkFileNames: names,
});
const files = Object.fromEntries(output.map((file) => [file.fileName, file.code ?? file.source]));
const start = await fs.readFile(join(root, "src/start.cjs"), "utf8");
files["licences.txt"] = await licenceNotices(root, output);
files["kaneo-mcp.cjs"] = start.replace("main.cjs", output.find(({ isEntry }) => isEntry).fileName);
await fs.mkdir(dist, { recursive: true });
for (const [name, contents] of Object.entries(files)) await replaceFile(name, contents);
await replaceFile(".npmignore", `*.map\n${(await earlierFiles()).join("\n")}\n`);

/** In one step, since a client may be starting the program right now. The entry comes last. */
async function replaceFile(name, contents) {
  const fresh = join(dist, `${name}.${process.pid}`);
  await fs.writeFile(fresh, contents, { mode: name === "kaneo-mcp.cjs" ? 0o755 : 0o644 });
  await fs.rename(fresh, join(dist, name));
}

/**
 * What is left of earlier builds. A server that runs still loads its parts by these names, so they go a day after the
 * build that replaced them; meanwhile dist/.npmignore keeps them out of the package.
 */
async function earlierFiles() {
  const ignored = await fs.readFile(join(dist, ".npmignore"), "utf8").catch(() => "");
  const earlier = [];
  for (const name of await fs.readdir(dist)) {
    const path = join(dist, name);
    if (name in files || name === ".npmignore") continue;
    const found = await fs.stat(path).catch(() => undefined);
    // The draft of another build, which has put it in its place meanwhile.
    if (!found) continue;
    const isOld = Date.now() - found.mtimeMs > DAY_MS;
    if (!ignored.split("\n").includes(name)) await fs.utimes(path, new Date(), new Date());
    else if (isOld) await fs.rm(path);
    earlier.push(name);
  }
  return earlier;
}
