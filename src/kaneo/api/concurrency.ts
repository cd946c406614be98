/** How many requests of a call are under way together, where nothing else is said. */
const AT_ONCE = 4;

/** How many tasks are read one by one at the same time: each is a short answer, and they are up to 200. */
export const TASKS_AT_ONCE = 8;

/**
 * Maps with at most `limit` running at once; the results keep the order of the items. After the first failure nothing
 * more is started.
 */
export async function mapConcurrently<T, Result>(
  items: readonly T[],
  run: (item: T, index: number) => Promise<Result>,
  limit = AT_ONCE,
): Promise<Result[]> {
  const results = new Array<Result>(items.length);
  const rest = items.entries();
  let hasFailed = false;
  const worker = async () => {
    for (const [index, item] of rest) {
      if (hasFailed) return;
      try {
        results[index] = await run(item, index);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}

/** Makes what does at most `limit` things at once, in the order in which they come. */
export function createGate(limit: number) {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async <T>(run: () => Promise<T>): Promise<T> => {
    if (running < limit) running += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await run();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
