import { execFile } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir, readFile } from "node:fs/promises";
import { createSecureServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import packageJson from "../package.json" with { type: "json" };
import { listing } from "../src/tools/listing.ts";
import { selectTools } from "../src/tools/toolsets.ts";
import { connectClient } from "./support/connect-client.ts";
import { builtFile, spawnServer } from "./support/spawn-server.ts";
import { makeTemporaryFolder } from "./support/temporary-folder.ts";

const run = promisify(execFile);
const partRecorder = fileURLToPath(new URL("support/part-recorder.cjs", import.meta.url));
const hasOpenssl = await run("openssl", ["version"]).then(
  () => true,
  () => false,
);

test("runs alone in a folder with blanks and umlauts in its name", async () => {
  await using folder = await makeTemporaryFolder();
  const place = join(folder.path, "Größe & Co");
  await mkdir(place);
  await copyFile(builtFile, join(place, "kaneo-mcp.cjs"));

  const { stdout } = await run(process.execPath, [join(place, "kaneo-mcp.cjs"), "--version"]);

  expect(stdout.trim()).toBe(packageJson.version);
});

test("never reaches the stand-ins for what the SDK imports and this server does not use", async () => {
  await using session = await connectClient({ env: { KANEO_API_URL: "http://127.0.0.1:9" } });

  await session.client.ping();
  await session.client.listTools();
  const { text } = await session.call("whoami");
  await session.call("list_projects", { nonsense: 1 });

  expect(await readFile(builtFile, "utf8")).toContain("is not part of kaneo-mcp");
  expect(text).not.toContain("is not part of kaneo-mcp");
  expect(session.stderr()).not.toContain("is not part of kaneo-mcp");
});

test.skipIf(!hasOpenssl)(
  "speaks HTTP/1.1 to a server that would rather speak HTTP/2, whose code is left out",
  async () => {
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

    const { text } = await session.call("list_projects");
    server.close();

    expect(versions).toEqual(["1.1"]);
    expect(text).not.toContain("is not part of kaneo-mcp");
  },
);

/** Which parts of the file a process has loaded when it has answered all of `requests`, without their hashes. */
async function partsAfter(requests: readonly Record<string, unknown>[]): Promise<string[]> {
  await using server = await spawnServer({
    env: { KANEO_API_URL: "http://127.0.0.1:9", NODE_OPTIONS: `--require ${partRecorder}` },
  });
  for (const [id, request] of requests.entries()) {
    server.send({ id, ...request });
    await server.answerTo(id);
  }
  server.endInput();
  await server.exit;
  const names = server.stderr().matchAll(/^part (\S+?)(?:-[0-9A-Z]{8})?\.js$/gm);
  // Chunks are what parts share; the folders are needed at the start where Node has a compile cache, else later.
  const uncounted = ["chunk", "user-folders", "folder-making"];
  return [...names].map(([, name = ""]) => name).filter((name) => !uncounted.includes(name));
}

const initialize = { method: "initialize", params: { protocolVersion: "2025-11-25" } };
const list = { method: "tools/list" };
const call = (name: string) => ({ method: "tools/call", params: { name, arguments: {} } });

test("loads what a request needs when it comes: the protocol, then the list of tools, then the tools, the connection and undici", async () => {
  const introduced = ["start", "main"];
  expect(await partsAfter([initialize])).toEqual(introduced);

  const listed = [...introduced, "protocol", "listing"];
  expect(await partsAfter([initialize, list])).toEqual(listed);

  const asked = await partsAfter([initialize, list, call("list_projects")]);
  expect(asked.slice(0, listed.length)).toEqual(listed);
  expect(new Set(asked.slice(listed.length))).toEqual(
    new Set(["tools", "open-connection", "sign-in-credentials", "transport", "failure"]),
  );
});

test("the build refuses a package that nobody has looked at, and a file that has grown", async () => {
  const { problemsOf } = await import(new URL("../scripts/build/limits.mjs", import.meta.url).href);

  expect(problemsOf({ packages: ["zod", "undici"], bytes: 500_000 })).toEqual([]);
  expect(problemsOf({ packages: ["left-pad"], bytes: 600_000 })).toEqual([
    expect.stringContaining("left-pad"),
    expect.stringContaining("600000 bytes"),
  ]);
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

  expect(tools).toEqual(selectTools(listing, selection).map(({ toolset: _, ...tool }) => tool));
});
