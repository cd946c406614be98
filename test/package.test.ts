import { execFile } from "node:child_process";
import { readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import packageJson from "../package.json" with { type: "json" };
import { builtFile } from "./support/spawn-server.ts";
import { makeTemporaryFolder } from "./support/temporary-folder.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("..", import.meta.url));

interface Packed {
  size: number;
  files: { path: string; mode: number }[];
}

// As npm would pack it, asked once.
const flags = ["pack", "--dry-run", "--json", "--ignore-scripts"];
const { stdout } = await run("npm", flags, { cwd: root });
const [packed]: [Packed] = JSON.parse(stdout);

test("the package holds the program's parts, its papers, and nothing else", () => {
  const paths = packed.files.map(({ path }) => path);
  const isPart = (path: string) => /^dist\/[\w-]+\.cjs$/.test(path);
  expect(paths.filter((path) => !isPart(path)).sort()).toEqual([
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "dist/licences.txt",
    "mcp.json.example",
    "package.json",
  ]);
  expect(paths).toContain("dist/kaneo-mcp.cjs");
});

test("the package is smaller than 400 kB", () => {
  expect(packed.size).toBeLessThan(400_000);
});

test("an installation brings no other package along and runs no script", () => {
  for (const field of [
    "dependencies",
    "optionalDependencies",
    "peerDependencies",
    "bundleDependencies",
  ]) {
    expect(packageJson).not.toHaveProperty(field);
  }
  // npm runs these for whoever installs from a registry; "prepare" only in a checkout.
  for (const script of ["preinstall", "install", "postinstall"]) {
    expect(packageJson.scripts).not.toHaveProperty(script);
  }
});

test("the command that npm links can be started by itself", async () => {
  const text = await readFile(builtFile, "utf8");
  const { mode } = await stat(builtFile);

  expect(join(root, packageJson.bin["kaneo-mcp"])).toBe(builtFile);
  expect(text.startsWith("#!/usr/bin/env node\n")).toBe(true);
  expect(mode & 0o111).toBe(0o111);
});

test("the package carries the licence of everybody whose code is in it", async () => {
  const text = await readFile(join(dirname(builtFile), "licences.txt"), "utf8");
  const names = text.matchAll(/^(\S+) (?:\d+\.\d+\.\d+ )?\((?:MIT|ISC|BSD-3-Clause)\)/gm);

  expect([...names].map(([, name]) => name)).toEqual([
    "@date-fns/tz",
    "csv-parse",
    "env-paths",
    "is-safe-filename",
    "jsonc-parser",
    "smol-toml",
    "undici",
    "llhttp",
    "ws",
    "yaml",
    "zod",
  ]);
  expect(text.match(/^Permission is hereby granted, free of charge/gm)).toHaveLength(9);
  expect(text).toContain("Copyright Fedor Indutny, 2018.");
});

test("the README's line for Docker works with what it gives to the container, and with nothing else", async () => {
  await using home = await makeTemporaryFolder();
  const readme = await readFile(join(root, "README.md"), "utf8");
  const line = /## In Docker[\s\S]*?```sh\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";
  const words = line.replaceAll("\\\n", " ").trim().split(/\s+/);
  const behind = (flag: string) => words.filter((_, index) => words[index - 1] === flag);
  const outside = (path: string) =>
    path.replace(/^\/app(?=\/)/, dirname(builtFile)).replace(/^\/data$/, join(home.path, "data"));
  const settings = behind("-e").map((one) => one.split("=", 2));
  const env = settings.map(([name, value = ""]) => [name, outside(value)]);
  const [, ...args] = words.slice(words.indexOf("node:24-slim") + 1);

  const status = run(process.execPath, [...args.map(outside), "status"], {
    env: Object.fromEntries([["HOME", home.path], ...env]),
  });

  await expect(status).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^Nobody is signed in at https:\/\/kaneo\.example\.org\. /),
  });
  expect(behind("-v")).toEqual(["/path/to/kaneo-mcp/dist:/app:ro", "kaneo-mcp:/data"]);
});
