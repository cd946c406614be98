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
const board = boardView(root);
const bundle = await rolldown({
  cwd: root,
  input: { main: "src/main.ts" },
  platform: "node",
  resolve: {
    // The other form of jsonc-parser requires its parts by names that no bundler sees.
    mainFields: ["module", "main"],
    // undici's parser of HTTP comes twice. This form runs on every processor, and takes as long for our few headers.
    alias: {
      "../llhttp/llhttp_simd-wasm.js": join(root, "node_modules/undici/lib/llhttp/llhttp-wasm.js"),
      // The form for Node is CommonJS, of which nothing can be left out.
      yaml: join(root, "node_modules/yaml/browser/index.js"),
    },
  },
  treeshake: {
    // Only its parts for frames are used, and its index names them all.
    moduleSideEffects: [{ test: /node_modules[/\\]ws[/\\]/, sideEffects: false }],
  },
  transform: {
    target: "node20.18",
    define: {
      KANEO_MCP_VERSION: JSON.stringify(version),
      KANEO_MCP_ICON: JSON.stringify(`data:image/svg+xml;base64,${icon}`),
      // Or ws would look in every folder above ours for the native modules that it is a little faster with.
      "process.env.WS_NO_BUFFER_UTIL": "true",
      "process.env.WS_NO_UTF_8_VALIDATE": "true",
    },
  },
  plugins: [toolListing(root, board), board],
});
const { output } = await bundle.write({
  dir: dist,
  format: "cjs",
  minify: true,
  // One letter beyond Latin-1 makes V8 keep all of a chunk in two bytes a letter.
  charset: "ascii",
  sourcemap: true,
  // What every start needs is one file.
  codeSplitting: { groups: [{ name: "main", tags: ["$initial"] }] },
  entryFileNames: "[name]-[hash].cjs",
  chunkFileNames: "[name]-[hash].cjs",
});
await fs.writeFile(join(dist, "licences.txt"), await licenceNotices(output));
const main = output.find(({ isEntry }) => isEntry).fileName;
const start = await fs.readFile(join(root, "src/start.cjs"), "utf8");
// In one step, since a client may be starting the program right now.
const draft = join(dist, `kaneo-mcp.${process.pid}`);
await fs.writeFile(draft, start.replace("main.cjs", main), { mode: 0o755 });
await fs.rename(draft, join(dist, "kaneo-mcp.cjs"));

// A server that runs still loads its parts by their names: they go a day after the build that replaced them, and are
// kept out of the package meanwhile.
const ignoreFile = join(dist, ".npmignore");
const before = (await fs.readFile(ignoreFile, "utf8").catch(() => "")).split("\n");
const current = ["licences.txt", "kaneo-mcp.cjs", ...output.map((one) => one.fileName)];
const now = new Date();
for (const name of await fs.readdir(dist)) {
  if (name === ".npmignore" || current.includes(name)) continue;
  const path = join(dist, name);
  // Another build may have removed it, or put its draft in its place.
  if (before.includes(`!${name}`)) await fs.utimes(path, now, now).catch(() => {});
  const { mtime } = await fs.stat(path).catch(() => ({ mtime: now }));
  if (now - mtime > DAY_MS) await fs.rm(path, { force: true });
}
// Names what is packed, not what is left out: npm compares every file with every line, and a day has many builds.
await fs.writeFile(ignoreFile, ["*", ...current.map((name) => `!${name}`), "*.map", ""].join("\n"));
