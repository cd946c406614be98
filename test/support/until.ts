import { setTimeout as delay } from "node:timers/promises";

/** Longer than anything takes on a busy machine; shorter than the time limit of a test, so that this is what is told. */
const MOST_MS = 60_000;

/** Waits until `isTrue`, and fails with its source when that does not come about. */
export async function until(isTrue: () => boolean): Promise<void> {
  const giveUpAt = performance.now() + MOST_MS;
  while (!isTrue()) {
    if (performance.now() > giveUpAt) {
      throw new Error(`Waited ${MOST_MS / 1000} s in vain until ${isTrue}`);
    }
    await delay(5);
  }
}
