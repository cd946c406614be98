import { execFile } from "node:child_process";
import { once } from "node:events";
import {
  access,
  cp,
  mkdir,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { createSecureServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import packageJson from "../package.json" with { type: "json" };
import { listing } from "../src/tools/listing.ts";
import { listing as byName } from "../src/tools/listing-by-name.ts";
import { selectTools } from "../src/tools/toolsets.ts";
import { connectClient } from "./support/connect-client.ts";
import { modernMeta } from "./support/modern-meta.ts";
import { builtFile, builtFiles, spawnServer } from "./support/spawn-server.ts";
import { makeTemporaryFolder } from "./support/temporary-folder.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("..", import.meta.url));
const dist = dirname(builtFile);
const fileRecorder = fileURLToPath(new URL("support/loaded-files.cjs", import.meta.url));
const hasOpenssl = await run("openssl", ["version"]).then(
  () => true,
  () => false,
);

/** Puts the program, as it is published, into a folder. */
async function copyProgram(folder: string): Promise<void> {
  for (const name of [".npmignore", ...(await builtFiles())]) {
    await cp(join(dist, name), join(folder, name));
  }
}

test("runs alone in a folder with blanks and umlauts in its name", async () => {
  await using folder = await makeTemporaryFolder();
  const place = join(folder.path, "Größe & Co");
  await copyProgram(place);

  const { stdout } = await run(process.execPath, [join(place, "kaneo-mcp.cjs"), "--version"]);

  expect(stdout.trim()).toBe(packageJson.version);
});

test.skipIf(!hasOpenssl)("speaks HTTP/1.1 to a server that would rather speak HTTP/2", async () => {
  await using folder = await makeTemporaryFolder();
  const [key, cert] = [join(folder.path, "key.pem"), join(folder.path, "cert.pem")];
  const what = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
  const where = ["-nodes", "-keyout", key, "-out", cert, "-days", "2", "-subj", "/CN=test"];
  await run("openssl", [...what, ...where, "-addext", "subjectAltName=IP:127.0.0.1"]);
  const versions: string[] = [];
  const tls = { key: await readFile(key), cert: await readFile(cert), allowHTTP1: true };
  const server = createSecureServer(tls, ({ httpVersion }, response) => {
    versions.push(httpVersion);
    response.writeHead(200, { "content-type": "application/json" }).end("[]");
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  // A server on a port of the network has an address of this form.
  const { port } = server.address() as AddressInfo;
  await using session = await connectClient({
    env: {
      KANEO_API_URL: `https://127.0.0.1:${port}`,
      KANEO_API_KEY: "a-key-of-the-test",
      NODE_EXTRA_CA_CERTS: cert,
    },
  });

  await session.call("list_projects");
  server.close();

  expect(versions).toEqual(["1.1"]);
});

/** The program's files that a process has loaded when it has answered all of `requests`. */
async function filesAfter(requests: readonly Record<string, unknown>[]): Promise<string[]> {
  await using server = await spawnServer({
    env: { KANEO_API_URL: "http://127.0.0.1:9", NODE_OPTIONS: `--require ${fileRecorder}` },
  });
  for (const [id, request] of requests.entries()) {
    server.send({ id, ...request });
    await server.answerTo(id);
  }
  server.endInput();
  await server.exit;
  const names = server.stderr().matchAll(/^loaded (\S+)$/gm);
  return [...names].map(([, name = ""]) => name).filter((name) => name !== "loaded-files.cjs");
}

async function kilobytesOf(names: readonly string[]): Promise<number> {
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(dist, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0) / 1_000;
}

const initialize = { method: "initialize", params: { protocolVersion: "2025-11-25" } };
const discover = { method: "server/discover", params: modernMeta() };
const list = { method: "tools/list" };
const call = { method: "tools/call", params: { name: "list_projects", arguments: {} } };
/** undici, which alone is a fifth of everything. */
const isTransport = (name: string) => name.startsWith("transport-");

test("loads what a request needs when it comes: little for a start and a list, undici for a call", async () => {
  const introduced = await filesAfter([initialize]);
  const discovered = await filesAfter([discover]);
  const listed = await filesAfter([initialize, list]);
  const asked = await filesAfter([initialize, list, call]);

  expect(await kilobytesOf(introduced)).toBeLessThan(30);
  expect(discovered).toEqual(introduced);
  expect(await kilobytesOf(listed)).toBeLessThan(60);
  expect(listed.filter(isTransport)).toEqual([]);
  expect(asked.filter(isTransport)).toHaveLength(1);
  expect(
    asked.filter((name) =>
      /^(run|surroundings|account|install|login|logout|status|doctor)-/.test(name),
    ),
  ).toEqual([]);
});

interface Checkout {
  /** The program's entry. */
  file: string;
  build(version: string): Promise<void>;
  /** The program's files in dist/. */
  files(): Promise<string[]>;
  /** Those of them that a package would hold. */
  packed(): Promise<string[]>;
  /** Makes files look as if they had been there for two days. */
  age(names: readonly string[]): Promise<void>;
}

/** A copy of what is needed to build. */
async function checkOut(place: string): Promise<Checkout> {
  const dist = join(place, "dist");
  await mkdir(place);
  for (const name of ["src", "scripts", "assets", "tsconfig.json"]) {
    await cp(join(root, name), join(place, name), { recursive: true });
  }
  await symlink(join(root, "node_modules"), join(place, "node_modules"));
  const files = async () => (await readdir(dist)).filter((name) => name.endsWith(".cjs"));
  return {
    file: join(dist, "kaneo-mcp.cjs"),
    async build(version) {
      const manifest = JSON.stringify({ ...packageJson, version });
      await writeFile(join(place, "package.json"), manifest);
      await run(process.execPath, ["scripts/build.mjs"], { cwd: place });
    },
    files,
    async packed() {
      const flags = ["--dry-run", "--json", "--ignore-scripts"];
      const { stdout } = await run("npm", ["pack", ...flags], { cwd: place });
      // The form that npm prints, of which only this is read.
      const [{ files: listed }] = JSON.parse(stdout) as [{ files: { path: string }[] }];
      const paths = new Set(listed.map(({ path }) => path));
      return (await files()).filter((name) => paths.has(`dist/${name}`));
    },
    async age(names) {
      const then = new Date(Date.now() - 2 * 24 * 60 * 60 * 1_000);
      for (const name of names) await utimes(join(dist, name), then, then);
    },
  };
}

test("what a new build replaces is there for a running server, in no package, and goes after a day", async () => {
  await using folder = await makeTemporaryFolder();
  const { file, build, files, packed, age } = await checkOut(join(folder.path, "checkout"));
  await copyProgram(dirname(file));
  const first = await files();
  await using server = await spawnServer({
    file,
    env: { KANEO_API_URL: "http://127.0.0.1:9", KANEO_API_KEY: "a-key-of-the-test" },
  });
  await server.initialize();

  await build("2.0.0");
  const second = await packed();
  const { text } = await server.call("list_projects");
  const { stdout } = await run(process.execPath, [file, "--version"]);
  const left = (await files()).filter((name) => !second.includes(name));
  await age(left);
  await build("2.0.0");
  const cleaned = await files();

  expect(stdout.trim()).toBe("2.0.0");
  expect(text).toContain("127.0.0.1:9");
  expect(left).toEqual(first.filter((name) => !second.includes(name)));
  expect(left).not.toEqual([]);
  expect(cleaned).toEqual(second);
});

test("a server whose parts are gone all the same asks to restart the client", async () => {
  await using folder = await makeTemporaryFolder();
  const place = join(folder.path, "dist");
  await copyProgram(place);
  await using server = await spawnServer({ file: join(place, "kaneo-mcp.cjs") });
  await server.initialize();
  await rm(place, { recursive: true });

  const { text, isError } = await server.call("list_projects");

  expect(text).toBe("kaneo-mcp was updated while it ran: restart the client.");
  expect(isError).toBe(true);
});

test("every part has a source map beside it, whose sources stand in the repository", async () => {
  const maps = (await builtFiles()).filter((name) => name.endsWith(".map"));

  for (const name of maps) {
    const { sources } = JSON.parse(await readFile(join(dist, name), "utf8"));
    for (const source of sources) await access(join(dist, source));
  }
  expect(maps.length).toBeGreaterThan(5);
});

test.each([
  [{}, { toolsets: ["default"], isReadOnly: false }],
  [{ KANEO_TOOLSETS: "all" }, { toolsets: ["all"], isReadOnly: false }],
  [
    { KANEO_TOOLSETS: "tasks,board", KANEO_READ_ONLY: "1" },
    { toolsets: ["tasks", "board"], isReadOnly: true },
  ],
])("lists with %j the tools that there are, as they are", async (env, selection) => {
  await using session = await connectClient({ env });

  const { tools } = await session.client.listTools();

  const all = [...listing, ...byName];
  expect(tools).toEqual(selectTools(all, selection).map(({ toolset: _, ...tool }) => tool));
});
