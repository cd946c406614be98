import type { Clock } from "../clock.ts";
import { ageOnDisk, writtenAt } from "./private-files.ts";

/** How far back the own time of a code, or of a question about it, counts: its life. */
const LONGEST_MS = 30 * 60_000;

/**
 * How long this process knows files. It counts from when it saw one first, by its monotonic clock: the clock of a file
 * server may be ahead or behind, and must make nobody ask without end, nor never. Only at the very first look does a
 * file's own time count, so that a new process knows how long ago the last question was.
 */
export function createAges(pathOf: (n: number, name: string) => string, clock: Clock) {
  const since = new Map<string, number>();
  let isFirstLook = true;
  const knownAge = (path: string): number | undefined => {
    const first = since.get(path);
    return first === undefined ? undefined : clock.elapsed() - first;
  };
  return {
    /** Milliseconds; of a code in memory, which has no file, since this was asked first. */
    of: async (n: number, name: string): Promise<number> => {
      const path = pathOf(n, name);
      const known = knownAge(path);
      if (known !== undefined) return known;
      // Nobody is to hear of last week's denial: to take an end for older than it is does no harm.
      const isEnd = name === "ended.json";
      const old = isEnd || isFirstLook ? await ageOnDisk(path).catch(() => 0) : 0;
      const age = old >= 0 && (isEnd || old <= LONGEST_MS) ? old : 0;
      since.set(path, clock.elapsed() - age);
      return age;
    },
    endFirstLook: (): void => {
      isFirstLook = false;
    },
    /** The same for who only looks, without a trace: by the wall clock where nothing better is known. */
    apparently: async (n: number, name: string): Promise<number> => {
      const path = pathOf(n, name);
      const byClock = async () => Math.max(0, clock.now() - (await writtenAt(path)));
      return knownAge(path) ?? byClock().catch(() => 0);
    },
  };
}
