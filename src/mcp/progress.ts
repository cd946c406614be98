import type { Clock } from "../clock.ts";

const EVERY_MS = 5_000;
/** Long enough for a client to read the last notification on its own. */
const APART_MS = 20;

export interface Progress {
  /** Ends the notifications; resolves once the result may follow. */
  stop(): Promise<void>;
}

export interface ProgressOptions {
  clock: Clock;
  /** Sends one notification, with the seconds since the call began. */
  notify(seconds: number): Promise<void>;
}

/**
 * Reports every five seconds that a call still runs. Clients lose a notification that arrives in the same chunk as
 * the result, hence the pause between the last one and `stop`'s end.
 */
export function startProgress({ clock, notify }: ProgressOptions): Progress {
  const over = new AbortController();
  const began = clock.elapsed();
  let lastSent: number | undefined;

  const report = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(EVERY_MS, over.signal);
      lastSent = clock.elapsed();
      await notify(Math.round((lastSent - began) / 1000));
    }
  };
  // Ends by the abort, or by a connection that is gone, of which the transport tells.
  report().catch(() => {});

  return {
    async stop() {
      over.abort();
      if (lastSent === undefined) return;
      const apart = lastSent + APART_MS - clock.elapsed();
      if (apart > 0) await clock.sleep(apart);
    },
  };
}
