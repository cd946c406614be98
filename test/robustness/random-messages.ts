import { setTimeout as delay } from "node:timers/promises";
import { JSONRPCMessageSchema } from "@modelcontextprotocol/sdk/types.js";
import { startSandbox } from "../sandbox/start-sandbox.ts";
import { type ServerProcess, spawnServer } from "../support/spawn-server.ts";
import { createNoise, type Expected, NOISE_KINDS } from "./message-noise.ts";
import { seededRandom } from "./seeded-random.ts";

export interface MessageCounts {
  messages: number;
  /** Requests that have to be answered. */
  requests: number;
  answers: number;
  /** Answers that are missing, too many, or to nothing that was asked. */
  wrong: string[];
  /** Lines of stdout that are not JSON-RPC. */
  strayLines: string[];
  exit: { code: number | null; signal: NodeJS.Signals | null };
}

/** Writes so many random messages to a process of the built file, without waiting for each answer. */
export async function runRandomMessages(options: {
  messages: number;
  seed: number;
}): Promise<MessageCounts> {
  await using sandbox = await startSandbox();
  const env = { KANEO_API_URL: sandbox.url, KANEO_API_KEY: sandbox.people.alice.apiKey };
  await using server = await spawnServer({ env });
  await server.initialize();
  const random = seededRandom(options.seed);
  const makeNoise = createNoise(random);
  const ledger = openLedger(server);
  let expectations = 0;
  for (let count = 0; count < options.messages; count += 1) {
    const { pieces, expected } = makeNoise(random.pick(NOISE_KINDS));
    expectations += expected.reduce((sum, { atLeast }) => sum + atLeast, 0);
    ledger.expect(expected);
    for (const piece of pieces) {
      server.write(piece);
      if (pieces.length > 1) await new Promise(setImmediate);
    }
    if (count % 100 === 99) await ledger.settle(100);
  }
  server.send({ id: "the end", method: "ping" });
  ledger.expect([{ id: "the end", atLeast: 1, atMost: 1 }]);
  await ledger.settle(0);
  // Time for answers that nobody asked for.
  await delay(200);
  const { wrong, strayLines, answers } = ledger.balance();
  server.endInput();
  const exit = await server.exit;
  return { messages: options.messages, requests: expectations, answers, wrong, strayLines, exit };
}

interface Ledger {
  expect(expected: readonly Expected[]): void;
  /** Waits until at most so many answers are missing, or none has come for long. */
  settle(missing: number): Promise<void>;
  balance(): { wrong: string[]; strayLines: string[]; answers: number };
}

/** Compares what was asked with what stdout says. */
function openLedger(server: ServerProcess): Ledger {
  const wanted = new Map<unknown, Expected>();
  const got = new Map<unknown, number>();
  const strayLines: string[] = [];
  let read = server.lines.length;
  let answers = 0;

  const readOn = () => {
    for (const line of server.lines.slice(read)) {
      const message = parse(line);
      if (!message) strayLines.push(line.slice(0, 200));
      else if (!("method" in message)) {
        answers += 1;
        got.set(message.id, (got.get(message.id) ?? 0) + 1);
      }
    }
    read = server.lines.length;
  };
  const missing = () =>
    [...wanted.values()].filter(({ id, atLeast }) => (got.get(id) ?? 0) < atLeast).length;

  return {
    expect: (expected) => {
      for (const one of expected) wanted.set(one.id, one);
    },
    async settle(most) {
      for (let idle = 0; idle < PATIENCE; idle += 1) {
        const before = answers;
        readOn();
        if (missing() <= most) return;
        if (answers > before) idle = 0;
        await delay(20);
      }
    },
    balance: () => {
      readOn();
      const ids = new Set([...wanted.keys(), ...got.keys()]);
      const wrong = [...ids].filter((id) => {
        const { atLeast, atMost } = wanted.get(id) ?? { atLeast: 0, atMost: 0 };
        const times = got.get(id) ?? 0;
        return times < atLeast || times > atMost;
      });
      const shown = wrong.map((id) => `${String(id)} was answered ${got.get(id) ?? 0} times`);
      return { wrong: shown, strayLines, answers };
    },
  };
}

/** Looks without a single answer before giving up: a minute. */
const PATIENCE = 3_000;

function parse(line: string): ReturnType<typeof JSONRPCMessageSchema.parse> | undefined {
  try {
    return JSONRPCMessageSchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
