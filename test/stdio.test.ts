import { once } from "node:events";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { basename, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { JSONRPCMessageSchema } from "@modelcontextprotocol/sdk/types.js";
import { expect, test } from "vitest";
import { type Sandbox, startSandbox } from "./sandbox/start-sandbox.ts";
import { connectClient } from "./support/connect-client.ts";
import { modernMeta } from "./support/modern-meta.ts";
import { type ServerProcess, spawnServer } from "./support/spawn-server.ts";
import { makeTemporaryFolder } from "./support/temporary-folder.ts";
import { until } from "./support/until.ts";

const leftCleanly = { code: 0, signal: null };

function at(sandbox: Sandbox) {
  return { env: { KANEO_API_URL: sandbox.url } };
}

function withKey(sandbox: Sandbox) {
  return { env: { KANEO_API_URL: sandbox.url, KANEO_API_KEY: sandbox.people.alice.apiKey } };
}

/** The files of the sign-in that waits; a process that leaves gives back the room that it took for the token. */
async function signInFiles(server: ServerProcess): Promise<string[]> {
  const names = await readdir(join(server.home, "data", "auth"), { recursive: true });
  return names.filter((name) => /\/1\//.test(name)).map((name) => basename(name));
}

async function peakMegabytes({ pid }: ServerProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

test.concurrent("leaves when the client closes stdin while a sign-in waits for the person", async () => {
  await using sandbox = await startSandbox();
  await using server = await spawnServer(at(sandbox));
  await server.initialize();
  const { text } = await server.call("list_projects");

  server.endInput();

  expect(text).toContain("/device");
  expect(await server.exit).toEqual(leftCleanly);
  expect(await signInFiles(server)).toEqual(["code.json"]);
});

test.concurrent("answers the call in flight before it leaves", async () => {
  await using sandbox = await startSandbox();
  await using server = await spawnServer(withKey(sandbox));
  sandbox.fail({ times: 1 }, { kind: "delay", ms: 700 });
  await server.initialize();

  const answer = server.call("list_projects");
  await until(() => sandbox.requests.length > 0);
  server.endInput();

  expect((await answer).isError).toBe(false);
  expect(await server.exit).toEqual(leftCleanly);
});

test.concurrent("cleans up when the client closes stdin while a call waits for the person", async () => {
  await using sandbox = await startSandbox();
  await using server = await spawnServer(at(sandbox));
  await server.initialize();
  await server.call("list_projects");
  server.send({ id: 9, method: "tools/call", params: { name: "list_projects" } });
  await delay(500);

  server.endInput();

  expect(await server.exit).toEqual(leftCleanly);
  expect(await signInFiles(server)).toEqual(["code.json"]);
});

test.concurrent("leaves at once when the client does that keeps a stream of changes open, and ends it (MCP 2026-07-28)", async () => {
  await using server = await spawnServer();
  const params = { ...modernMeta(), notifications: { toolsListChanged: true } };
  server.send({ id: "listen:0", method: "subscriptions/listen", params });
  await delay(500);

  server.endInput();

  expect(await server.exit).toEqual(leftCleanly);
  expect(server.lines.map((line) => JSON.parse(line))).toMatchObject([
    { method: "notifications/subscriptions/acknowledged", params: { notifications: {} } },
    { id: "listen:0", result: { resultType: "complete" } },
  ]);
});

test.concurrent("leaves without the answer to a call that gets none in time", async () => {
  await using sandbox = await startSandbox();
  await using server = await spawnServer(withKey(sandbox));
  sandbox.fail({ times: Infinity }, { kind: "silence" });
  await server.initialize();
  server.send({ id: 1, method: "tools/call", params: { name: "list_projects" } });
  await delay(500);

  server.endInput();

  expect(await server.exit).toEqual(leftCleanly);
  expect(server.lines).toHaveLength(1);
});

test.concurrent("leaves when nobody reads its answers any more", async () => {
  await using server = await spawnServer();
  await server.initialize();

  server.closeOutput();
  await delay(50);
  server.send({ id: 2, method: "ping" });

  expect(await server.exit).toEqual(leftCleanly);
  expect(server.stderr()).toBe("");
});

test.concurrent.each(["SIGTERM", "SIGINT"] as const)(
  "leaves at %s, also with a call in flight, which it does not answer",
  async (signal) => {
    await using sandbox = await startSandbox();
    await using server = await spawnServer(at(sandbox));
    await server.initialize();
    await server.call("list_projects");
    server.send({ id: 2, method: "tools/call", params: { name: "list_projects" } });
    await delay(200);

    server.kill(signal);

    expect(await server.exit).toEqual(leftCleanly);
    expect(server.lines).toHaveLength(2);
    expect(await signInFiles(server)).toEqual(["code.json"]);
  },
);

test.concurrent("answers each member of a batch", async () => {
  await using server = await spawnServer();
  await server.initialize();

  const members = [1, 2, 3].map((id) => ({ jsonrpc: "2.0", id, method: "ping" }));
  server.write(`${JSON.stringify([...members, { id: 4 }])}\n`);

  for (const id of [1, 2, 3]) expect(await server.answerTo(id)).toMatchObject({ result: {} });
  expect(await server.answerTo(4)).toMatchObject({ error: { code: -32600 } });
});

test.concurrent("goes on after blank lines, carriage returns, split characters and lines that are not JSON", async () => {
  await using server = await spawnServer();
  const ping = Buffer.from('{"jsonrpc":"2.0","id":"ä👩‍💻","method":"ping"}\r\n');

  server.write("\n  \r\nnot JSON\n[]\n{\n\u0000\n");
  for (const byte of ping) {
    server.write(Buffer.of(byte));
    await delay(1);
  }

  expect(await server.answerTo("ä👩‍💻")).toMatchObject({ result: {} });
  expect(server.lines).toHaveLength(1);
});

test("refuses a message over 32 MiB, keeps none of it, and goes on", async () => {
  await using server = await spawnServer();
  await server.initialize();
  const megabyte = Buffer.alloc(2 ** 20, "x");

  server.write('{"method":"tools/call","params":{"name":"');
  for (let sent = 0; sent < 300; sent += 1) server.write(megabyte);
  server.write('"},"jsonrpc":"2.0","id":7}\n');
  server.send({ id: 8, method: "ping" });

  expect(await server.answerTo(7)).toMatchObject({ error: { code: -32600 } });
  expect(await server.answerTo(8)).toMatchObject({ result: {} });
  if (process.platform === "linux") expect(await peakMegabytes(server)).toBeLessThan(250);
});

test.for([
  ["lists", () => `${"[".repeat(5 * 2 ** 20)}${"]".repeat(5 * 2 ** 20)}`],
  ["numbers", () => `[${"1,".repeat(5 * 2 ** 20)}1]`],
  ["members with a blank before their colons", () => `{${'"a" :1,'.repeat(600_001)}"b" :1}`],
] as const)(
  "refuses a message of more %s than any client has a use for, and goes on",
  async ([, name]) => {
    await using server = await spawnServer();
    await server.initialize();

    server.write(`{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":`);
    server.write(`${name()}}}\n`);
    server.send({ id: 8, method: "ping" });

    expect(await server.answerTo(7)).toMatchObject({
      error: { code: -32600, message: expect.stringContaining("more objects, lists and mem") },
    });
    expect(await server.answerTo(8)).toMatchObject({ result: {} });
    if (process.platform === "linux") expect(await peakMegabytes(server)).toBeLessThan(250);
  },
);

test("takes a message of 31 MiB", async () => {
  await using server = await spawnServer();
  await server.initialize();

  const name = "x".repeat(31 * 1024 * 1024);
  server.send({ id: 1, method: "tools/call", params: { name } });

  expect(await server.answerTo(1)).toMatchObject({ error: { code: -32602 } });
});

test.concurrent("answers tools/list and ping while a sign-in is pending", async () => {
  await using sandbox = await startSandbox();
  await using session = await connectClient(at(sandbox));
  const { text, isError } = await session.call("list_projects");

  await session.client.ping();
  const { tools } = await session.client.listTools();

  expect(text).toContain("/device");
  // A question to the person, not a failure.
  expect(isError).toBe(false);
  expect(tools.map(({ name }) => name)).toContain("sign_in");
});

test.concurrent("touches neither disk nor network before the first call of a tool", async () => {
  const connections: unknown[] = [];
  const listener = createServer((socket) => void connections.push(socket.destroy()));
  await once(listener.listen(0, "127.0.0.1"), "listening");
  // A server on a port of the network has an address of this form.
  const { port } = listener.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  await using folder = await makeTemporaryFolder();
  const env = { KANEO_API_URL: url, HTTPS_PROXY: url, TMPDIR: join(folder.path, "tmp") };
  await mkdir(env.TMPDIR);
  await using server = await spawnServer({ env });

  await server.initialize();
  for (const [id, method] of ["tools/list", "resources/list", "ping"].entries()) {
    server.send({ id, method });
    await server.answerTo(id);
  }
  server.endInput();
  await server.exit;
  const written = [...(await readdir(server.home)), ...(await readdir(env.TMPDIR))];
  await using called = await spawnServer({ env });
  await called.call("list_projects");
  listener.close();

  expect(written).toEqual([]);
  // Were the listener deaf, the silence before would mean nothing.
  expect(connections.length).toBeGreaterThan(0);
  expect(await readdir(called.home)).toEqual(["data"]);
});

test.concurrent("writes nothing to stdout but JSON-RPC, whatever happens", async () => {
  await using sandbox = await startSandbox();
  await using server = await spawnServer({
    env: { ...withKey(sandbox).env, KANEO_LOG_LEVEL: "debug", NODE_TLS_REJECT_UNAUTHORIZED: "0" },
  });
  await server.initialize();
  server.write("not JSON\n");
  sandbox.fail({}, { kind: "html" });
  await server.call("list_projects");
  sandbox.fail({}, { kind: "garbage" });
  await server.call("list_projects");
  server.send({ id: 1, method: "no/such/method" });
  server.send({ id: 2, method: "tools/call", params: { name: "no_such_tool" } });
  server.send({ id: 3, method: "tools/call", params: { name: "whoami", arguments: 5 } });
  server.write('{"id":4}\n');
  await Promise.all([1, 2, 3, 4].map(server.answerTo));
  server.kill("SIGTERM");
  await server.exit;

  const messages = server.lines.map((line) => JSONRPCMessageSchema.safeParse(JSON.parse(line)));

  expect(messages.filter(({ success }) => !success)).toEqual([]);
  expect(server.stderr()).toContain("NODE_TLS_REJECT_UNAUTHORIZED=0");
  expect(server.stderr()).not.toContain(sandbox.people.alice.apiKey);
});

test.concurrent("sends what a dependency writes to the console to stderr", async () => {
  await using folder = await makeTemporaryFolder();
  const preload = join(folder.path, "noise.cjs");
  await writeFile(preload, 'setInterval(() => console.log("noise"), 20);');
  await using server = await spawnServer({ env: { NODE_OPTIONS: `--require ${preload}` } });

  await server.initialize();
  await until(() => server.stderr().includes("noise"));

  expect(server.lines).toHaveLength(1);
});

test.concurrent("prints its version, and its help with every toolset, and leaves", async () => {
  await using version = await spawnServer({ args: ["--version"] });
  await using help = await spawnServer({ args: ["--help"] });

  expect(await version.exit).toEqual(leftCleanly);
  expect(await help.exit).toEqual(leftCleanly);
  expect(version.lines.join("")).toMatch(/^\d+\.\d+\.\d+/);
  expect(help.lines.join("\n")).toMatch(/KANEO_API_KEY_FILE[\s\S]*KANEO_LOG_LEVEL/);
  expect(help.lines.join("\n")).toContain("notifications,");
});
