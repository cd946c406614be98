/**
 * `npm run test:conformance`: MCP's own suite against the built file, for both eras, and docs/conformance.md with what came of
 * it. Needs the npm registry. Ends with 1 when a check fails for none of the reasons below.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { startSandbox } from "../sandbox/start-sandbox.ts";
import { bareEnvironment, builtFile } from "../support/spawn-server.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";
import { startBridge } from "./bridge.ts";
import { failedChecks, type Outcome, reasonFor, renderPage } from "./outcomes.ts";

const SUITE = "@modelcontextprotocol/conformance@0.2.0-alpha.12";
const REVISIONS = ["2026-07-28", "2025-11-25"];

await using sandbox = await startSandbox();
await using folder = await makeTemporaryFolder();
const { apiKey } = sandbox.people.alice;
const env = bareEnvironment(folder.path, { KANEO_API_URL: sandbox.url, KANEO_API_KEY: apiKey });

const outcomes: Outcome[] = [];
for (const revision of REVISIONS) {
  await using bridge = await startBridge({ file: builtFile, env });
  process.stderr.write(`… ${revision}\n`);
  outcomes.push(...(await runSuite(bridge.url, revision)));
}

const unexpected = outcomes
  .filter(({ isScored }) => isScored)
  .flatMap((outcome) => failedChecks(outcome).map((check) => ({ ...outcome, check })))
  .filter(({ check }) => reasonFor(check) === undefined);
for (const { revision, scenario, check } of unexpected) {
  process.stdout.write(`${revision} ${scenario}: ${check.id}: ${check.errorMessage}\n`);
}
const day = new Date().toISOString().slice(0, 10);
const page = renderPage(outcomes, { suite: SUITE, day, node: process.version });
await writeFile(new URL("../../docs/conformance.md", import.meta.url), page);
const passed = outcomes.filter((outcome) => failedChecks(outcome).length === 0).length;
process.stdout.write(
  `${passed} of ${outcomes.length} scenarios pass; ${unexpected.length} checks failed unexpectedly. docs/conformance.md has the table.\n`,
);
process.exitCode = unexpected.length > 0 || outcomes.length === 0 ? 1 : 0;

/** Runs what a revision requires of servers, and reads what the suite wrote down. */
async function runSuite(url: string, revision: string): Promise<Outcome[]> {
  const results = join(folder.path, revision);
  const child = spawn(
    "npx",
    [
      ...["-y", "-p", "node@22", "-p", SUITE, "conformance", "server"],
      ...["--url", url, "--requirements", revision, "--output-dir", results],
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const [said] = await Promise.all([text(child.stdout), once(child, "exit")]);
  const unscored = new Set([...said.matchAll(/^ {2}[✓✗] (\S+) \(/gm)].map(([, name]) => name));
  const names = (await readdir(results)).sort();
  return Promise.all(
    names.map(async (name) => {
      // server-tools-list-2026-11-25T23-39-15-689Z
      const scenario = name.replace(/^server-/, "").replace(/-\d{4}-\d\d-\d\dT.*$/, "");
      // The suite's own form.
      const checks = JSON.parse(await readFile(join(results, name, "checks.json"), "utf8"));
      return { revision, scenario, isScored: !unscored.has(scenario), checks };
    }),
  );
}
