import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { failureOf } from "../../src/http/failures.ts";
import { answerJson, client, listen, recording, type Seen, startServer } from "./servers.ts";

const run = promisify(execFile);
const hasOpenssl = await run("openssl", ["version"]).then(
  () => true,
  () => false,
);
const testWithCertificate = test.skipIf(!hasOpenssl);
if (!hasOpenssl) console.warn("openssl is missing: the tests with certificates are skipped.");

/** An https server whose certificate is signed by itself, for `name` only. */
async function startTlsServer(name: string) {
  const folder = await mkdtemp(join(tmpdir(), "kaneo-mcp-tls-"));
  const [key, certificate] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const what = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
  const where = ["-nodes", "-keyout", key, "-out", certificate, "-days", "2"];
  await run("openssl", [
    ...what,
    ...where,
    "-subj",
    "/CN=test",
    "-addext",
    `subjectAltName=${name}`,
  ]);

  const seen: Seen[] = [];
  const tls = { key: await readFile(key), cert: await readFile(certificate) };
  const server = createServer(
    tls,
    recording(seen, (response) => answerJson(response, { ok: 1 })),
  );
  const started = await listen(server, seen);
  return {
    url: started.url.replace("http:", "https:"),
    seen,
    folder,
    certificate,
    [Symbol.asyncDispose]: async () => {
      await started[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

testWithCertificate(
  "a certificate that is not trusted is named with NODE_EXTRA_CA_CERTS, and nothing is sent",
  async () => {
    await using server = await startTlsServer("IP:127.0.0.1");
    await using http = client(server.url);

    const answer = http({ method: "POST", path: "/api/task/p1", body: {} });

    await expect(answer).rejects.toMatchObject({
      kind: "unavailable",
      message: expect.stringMatching(/^Kaneo at 127\.0\.0\.1:\d+ has a certificate .*SELF_SIGNED/),
      hint: expect.stringContaining("NODE_EXTRA_CA_CERTS"),
    });
    expect(server.seen).toHaveLength(0);
  },
);

testWithCertificate("NODE_EXTRA_CA_CERTS makes it trusted, for its own host only", async () => {
  await using server = await startTlsServer("IP:127.0.0.1");
  await using other = await startTlsServer("DNS:kaneo.example");
  const script = join(server.folder, "get.mts");
  const clientFile = fileURLToPath(new URL("../../src/http/http-client.ts", import.meta.url));
  const clockFile = fileURLToPath(new URL("../../src/clock.ts", import.meta.url));
  await writeFile(
    script,
    `import { createHttp } from ${JSON.stringify(clientFile)};
     import { systemClock as clock } from ${JSON.stringify(clockFile)};
     for (const baseUrl of process.argv.slice(2)) {
       const http = createHttp({ baseUrl, userAgent: "test", clock });
       const answer = await http({ method: "GET", path: "/api/a" }).catch((error) => error);
       console.log(JSON.stringify(answer.body ?? answer.message));
     }`,
  );
  const bundle = join(server.folder, "both.pem");
  await writeFile(
    bundle,
    [await readFile(server.certificate), await readFile(other.certificate)].join(""),
  );
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: bundle };
  const tsx = import.meta.resolve("tsx");

  const { stdout } = await run(process.execPath, ["--import", tsx, script, server.url, other.url], {
    env,
  });

  const [trusted, misnamed] = stdout.trim().split("\n");
  expect(trusted).toBe('{"ok":1}');
  expect(misnamed).toContain("has a certificate for another name (TLS).");
});

test.each(["CERT_HAS_EXPIRED", "CERT_NOT_YET_VALID"])(
  "a certificate out of its time (%s) is no case for NODE_EXTRA_CA_CERTS",
  (code) => {
    const request = { isWrite: true, isProxied: false, timeoutMs: 20_000, maxBytes: 2 ** 22 };

    const failure = failureOf({ code, progress: "unsent" }, { ...request, host: "kaneo.example" });

    expect(failure.kind).toBe("unavailable");
    expect(failure.message).toContain("not valid at this time");
    expect(failure.hint).toMatch(/clock.*renewed/);
  },
);

test("https to a port that speaks http is reported with KANEO_API_URL", async () => {
  await using server = await startServer((response) => answerJson(response, {}));
  await using http = client(server.url.replace("http:", "https:"));

  const answer = http({ method: "GET", path: "/api/a" });

  await expect(answer).rejects.toMatchObject({
    kind: "unavailable",
    message: expect.stringContaining("no encrypted connection"),
    hint: expect.stringContaining("KANEO_API_URL"),
  });
});
