/** What a start costs, against a Node that does nothing. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { bareEnvironment } from "../test/support/spawn-server.ts";
import { compare, type Figure, timed } from "./figures.ts";
import type { Rounds, Scene } from "./scene.ts";
import {
  type BenchServer,
  memoryOf,
  processorMsOf,
  type StartOptions,
  type Surroundings,
  startServer,
} from "./server.ts";

const run = promisify(execFile);
const loop = fileURLToPath(new URL("stdio-loop.cjs", import.meta.url));
/** Only then nothing of the start still runs. */
const SETTLED_MS = 100;

interface Start {
  name: string;
  target: number;
  isModern?: boolean;
  /** What is asked at once behind the first answer. */
  asking?: string[];
}

const STARTS: readonly Start[] = [
  { name: "start → answer to initialize", target: 1.35 },
  { name: "start → answer to server/discover", target: 1.35, isModern: true },
  { name: "start → answer to tools/list", target: 1.5, asking: ["tools/list"] },
  {
    name: "the same, asked with prompts and resources",
    target: 1.5,
    isModern: true,
    asking: ["tools/list", "prompts/list", "resources/list"],
  },
];

export async function measureStart({ place }: Scene, { start }: Rounds): Promise<Figure[]> {
  const env = bareEnvironment(place.home);
  const basis = "node -e 0";
  const theirs = timed(() => once(spawn(process.execPath, ["-e", "0"], { env }), "exit"));
  const figures: Figure[] = [];
  for (const { name, target, ...rest } of STARTS) {
    const ours = () => untilAnswer(place, rest);
    figures.push(await compare({ name, target, basis, rounds: start, ours, theirs }));
  }
  const rounds = Math.ceil(start / 2);
  const processor = await compare({
    name: "processor time until 100 ms after initialize",
    basis,
    target: 1.35,
    rounds,
    ours: () => settled(place, processorMsOf),
    theirs: () => processorMsOfNothing(env),
  });
  const memory = await compare({
    name: "memory then",
    basis: "a bare JSON-RPC loop",
    target: 1.08,
    rounds,
    ours: () => settled(place, (server) => memoryOf(server, "now")),
    theirs: () => settled(place, (server) => memoryOf(server, "now"), { file: loop }),
  });
  return [...figures, processor, memory];
}

/** Milliseconds until the first of what is asked has its answer; the end of the process is not counted. */
async function untilAnswer(
  place: Surroundings,
  { asking = [], ...options }: Omit<Start, "name" | "target">,
): Promise<number> {
  const start = performance.now();
  await using server = await startServer(place, options);
  const [first, ...others] = asking.map((method) => server.request(method));
  await first;
  const took = performance.now() - start;
  await Promise.all(others);
  return took;
}

async function settled(
  place: Surroundings,
  measure: (server: BenchServer) => Promise<number>,
  options?: StartOptions,
): Promise<number> {
  await using server = await startServer(place, options);
  await delay(SETTLED_MS);
  return await measure(server);
}

/** A process that is gone cannot be asked; this one tells at its end. */
async function processorMsOfNothing(env: Record<string, string>): Promise<number> {
  const tell =
    "process.on('exit', () => { const { user, system } = process.cpuUsage(); require('fs').writeSync(1, String(user + system)) })";
  const { stdout } = await run(process.execPath, ["-e", tell], { env });
  return Number(stdout) / 1000;
}
