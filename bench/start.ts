/** What a start costs, against a Node that does nothing. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { modernMeta } from "../test/support/modern-meta.ts";
import {
  bareEnvironment,
  type ServerProcess,
  type SpawnOptions,
} from "../test/support/spawn-server.ts";
import { type Figures, memoryOf, processorMsOf, timed } from "./figures.ts";
import type { Scene } from "./scene.ts";

const run = promisify(execFile);
const loop = fileURLToPath(new URL("stdio-loop.cjs", import.meta.url));
/** Only then nothing of the start still runs. */
const SETTLED_MS = 100;

export async function* measureStart({ start, server: { home } }: Scene): Figures {
  const env = bareEnvironment(home);
  /** Milliseconds until a client has what it waits for; the end of the process is not counted. */
  const until = (greet: (server: ServerProcess) => Promise<unknown>) => async () => {
    const began = performance.now();
    await using server = await start();
    await greet(server);
    return performance.now() - began;
  };
  const nothing = timed(() => once(spawn(process.execPath, ["-e", "0"], { env }), "exit"));
  const row = { basis: "node -e 0", rounds: 20, theirs: nothing };
  yield { ...row, name: "start → answer to initialize", target: 1.35, ours: until(initialize) };
  yield { ...row, name: "start → answer to server/discover", target: 1.35, ours: until(discover) };
  yield { ...row, name: "start → answer to tools/list", target: 1.5, ours: until(listTools) };
  const name = "the same, asked with prompts and resources";
  yield { ...row, name, target: 1.5, ours: until(listAll) };

  const settled = (measure: (pid: number) => Promise<number>, options?: SpawnOptions) => {
    return async () => {
      await using server = await start(options);
      await initialize(server);
      await delay(SETTLED_MS);
      return await measure(server.pid);
    };
  };
  yield {
    name: "processor time until 100 ms after initialize",
    basis: "node -e 0",
    target: 1.35,
    rounds: 10,
    ours: settled(processorMsOf),
    theirs: () => processorMsOfNothing(env),
  };
  const memory = (pid: number) => memoryOf(pid, "VmRSS");
  yield {
    name: "memory then",
    basis: "a bare JSON-RPC loop",
    target: 1.08,
    rounds: 10,
    ours: settled(memory),
    theirs: settled(memory, { file: loop }),
  };
}

const initialize = (server: ServerProcess) => server.initialize();
const discover = (server: ServerProcess) => server.request("server/discover", modernMeta());

async function listTools(server: ServerProcess): Promise<void> {
  await initialize(server);
  await server.request("tools/list");
}

async function listAll(server: ServerProcess): Promise<void> {
  await discover(server);
  const tools = server.request("tools/list", modernMeta());
  // Nobody waits for these.
  for (const method of ["prompts/list", "resources/list"]) {
    server.send({ id: method, method, params: modernMeta() });
  }
  await tools;
}

/** A process that is gone cannot be asked; this one tells at its end. */
async function processorMsOfNothing(env: Record<string, string>): Promise<number> {
  const tell =
    "process.on('exit', () => { const { user, system } = process.cpuUsage(); require('fs').writeSync(1, String(user + system)) })";
  const { stdout } = await run(process.execPath, ["-e", tell], { env });
  return Number(stdout) / 1000;
}
