import { setImmediate as nextTurn } from "node:timers/promises";
import type { Clock } from "../../src/clock.ts";

interface Sleeper {
  due: number;
  wake(): void;
}

/**
 * A clock whose hands only a test moves. It starts at the epoch plus `startMs`.
 *
 * By itself, every sleep moves the hands to its own end at once. With `byHand`, sleeps last until `advance` gets there.
 */
export class FakeClock implements Clock {
  /** Every sleep asked for, in milliseconds, in order. */
  readonly waits: number[] = [];
  readonly #byHand: boolean;
  #elapsed = 0;
  readonly #startMs: number;
  #sleepers: Sleeper[] = [];

  constructor(options: { byHand?: boolean; startMs?: number } = {}) {
    this.#byHand = options.byHand ?? false;
    this.#startMs = options.startMs ?? 0;
  }

  now(): number {
    return this.#startMs + this.#elapsed;
  }

  elapsed(): number {
    return this.#elapsed;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.waits.push(ms);
    if (this.#byHand) return this.#sleepUntil(this.#elapsed + ms, signal);

    this.#elapsed += ms;
    // Sockets get their turn, as they would during a real wait.
    await nextTurn();
    signal?.throwIfAborted();
  }

  /** Moves the hands by `ms`, stopping at the end of every sleep on the way so that who slept can go on. */
  async advance(ms: number): Promise<void> {
    const target = this.#elapsed + ms;
    await nextTurn();
    for (let next = this.#nextDue(target); next; next = this.#nextDue(target)) {
      this.#sleepers = this.#sleepers.filter((sleeper) => sleeper !== next);
      this.#elapsed = Math.max(this.#elapsed, next.due);
      next.wake();
      await nextTurn();
    }
    this.#elapsed = target;
  }

  /** How many sleeps are under way. */
  get sleeping(): number {
    return this.#sleepers.length;
  }

  #nextDue(target: number): Sleeper | undefined {
    return this.#sleepers
      .filter((sleeper) => sleeper.due <= target)
      .sort((a, b) => a.due - b.due)[0];
  }

  #sleepUntil(due: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(signal?.reason);
      };
      const wake = () => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      };
      const sleeper: Sleeper = { due, wake };
      this.#sleepers.push(sleeper);
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  }
}
