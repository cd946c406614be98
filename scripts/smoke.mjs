#!/usr/bin/env node
// Starts the built file with the Node that runs this script, and goes through the least that must work.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import nodeModule from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const file = fileURLToPath(new URL("../dist/kaneo-mcp.cjs", import.meta.url));

const cache = await mkdtemp(join(tmpdir(), "kaneo-mcp-smoke-"));
const version = await walk(cache);
// Only Linux has it there, and only Node 22 and later.
if (process.platform === "linux" && nodeModule.enableCompileCache) {
  assert.ok((await filesIn(cache)) > 0, "it kept nothing compiled");
  // What others may write to could hold anybody's code.
  const open = await mkdtemp(join(tmpdir(), "kaneo-mcp-smoke-"));
  await mkdir(join(open, "kaneo-mcp"));
  await chmod(join(open, "kaneo-mcp"), 0o777);
  await walk(open);
  assert.equal(await filesIn(open), 0, "it trusts a folder that others may write to");
  await rm(open, { recursive: true });
  // Node itself would look for a place below /proc for ever.
  await walk("/proc/nowhere");
}
await rm(cache, { recursive: true });
console.log(`kaneo-mcp ${version} works on Node ${process.version}`);

async function filesIn(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).length;
}

/** From the start to the end of one process; gives the server's version. */
async function walk(cacheHome) {
  // Port 9 refuses: nothing here may depend on an instance.
  const env = {
    ...process.env,
    KANEO_API_URL: "http://127.0.0.1:9",
    KANEO_API_KEY: "no-such-key",
    XDG_CACHE_HOME: cacheHome,
  };
  delete env.NODE_COMPILE_CACHE;
  delete env.NODE_DISABLE_COMPILE_CACHE;
  const options = { env, stdio: ["pipe", "pipe", "inherit"], timeout: 30_000 };
  const server = spawn(process.execPath, [file], options);
  const exited = once(server, "exit");
  const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
  const ask = async (method, params) => {
    server.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id: method, method, params })}\n`);
    const { value } = await lines.next();
    assert.ok(value, `no answer to ${method}`);
    return JSON.parse(value).result;
  };

  const { serverInfo } = await ask("initialize", {
    protocolVersion: "2025-11-25",
    capabilities: {},
    clientInfo: { name: "smoke", version: "1" },
  });
  assert.equal(serverInfo.name, "kaneo-mcp");
  const { tools } = await ask("tools/list", {});
  assert.equal(tools.length, 25);
  const answer = await ask("tools/call", { name: "list_projects", arguments: {} });
  assert.equal(answer.isError, true);
  assert.match(answer.content[0].text, /127\.0\.0\.1:9/);
  server.stdin.end();
  assert.deepEqual(await exited, [0, null]);
  return serverInfo.version;
}
