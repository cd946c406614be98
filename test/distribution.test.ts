import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { unzipSync } from "fflate";
import { afterAll, expect, test } from "vitest";
import { z } from "zod";
import packageJson from "../package.json" with { type: "json" };
import { packedFiles, writeDistribution } from "../scripts/distribution/write-distribution.ts";
import {
  npxPackage,
  type Publication,
  publication,
  repositoryUrl,
} from "../src/cli/publication.ts";
import { builtFiles } from "./support/spawn-server.ts";
import { makeTemporaryFolder } from "./support/temporary-folder.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const { version } = packageJson;
const published = { owner: "someone", isOnNpm: true };
const unpublished = { owner: "someone", isOnNpm: false };

interface Release extends AsyncDisposable {
  path: string;
  text(path: string): Promise<string>;
  // The form is looked at by each test.
  json(path: string): Promise<ReturnType<typeof JSON.parse>>;
}

// As npm would pack it, asked once.
const packing = packedFiles();

/** What is written for a publication, in a folder that goes away with the block. */
async function distributed(from: Publication): Promise<Release> {
  const folder = await makeTemporaryFolder();
  await writeDistribution(folder.path, from, packing);
  const text = (path: string) => readFile(join(folder.path, path), "utf8");
  return {
    path: folder.path,
    text,
    json: async (path) => JSON.parse(await text(path)),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

// Written once for all tests that only read it: each time starts a server, and compresses.
const releases = { unpublished: distributed(unpublished), published: distributed(published) };
afterAll(async () => {
  for (const release of Object.values(releases)) await (await release)[Symbol.asyncDispose]();
});

const filled = z.string().min(1);
const envOf = z.record(filled, filled);
const field = z.strictObject({
  type: z.enum(["string", "boolean", "directory"]),
  title: filled,
  description: filled,
  required: z.literal(false),
  default: z.union([z.string(), z.boolean()]),
  sensitive: z.literal(true).optional(),
});

/** The fields of MCPB 0.3 that we use; its schema refuses every other. */
const bundleManifest = z.strictObject({
  $schema: filled,
  manifest_version: z.literal("0.3"),
  name: z.literal("kaneo-mcp"),
  display_name: filled,
  version: z.literal(version),
  description: filled,
  author: z.strictObject({ name: filled }),
  license: z.literal("MIT"),
  icon: z.literal("icon.png"),
  icons: z.array(z.strictObject({ src: z.literal("icon.png"), size: z.literal("512x512") })),
  repository: z.strictObject({ type: z.literal("git"), url: z.url() }),
  homepage: z.url(),
  support: z.url(),
  privacy_policies: z.array(z.url()),
  server: z.strictObject({
    type: z.literal("node"),
    entry_point: z.literal("server/kaneo-mcp.cjs"),
    mcp_config: z.strictObject({ command: z.literal("node"), args: z.array(filled), env: envOf }),
  }),
  tools: z.array(z.strictObject({ name: filled, description: filled })).min(1),
  tools_generated: z.literal(true),
  prompts_generated: z.literal(true),
  keywords: z.array(filled),
  compatibility: z.strictObject({
    claude_desktop: filled,
    platforms: z.array(z.enum(["darwin", "win32", "linux"])),
    runtimes: z.strictObject({ node: z.literal(packageJson.engines.node) }),
  }),
  user_config: z.record(filled, field),
});

const packageOf = z.strictObject({
  registryType: z.enum(["npm", "mcpb"]),
  identifier: filled,
  version: z.literal(version),
  runtimeHint: z.literal("npx").optional(),
  transport: z.strictObject({ type: z.literal("stdio") }),
  fileSha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  environmentVariables: z
    .array(
      z.strictObject({
        name: filled,
        description: filled,
        format: z.literal("boolean").optional(),
        isSecret: z.literal(true).optional(),
        default: z.string().optional(),
      }),
    )
    .optional(),
});

/** The fields of the registry's schema of 2025-12-11 that we use. */
const registryEntry = z.strictObject({
  $schema: z.literal(
    "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
  ),
  name: z.string().regex(/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/),
  title: z.string().max(100),
  description: z.string().min(1).max(100),
  version: z.literal(version),
  websiteUrl: z.url(),
  repository: z.strictObject({ url: z.url(), source: z.literal("github") }),
  icons: z.array(
    z.strictObject({
      src: z.url({ protocol: /^https$/ }),
      mimeType: filled,
      sizes: z.array(filled),
    }),
  ),
  packages: z.array(packageOf).min(1),
});

test("every manifest has the shape of its schema and the version of the package", async () => {
  const release = await releases.published;
  const bundle = unzipSync(await readFile(join(release.path, "kaneo-mcp.mcpb")));

  const manifest = JSON.parse(Buffer.from(bundle["manifest.json"] ?? []).toString());
  expect(() => bundleManifest.parse(manifest)).not.toThrow();
  const entry = await release.json("server.json");

  expect(() => registryEntry.parse(entry)).not.toThrow();
  for (const path of [
    "claude/plugin/.claude-plugin/plugin.json",
    "codex/plugins/kaneo/.codex-plugin/plugin.json",
    "gemini/gemini-extension.json",
  ]) {
    expect(await release.json(path)).toMatchObject({ name: "kaneo", version });
  }
});

test("each bundle holds every part of this build, no part of earlier ones, and the licences", async () => {
  const release = await releases.unpublished;
  const built = (await builtFiles()).filter((name) => !name.endsWith(".map"));

  const bundle = Object.keys(unzipSync(await readFile(join(release.path, "kaneo-mcp.mcpb"))));

  expect(bundle).toEqual(
    expect.arrayContaining([...built.map((name) => `server/${name}`), "LICENSE", "icon.png"]),
  );
  for (const folder of ["claude/plugin", "codex/plugins/kaneo", "gemini"]) {
    expect((await readdir(join(release.path, folder, "server"))).sort()).toEqual(built.sort());
    expect(await release.text(`${folder}/LICENSE`)).toContain("MIT License");
  }
});

test("the bundle, unpacked and started as its manifest says with nothing filled in, lists the tools it names", async () => {
  const release = await releases.unpublished;
  const folder = join(release.path, "unpacked");
  const files = unzipSync(await readFile(join(release.path, "kaneo-mcp.mcpb")));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  const { server, tools, user_config } = bundleManifest.parse(
    JSON.parse(await readFile(join(folder, "manifest.json"), "utf8")),
  );
  const fillIn = (text: string) =>
    text
      .replaceAll(`\${__dirname}`, folder)
      .replace(/\$\{user_config\.(\w+)\}/, (_, key) => String(user_config[key]?.default));
  const { command, args, env } = server.mcp_config;
  const client = new Client({ name: "test", version: "1" });

  await client.connect(
    new StdioClientTransport({
      command: command === "node" ? process.execPath : command,
      args: args.map(fillIn),
      env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, fillIn(value)])),
    }),
  );
  const listed = await client.listTools();
  await client.close();

  expect(JSON.stringify(Object.values(env).map(fillIn))).not.toContain("${");
  expect(listed.tools.map(({ name }) => name)).toEqual(tools.map(({ name }) => name));
});

test("the registry's entry names the bundle of this release with the hash of the bundle beside it, and no registry", async () => {
  const release = await releases.published;
  const sha256 = createHash("sha256")
    .update(await readFile(join(release.path, "kaneo-mcp.mcpb")))
    .digest("hex");

  const { name, packages } = await release.json("server.json");

  expect(name).toBe("io.github.someone/kaneo-mcp");
  expect(packages[1]).toEqual({
    registryType: "mcpb",
    identifier: `https://github.com/someone/kaneo-mcp/releases/download/v${version}/kaneo-mcp.mcpb`,
    version,
    fileSha256: sha256,
    transport: { type: "stdio" },
  });
  expect(packages[0]).toMatchObject({ registryType: "npm", identifier: "kaneo-mcp", version });
  expect(await release.text("server.json")).not.toMatch(/registryBaseUrl|npmjs/);
});

test("what goes to npm and into the tarball has no scripts, of which npm would warn, and no developers' tools", async () => {
  const release = await releases.unpublished;

  const published = await release.json("package/package.json");

  expect(published).toMatchObject({ name: "kaneo-mcp", version, bin: packageJson.bin });
  expect(published).not.toHaveProperty("scripts");
  expect(published).not.toHaveProperty("devDependencies");
});

test("the same files give the same bundle", async () => {
  const one = await releases.unpublished;
  await using other = await distributed(unpublished);

  const [first, second] = await Promise.all(
    [one, other].map(({ path }) => readFile(join(path, "kaneo-mcp.mcpb"))),
  );

  expect(first?.equals(second ?? Buffer.of())).toBe(true);
});

test("before the name is ours on npm, nothing that is written runs it by npx", async () => {
  const release = await releases.unpublished;

  const { packages } = await release.json("server.json");
  const links = decodeURIComponent(await release.text("links.json"));

  expect(packages.map(({ registryType }: { registryType: string }) => registryType)).toEqual([
    "mcpb",
  ]);
  expect(npxPackage("1.2.3", unpublished)).toBe(
    "https://github.com/someone/kaneo-mcp/releases/download/v1.2.3/kaneo-mcp-1.2.3.tgz",
  );
  expect(links).not.toMatch(/"kaneo-mcp|arg=kaneo-mcp/);
  expect(npxPackage("1.2.3", published)).toBe("kaneo-mcp@1.2.3");
});

test("the skill names no tool that does not exist", async () => {
  const release = await releases.unpublished;
  const skill = await release.text("claude/plugin/skills/kaneo/SKILL.md");
  const manifest = unzipSync(await readFile(join(release.path, "kaneo-mcp.mcpb")))["manifest.json"];
  const { tools } = JSON.parse(Buffer.from(manifest ?? []).toString());

  const named = [...skill.matchAll(/`([a-z]+_[a-z_]+|whoami|search)`/g)].map(([, name]) => name);

  const words = ["dry_run", ...tools.map(({ name }: { name: string }) => name)];
  expect(named.filter((name) => !words.includes(name))).toEqual([]);
  expect(await release.text("gemini/GEMINI.md")).toMatch(/^# Working in Kaneo\n/);
});

test("the icon is a PNG of 512 pixels", async () => {
  const png = await readFile(join(root, "assets/icon.png"));

  expect(png.subarray(0, 8)).toEqual(Buffer.from("\x89PNG\r\n\x1a\n", "latin1"));
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([512, 512]);
});

test("the owner stands in one place and package.json repeats it", () => {
  const repository = repositoryUrl(publication);

  expect(packageJson).toMatchObject({
    repository: { type: "git", url: `git+${repository}.git` },
    bugs: `${repository}/issues`,
    homepage: `${repository}#readme`,
    mcpName: `io.github.${publication.owner}/kaneo-mcp`,
  });
});
