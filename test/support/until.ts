import { setTimeout as delay } from "node:timers/promises";

/** Longer than a busy machine takes; after that the test says what there is instead. */
const MOST_MS = 10_000;

/** Resolves as soon as something is so, or when nobody would believe any more that it will be. */
export async function until(isSo: () => boolean): Promise<void> {
  for (let waitedMs = 0; !isSo() && waitedMs < MOST_MS; waitedMs += 5) await delay(5);
}
