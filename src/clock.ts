/** The only source of time, so that tests can turn the hands. */
export interface Clock {
  /** Milliseconds since the epoch by the wall clock, for times that are kept on disk. */
  now(): number;
  /** Milliseconds since an arbitrary start, never going backwards, for durations. */
  elapsed(): number;
  /** Resolves after `ms`; rejects with the signal's reason when aborted. Never keeps the process alive. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  // Of node:timers/promises each abort makes two errors with stacks, and every call ends with one.
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", stop);
        resolve();
      }, ms).unref();
      if (signal?.aborted) stop();
      else signal?.addEventListener("abort", stop);
    }),
};
