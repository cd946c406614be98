import type { Clock } from "../clock.ts";
import type { HttpResponse } from "./http.ts";
import { isRepeatable, retryWait } from "./retry.ts";
import type { Message, Transport, Undelivered } from "./transport.ts";

const maxRetries = 2;

export interface DeliveryOptions {
  /** Called once, at the first message. */
  open: () => Promise<Transport>;
  clock: Clock;
  timeoutMs: number;
  random: () => number;
}

/** Delivers messages within the time limit, again if that can help and can do no harm. */
export interface Deliveries {
  /** Gives the last answer, or the reason why there is none. */
  deliver(message: Message, signal: AbortSignal | undefined): Promise<HttpResponse | Undelivered>;
  /** Closes every connection at once; messages under way fail. */
  close(): Promise<void>;
}

/** Opens nothing before the first message. */
export function openDeliveries({ open, clock, timeoutMs, random }: DeliveryOptions): Deliveries {
  let transport: Promise<Transport> | undefined;
  let isClosed = false;

  const deliverWithin = async (message: Message, signal: AbortSignal) => {
    const deadline = clock.elapsed() + timeoutMs;
    transport ??= open();
    const { send } = await transport;
    for (let retries = 0; ; retries += 1) {
      if (isClosed) return unsent("cancelled");
      if (signal.aborted) return unsent(String(signal.reason));
      const result = await send(message, signal);
      if (retries === maxRetries || !isRepeatable(message, result)) return result;

      const wait = retryWait(result, { retries, now: clock.now(), random: random() });
      if (clock.elapsed() + wait >= deadline) return result;
      // The loop's start tells why a wait was cut short.
      await clock.sleep(wait, signal).catch(() => undefined);
    }
  };

  return {
    deliver: async (message, signal) => {
      const limit = limitTime(timeoutMs, signal);
      try {
        return await deliverWithin(message, limit.signal);
      } finally {
        limit.release();
      }
    },
    close: async () => {
      isClosed = true;
      const opened = await transport?.catch(() => undefined);
      await opened?.destroy();
    },
  };
}

function unsent(code: string): Undelivered {
  return { code, wasSent: false, wasAnswered: false };
}

/**
 * A signal that aborts with the reason "timeout" or "cancelled". It runs on real time, not on a `Clock`: it waits for
 * a real network.
 */
function limitTime(timeoutMs: number, outer: AbortSignal | undefined) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort("timeout"), timeoutMs);
  const cancel = () => controller.abort("cancelled");
  if (outer?.aborted) cancel();
  else outer?.addEventListener("abort", cancel);

  const release = () => {
    clearTimeout(timer);
    outer?.removeEventListener("abort", cancel);
  };
  return { signal: controller.signal, release };
}
