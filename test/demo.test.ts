import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const run = promisify(execFile);
const root = fileURLToPath(new URL("..", import.meta.url));

test("npm run demo walks from no token to a created task", async () => {
  const words = ["--import", "tsx", "test/sandbox/demo.ts"];

  const { stdout } = await run(process.execPath, words, { cwd: root });

  expect(stdout).toContain("1. The assistant asks for tasks.");
  expect(stdout).toContain("That is all. Everything ran on this machine");
});
