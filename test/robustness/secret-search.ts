import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { allTools } from "../../src/tools/index.ts";
import { DEAF_PORT } from "../http/servers.ts";
import type { Fault } from "../sandbox/faults.ts";
import { type Sandbox, startSandbox } from "../sandbox/start-sandbox.ts";
import { examplesFor } from "../support/example-ids.ts";
import { type ServerProcess, spawnServer } from "../support/spawn-server.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";
import { signInByLink } from "./sign-in-by-link.ts";

export interface SecretCounts {
  secrets: number;
  calls: number;
  /** Bytes of stdout, stderr and files that were searched. */
  bytes: number;
  /** Where a secret stood, without it. */
  finds: string[];
}

interface Secret {
  /** What it is, such as `token`. */
  readonly name: string;
  readonly value: string;
  /** How the names of files end in which it may stand. */
  readonly home?: string;
}

const debug = { KANEO_LOG_LEVEL: "debug", KANEO_TOOLSETS: "all" };

/** What is logged then goes to stdout, too. */
async function initialize(server: ServerProcess): Promise<void> {
  await server.initialize();
  server.send({ id: "level", method: "logging/setLevel", params: { level: "debug" } });
  await server.answerTo("level");
}

/**
 * Signs in, fails, is lied to and configured in every way that involves a secret, at log level debug, against a Kaneo
 * that throws every credential it is sent back in its answers; then searches for the secrets.
 */
export async function runSecretSearch({ rounds = 1 } = {}): Promise<SecretCounts> {
  const counts: SecretCounts = { secrets: 0, calls: 0, bytes: 0, finds: [] };
  for (let round = 0; round < rounds; round += 1) {
    await Promise.all([searchSignIn(counts), searchApiKey(counts)]);
    await Promise.all([searchKeyFile(counts), searchProxies(counts), searchSettings(counts)]);
  }
  return counts;
}

async function searchSignIn(counts: SecretCounts): Promise<void> {
  await using sandbox = await startSandbox({ deviceInterval: "1s" });
  await using server = await spawnServer({ env: { ...debug, KANEO_API_URL: sandbox.url } });
  await initialize(server);
  await signInByLink(server, sandbox);
  await server.call("list_projects");
  const sent = sandbox.requests.map(({ headers, body }) => `${headers.authorization} ${body}`);
  const deviceCode = /"device_code":"([^"]+)"/.exec(sent.join("\n"))?.[1] ?? "";
  const token = /Bearer (\S+)/.exec(sent.join("\n"))?.[1] ?? "";
  const secrets = [
    { name: "device code", value: deviceCode, home: "code.json" },
    { name: "token", value: token, home: "token.json" },
  ];
  await callUnderEchoes({ server, sandbox, counts }, token);
  // A dead token, and what comes after it.
  sandbox.fail({ path: "/api/auth/get-session", times: 2 }, { kind: "answer", status: 200 });
  sandbox.fail({ times: 2 }, { kind: "answer", status: 401, body: `no ${token}` });
  await server.call("list_projects");
  await server.call("sign_out");
  await search(server, secrets, counts);
}

async function searchApiKey(counts: SecretCounts): Promise<void> {
  await using sandbox = await startSandbox();
  const { apiKey } = sandbox.people.alice;
  const env = { ...debug, KANEO_API_URL: sandbox.url, KANEO_API_KEY: apiKey };
  await using server = await spawnServer({ env });
  await initialize(server);
  await callUnderEchoes({ server, sandbox, counts }, apiKey);
  sandbox.fail({ times: 3 }, { kind: "answer", status: 401, body: `Bearer ${apiKey} is no key` });
  await server.call("list_projects");
  await search(server, [{ name: "API key", value: apiKey }], counts);
}

async function searchKeyFile(counts: SecretCounts): Promise<void> {
  await using sandbox = await startSandbox();
  await using folder = await makeTemporaryFolder();
  const file = join(folder.path, "key");
  const apiKey = "a-key-that-nobody-has-ever-given-out";
  await writeFile(file, `${apiKey}\n`, { mode: 0o600 });
  const env = { ...debug, KANEO_API_URL: sandbox.url, KANEO_API_KEY_FILE: file };
  await using server = await spawnServer({ env });
  await initialize(server);
  await server.call("whoami");
  await server.call("list_projects");
  await search(server, [{ name: "key from a file", value: apiKey }], counts);
}

/** The sandbox itself is the proxy; then nothing is; then what is configured makes no sense. */
async function searchProxies(counts: SecretCounts): Promise<void> {
  await using sandbox = await startSandbox();
  const password = "pass-w0rd-of-the-proxy";
  const { apiKey } = sandbox.people.alice;
  const hosts = [new URL(sandbox.url).host, `127.0.0.1:${DEAF_PORT}`, "127.0.0.1:99999"];
  for (const host of hosts) {
    await using server = await spawnServer({
      env: {
        ...debug,
        KANEO_API_URL: "http://kaneo.invalid",
        KANEO_ALLOW_INSECURE_HTTP: "1",
        KANEO_API_KEY: apiKey,
        HTTP_PROXY: `http://me:${password}@${host}`,
      },
    });
    await initialize(server);
    await server.call("whoami");
    sandbox.fail({}, { kind: "answer", status: 407, body: `no: ${btoa(`me:${password}`)}` });
    await server.call("list_projects", { workspace: "acme" });
    sandbox.clearFaults();
    const secrets = [
      { name: "proxy password", value: password },
      { name: "proxy credentials", value: btoa(`me:${password}`) },
      { name: "API key behind a proxy", value: apiKey },
    ];
    await search(server, secrets, counts);
  }
}

/** Settings that are refused at the start. */
async function searchSettings(counts: SecretCounts): Promise<void> {
  const value = "secret-where-none-belongs";
  const settings: Record<string, string>[] = [
    { KANEO_API_URL: `https://me:${value}@kaneo.invalid` },
    { KANEO_API_URL: `https://kaneo.invalid/?key=${value}` },
    { KANEO_API_URL: `http://kaneo.invalid/${value}`, KANEO_API_KEY: value },
    { KANEO_API_KEY: `${value} with blanks ä` },
    { KANEO_API_KEY: value, KANEO_API_KEY_FILE: "/nowhere" },
  ];
  for (const env of settings) {
    await using server = await spawnServer({ env: { ...debug, ...env } });
    server.endInput();
    await server.exit;
    const isPath = env["KANEO_API_URL"]?.endsWith(`/${value}`);
    if (!isPath) await search(server, [{ name: "misplaced secret", value }], counts);
  }
}

interface Place {
  server: ServerProcess;
  sandbox: Sandbox;
  counts: SecretCounts;
}

/** Every tool but those of the session, with `secret` in every answer in one of several ways. */
async function callUnderEchoes({ server, sandbox, counts }: Place, secret: string): Promise<void> {
  const echoes: Fault[] = [
    {
      kind: "answer",
      status: 400,
      body: { message: `Bad header Authorization: Bearer ${secret}` },
    },
    { kind: "answer", status: 500, body: `at x (y.js:1:1) ${secret}` },
    { kind: "answer", status: 200, body: { name: secret, id: secret } },
    { kind: "answer", status: 403, body: { message: `${secret} may not`, code: secret } },
    { kind: "answer", status: 409, body: { message: encodeURIComponent(`key=${secret}`) } },
    { kind: "redirect", to: `https://elsewhere.invalid/${secret}?token=${secret}` },
    { kind: "answer", status: 429, body: secret, headers: { "retry-after": secret } },
  ];
  const examples = Object.entries(examplesFor(sandbox));
  const known = new Set(allTools.map(({ name }) => name));
  for (const [index, [name, args]] of examples.entries()) {
    const echo = echoes[index % echoes.length];
    if (!echo || name.startsWith("sign_") || !known.has(name)) continue;
    sandbox.fail({ path: /^\/api\/(?!auth\/get-session)/, times: 20 }, echo);
    await server.call(name, args);
    sandbox.clearFaults();
    counts.calls += 1;
  }
  const ref = { type: "ref/resource", uri: "kaneo://task/{key}" };
  const questions = {
    "resources/list": {},
    "resources/read": { uri: "kaneo://project/WEB/board" },
    "completion/complete": { ref, argument: { name: "key", value: "login" } },
  };
  for (const [index, echo] of echoes.entries()) {
    for (const [method, params] of Object.entries(questions)) {
      sandbox.fail({ path: /^\/api\/(?!auth\/get-session)/, times: 20 }, echo);
      const id = `${method} ${index}`;
      server.send({ id, method, params });
      await server.answerTo(id);
      sandbox.clearFaults();
      counts.calls += 1;
    }
  }
}

async function search(
  server: ServerProcess,
  secrets: readonly Secret[],
  counts: SecretCounts,
): Promise<void> {
  const texts: Record<string, string> = {
    stdout: server.lines.join("\n"),
    stderr: server.stderr(),
    ...(await filesBelow(server.home)),
  };
  counts.secrets += secrets.length;
  for (const { name, value, home } of secrets) {
    if (value === "") throw new Error(`There is no ${name}.`);
    const forms = [value, encodeURIComponent(value), btoa(value), value.slice(0, -4)];
    for (const [place, text] of Object.entries(texts)) {
      counts.bytes += text.length;
      if (home !== undefined && place.endsWith(home)) continue;
      const form = forms.find((one) => text.includes(one));
      if (form !== undefined) counts.finds.push(`${name} in ${place}: ${around(text, form)}`);
    }
  }
}

function around(text: string, form: string): string {
  const at = text.indexOf(form);
  return text.slice(Math.max(0, at - 200), at + form.length + 40).replaceAll(form, "<secret>");
}

async function filesBelow(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const read = files.map(async (path) => [path, await readFile(path, "latin1")] as const);
  return Object.fromEntries(await Promise.all(read));
}
