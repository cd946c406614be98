import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createRedactor } from "../src/http/redactor.ts";
import { secretsOf } from "../src/secrets.ts";
import { makeTemporaryFolder } from "./support/temporary-folder.ts";

test("of a secret that is not set, those are named that are, each once", async () => {
  const variables = { KANEO_SECRET_CHAT: " ", KANEO_SECRET_BOT: "x", KANEO_SECRET_BOT_FILE: "/x" };

  const secret = secretsOf(variables, createRedactor())("CHAT");

  await expect(secret).rejects.toThrow(
    "KANEO_SECRET_CHAT is not set. These are set: KANEO_SECRET_BOT. Nothing was sent.",
  );
});

test.each([
  ["is empty", ""],
  ["is some other file, which a slip names", "root:x:0:0\nnobody:x:9:9"],
  ["is longer than any secret", "k".repeat(5_000)],
  ["is binary", "\u0000\u0001secret"],
])("of a file that %s nothing is taken for a secret", async (_what, text) => {
  await using folder = await makeTemporaryFolder();
  const file = join(folder.path, "bot");
  await writeFile(file, text);
  const readSecret = secretsOf({ KANEO_SECRET_BOT_FILE: file }, createRedactor());

  const secret = readSecret("BOT");

  await expect(secret).rejects.toMatchObject({
    kind: "config",
    message: expect.stringMatching(/^The file that KANEO_SECRET_BOT_FILE names holds no secret/),
  });
});

test("a short key in an address is hidden where it stands alone, and a word in it is not", async () => {
  const redactor = createRedactor();
  const secret = "https://chat.example.org/hook?key=k3y-of&format=markdown";
  await secretsOf({ KANEO_SECRET_CHAT: secret }, redactor)("chat");

  const hidden = redactor.hide("Refused k3y-of: no markdown.");

  expect(hidden).toBe("Refused [redacted]: no markdown.");
});
