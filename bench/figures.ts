/** What a figure is called, what it is taken of, and the most that it may be. */
export interface Row {
  name: string;
  /** What a ratio is taken of, or how it was counted. */
  basis: string;
  /** Absent where nothing is promised. */
  target?: number;
}

export interface Figure extends Row {
  value: number;
  unit: keyof typeof DIGITS;
}

const DIGITS = { "×": 2, MiB: 0, kB: 1, requests: 0, tokens: 0 };

/** As a person reads it: `1.62 ×`. */
export function show(value: number, unit: Figure["unit"]): string {
  return `${value.toFixed(DIGITS[unit])} ${unit}`;
}

/** Each gives one value, such as the milliseconds that something took. */
export interface Contest extends Row {
  rounds: number;
  ours: () => Promise<number>;
  theirs: () => Promise<number>;
}

/**
 * The ratio of two medians. Both are measured in turns, so that whatever else the machine does meets both alike; the
 * first of each turn changes. Until both are compiled by V8 and every list is known, rounds do not count.
 */
export async function compare({ rounds, ours, theirs, ...row }: Contest): Promise<Figure> {
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
