import { expect } from "vitest";
import { readConfig } from "../../src/config.ts";

export function read(env: Record<string, string>, ...argv: string[]) {
  return readConfig(env, argv);
}

export function served(env: Record<string, string>, ...argv: string[]) {
  const reading = read(env, ...argv);
  if (reading.kind !== "serve") throw new Error(JSON.stringify(reading));
  return reading;
}

export function configOf(env: Record<string, string>, ...argv: string[]) {
  const { config, problems, warnings } = served(env, ...argv);
  expect([...problems, ...warnings]).toEqual([]);
  return config;
}

export function problemsOf(env: Record<string, string>, ...argv: string[]) {
  return served(env, ...argv).problems;
}
