/** Which rows of a long list are worth building: all have one height, so their places are known without them. */

export interface Viewport {
  scrollTop: number;
  height: number;
  rowHeight: number;
}

/** Built beyond both edges, so that quick scrolling shows no gap. */
const MORE = 4;

/** From the first row to build up to, but without, `end`. */
export function rowsIn({ scrollTop, height, rowHeight }: Viewport, count: number) {
  const first = Math.floor(scrollTop / rowHeight) - MORE;
  const end = Math.ceil((scrollTop + height) / rowHeight) + MORE;
  return { first: clamp(first, count), end: clamp(end, count) };
}

/** The gap between rows that is nearest to `y`, measured from the top of the first: 0 to `count`. */
export function gapAt(y: number, rowHeight: number, count: number): number {
  return clamp(Math.round(y / rowHeight), count);
}

function clamp(index: number, count: number): number {
  return Math.max(0, Math.min(count, index));
}
