import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { JSONRPCMessageSchema } from "@modelcontextprotocol/sdk/types.js";
import { expect, test } from "vitest";
import { type Sandbox, startSandbox } from "./sandbox/start-sandbox.ts";
import { connectClient } from "./support/connect-client.ts";
import { type ServerProcess, spawnServer } from "./support/spawn-server.ts";
import { makeTemporaryFolder } from "./support/temporary-folder.ts";

/** Far above what the process takes, far below what a process that hangs takes. */
const AT_ONCE_MS = 5_000;
const leftCleanly = { code: 0, signal: null };

function at(sandbox: Sandbox) {
  return { env: { KANEO_API_URL: sandbox.url } };
}

function withKey(sandbox: Sandbox) {
  return { env: { KANEO_API_URL: sandbox.url, KANEO_API_KEY: sandbox.people.alice.apiKey } };
}

async function timeToExit(server: ServerProcess, end: () => void): Promise<number> {
  const began = performance.now();
  end();
  await server.exit;
  return performance.now() - began;
}

async function lease(server: ServerProcess): Promise<string> {
  const folder = join(server.home, "data", "auth");
  const name = (await readdir(folder)).find((entry) => entry.includes(".lease-")) ?? "";
  return readFile(join(folder, name), "utf8");
}

async function peakMegabytes({ pid }: ServerProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

test("leaves at once when the client closes stdin while a sign-in waits for the person", async () => {
  await using sandbox = await startSandbox();
  await using server = await spawnServer(at(sandbox));
  await server.initialize();
  const { text } = await server.call("list_projects");

  const took = await timeToExit(server, server.endInput);

  expect(text).toContain("/device");
  expect(await server.exit).toEqual(leftCleanly);
  expect(took).toBeLessThan(AT_ONCE_MS);
  expect(await lease(server)).toContain('"released":true');
});

test("answers the call in flight before it leaves", async () => {
  await using sandbox = await startSandbox();
  await using server = await spawnServer(withKey(sandbox));
  sandbox.fail({ times: 1 }, { kind: "delay", ms: 700 });
  await server.initialize();

  const answer = server.call("list_projects");
  await delay(300);
  server.endInput();

  expect((await answer).isError).toBe(false);
  expect(await server.exit).toEqual(leftCleanly);
});

test("leaves within a few seconds when the call in flight gets no answer", async () => {
  await using sandbox = await startSandbox();
  await using server = await spawnServer(withKey(sandbox));
  sandbox.fail({ times: Infinity }, { kind: "silence" });
  await server.initialize();
  server.send({ id: 1, method: "tools/call", params: { name: "list_projects" } });
  await delay(500);

  const took = await timeToExit(server, server.endInput);

  expect(await server.exit).toEqual(leftCleanly);
  expect(took).toBeGreaterThan(2_000);
  expect(took).toBeLessThan(3_000 + AT_ONCE_MS);
});

test("leaves when nobody reads its answers any more", async () => {
  await using server = await spawnServer();
  await server.initialize();

  server.closeOutput();
  await delay(50);
  server.send({ id: 2, method: "ping" });

  expect(await server.exit).toEqual(leftCleanly);
  expect(server.stderr()).toBe("");
});

test.each(["SIGTERM", "SIGINT"] as const)(
  "cleans up and leaves at %s, also with a call in flight",
  async (signal) => {
    await using sandbox = await startSandbox();
    await using server = await spawnServer(at(sandbox));
    await server.initialize();
    await server.call("list_projects");
    server.send({ id: 2, method: "tools/call", params: { name: "list_projects" } });
    await delay(200);

    const took = await timeToExit(server, () => server.kill(signal));

    expect(await server.exit).toEqual(leftCleanly);
    expect(took).toBeLessThan(AT_ONCE_MS);
    expect(await lease(server)).toContain('"released":true');
  },
);

test("answers each member of a batch", async () => {
  await using server = await spawnServer();
  await server.initialize();

  const members = [1, 2, 3].map((id) => ({ jsonrpc: "2.0", id, method: "ping" }));
  server.write(`${JSON.stringify([...members, { id: 4 }])}\n`);

  for (const id of [1, 2, 3]) expect(await server.answerTo(id)).toMatchObject({ result: {} });
  expect(await server.answerTo(4)).toMatchObject({ error: { code: -32600 } });
});

test("goes on after blank lines, carriage returns, split characters and lines that are not JSON", async () => {
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
  const megabyte = "x".repeat(1024 * 1024);

  server.write('{"method":"tools/call","params":{"name":"');
  for (let sent = 0; sent < 300; sent += 1) server.write(megabyte);
  server.write('"},"jsonrpc":"2.0","id":7}\n');
  server.send({ id: 8, method: "ping" });

  expect(await server.answerTo(7)).toMatchObject({ error: { code: -32600 } });
  expect(await server.answerTo(8)).toMatchObject({ result: {} });
  if (process.platform === "linux") expect(await peakMegabytes(server)).toBeLessThan(250);
});

test("takes a message of 31 MiB", async () => {
  await using server = await spawnServer();
  await server.initialize();

  const name = "x".repeat(31 * 1024 * 1024);
  server.send({ id: 1, method: "tools/call", params: { name } });

  expect(await server.answerTo(1)).toMatchObject({ error: { code: -32602 } });
});

test("answers tools/list and ping while a sign-in is pending", async () => {
  await using sandbox = await startSandbox();
  await using session = await connectClient(at(sandbox));
  const { isError } = await session.call("list_projects");

  await session.client.ping();
  const { tools } = await session.client.listTools();

  expect(isError).toBe(true);
  expect(tools.map(({ name }) => name)).toContain("sign_in");
});

test("touches neither disk nor network before the first call of a tool", async () => {
  await using sandbox = await startSandbox();
  await using server = await spawnServer(at(sandbox));

  await server.initialize();
  server.send({ id: 1, method: "tools/list" });
  await server.answerTo(1);
  await delay(200);

  expect(sandbox.requests).toEqual([]);
  await expect(stat(join(server.home, "data"))).rejects.toThrow("ENOENT");
});

test("writes nothing to stdout but JSON-RPC, whatever happens", async () => {
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

test("sends what a dependency writes to the console to stderr", async () => {
  await using folder = await makeTemporaryFolder();
  const preload = join(folder.path, "noise.cjs");
  await writeFile(preload, 'setInterval(() => console.log("noise"), 20);');
  await using server = await spawnServer({ env: { NODE_OPTIONS: `--require ${preload}` } });

  await server.initialize();
  await delay(200);

  expect(server.stderr()).toContain("noise");
  expect(server.lines).toHaveLength(1);
});

test("prints its version, and its help with every toolset, and leaves", async () => {
  await using version = await spawnServer({ args: ["--version"] });
  await using help = await spawnServer({ args: ["--help"] });

  expect(await version.exit).toEqual(leftCleanly);
  expect(await help.exit).toEqual(leftCleanly);
  expect(version.lines.join("")).toMatch(/^\d+\.\d+\.\d+/);
  expect(help.lines.join("\n")).toMatch(/KANEO_API_KEY_FILE[\s\S]*KANEO_LOG_LEVEL/);
  expect(help.lines.join("\n")).toContain("notifications, board");
});

test("ends with code 2 and every problem on stderr when its configuration is wrong", async () => {
  const env = { KANEO_READ_ONLY: "maybe", KANEO_TOOLSETS: "tsks" };
  await using server = await spawnServer({ env, args: ["--colour"] });

  const exit = await server.exit;

  expect(exit).toEqual({ code: 2, signal: null });
  expect(server.lines).toEqual([]);
  expect(server.stderr()).toMatch(
    /--colour is not a flag.*KANEO_TOOLSETS names.*KANEO_READ_ONLY must/s,
  );
});
