import { expect, test } from "vitest";
import { pollDelayMs } from "../../src/auth/poll-pace.ts";

const steady = { intervalSeconds: 5, ageMs: 0, failures: 0, retryAfterSeconds: 0 };

test("waits a fifth longer than the interval, since clocks of virtual machines run fast", () => {
  expect(pollDelayMs(steady)).toBe(6_000);
});

test("is patient after two minutes, so that Kaneo Cloud's limit of 100 polls is not reached", () => {
  expect(pollDelayMs({ ...steady, ageMs: 120_000 })).toBe(10_500);
  expect(pollDelayMs({ ...steady, ageMs: 120_000, intervalSeconds: 20 })).toBe(24_000);
});

test("doubles the wait with every unclear answer, up to a minute", () => {
  const waits = [1, 2, 3, 4, 20].map((failures) => pollDelayMs({ ...steady, failures }));

  expect(waits).toEqual([12_000, 24_000, 48_000, 60_000, 60_000]);
});

test("waits as long as the server asks, and never less than the interval", () => {
  expect(pollDelayMs({ ...steady, failures: 1, retryAfterSeconds: 90 })).toBe(90_000);
  expect(pollDelayMs({ ...steady, intervalSeconds: 100, failures: 1 })).toBe(120_000);
});

test("never sleeps for hours because one answer asks for it", () => {
  expect(pollDelayMs({ ...steady, failures: 1, retryAfterSeconds: 86_400 })).toBe(120_000);
});
