import type { Clock } from "../clock.ts";
import { KaneoMcpError } from "../errors.ts";

export interface Limit {
  clock: Clock;
  ms: number;
  signal: AbortSignal | undefined;
}

/**
 * The result of `work`, or undefined when `ms` pass first.
 *
 * @throws KaneoMcpError "cancelled" when `signal` aborts.
 */
export async function within<T>(
  work: Promise<T>,
  { clock, ms, signal }: Limit,
): Promise<T | undefined> {
  const end = new AbortController();
  const giveUp = signal ? AbortSignal.any([signal, end.signal]) : end.signal;
  try {
    return await Promise.race([work, clock.sleep(ms, giveUp).then(() => undefined)]);
  } catch (error) {
    if (!signal?.aborted) throw error;
    throw new KaneoMcpError(
      "cancelled",
      "The call was cancelled while it waited for the sign-in.",
      {
        cause: error,
      },
    );
  } finally {
    end.abort();
  }
}
