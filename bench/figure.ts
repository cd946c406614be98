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

export function isMet({ value, target }: Figure): boolean {
  return target === undefined || value <= target;
}

/** As a person reads it: `1.62 ×`. */
export function show(value: number, unit: Figure["unit"]): string {
  if (unit === "×") return `${value.toFixed(2)} ×`;
  if (unit === "MiB") return `${value.toFixed(0)} MiB`;
  if (unit === "kB") return `${value.toFixed(1)} kB`;
  return `${value} ${unit}`;
}

export const MIB = 2 ** 20;
