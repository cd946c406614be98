/** Where a real client meets the built server: an empty home, a Kaneo, a model, and a way out that refuses everything. */
import { execFile } from "node:child_process";
import { access, chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { startRawServer } from "../http/servers.ts";
import { type Sandbox, startSandbox } from "../sandbox/start-sandbox.ts";
import { type CommandRun, runCommand } from "../support/run-command.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";
import { type ScriptedModel, startScriptedModel } from "./scripted-model.ts";

const run = promisify(execFile);

/** Newer than most machines', since some clients ask for it. */
const NODE = "node@24.21.0";

export interface Stage extends AsyncDisposable {
  kaneo: Sandbox;
  model: ScriptedModel;
  home: string;
  /** Everything that a program started here knows of the machine. */
  env: Record<string, string>;
  /** The hosts that something here wanted to reach, and could not. */
  refused: Set<string>;
  /** Runs the built file as a person would. */
  kaneoMcp(...words: string[]): Promise<CommandRun>;
  /** Links that a program had a browser open. */
  opened(): Promise<string>;
}

/** Installs the package of a client, and sets everything up for it. */
export async function setStage(clientPackage: string): Promise<Stage> {
  const bins = [await binOf(clientPackage), await binOf(NODE)];
  const kaneo = await startSandbox({ host: "localhost", deviceInterval: "1s" });
  const model = await startScriptedModel();
  const refused = new Set<string>();
  const proxy = await startRawServer({
    onData: (socket, text) => {
      const host = /^(?:CONNECT |\w+ \w+:\/\/)([\w.-]+)/.exec(text)?.[1];
      if (host !== undefined) refused.add(host);
      socket.end("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n");
    },
  });
  const folder = await makeTemporaryFolder();
  const home = join(folder.path, "home");
  const browser = await fakeBrowser(join(folder.path, "bin"));
  await mkdir(join(home, "work"), { recursive: true });
  const direct = "localhost,127.0.0.1";
  const env = {
    HOME: home,
    PATH: [dirname(browser.path), ...bins, "/usr/bin", "/bin"].join(delimiter),
    TERM: "xterm-256color",
    LANG: "C.UTF-8",
    BROWSER: browser.path,
    DISPLAY: ":99",
    HTTPS_PROXY: proxy.url,
    HTTP_PROXY: proxy.url,
    NO_PROXY: direct,
    https_proxy: proxy.url,
    http_proxy: proxy.url,
    no_proxy: direct,
  };
  return {
    kaneo,
    model,
    home,
    env,
    refused,
    kaneoMcp: (...words) => runCommand(home, words, env),
    opened: browser.opened,
    async [Symbol.asyncDispose]() {
      await endAllOf(home);
      for (const one of [model, kaneo, proxy, folder]) await one[Symbol.asyncDispose]();
    },
  };
}

/** The folder of a package's commands. It is kept for the next run: some clients are hundreds of megabytes. */
async function binOf(name: string): Promise<string> {
  const folder = join(tmpdir(), "kaneo-mcp-clients", name.replaceAll("/", "+"));
  const bin = join(folder, "node_modules", ".bin");
  const isThere = await access(bin).then(
    () => true,
    () => false,
  );
  if (!isThere) {
    await mkdir(folder, { recursive: true });
    const words = ["install", "--prefix", folder, "--no-audit", "--no-fund", name];
    await run("npm", words, { cwd: folder });
  }
  return bin;
}

/** Some clients leave processes behind, in sessions of their own: they are known by the home that nobody else has. */
async function endAllOf(home: string): Promise<void> {
  for (const pid of await readdir("/proc").catch(() => [])) {
    const variables = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
    if (variables.split("\0").includes(`HOME=${home}`)) process.kill(Number(pid), "SIGKILL");
  }
}

/** A browser that only writes down what it is to open. */
async function fakeBrowser(folder: string) {
  const [path, log] = [join(folder, "xdg-open"), join(folder, "opened")];
  await mkdir(folder);
  await writeFile(path, `#!/bin/sh\necho "$@" >> ${log}\n`);
  await chmod(path, 0o755);
  return { path, opened: () => readFile(log, "utf8").catch(() => "") };
}
