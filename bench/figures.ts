/** What a figure is, and how one is taken. */
import { readdir, readFile } from "node:fs/promises";

interface Row {
  name: string;
  /** What a ratio is taken of, or how it was counted. */
  basis: string;
  /** The most that it may be; absent where nothing is promised. */
  target?: number;
}

export interface Figure extends Row {
  value: number;
  unit: "×" | "MiB";
}

/** What becomes a ratio. Each side gives one value a round, such as the milliseconds that something took. */
export interface Contest extends Row {
  /** Of a whole run. */
  rounds: number;
  ours: () => Promise<number>;
  theirs: () => Promise<number>;
}

/** Figures one after the other: what they need is there while one is being taken, and away behind the last. */
export type Figures = AsyncGenerator<Figure | Contest>;

/**
 * The ratio of two medians, from a share of the rounds. Both sides are measured in turns, so that whatever else the
 * machine does meets both alike; the first of each turn changes. Until both are compiled by V8 and every list is known,
 * rounds do not count.
 */
export async function compare(contest: Contest, share: number): Promise<Figure> {
  const { rounds: whole, ours, theirs, ...row } = contest;
  const rounds = Math.max(2, Math.ceil(whole * share));
  const values: Record<"ours" | "theirs", number[]> = { ours: [], theirs: [] };
  for (let round = -Math.ceil(rounds / 5); round < rounds; round += 1) {
    const turn = [["ours", ours] as const, ["theirs", theirs] as const];
    for (const [side, measure] of round % 2 === 0 ? turn : turn.toReversed()) {
      const value = await measure();
      if (round >= 0) values[side].push(value);
    }
  }
  return { ...row, value: median(values.ours) / median(values.theirs), unit: "×" };
}

/** The middle one; of an even number the mean of the middle two. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const middle = (sorted.length - 1) / 2;
  return (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2;
}

/** Measures the milliseconds that `work` takes. */
export function timed(work: () => Promise<unknown>): () => Promise<number> {
  return async () => {
    const start = performance.now();
    await work();
    return performance.now() - start;
  };
}

/** MiB of a process, now or (VmHWM) at most so far, as Linux tells it; elsewhere there is no such figure. */
export async function memoryOf(pid: number, field: "VmRSS" | "VmHWM"): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(status)?.[1]) / 1024;
}

/** Milliseconds of processor time in all threads of a process so far. */
export async function processorMsOf(pid: number): Promise<number> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const stats = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/schedstat`, "utf8")),
  );
  return stats.reduce((sum, stat) => sum + Number(stat.split(" ")[0]), 0) / 1e6;
}
