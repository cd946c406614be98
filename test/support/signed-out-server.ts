import { setTimeout as delay } from "node:timers/promises";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import { within } from "../../src/auth/waiting.ts";
import type { KaneoMcpError } from "../../src/errors.ts";
import type { Kaneo } from "../../src/kaneo/api/kaneo.ts";
import { type Session, type SessionState, signInQuestion } from "../../src/session.ts";
import type { ToolContext } from "../../src/tools/tool.ts";
import { createDeferred } from "./deferred.ts";
import { FakeClock } from "./fake-clock.ts";
import { serve, tool } from "./serve-tools.ts";
import { until } from "./until.ts";

/** The sign-in that such a server needs. */
export const pending = {
  link: "https://kaneo.test/device?user_code=B7MTEA53",
  userCode: "B7MTEA53",
};
interface Start {
  warning?: string;
  /** The tool has changed something before it needs the approval. */
  hasWritten?: boolean;
  /** How long the tool takes until it notices that it needs the approval. */
  afterMs?: number;
}

/** A server whose one tool needs an approval first, and what it has sent so far. */
export function startSignedOut({ warning, hasWritten = false, afterMs = 0 }: Start = {}) {
  const clock = new FakeClock({ byHand: true });
  const over = createDeferred<KaneoMcpError | undefined>();
  let isApproved = false;
  const waits: number[] = [];
  const begun: number[] = [];
  const state = async (): Promise<SessionState> =>
    isApproved
      ? { kind: "signed_in", kept: "in memory" }
      : { kind: "pending", question: question() };
  const signIn = async (seconds: number, signal?: AbortSignal): Promise<SessionState> => {
    waits.push(seconds);
    const ended = over.promise.then((error) => {
      if (error) throw error;
      isApproved = true;
    });
    if (seconds > 0) await within(ended, { clock, ms: seconds * 1000, signal });
    return state();
  };
  const question = () =>
    signInQuestion({ ...pending, warning }, { now: 0, leftMs: 1_800_000, timeZone: "UTC" });
  const list = tool("list", async (_args, { kaneo }) => {
    begun.push(kaneo.startedAt);
    if (afterMs > 0) await clock.sleep(afterMs);
    if (!isApproved) throw question();
    return "The tasks";
  });
  // The tool and the server look at these only.
  const createContext = (signal: AbortSignal) =>
    ({
      signal,
      session: { state, signIn } as Session,
      kaneo: { writesSent: () => hasWritten, startedAt: clock.elapsed() } as Kaneo,
      now: () => 0,
      timeZone: "UTC",
    }) as ToolContext;
  const { transport } = serve([list], { clock, createContext });
  const received: JSONRPCMessage[] = [];
  transport.onmessage = (one) => void received.push(one);
  return {
    clock,
    received,
    waits,
    /** What the tool took for the beginning of its time, each time that it ran. */
    begun,
    approve: () => over.resolve(undefined),
    /** Ends the sign-in without an approval. */
    fail: (error: KaneoMcpError) => over.resolve(error),
    /** Resolves when it has sent this many messages. */
    arrived: (count: number) => until(() => received.length >= count),
    /** Sends, and gives it the time to answer at once. */
    async send(...messages: Record<string, unknown>[]) {
      for (const one of messages)
        await transport.send({ jsonrpc: "2.0", ...one } as JSONRPCMessage);
      await delay(20);
    },
  };
}
