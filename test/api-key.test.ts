import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Sandbox, startSandbox } from "./sandbox/start-sandbox.ts";
import { connectClient } from "./support/connect-client.ts";
import { connectHere } from "./support/connect-here.ts";
import { codeRequests } from "./support/scenario-sign-in.ts";
import { makeTemporaryFolder } from "./support/temporary-folder.ts";

function withKey({ url, people }: Sandbox) {
  return { env: { KANEO_API_URL: url, KANEO_API_KEY: people.bob.apiKey } };
}

test("whoami names the person whose API key it is, and nothing is written to disk", async () => {
  await using sandbox = await startSandbox();
  await using server = await connectHere(withKey(sandbox));

  const { text, isError } = await server.call("whoami");

  expect(isError).toBe(false);
  expect(text).toContain("Bob Ünïcode 🦊 <bob@example.com>");
  expect(text).toContain("API key");
  expect(text).toContain("Acme (acme): member");
  expect(text).not.toContain(sandbox.people.bob.apiKey);
  expect(await readdir(server.home)).toEqual([]);
  expect(codeRequests(sandbox)).toEqual([]);
});

test("work is done in the name of the API key's owner", async () => {
  await using sandbox = await startSandbox();
  await using server = await connectHere(withKey(sandbox));

  const { isError } = await server.call("add_comment", { task: "WEB-4", content: "Seen again." });
  const body = { message: `No ${sandbox.people.bob.apiKey}.` };
  sandbox.fail({ method: "POST" }, { kind: "answer", status: 400, body });
  const refused = await server.call("add_comment", { task: "WEB-4", content: "Seen twice." });

  expect(isError).toBe(false);
  expect(refused.text).toContain("No [redacted].");
  expect(sandbox.data.comments().at(-1)).toMatchObject({
    userId: sandbox.people.bob.id,
    content: "Seen again.",
  });
  expect(await readdir(server.home)).toEqual([]);
});

test("the API key can stand in a file", async () => {
  await using folder = await makeTemporaryFolder();
  await using sandbox = await startSandbox();
  const file = join(folder.path, "kaneo key.txt");
  await writeFile(file, `${sandbox.people.dan.apiKey}\n`, { mode: 0o600 });
  await using server = await connectHere({
    env: { KANEO_API_URL: sandbox.url, KANEO_API_KEY_FILE: file },
  });

  const { text, isError } = await server.call("whoami");

  expect(isError).toBe(false);
  expect(text).toContain("Dan O'Neill <dan@example.com>");
  expect(await readdir(server.home)).toEqual([]);
});

test("an API key file that is missing is named, and read again at the next call", async () => {
  await using folder = await makeTemporaryFolder();
  await using sandbox = await startSandbox();
  const file = join(folder.path, "key");
  await using server = await connectClient({
    env: { KANEO_API_URL: sandbox.url, KANEO_API_KEY_FILE: file },
  });

  const missing = await server.call("whoami");
  await writeFile(file, sandbox.people.dan.apiKey, { mode: 0o600 });
  const found = await server.call("whoami");

  expect(missing.isError).toBe(true);
  expect(missing.text).toContain(file);
  expect(found).toMatchObject({ isError: false });
});

test("sign_out and sign_in say that there is nothing to do, and the key still works", async () => {
  await using sandbox = await startSandbox();
  await using server = await connectHere(withKey(sandbox));

  const signedOut = await server.call("sign_out");
  const signedIn = await server.call("sign_in", { wait_seconds: 25 });
  const listed = await server.call("list_projects");

  expect(signedOut).toMatchObject({ isError: false });
  expect(signedOut.text).toContain("nothing to sign out");
  expect(signedIn.text).toContain("nothing to sign in to");
  expect(listed).toMatchObject({ isError: false });
  expect(sandbox.requests.map(({ path }) => path)).not.toContain("/api/auth/sign-out");
});
