/** What this process itself writes: whoever waits for others to change something must not take that for theirs. */
import type { Clock } from "../clock.ts";

const MOST_NOTED = 1_000;

/** Notes which ids were written about, and when. */
export function noteWrites(clock: Clock) {
  const byId = new Map<string, number>();
  let last = Number.NEGATIVE_INFINITY;
  return {
    note: (...parts: unknown[]): void => {
      last = clock.elapsed();
      for (const id of parts.flatMap(idsIn)) {
        byId.delete(id);
        byId.set(id, last);
      }
      for (const id of byId.keys()) {
        if (byId.size <= MOST_NOTED) break;
        byId.delete(id);
      }
    },
    last: () => last,
    wroteSince: (id: string, since: number) => (byId.get(id) ?? Number.NEGATIVE_INFINITY) >= since,
  };
}

/** What may be an id in a path or in a field of a body. */
function idsIn(part: unknown): string[] {
  if (typeof part === "string") return part.match(/[a-z0-9]{24}/g) ?? [];
  if (typeof part !== "object" || part === null) return [];
  return Object.values(part)
    .flat()
    .filter((value): value is string => typeof value === "string" && /^[a-z0-9]{24}$/.test(value));
}
