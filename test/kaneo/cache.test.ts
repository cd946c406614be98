import { expect, test } from "vitest";
import { KaneoMcpError } from "../../src/errors.ts";
import { createCache } from "../../src/kaneo/cache.ts";
import { createDeferred } from "../support/deferred.ts";
import { FakeClock } from "../support/fake-clock.ts";

const EVER = Number.NEGATIVE_INFINITY;

/** A loader that gives 1, 2, 3, … */
function counter(): () => Promise<number> {
  let loads = 0;
  return async () => {
    loads += 1;
    return loads;
  };
}

test("a value is kept for a minute, then asked for again", async () => {
  const clock = new FakeClock();
  const cache = createCache(clock);
  const load = counter();

  const values = [await cache.get("key", load, EVER)];
  await clock.sleep(60_000);
  values.push(await cache.get("key", load, EVER));
  await clock.sleep(1);
  values.push(await cache.get("key", load, EVER));

  expect(values).toEqual([1, 1, 2]);
});

test("a value that was asked for before a moment is not good enough after it", async () => {
  const clock = new FakeClock();
  const cache = createCache(clock);
  const load = counter();
  await cache.get("key", load, EVER);
  await clock.sleep(10);

  const fresh = await cache.get("key", load, clock.elapsed());
  const kept = await cache.get("key", load, clock.elapsed());

  expect([fresh, kept]).toEqual([2, 2]);
});

test("calls at the same time share one request; what is forgotten is asked for again", async () => {
  const cache = createCache(new FakeClock());
  const load = counter();

  const shared = await Promise.all([cache.get("a", load, EVER), cache.get("a", load, EVER)]);
  cache.forget("a");
  const again = await cache.get("a", load, EVER);

  expect([...shared, again]).toEqual([1, 1, 2]);
});

test("a failure is not kept", async () => {
  const cache = createCache(new FakeClock());
  const failing = async () => {
    throw new KaneoMcpError("unavailable", "Down.");
  };
  await expect(cache.get("key", failing, EVER)).rejects.toThrow("Down.");

  expect(await cache.get("key", counter(), EVER)).toBe(1);
});

test("a call that is cancelled does not fail another that waited for the same value", async () => {
  const cache = createCache(new FakeClock());
  const cancelled = createDeferred<void>();
  const first = cache.get<number>(
    "key",
    async () => {
      await cancelled.promise;
      throw new KaneoMcpError("cancelled", "Cancelled.");
    },
    EVER,
  );
  const second = cache.get("key", counter(), EVER);

  cancelled.resolve();

  await expect(first).rejects.toThrow("Cancelled.");
  expect(await second).toBe(1);
});
