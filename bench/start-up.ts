import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import nodeModule from "node:module";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Figure } from "./figure.ts";
import { type McpCommand, startMcp } from "./mcp-process.ts";
import { ourCommand, type Surroundings } from "./our-server.ts";
import { memoryOf, processorMs } from "./processes.ts";
import { inTurns, median, timed } from "./statistics.ts";

const run = promisify(execFile);
const loopFile = fileURLToPath(new URL("stdio-loop.cjs", import.meta.url));

/** Nothing is to be measured while a process still settles. */
const SETTLED_MS = 100;

/** Start and memory of the published file, against a Node that does nothing. */
export async function measureStart(rounds: number, place: Surroundings): Promise<Figure[]> {
  const wall = await inTurns(rounds, {
    nothing: () => nothingMs(place),
    ours: () => startMs(ourCommand(place)),
    afresh: () => startMs(ourCommand(place, { NODE_DISABLE_COMPILE_CACHE: "1" })),
  });
  const processor = await inTurns(Math.ceil(rounds / 2), {
    nothing: () => nothingProcessorMs(place),
    ours: () => startProcessorMs(ourCommand(place)),
  });
  const loop = { ...ourCommand(place), args: [loopFile] };
  const memory = await inTurns(Math.ceil(rounds / 4), {
    loop: () => settledMemory(loop),
    ours: () => settledMemory(ourCommand(place)),
  });
  const start = (name: string, times: number[]): Figure => ({
    name,
    value: median(times) / median(wall.nothing),
    unit: "×",
    target: 1.9,
    basis: "node -e 0",
  });
  return [
    start("spawn → answer to initialize", wall.ours),
    // Nothing is kept compiled before Node 22.
    ...("enableCompileCache" in nodeModule
      ? [start("the same, at the first start", wall.afresh)]
      : []),
    {
      name: "processor time until then",
      value: median(processor.ours) / median(processor.nothing),
      unit: "×",
      basis: "node -e 0",
    },
    {
      name: "memory after initialize",
      value: median(memory.ours) / median(memory.loop),
      unit: "×",
      target: 1.25,
      basis: "bare stdio JSON-RPC loop",
    },
  ];
}

/**
 * Milliseconds of a Node that does nothing, in the environment of our server: what stands in it, such as a certificate
 * file to read, can cost more than our start.
 */
export function nothingMs(place: Surroundings): Promise<number> {
  const { env } = ourCommand(place);
  return timed(() => once(spawn(process.execPath, ["-e", "0"], { env }), "exit"));
}

/** Milliseconds from spawn to the answer to `initialize`. */
export async function startMs(command: McpCommand): Promise<number> {
  await using server = await startMcp(command);
  return server.startMs;
}

/** Milliseconds of processor time until the answer to `initialize`. */
export async function startProcessorMs(command: McpCommand): Promise<number> {
  await using server = await startMcp(command);
  return (await processorMs(server.pid)) ?? Number.NaN;
}

/** Resident bytes a moment after the answer to `initialize`. */
export async function settledMemory(command: McpCommand): Promise<number> {
  await using server = await startMcp(command);
  await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
  return (await memoryOf(server.pid))?.now ?? Number.NaN;
}

/** A process that is gone cannot be asked; this one tells at its end. */
async function nothingProcessorMs(place: Surroundings): Promise<number> {
  const { env } = ourCommand(place);
  const tell =
    "process.on('exit', () => { const { user, system } = process.cpuUsage(); require('fs').writeSync(1, String(user + system)) })";
  const { stdout } = await run(process.execPath, ["-e", tell], { env });
  return Number(stdout) / 1000;
}
