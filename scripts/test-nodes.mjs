#!/usr/bin/env node
// Installs the packed package as a user does, in an empty folder with an awkward name, and walks through sign-in, list
// and create with every Node that is supported; an older one is told so.
import assert from "node:assert/strict";
import { execFile, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = fileURLToPath(new URL("..", import.meta.url));
const everyVersion = ["12", "14", "16", "18", "20.18.0", "20.18.1", "20", "22", "24", "26"];
const versions = process.argv.length > 2 ? process.argv.slice(2) : everyVersion;

const { version: ours } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
const folder = await mkdtemp(join(tmpdir(), "kaneo-mcp-nodes-"));
let failures = 0;
try {
  const bin = await install(join(folder, "Größe & Co 日本"));
  const kaneo = await startSandbox();
  for (const version of versions) {
    try {
      console.log(await walk(version, { bin, kaneo }));
    } catch (error) {
      failures += 1;
      console.error(`Node ${version}: FAILED. ${error.message}`);
    }
  }
  kaneo.stop();
} finally {
  await rm(folder, { recursive: true, force: true });
}
process.exitCode = failures === 0 ? 0 : 1;

/** Gives the path that a client would start. */
async function install(place) {
  await mkdir(place);
  const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", folder], {
    cwd: root,
  });
  // What "prepare" prints comes before the JSON.
  const [{ filename }] = JSON.parse(stdout.slice(stdout.search(/^\[/m)));
  await writeFile(join(place, "package.json"), '{"private":true}');
  const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--offline"];
  await run("npm", ["install", ...flags, join(folder, filename)], { cwd: place });
  const { stdout: tree } = await run("npm", ["ls", "--all", "--parseable"], { cwd: place });
  assert.equal(tree.trim().split("\n").length, 2, "it brought other packages along");
  return join(place, "node_modules", ".bin", "kaneo-mcp");
}

/** The embedded Kaneo in its own process, which runs with our Node. */
async function startSandbox() {
  const file = join(root, "bench", "sandbox-process.ts");
  const child = fork(file, ['"demo"'], { execArgv: ["--import", "tsx"] });
  const [{ url }] = await once(child, "message");
  const approve = async (code) => {
    child.send({ approve: code });
    await once(child, "message");
  };
  return { url, approve, stop: () => child.disconnect() };
}

/** Signs in, lists and creates, and says in a line how that went. */
async function walk(version, { bin, kaneo }) {
  const node = await nodeOf(version);
  if (node.isTooOld) return refusal(node, bin);
  const home = await mkdtemp(join(folder, "home-"));
  const env = { PATH: process.env.PATH, HOME: home, KANEO_API_URL: kaneo.url };
  const { stdout } = await run(node.path, [bin, "--version"], { env });
  assert.equal(stdout.trim(), ours);
  const server = startServer(node.path, { bin, env });
  try {
    const key = await firstRun(server, `Made by Node ${node.version}`, kaneo);
    assert.equal(await server.end(), 0, "it did not end well");
    return `Node ${node.version}: installed, signed in, ${key} created and listed, ended by itself`;
  } finally {
    await server.end();
  }
}

/** Gives the key of the task that it has made. */
async function firstRun(server, title, kaneo) {
  const { serverInfo } = await server.ask("initialize", {
    protocolVersion: "2025-11-25",
    capabilities: {},
    clientInfo: { name: "test-nodes", version: "1" },
  });
  assert.equal(serverInfo.version, ours);
  const link = await server.call("list_tasks", { project: "WEB" });
  await kaneo.approve(/user_code=([A-Za-z0-9-]+)/.exec(link)[1]);
  await server.call("sign_in", { wait_seconds: 25 });
  const created = await server.call("create_task", { project: "WEB", title });
  const listed = await server.call("list_tasks", { project: "WEB", text: title });
  assert.match(created, /WEB-\d+/);
  assert.ok(listed.includes(title), `the new task is not listed:\n${listed}`);
  return /WEB-\d+/.exec(created)[0];
}

/** What a Node that is too old answers, which must be this and no stack. */
async function refusal({ path, version }, bin) {
  const { code, stdout, stderr } = await run(path, [bin]).catch((error) => error);
  const where = `this is ${version} at ${path}`;
  const expected = `kaneo-mcp needs Node 20.18.1 or later; ${where}. Give the full path of a newer one as "command".\n`;
  assert.deepEqual({ code, stdout, stderr }, { code: 2, stdout: "", stderr: expected });
  return `Node ${version}: told that it is too old`;
}

async function nodeOf(version) {
  const print = "process.stdout.write(JSON.stringify([process.execPath, process.version]))";
  const { stdout } = await run("npx", ["-y", "-p", `node@${version}`, "node", "-e", print]);
  const [path, actual] = JSON.parse(stdout);
  const [major, minor, patch] = actual.slice(1).split(".").map(Number);
  const isTooOld = major < 20 || (major === 20 && (minor < 18 || (minor === 18 && patch < 1)));
  return { path, version: actual, isTooOld };
}

function startServer(node, { bin, env }) {
  const child = spawn(node, [bin], { env, stdio: ["pipe", "pipe", "inherit"] });
  const exited = once(child, "exit");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let id = 0;
  const ask = async (method, params) => {
    id += 1;
    child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
    const { value } = await lines.next();
    return JSON.parse(value ?? '{"result":{}}').result;
  };
  const call = async (name, args) => {
    const { content, isError } = await ask("tools/call", { name, arguments: args });
    assert.ok(!isError, `${name}: ${content[0].text}`);
    return content[0].text;
  };
  const end = async () => {
    child.stdin.end();
    const [code] = await exited;
    return code;
  };
  return { ask, call, end };
}
