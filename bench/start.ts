/** What a start costs, against a Node that does nothing. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Figure, inTurns, ratio, timed } from "./figures.ts";
import { bareEnvironment, type StartOptions, type Surroundings, startServer } from "./server.ts";

const run = promisify(execFile);
const loop = fileURLToPath(new URL("stdio-loop.cjs", import.meta.url));
/** Only then nothing of the start still runs. */
const SETTLED_MS = 100;

export async function measureStart(rounds: number, place: Surroundings): Promise<Figure[]> {
  const env = bareEnvironment(place);
  const wall = await inTurns(rounds, {
    nothing: () => timed(() => once(spawn(process.execPath, ["-e", "0"], { env }), "exit")),
    initialize: () => untilAnswer(place),
    discover: () => untilAnswer(place, { isModern: true }),
    list: () => untilAnswer(place, { asking: ["tools/list"] }),
    menus: () => untilAnswer(place, { isModern: true, asking: MENUS }),
  });
  const settled = await inTurns(Math.ceil(rounds / 2), {
    ours: () => settle(place),
    loop: () => settle(place, { file: loop }),
  });
  const { nothing } = await inTurns(Math.ceil(rounds / 2), {
    nothing: () => processorMsOfNothing(env),
  });
  const times = (name: string, value: number, target: number): Figure => ({
    name,
    value,
    unit: "×",
    target,
    basis: "node -e 0",
  });
  const processor = ratio(
    settled.ours.map(({ processorMs }) => processorMs),
    nothing,
  );
  const memory = (of: { memory: number }[]) => of.map((one) => one.memory);
  return [
    times("start → answer to initialize", ratio(wall.initialize, wall.nothing), 1.35),
    times("start → answer to server/discover", ratio(wall.discover, wall.nothing), 1.35),
    times("start → answer to tools/list", ratio(wall.list, wall.nothing), 1.5),
    times("the same, asked with prompts and resources", ratio(wall.menus, wall.nothing), 1.5),
    times("processor time until 100 ms after initialize", processor, 1.35),
    {
      ...times("memory then", ratio(memory(settled.ours), memory(settled.loop)), 1.08),
      basis: "a bare JSON-RPC loop",
    },
  ];
}

/** What clients ask for at once as soon as they know what a server has. */
const MENUS = ["tools/list", "prompts/list", "resources/list"];

/** Milliseconds until the first of what is asked has its answer; the end of the process is not counted. */
async function untilAnswer(
  place: Surroundings,
  { asking = [], isModern = false }: { asking?: string[]; isModern?: boolean } = {},
): Promise<number> {
  const start = performance.now();
  await using server = await startServer(place, { isModern });
  const [first, ...others] = asking.map((method) => server.request(method));
  await first;
  const took = performance.now() - start;
  await Promise.all(others);
  return took;
}

async function settle(place: Surroundings, options?: StartOptions) {
  await using server = await startServer(place, options);
  await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
  const { now: memory } = await server.memory();
  return { memory, processorMs: await server.processorMs() };
}

/** A process that is gone cannot be asked; this one tells at its end. */
async function processorMsOfNothing(env: Record<string, string>): Promise<number> {
  const tell =
    "process.on('exit', () => { const { user, system } = process.cpuUsage(); require('fs').writeSync(1, String(user + system)) })";
  const { stdout } = await run(process.execPath, ["-e", tell], { env });
  return Number(stdout) / 1000;
}
