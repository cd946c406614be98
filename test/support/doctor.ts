import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import { startSandbox } from "../sandbox/start-sandbox.ts";
import { runHere } from "./run-command.ts";
import { builtFile } from "./spawn-server.ts";
import { makeTemporaryFolder } from "./temporary-folder.ts";

interface Report {
  ok: boolean;
  findings: { name: string; level: string; text: string; hint?: string }[];
}

/** What `doctor --json` found wrong, by what was looked at. */
export async function problemsFound(home: string, env: Record<string, string>) {
  const { code, out } = await runHere(home, ["doctor", "--json"], { env });
  // The form is this very program's.
  const { ok, findings } = JSON.parse(out) as Report;
  const problems = findings.filter(({ level }) => level === "problem");
  expect([code, ok]).toEqual(problems.length > 0 ? [1, false] : [0, true]);
  return Object.fromEntries(problems.map(({ name, text, hint = "" }) => [name, `${text} ${hint}`]));
}

/** Runs `doctor` in an empty home, with a working Kaneo and key unless `env` says otherwise. */
export async function problemsWith(
  env: Record<string, string>,
  prepare: (home: string) => Promise<unknown> = async () => undefined,
) {
  await using sandbox = await startSandbox();
  await using home = await makeTemporaryFolder();
  await prepare(home.path);
  const key = { KANEO_API_KEY: sandbox.people.alice.apiKey };
  // Both must be there until it has ended.
  return await problemsFound(home.path, { KANEO_API_URL: sandbox.url, ...key, ...env });
}

/** Writes Cursor's file with these entries. */
export async function writeEntries(home: string, entries: Record<string, object>) {
  const file = join(home, ".cursor", "mcp.json");
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify({ mcpServers: entries }));
}

/** An entry that starts the built file. */
export const entry = (env: Record<string, string> = {}, command = process.execPath) => ({
  command,
  args: [builtFile],
  env,
});
