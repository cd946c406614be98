import { execFile } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir, readFile } from "node:fs/promises";
import { createSecureServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import packageJson from "../package.json" with { type: "json" };
import { connectClient } from "./support/connect-client.ts";
import { builtFile } from "./support/spawn-server.ts";
import { makeTemporaryFolder } from "./support/temporary-folder.ts";

const run = promisify(execFile);
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
