import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { systemClock } from "../src/clock.ts";
import { readSetup } from "../src/config.ts";
import { openHttp, readApiKeyFile } from "../src/connect.ts";
import { createRedactor } from "../src/http/redactor.ts";
import { makeTemporaryFolder } from "./support/temporary-folder.ts";

const run = promisify(execFile);

test("reads the key without the newline that editors put behind it", async () => {
  await using folder = await makeTemporaryFolder();
  const path = join(folder.path, "key");
  await writeFile(path, "abcdefgh12345678\n");

  const key = await readApiKeyFile(path);

  expect(key).toBe("abcdefgh12345678");
});

test.each([
  ["is not there", "none", "it does not exist"],
  ["is a folder", "", "it is a folder"],
  ["is below a file", "key/key", "a part of the path is a file"],
])("says in words that the file of the key %s", async (_what, name, reason) => {
  await using folder = await makeTemporaryFolder();
  await writeFile(join(folder.path, "key"), "abcdefgh12345678");
  const path = join(folder.path, name);

  const reading = readApiKeyFile(path);

  await expect(reading).rejects.toMatchObject({
    kind: "config",
    message: `${path}, named by KANEO_API_KEY_FILE, cannot be read: ${reason}.`,
  });
});

test.each(["", "short", "two words of text", `${"x".repeat(513)}`])(
  "refuses a file that holds no key, without repeating what it holds: %j",
  async (content) => {
    await using folder = await makeTemporaryFolder();
    const path = join(folder.path, "key");
    await writeFile(path, content);

    const reading = readApiKeyFile(path);

    await expect(reading).rejects.toMatchObject({
      kind: "config",
      message: `${path}, named by KANEO_API_KEY_FILE, does not hold an API key: 8 to 512 visible ASCII characters without blanks.`,
    });
  },
);

test.each([
  ['"abcdefgh12345678"\n', "is in quotes"],
  ["$KANEO_API_KEY\n", "holds a placeholder"],
])("says what a file holds instead of a key: %j", async (content, problem) => {
  await using folder = await makeTemporaryFolder();
  const path = join(folder.path, "key");
  await writeFile(path, content);

  const reading = readApiKeyFile(path);

  await expect(reading).rejects.toMatchObject({
    kind: "config",
    message: expect.stringContaining(`${path}, named by KANEO_API_KEY_FILE, ${problem}`),
  });
});

test.skipIf(process.platform === "win32")(
  "does not wait for a pipe that nobody writes to",
  async () => {
    await using folder = await makeTemporaryFolder();
    const path = join(folder.path, "pipe");
    await run("mkfifo", [path]);

    const reading = readApiKeyFile(path);

    await expect(reading).rejects.toMatchObject({ kind: "config" });
  },
);

test("what a header holds for something in front of Kaneo is repeated neither whole nor in part", async () => {
  const KANEO_HEADERS = "X-Access: session=eyJhbGciOiJSUzI1NiJ9.e30; Path=/";
  const { config } = readSetup({ KANEO_API_URL: "http://localhost:1", KANEO_HEADERS }, new Map());
  const redactor = createRedactor();
  const around = { version: "1.2.3", clock: systemClock, env: {}, nodeVersion: process.version };

  await openHttp({ config, redactor, ...around }).close();

  expect(redactor.hide("It was eyJhbGciOiJSUzI1NiJ9.e30.")).toBe("It was [redacted].");
});
