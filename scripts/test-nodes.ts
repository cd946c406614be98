/**
 * Installs the packed package as a user does, in an empty folder with an awkward name, and walks through sign-in, list and
 * create with every Node that is supported; an older one is told so.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import packageJson from "../package.json" with { type: "json" };
import { signInByLink } from "../test/robustness/sign-in-by-link.ts";
import { startSandbox } from "../test/sandbox/start-sandbox.ts";
import { spawnServer } from "../test/support/spawn-server.ts";
import { makeTemporaryFolder } from "../test/support/temporary-folder.ts";

const run = promisify(execFile);
const TOO_OLD = ["12", "14", "16", "18", "20.18.0"];
const SUPPORTED = ["20.18.1", "20", "22", "24", "26"];
const asked = process.argv.slice(2);

await using folder = await makeTemporaryFolder();
const bin = await install(join(folder.path, "Größe & Co 日本"));
await using sandbox = await startSandbox({ seed: "demo" });
for (const version of asked.length > 0 ? asked : [...TOO_OLD, ...SUPPORTED]) {
  try {
    const node = await pathOf(version);
    console.log(
      `Node ${version}: ${await (TOO_OLD.includes(version) ? refuse(node) : walk(node))}`,
    );
  } catch (error) {
    process.exitCode = 1;
    console.error(`Node ${version}: FAILED. ${error}`);
  }
}

/** Gives the path that a client would start. */
async function install(place: string): Promise<string> {
  await mkdir(place);
  const words = ["pack", "--json", "--pack-destination", folder.path];
  const { stdout } = await run("npm", words, { cwd: join(import.meta.dirname, "..") });
  // What "prepare" prints comes before the JSON, of which only this is read.
  const [{ filename }] = JSON.parse(stdout.slice(stdout.search(/^\[/m))) as [{ filename: string }];
  await writeFile(join(place, "package.json"), '{"private":true}');
  const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--offline"];
  await run("npm", ["install", ...flags, join(folder.path, filename)], { cwd: place });
  const { stdout: tree } = await run("npm", ["ls", "--all", "--parseable"], { cwd: place });
  assert.equal(tree.trim().split("\n").length, 2, "it brought other packages along");
  return join(place, "node_modules", ".bin", "kaneo-mcp");
}

async function pathOf(version: string): Promise<string> {
  const print = "process.stdout.write(process.execPath)";
  return (await run("npx", ["-y", "-p", `node@${version}`, "node", "-e", print])).stdout;
}

async function walk(node: string): Promise<string> {
  const { stdout } = await run(node, [bin, "--version"]);
  assert.equal(stdout.trim(), packageJson.version);
  await using server = await spawnServer({ node, file: bin, env: { KANEO_API_URL: sandbox.url } });
  await server.initialize();
  await signInByLink(server, sandbox);
  const title = `Made by ${node}`;
  const created = await server.call("create_task", { project: "WEB", title });
  const listed = await server.call("list_tasks", { project: "WEB", text: title });
  const [key = ""] = /WEB-\d+/.exec(created.text) ?? [];
  assert.ok(key !== "" && listed.text.includes(key), `${created.text}\n${listed.text}`);
  server.endInput();
  assert.deepEqual(await server.exit, { code: 0, signal: null });
  return `installed, signed in, ${key} created and listed, ended by itself`;
}

/** What a Node that is too old answers must be this and no stack. */
async function refuse(node: string): Promise<string> {
  const { stdout: version } = await run(node, ["--version"]);
  const { code, stdout, stderr } = await run(node, [bin]).then(
    (said) => ({ code: 0, ...said }),
    (failure) => failure,
  );
  const where = `this is ${version.trim()} at ${node}`;
  const expected = `kaneo-mcp needs Node 20.18.1 or later; ${where}. Give the full path of a newer one as "command".\n`;
  assert.deepEqual({ code, stdout, stderr }, { code: 2, stdout: "", stderr: expected });
  return "told that it is too old";
}
