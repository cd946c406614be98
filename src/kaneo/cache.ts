import type { Clock } from "../clock.ts";
import { isFailure } from "../errors.ts";

/** Answers kept for a short time, so that look-ups by name cost no request. */
export interface Cache {
  /**
   * The value under `key`, asked for with `load` when it is absent, older than the time to live, or was asked for before
   * `since` (by the clock's `elapsed`).
   */
  get<T>(key: string, load: () => Promise<T>, since: number): Promise<T>;
  /** Drops what is kept under `key`; undefined drops everything. */
  forget(key?: string): void;
}

interface Entry {
  value: Promise<unknown>;
  loadedAt: number;
}

/** Creates an empty cache whose values live for `ttlMs`. */
export function createCache(clock: Clock, ttlMs = 60_000): Cache {
  const entries = new Map<string, Entry>();

  function load<T>(key: string, loader: () => Promise<T>): Promise<T> {
    const value = loader();
    entries.set(key, { value, loadedAt: clock.elapsed() });
    value.catch(() => {
      if (entries.get(key)?.value === value) entries.delete(key);
    });
    return value;
  }

  async function get<T>(key: string, loader: () => Promise<T>, since: number): Promise<T> {
    const entry = entries.get(key);
    if (entry === undefined || entry.loadedAt < since || clock.elapsed() - entry.loadedAt > ttlMs) {
      return load(key, loader);
    }
    try {
      // A key always belongs to the same loader, so the value has the type that this loader gives.
      return (await entry.value) as T;
    } catch (error) {
      // Another call started this request and was cancelled; its signal is not ours.
      if (isFailure(error, "cancelled")) return load(key, loader);
      throw error;
    }
  }

  return {
    get,
    forget: (key) => {
      if (key === undefined) entries.clear();
      else entries.delete(key);
    },
  };
}
