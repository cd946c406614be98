import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { startServer } from "../http/servers.ts";
import { untilEnd } from "../support/run-command.ts";
import { startSandbox } from "./start-sandbox.ts";

/** Runs `npm run sandbox` or `npm run demo` to its end. */
async function runCommand(command: "serve" | "demo", ...words: string[]) {
  const file = fileURLToPath(new URL(`${command}.ts`, import.meta.url));
  return untilEnd(spawn(process.execPath, ["--import", "tsx", file, ...words]));
}

test.each([
  ["sandbox", "serve"],
  ["demo", "demo"],
] as const)("%s --help says what there is, and starts nothing", async (name, command) => {
  const { code, out, err } = await runCommand(command, "--help");

  expect([code, err]).toEqual([0, ""]);
  expect(out).toMatch(new RegExp(`^npm run ${name} -- .*--port <number>`, "s"));
});

test("each word and option that cannot be used is named", async () => {
  const words = ["--prot", "1400", "--port=http"];

  const { code, out, err } = await runCommand("serve", ...words);

  expect([code, out]).toEqual([2, ""]);
  expect(err).toContain("--prot is no flag of this command; did you mean --port?");
  expect(err).toContain('"1400" means nothing here.');
  expect(err).toContain('--port takes a number, 0 (a free one) to 65535; "http" is none.');
});

test("a port that is in use is said to be, without a stack", async () => {
  await using other = await startServer((response) => response.end());

  const { code, out, err } = await runCommand("serve", "--port", new URL(other.url).port);

  expect([code, out]).toEqual([1, ""]);
  expect(err).toMatch(/^The sandbox cannot listen on port \d+: something else does already.*\n$/);
});

test("every page of the sandbox that asks for a login, or is not there, names the test login", async () => {
  await using sandbox = await startSandbox();
  const { email, password } = sandbox.people.alice;

  const pages = await Promise.all(
    ["/device", "/"].map(async (path) => (await fetch(sandbox.url + path)).text()),
  );

  for (const page of pages) {
    expect(page).toContain(email);
    expect(page).toContain(password);
  }
});
