import { setImmediate as nextTurn } from "node:timers/promises";
import { KaneoMcpError } from "../errors.ts";
import type { ToolContext } from "../tools/tool.ts";
import type { CallOptions } from "./calls.ts";
import type { MethodRequest } from "./protocol.ts";

/** A client may ask for this before it shows anything. */
const LONGEST_MS = 5_000;

/**
 * Asks Kaneo for what a client offers its person to choose from. Many clients ask by themselves as soon as they have started
 * a server, and some take a failure for one of the whole server: so nobody is asked to sign in, and where Kaneo cannot be
 * asked or does not answer within five seconds, there is nothing to choose from. Undefined when nobody has signed in.
 */
export async function choicesFrom<T>(
  ask: (kaneo: ToolContext["kaneo"]) => Promise<T[]>,
  request: MethodRequest,
  { createContext, clock, log }: CallOptions,
): Promise<T[] | undefined> {
  const late = new AbortController();
  const over = new AbortController();
  const reason = `${LONGEST_MS / 1000} seconds went by`;
  void clock.sleep(LONGEST_MS, AbortSignal.any([request.signal, over.signal])).then(
    () => late.abort(new KaneoMcpError("out_of_time", reason)),
    () => {},
  );
  try {
    // What else was asked at the start is answered first: to load the way to Kaneo takes longer than all of that.
    await nextTurn();
    const signal = AbortSignal.any([request.signal, late.signal]);
    const { session, kaneo } = await createContext(signal);
    const { kind } = await session.state(signal);
    return kind === "signed_in" || kind === "api_key" ? await ask(kaneo) : undefined;
  } catch (error) {
    if (!(error instanceof KaneoMcpError)) throw error;
    const { kind, message } = error;
    const isSaidElsewhere =
      kind === "cancelled" || kind === "sign_in_required" || kind === "config";
    log[isSaidElsewhere ? "debug" : "warn"](`Nothing to choose from: ${message}`);
    return [];
  } finally {
    over.abort();
  }
}
