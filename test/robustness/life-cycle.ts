import { existsSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { JSONRPCMessageSchema } from "@modelcontextprotocol/sdk/types.js";
import { type Sandbox, startSandbox } from "../sandbox/start-sandbox.ts";
import { type ServerProcess, spawnServer } from "../support/spawn-server.ts";
import { type Random, seededRandom } from "./seeded-random.ts";

/** Ways for a client to leave, with the longest time that the process may then still take. */
const ENDINGS = {
  "stdin closed": { boundMs: 3_000, end: (server) => server.endInput() },
  SIGTERM: { boundMs: 2_000, end: (server) => server.kill("SIGTERM") },
  SIGINT: { boundMs: 2_000, end: (server) => server.kill("SIGINT") },
  "stdout closed": { boundMs: 2_000, end: closeOutput },
} satisfies Record<string, { boundMs: number; end(server: ServerProcess): void }>;

/** A process learns that nobody reads its answers when it writes the next one. */
function closeOutput(server: ServerProcess): void {
  server.closeOutput();
  server.send({ id: "last", method: "ping" });
}

/** For a machine that does something else at the same time. */
const SLACK_MS = 2_000;
const CALLS_IN_FLIGHT = 20;

export interface LifeCycleCounts {
  rounds: number;
  endings: number;
  /** Calls whose answers came before the end, though the client was leaving. */
  answered: number;
  /** In milliseconds, by ending. */
  slowest: Record<string, number>;
  complaints: string[];
  /** Ends that took longer than they may; the machine has a part in these. */
  late: string[];
}

/** So many rounds of each ending, each with twenty calls in flight, in `lanes` processes at a time. */
export async function runLifeCycle(options: {
  roundsEach: number;
  seed: number;
  lanes?: number;
}): Promise<LifeCycleCounts> {
  // It has enumerated its own keys.
  const names = Object.keys(ENDINGS) as (keyof typeof ENDINGS)[];
  const rounds = Array.from({ length: options.roundsEach }, () => names).flat();
  const counts = { rounds: rounds.length, endings: names.length, answered: 0, slowest: {} };
  const result: LifeCycleCounts = { ...counts, complaints: [], late: [] };
  await using sandbox = await startSandbox();
  const random = seededRandom(options.seed);
  const remaining = rounds[Symbol.iterator]();
  const lane = async () => {
    for (const ending of remaining) await playRound({ sandbox, random, ending, result });
  };
  await Promise.all(Array.from({ length: options.lanes ?? 2 }, lane));
  return result;
}

interface Round {
  sandbox: Sandbox;
  random: Random;
  ending: keyof typeof ENDINGS;
  result: LifeCycleCounts;
}

async function playRound({ sandbox, random, ending, result }: Round): Promise<void> {
  const { boundMs, end } = ENDINGS[ending];
  const env = { KANEO_API_URL: sandbox.url, KANEO_API_KEY: sandbox.people.alice.apiKey };
  await using server = await spawnServer({ env });
  await server.initialize();
  await server.call("whoami");
  // Some calls end at once, some later, and some never by themselves.
  sandbox.fail({ path: /^\/api\/task/, times: 3 }, { kind: "delay", ms: random.whole(800) });
  sandbox.fail({ path: /^\/api\/(search|column)/ }, { kind: "silence" });
  for (let id = 0; id < CALLS_IN_FLIGHT; id += 1) server.send({ id, ...aCall(random) });
  await delay(random.whole(400));
  const began = performance.now();
  end(server);
  const exit = await Promise.race([server.exit, delay(60_000)]);
  const tookMs = performance.now() - began;
  sandbox.clearFaults();

  const complain = (what: string) => result.complaints.push(`${ending}: ${what}`);
  result.slowest[ending] = Math.max(result.slowest[ending] ?? 0, Math.round(tookMs));
  result.answered += server.lines.length - 2;
  if (!exit) return void complain("the process did not end");
  if (exit.code !== 0) complain(`exit code ${exit.code}, signal ${exit.signal}`);
  if (tookMs > boundMs + SLACK_MS) result.late.push(`${ending}: ${Math.round(tookMs)} ms`);
  if (existsSync(`/proc/${server.pid}`)) complain("the process is still there");
  // What was cut off when our own end closed is no line.
  const strays = ending === "stdout closed" ? [] : server.lines.filter((line) => !isMessage(line));
  if (strays.length > 0) complain(`stdout held ${strays[0]?.slice(0, 200)}`);
  if (/\n\s+at |Error:/.test(server.stderr())) complain(`stderr held ${server.stderr()}`);
}

function aCall(random: Random): Record<string, unknown> {
  const [name, args] = random.pick<[string, object]>([
    ["list_tasks", { project: "WEB" }],
    ["get_task", { task: "WEB-4" }],
    ["get_project", { project: "WEB" }],
    ["search", { query: "login", workspace: "acme" }],
    ["update_task", { task: "WEB-4", priority: "low" }],
    ["add_comment", { task: "WEB-4", content: "Leaving" }],
    ["whoami", {}],
  ]);
  const params = { name, arguments: args, _meta: { progressToken: 1 } };
  return { method: "tools/call", params };
}

function isMessage(line: string): boolean {
  try {
    return JSONRPCMessageSchema.safeParse(JSON.parse(line)).success;
  } catch {
    return false;
  }
}
