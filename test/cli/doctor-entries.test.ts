import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startSandbox } from "../sandbox/start-sandbox.ts";
import { entry, problemsWith, writeEntries } from "../support/doctor.ts";
import { runHere } from "../support/run-command.ts";
import { builtFile } from "../support/spawn-server.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";

test("an entry starts a Node that is too old", async () => {
  await using folder = await makeTemporaryFolder();
  const node = join(folder.path, "node");
  await writeFile(node, "#!/bin/sh\necho v18.20.4\n", { mode: 0o755 });

  const problems = await problemsWith({}, (home) => writeEntries(home, { kaneo: entry({}, node) }));

  expect(problems).toEqual({
    Cursor: expect.stringMatching(/node is Node v18\.20\.4, and 20\.18/),
  });
});

test("an entry starts a file that is gone, and what to write there instead is said", async () => {
  const gone = { ...entry(), args: ["/gone/kaneo-mcp.cjs"] };

  const problems = await problemsWith({}, (home) => writeEntries(home, { kaneo: gone }));

  expect(problems).toEqual({
    Cursor: expect.stringContaining(
      `/gone/kaneo-mcp.cjs is not there. Put ${process.execPath} and ${builtFile} there`,
    ),
  });
});

test("an entry by hand starts a file of no folder that a client knows", async () => {
  const entries = {
    kaneo: { ...entry(), args: ["--enable-source-maps", "~/kaneo-mcp/dist/kaneo-mcp.cjs"] },
    work: { ...entry({ KANEO_PROFILE: "work" }), args: ["dist/kaneo-mcp.cjs"], cwd: "/opt/kaneo" },
    open: { ...entry({ KANEO_PROFILE: "o" }), args: [`\${workspaceFolder}/dist/kaneo-mcp.cjs`] },
  };

  const problems = await problemsWith({}, (home) => writeEntries(home, entries));

  expect(problems).toEqual({
    Cursor: expect.stringContaining(
      "/mcp.json starts nothing: ~/kaneo-mcp/dist/kaneo-mcp.cjs is not a full path",
    ),
  });
});

test("the name of an entry is one line, without what a terminal obeys", async () => {
  await using home = await makeTemporaryFolder();
  const kaneo = entry({ KANEO_API_URL: "http://127.0.0.1:9" });
  await writeEntries(home.path, { "kaneo\u001b[2J\n✓ Forged": { ...kaneo, disabled: true } });

  const { out } = await runHere(home.path, ["doctor"]);

  expect(out).toContain('The entry "kaneo[2J ✓ Forged" in ');
  expect(out).not.toMatch(/^✓ Forged/mu);
});

test("an entry that is switched off is said to be, and another is taken", async () => {
  await using home = await makeTemporaryFolder();
  const kaneo = entry({ KANEO_API_URL: "http://127.0.0.1:9" });
  await writeEntries(home.path, { tasks: { ...kaneo, disabled: true }, kaneo });

  const { out } = await runHere(home.path, ["doctor"]);

  expect(out).toContain('those of the entry "kaneo" of Cursor; Kaneo at http://127.0.0.1:9\n');
  expect(out).toMatch(/^! Cursor {10}The entry "tasks" in .*mcp\.json is switched off there\.$/m);
});

test("an entry is said not to be tried where it is of another Kaneo or account", async () => {
  await using home = await makeTemporaryFolder();
  const first = { KANEO_API_URL: "http://127.0.0.1:9" };
  const other = { KANEO_API_URL: "http://127.0.0.1:7/kaneo" };
  await writeEntries(home.path, {
    kaneo: entry(first),
    same: entry(first),
    own: entry({ ...first, KANEO_PROFILE: "own" }),
    keyed: entry({ ...first, KANEO_API_KEY: "key-of-another-account" }),
    filed: entry({ ...first, KANEO_API_KEY_FILE: join(home.path, "key") }),
    other: entry(other),
  });

  const { out } = await runHere(home.path, ["doctor"]);

  expect(out.match(/(?<=^✓ Cursor .*)json.*$/gm)).toEqual([
    "json",
    "json",
    ...Array(3).fill("json; its account at http://127.0.0.1:9 was not tried"),
    "json; its account at http://127.0.0.1:7/kaneo was not tried",
  ]);
});

test("a key that the client fills in is no problem of its entry, whose address is asked", async () => {
  await using sandbox = await startSandbox();
  await using home = await makeTemporaryFolder();
  const env = { KANEO_API_URL: sandbox.url, KANEO_API_KEY: `\${input:kaneo-key}` };
  await writeEntries(home.path, { kaneo: entry(env) });

  const { code, out } = await runHere(home.path, ["doctor"]);

  expect(code, out).toBe(0);
  expect(out).toContain(`Kaneo answers at ${sandbox.url}`);
  expect(out).toContain("holds a placeholder in KANEO_API_KEY");
});

test("a client's file is broken", async () => {
  const problems = await problemsWith({}, async (home) => {
    await writeEntries(home, {});
    await writeFile(join(home, ".cursor", "mcp.json"), "{ secret: : ]");
  });

  expect(problems).toEqual({ Cursor: expect.stringMatching(/mcp\.json .* broken in line 1/) });
});

test("what an entry says by flags counts as what it says by variables", async () => {
  await using home = await makeTemporaryFolder();
  const { args, ...rest } = entry();
  const flags = ["--api-url", "http://127.0.0.1:9", "--profile"];
  await writeEntries(home.path, {
    kaneo: { ...rest, args: [...args, ...flags, "work"] },
    own: { ...rest, args: [...args, ...flags, "own"] },
    wrong: { ...rest, args: [...args, "--read-onyl"] },
  });

  const { out } = await runHere(home.path, ["doctor"]);

  expect(out).toContain('those of the entry "kaneo" of Cursor; Kaneo at http://127.0.0.1:9\n');
  expect(out).toMatch(/^✗ Cursor {10}The entry "wrong" in .*: --read-onyl is no flag/m);
});
