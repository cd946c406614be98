/** What a client offers its person to choose from, mostly asked before anybody has signed in. */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Clock } from "../clock.ts";
import { KaneoMcpError } from "../errors.ts";
import type { ToolContext } from "../tools/tool.ts";
import type { McpServerOptions, MethodRequest } from "./protocol.ts";

/** A client may ask for this before it shows anything. */
const LONGEST_MS = 5_000;

/**
 * Asks Kaneo for what there is to choose from. Many clients ask by themselves as soon as they have started a server, and
 * some take a failure for one of the whole server: so nobody is asked to sign in, and where Kaneo cannot be asked or does
 * not answer within five seconds, there is nothing to choose from. Undefined when nobody has signed in.
 */
export async function choicesFrom<T>(
  ask: (kaneo: ToolContext["kaneo"]) => Promise<T[]>,
  request: MethodRequest,
  { createContext, clock, log }: McpServerOptions,
): Promise<T[] | undefined> {
  // What else was asked at the start is answered first: to load the way to Kaneo takes longer than all of that.
  await nextTurn();
  try {
    return await withDeadline(LONGEST_MS, { clock, outer: request.signal }, async (signal) => {
      const { session, kaneo } = await createContext(signal, { isUnattended: true });
      const { kind } = await session.state();
      return kind === "signed_in" || kind === "api_key" ? await ask(kaneo) : undefined;
    });
  } catch (error) {
    if (!(error instanceof KaneoMcpError)) throw error;
    // The sign-in is over, which nobody knew yet.
    if (error.kind === "sign_in_required") return undefined;
    const { kind, message } = error;
    const isSaidElsewhere = kind === "cancelled" || kind === "config";
    log[isSaidElsewhere ? "debug" : "warn"](`Nothing to choose from: ${message}`);
    return [];
  }
}

/** Does something short with a signal that aborts with `outer`, and, until it is done, after `ms`. */
export async function withDeadline<T>(
  ms: number,
  { clock, outer }: { clock: Clock; outer: AbortSignal },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const done = new AbortController();
  void clock.sleep(ms, AbortSignal.any([outer, done.signal])).then(
    () => late.abort(new KaneoMcpError("out_of_time", `${ms / 1000} seconds went by.`)),
    () => {},
  );
  try {
    return await work(AbortSignal.any([outer, late.signal]));
  } finally {
    done.abort();
  }
}

/** MCP 2025-11-25, "Resources": asks a client to list them anew. */
export const LIST_CHANGED_METHOD = "notifications/resources/list_changed";

export type ListNews = ReturnType<typeof createListNews>;

/** Tells clients that asked for the projects when somebody has signed in since, at first or anew: there are others by now. */
export function createListNews() {
  const listeners = new Map<unknown, () => void>();
  let isMissing = false;
  return {
    /** Calls `tell` when there is a list to ask for again, until `signal` aborts; at most one for a key. */
    listen(key: unknown, tell: () => void, signal: AbortSignal): void {
      if (listeners.has(key)) return;
      listeners.set(key, tell);
      signal.addEventListener("abort", () => listeners.delete(key), { once: true });
    },
    /** Nobody has signed in, as a client was told: whoever does has other projects. */
    missed(): void {
      isMissing = true;
    },
    /** To be called when something worked: perhaps somebody has signed in. */
    async look(session: ToolContext["session"]): Promise<void> {
      if (!isMissing) return;
      // How that stands cannot be told just now, and will be after the next call.
      const state = await session.state().catch(() => undefined);
      if (!isMissing || state?.kind !== "signed_in") return;
      isMissing = false;
      for (const tell of listeners.values()) tell();
    },
  };
}
