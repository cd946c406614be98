import { execFile } from "node:child_process";
import { chmod, chown, mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:https";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { answerJson, DEAF_PORT, listen, startRawServer, startServer } from "../http/servers.ts";
import { startSandbox } from "../sandbox/start-sandbox.ts";
import { entry, problemsFound, problemsWith, writeEntries } from "../support/doctor.ts";
import { runCommand, runHere } from "../support/run-command.ts";
import { makeHome } from "../support/temp-home.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";

const run = promisify(execFile);
const hasOpenssl = await run("openssl", ["version"]).then(
  () => true,
  () => false,
);

test("where all is well, says so, what is used, and what to do next", async () => {
  await using sandbox = await startSandbox();
  await using home = await makeTemporaryFolder();
  await writeEntries(home.path, { kaneo: entry({ KANEO_API_URL: sandbox.url }) });
  const env = { KANEO_HEADERS: "X-Front: s3cret-of-the-front" };

  const { code, out, err } = await runCommand(home.path, ["doctor"], env);

  expect(code, out).toBe(0);
  expect(out).toContain(
    `✓ Settings        those of the entry "kaneo" of Cursor; Kaneo at ${sandbox.url}\n`,
  );
  expect(out).toContain(`✓ Address         Kaneo answers at ${sandbox.url}\n`);
  expect(out).toContain("✓ Client id       kaneo-mcp is accepted; the sign-in link leads to 127.");
  expect(out).toContain(`! Sign-in         Nobody is signed in yet.\n${" ".repeat(18)}→ Ask some`);
  expect(out).toMatch(/\nNothing is wrong\.\n$/);
  expect(out + err).not.toMatch(/s3cret-of-the-front|user_code/);
});

test("a key that Kaneo accepts is named by its account, and repeated nowhere", async () => {
  await using sandbox = await startSandbox();
  await using home = await makeTemporaryFolder();
  const { apiKey, email } = sandbox.people.alice;

  const env = { KANEO_API_URL: sandbox.url, KANEO_API_KEY: apiKey };
  const { code, out } = await runHere(home.path, ["doctor"], { env });

  expect(code, out).toBe(0);
  expect(out).toContain(`✓ API key         accepted, as Alice Doe <${email}>\n`);
  expect(out).not.toContain(apiKey);
});

test("nothing listens at the address", async () => {
  const url = `http://127.0.0.1:${DEAF_PORT}`;

  const problems = await problemsWith({ KANEO_API_URL: url });

  expect(problems).toEqual({ Address: expect.stringMatching(/refused the connection.*running/s) });
});

const PASSWORD = "s3cret-of-the-front";
const basic = Buffer.from(`alice:${PASSWORD}`).toString("base64");

test.each<[string, [number, Record<string, string>], RegExp]>([
  ["a web page", [200, { "content-type": "text/html" }], /web page.*Check KANEO_API_URL/s],
  ["a wish for a sign-in", [401, { "www-authenticate": "Basic realm=x" }], /front.*KANEO_HEADERS/s],
  [
    "the password it was sent",
    [302, { location: `/${PASSWORD}` }],
    /\/\[redacted\] \(status 302\)/,
  ],
])("something in front of Kaneo answers in its place: %s", async (_, head, problem) => {
  await using front = await startServer((response) => {
    response.writeHead(...head).end("<!doctype html><p>Hello");
  });
  const env = { KANEO_API_URL: front.url, KANEO_HEADERS: `X-Front: Basic ${basic}` };

  const problems = await problemsWith(env);

  expect(problems).toEqual({ Address: expect.stringMatching(problem) });
});

test("Kaneo does not know the client id", async () => {
  const problems = await problemsWith({ KANEO_MCP_CLIENT_ID: "other-client", KANEO_API_KEY: "" });

  expect(problems).toEqual({
    "Client id": expect.stringMatching(/does not know the client id "other-client".*DEVICE_AUTH/s),
  });
});

test("the token is dead", async () => {
  await using sandbox = await startSandbox();
  await using home = await makeHome({ baseUrl: sandbox.url });
  const owner = { version: 1, base: sandbox.url, clientId: "kaneo-mcp" };
  const token = { accessToken: "a-token-of-the-test" };
  await home.write("1/token.json", JSON.stringify({ ...owner, ...token }));

  const problems = await problemsFound(home.path, {
    KANEO_API_URL: sandbox.url,
    KANEO_MCP_DATA_DIR: home.path,
  });

  expect(problems).toEqual({ "Sign-in": expect.stringMatching(/no longer accepts.* login/s) });
});

test("Kaneo refuses the key", async () => {
  const problems = await problemsWith({ KANEO_API_KEY: "a-key-of-the-test" });

  expect(problems).toEqual({ "API key": expect.stringMatching(/refuses the API key.*expired/s) });
});

test("the folder of the sign-in cannot be written to", async () => {
  await using folder = await makeTemporaryFolder();
  await writeFile(join(folder.path, "file"), "");

  const problems = await problemsWith({ KANEO_MCP_DATA_DIR: join(folder.path, "file", "data") });

  expect(problems).toEqual({ Folder: expect.stringMatching(/cannot be written.*path is a file/s) });
});

test("a data folder that is given relative to nowhere is ignored", async () => {
  await using home = await makeTemporaryFolder();
  const env = {
    KANEO_API_URL: `http://127.0.0.1:${DEAF_PORT}`,
    KANEO_MCP_DATA_DIR: "",
    XDG_DATA_HOME: "relative",
  };

  const { out } = await runCommand(home.path, ["doctor"], env);

  expect(out).toContain(`✓ Folder          ${home.path}`);
});

test.each([
  { what: "can be written by every user", mode: 0o777, uid: undefined },
  { what: "belongs to another user", mode: 0o755, uid: 12_345 },
])("a folder above the sign-in $what", async ({ what, mode, uid }) => {
  // Only an administrator can give a folder away.
  if (uid !== undefined && process.getuid?.() !== 0) return;
  await using folder = await makeTemporaryFolder();
  const open = join(folder.path, "open");
  await mkdir(open);
  await chmod(open, mode);
  if (uid !== undefined) await chown(open, uid, uid);

  const problems = await problemsWith({
    KANEO_API_KEY: "",
    KANEO_MCP_DATA_DIR: join(open, "data"),
  });

  expect(problems).toEqual({ Folder: expect.stringMatching(`/open, above .* ${what}`) });
});

test("a proxy refuses the way", async () => {
  await using proxy = await startRawServer({
    onData: (socket) => socket.end("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n"),
  });

  const problems = await problemsWith({
    KANEO_API_URL: "https://kaneo.test",
    HTTPS_PROXY: `http://me:s3cret@127.0.0.1:${proxy.port}`,
  });

  expect(problems).toEqual({ Address: expect.stringMatching(/proxy refused with status 403/) });
  expect(JSON.stringify(problems)).not.toContain("s3cret");
});

/** A certificate for this machine that is its own authority. */
async function ownCertificate(folder: string) {
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const what = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
  const where = ["-nodes", "-keyout", key, "-out", cert, "-days", "2", "-subj", "/CN=test"];
  await run("openssl", [...what, ...where, "-addext", "subjectAltName=IP:127.0.0.1"]);
  return { cert, tls: { key: await readFile(key), cert: await readFile(cert) } };
}

test.skipIf(!hasOpenssl)("the authority of the certificate is not known here", async () => {
  await using folder = await makeTemporaryFolder();
  const { tls } = await ownCertificate(folder.path);
  await using server = await listen(createServer(tls), []);

  const problems = await problemsWith({
    KANEO_API_URL: server.url.replace("http:", "https:"),
  });

  expect(problems).toEqual({ Address: expect.stringMatching(/SELF_SIGNED.*NODE_EXTRA_CA_CERTS/s) });
});

test.skipIf(!hasOpenssl)(
  "the authority that an entry names is known, as it is to its server",
  async () => {
    await using folder = await makeTemporaryFolder();
    const { tls, cert } = await ownCertificate(folder.path);
    const kaneo = createServer(tls, (_, response) => answerJson(response, null));
    await using server = await listen(kaneo, []);
    const url = server.url.replace("http:", "https:");
    const env = { KANEO_API_URL: url, NODE_EXTRA_CA_CERTS: cert };
    await writeEntries(folder.path, { kaneo: entry(env) });

    const { out } = await runCommand(folder.path, ["doctor"]);

    expect(out).toContain(`✓ Certificates    those of ${cert} are trusted, too\n`);
    expect(out).toContain(`✓ Address         Kaneo answers at ${url}\n`);
  },
);

test.each([
  ["is not there", undefined, /is not used: it does not exist/],
  ["holds no certificate", "-----BEGIN nothing", /it holds no certificate/],
])("the file of NODE_EXTRA_CA_CERTS %s", async (_name, content, text) => {
  await using folder = await makeTemporaryFolder();
  const file = join(folder.path, "ca.pem");
  if (content !== undefined) await writeFile(file, content);

  const problems = await problemsWith({ NODE_EXTRA_CA_CERTS: file });

  expect(problems).toEqual({ Certificates: expect.stringMatching(text) });
});

test("a setting is a placeholder that nothing has filled in, so that no Kaneo is asked", async () => {
  const problems = await problemsWith({ KANEO_API_URL: `\${KANEO_ADDRESS}` });

  expect(problems).toEqual({
    Settings: expect.stringContaining("KANEO_API_URL holds a placeholder"),
  });
});

test("Kaneo is too old, as its projects show", async () => {
  await using sandbox = await startSandbox();
  await using home = await makeTemporaryFolder();
  for (const project of sandbox.data.projects.values())
    Reflect.deleteProperty(project, "lastTaskNumber");
  const env = { KANEO_API_URL: sandbox.url, KANEO_API_KEY: sandbox.people.alice.apiKey };

  const problems = await problemsFound(home.path, env);

  expect(problems).toEqual({ "Kaneo's age": expect.stringContaining("2.12.2") });
});
