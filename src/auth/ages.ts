import type { Clock } from "../clock.ts";
import { ageOnDisk, writtenAt } from "./private-files.ts";

/** How far back the own time of a code, or of a question about it, counts: its life. */
const LONGEST_MS = 30 * 60_000;

/**
 * How long this process knows files. It counts from when it saw one first, by its monotonic clock: the clock of a file
 * server may be ahead or behind, and must make nobody ask without end, nor never. Only at the very first look does a
 * file's own time count, so that a new process knows how long ago the last question was.
 */
export class Ages {
  readonly #pathOf: (n: number, name: string) => string;
  readonly #clock: Clock;
  readonly #since = new Map<string, number>();
  #isFirstLook = true;

  constructor(pathOf: (n: number, name: string) => string, clock: Clock) {
    this.#pathOf = pathOf;
    this.#clock = clock;
  }

  /** Milliseconds; of a code in memory, which has no file, since this was asked first. */
  async of(n: number, name: string): Promise<number> {
    const path = this.#pathOf(n, name);
    const since = this.#since.get(path);
    if (since !== undefined) return this.#clock.elapsed() - since;
    // Nobody is to hear of last week's denial: to take an end for older than it is does no harm.
    const isEnd = name === "ended.json";
    const old = isEnd || this.#isFirstLook ? await ageOnDisk(path).catch(() => 0) : 0;
    const age = old >= 0 && (isEnd || old <= LONGEST_MS) ? old : 0;
    this.#since.set(path, this.#clock.elapsed() - age);
    return age;
  }

  endFirstLook(): void {
    this.#isFirstLook = false;
  }

  /** The same for who only looks, without a trace: by the wall clock where nothing better is known. */
  async apparently(n: number, name: string): Promise<number> {
    const path = this.#pathOf(n, name);
    const since = this.#since.get(path);
    if (since !== undefined) return this.#clock.elapsed() - since;
    const now = this.#clock.now();
    return Math.max(0, now - (await writtenAt(path).catch(() => now)));
  }
}
