#!/usr/bin/env node
// Starts the built program with the Node that runs this script, and goes through the least that must work.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const file = fileURLToPath(new URL("../dist/kaneo-mcp.cjs", import.meta.url));
// Port 9 refuses: nothing here may depend on an instance.
const env = { ...process.env, KANEO_API_URL: "http://127.0.0.1:9", KANEO_API_KEY: "no-such-key" };
const options = { env, stdio: ["pipe", "pipe", "inherit"], timeout: 60_000 };
const server = spawn(process.execPath, [file], options);
const exited = once(server, "exit");
const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]();

const { serverInfo } = await ask("initialize", {
  protocolVersion: "2025-11-25",
  capabilities: {},
  clientInfo: { name: "smoke", version: "1" },
});
assert.equal(serverInfo.name, "kaneo-mcp");
const { tools } = await ask("tools/list", {});
assert.ok(tools.some(({ name }) => name === "list_projects"));
const answer = await ask("tools/call", { name: "list_projects", arguments: {} });
assert.equal(answer.isError, true);
assert.match(answer.content[0].text, /127\.0\.0\.1:9/);
server.stdin.end();
assert.deepEqual(await exited, [0, null]);
console.log(`kaneo-mcp ${serverInfo.version} works on Node ${process.version}`);

async function ask(method, params) {
  server.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id: method, method, params })}\n`);
  const { value } = await lines.next();
  assert.ok(value, `no answer to ${method}`);
  return JSON.parse(value).result;
}
