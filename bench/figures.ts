/** One figure beside the most that it may be. */
export interface Figure {
  name: string;
  value: number;
  unit: "×" | "MiB" | "kB" | "requests" | "tokens" | "packages";
  /** The most it may be; absent where nothing is promised. */
  target?: number;
  /** What a ratio is taken of, or how it was counted. */
  basis: string;
}

/** As a person reads it: `1.62 ×`. */
export function show(value: number, unit: Figure["unit"]): string {
  const digits = { "×": 2, MiB: 0, kB: 1, requests: 0, tokens: 0, packages: 0 };
  return `${value.toFixed(digits[unit])} ${unit}`;
}

/** A ratio of two series that were measured in the same run. */
export function ratio(ours: readonly number[], theirs: readonly number[]): number {
  return median(ours) / median(theirs);
}

/** The middle one; of an even number the mean of the middle two. */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = Number.NaN, high = low] = sorted.slice(middle - 1 + (sorted.length % 2), middle + 1);
  return (low + high) / 2;
}

/** Milliseconds that `work` takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/**
 * Measures all in turns, so that whatever else the machine does meets all alike, and gives each one's values. The first
 * of each turn changes, and the very first round does not count.
 */
export async function inTurns<Name extends string, Value = number>(
  rounds: number,
  contestants: Record<Name, () => Promise<Value>>,
): Promise<Record<Name, Value[]>> {
  // Object.keys forgets that it gives the keys of this very object.
  const names = Object.keys(contestants) as Name[];
  // One entry for every name.
  const values = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<
    Name,
    Value[]
  >;
  for (let round = 0; round <= rounds; round += 1) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const value = await contestants[name]();
      if (round > 0) values[name].push(value);
    }
  }
  return values;
}
