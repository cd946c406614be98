import { setTimeout as delay } from "node:timers/promises";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import { createApiKeySession } from "../../src/auth/credentials.ts";
import { createRedactor } from "../../src/http/redactor.ts";
import type { Following } from "../../src/kaneo/events/live.ts";
import { secretsOf } from "../../src/secrets.ts";
import type { Session } from "../../src/session.ts";
import { allTools } from "../../src/tools/index.ts";
import type { Tool } from "../../src/tools/tool.ts";
import { selectTools, type ToolSelection } from "../../src/tools/toolsets.ts";
import type { FakeClock } from "./fake-clock.ts";
import { modernMeta } from "./modern-meta.ts";
import { serve } from "./serve-tools.ts";
import { type SmallBoard, startSmallBoard } from "./small-board.ts";

/** The latest version that begins with `initialize`, and the one that has no beginning. */
export const eras = ["2025-11-25", "2026-07-28"] as const;
export type EraName = (typeof eras)[number];

interface Answer {
  id: string;
  result?: Record<string, unknown>;
  error?: { code: number; message: string; data?: unknown };
}

export interface KaneoServer extends SmallBoard {
  /** The answer to a request of either era. */
  ask(era: EraName, method: string, params?: Record<string, unknown>): Promise<Answer>;
  /** Sends what gets no answer, or not now. */
  tell(message: Record<string, unknown>): Promise<void>;
  received: JSONRPCMessage[];
  warnings(): readonly string[];
  endInput(): void;
}

interface Options {
  tools?: readonly Tool[];
  /** Which of the tools there are. */
  selection?: ToolSelection;
  session?: Session;
  /** What stands in for how a call hears what Kaneo announces. */
  follow?: (channel: string, signal: AbortSignal) => Promise<Following>;
  clock?: FakeClock;
  defaults?: { workspace?: string; project?: string };
}

/** A server with every tool in front of the small board, signed in as alice with a key. Each message that leaves is held to the schemas. */
export async function serveKaneo(options: Options = {}): Promise<KaneoServer> {
  const { selection, follow, clock, defaults = {} } = options;
  const { tools = selection ? selectTools(allTools, selection) : allTools } = options;
  const board = await startSmallBoard({ defaults });
  const session = options.session ?? createApiKeySession(board.sandbox.url);
  const readSecret = secretsOf({}, createRedactor());
  const place = { timeZone: "Europe/Berlin", now: Date.now, configWarnings: [], isReadOnly: false };
  const shared = { session, readSecret, files: board.files, ...place };
  const { transport, server, log } = serve([...tools], {
    createContext: (signal) => {
      const followed = follow && { follow: (channel: string) => follow(channel, signal) };
      return { ...shared, kaneo: { ...board.kaneo, ...followed }, signal };
    },
    ...(clock && { clock }),
    ...(selection && { selection }),
  });
  const received: JSONRPCMessage[] = [];
  transport.onmessage = (message) => void received.push(message);
  let asked = 0;
  const tell = async (message: Record<string, unknown>) => {
    // Some of these messages are wrong on purpose.
    await transport.send({ jsonrpc: "2.0", ...message } as JSONRPCMessage);
    await delay(5);
  };
  return {
    ...board,
    received,
    warnings: () => log.lines.filter((line) => line.startsWith("warn: ")),
    endInput: server.endInput,
    tell,
    async ask(era, method, params = {}) {
      asked += 1;
      const id = `ask-${asked}`;
      const meta = era === "2026-07-28" ? modernMeta() : {};
      // An old client always begins so; without it, it would pass for a new one that forgot something.
      if (era === "2025-11-25") await tell({ id: `init-${asked}`, method: "initialize" });
      await tell({ id, method, params: { ...params, ...meta } });
      for (;;) {
        const answer = received.find((one) => "id" in one && one.id === id && !("method" in one));
        // It is no request, and is an answer therefore.
        if (answer) return answer as unknown as Answer;
        await delay(5);
      }
    },
  };
}
