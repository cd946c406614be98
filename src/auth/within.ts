import type { Clock } from "../clock.ts";
import { KaneoMcpError } from "../errors.ts";

/** The result of `work`, or undefined when `ms` pass first. @throws KaneoMcpError when `signal` aborts. */
export async function within<T>(
  work: Promise<T>,
  { clock, ms, signal }: { clock: Clock; ms: number; signal: AbortSignal | undefined },
): Promise<T | undefined> {
  const end = new AbortController();
  const giveUp = signal ? AbortSignal.any([signal, end.signal]) : end.signal;
  try {
    return await Promise.race([work, clock.sleep(ms, giveUp).then(() => undefined)]);
  } catch (error) {
    if (!signal?.aborted) throw error;
    if (signal.reason instanceof KaneoMcpError) throw signal.reason;
    const message = "The call was cancelled while it waited for the sign-in.";
    throw new KaneoMcpError("cancelled", message, { cause: error });
  } finally {
    end.abort();
  }
}
