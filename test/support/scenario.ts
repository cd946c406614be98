import { expect, onTestFinished } from "vitest";
import type { People } from "../sandbox/people.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "../sandbox/start-sandbox.ts";
import { connectClient } from "./connect-client.ts";

export interface ScenarioOptions {
  /** Who asks the assistant; default dan, an admin with one workspace. */
  person?: keyof People;
  seed?: SandboxOptions["seed"];
  /** Prepares the server before anything is counted. */
  prepare?(sandbox: Sandbox): void | Promise<void>;
  env?: Record<string, string>;
}

declare module "vitest" {
  interface TaskMeta {
    cost?: Cost;
  }
}

/** What a goal costs an agent; `npm run scenarios` prints it for each. */
export interface Cost {
  calls: number;
  requests: number;
  /** Of all answers together. */
  characters: number;
}

/** An agent with one goal: the server over stdio, and what its calls cost. */
export interface Scenario extends AsyncDisposable {
  sandbox: Sandbox;
  /** Calls a tool and gives its text; a failure fails the test. */
  call(name: string, args: Record<string, unknown>): Promise<string>;
  cost(): Cost;
}

/** Starts the built file on a sandbox, signed in with an API key. */
export async function startScenario(options: ScenarioOptions = {}): Promise<Scenario> {
  const sandbox = await startSandbox({ seed: options.seed ?? "demo" });
  await options.prepare?.(sandbox);
  sandbox.clearRequests();
  const { apiKey } = sandbox.people[options.person ?? "dan"];
  const server = await connectClient({
    env: {
      KANEO_API_URL: sandbox.url,
      KANEO_API_KEY: apiKey,
      // The seed's days are those of this process.
      KANEO_TIMEZONE: new Intl.DateTimeFormat().resolvedOptions().timeZone,
      ...options.env,
    },
  });
  let calls = 0;
  let characters = 0;
  return {
    sandbox,
    async call(name, args) {
      const { text, isError } = await server.call(name, args);
      expect(isError, text).toBe(false);
      calls += 1;
      characters += text.length;
      return text;
    },
    cost: () => ({ calls, requests: sandbox.requests.length, characters }),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await sandbox.close();
    },
  };
}

/** Holds what a goal cost to its limit. */
export function expectCost(scenario: Scenario, limit: Cost): void {
  const cost = scenario.cost();
  onTestFinished(({ task }) => void Object.assign(task.meta, { cost }));
  const { calls, requests, characters } = cost;
  expect(calls, "tool calls").toBeLessThanOrEqual(limit.calls);
  expect(requests, "HTTP requests").toBeLessThanOrEqual(limit.requests);
  expect(characters, "characters of all answers").toBeLessThanOrEqual(limit.characters);
}

/** The task keys in an answer, in order and each once. */
export function keysIn(text: string): string[] {
  return [...new Set(text.match(/\b[A-Z][A-Z0-9]*-\d+\b/g))];
}

/** The day so many days from today, here, as YYYY-MM-DD. */
export function day(offset: number): string {
  const date = new Date();
  date.setDate(date.getDate() + offset);
  const parts = [date.getFullYear(), date.getMonth() + 1, date.getDate()];
  return parts.map((part) => String(part).padStart(2, "0")).join("-");
}

/** Local midnight of a day, as Kaneo stores a picked day. */
export function midnightOf(date: string): string {
  return new Date(`${date}T00:00:00`).toISOString();
}
