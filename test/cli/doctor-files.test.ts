import { readdir } from "node:fs/promises";
import { expect, test } from "vitest";
import { freePort } from "../http/servers.ts";
import { startSandbox } from "../sandbox/start-sandbox.ts";
import { runCommand } from "../support/run-command.ts";
import { builtFile } from "../support/spawn-server.ts";
import { makeTemporaryFolder } from "../support/temporary-folder.ts";

interface Report {
  findings: { name: string; level: string; text: string; hint?: string }[];
}

/** What `doctor` says about these settings, in a home where all else is well. */
async function findingsWith(env: Record<string, string>) {
  await using sandbox = await startSandbox();
  await using home = await makeTemporaryFolder();
  const base = { KANEO_API_URL: sandbox.url, KANEO_API_KEY: sandbox.people.alice.apiKey };
  const { code, out } = await runCommand(home.path, ["doctor", "--json"], { ...base, ...env });
  // The form is this very program's.
  const { findings } = JSON.parse(out) as Report;
  const ofFiles = findings.filter(
    ({ name, level }) => name === "Files" || (name === "Settings" && level !== "ok"),
  );
  return {
    code,
    findings: ofFiles.map(
      ({ name, level, text, hint = "" }) => `${level} ${name}: ${text} ${hint}`,
    ),
  };
}

const withFiles = (path: string) => ({ KANEO_TOOLSETS: "default,files", KANEO_FILES_DIR: path });

test.each([
  { env: withFiles("<folder>"), says: /^ok Files: .* can be read and written to $/ },
  { env: { ...withFiles("<folder>"), KANEO_READ_ONLY: "1" }, says: /^ok Files: .* can be read $/ },
  {
    env: { KANEO_FILES_DIR: "<folder>" },
    says: /^warning Files: No tool uses KANEO_FILES_DIR, .* KANEO_TOOLSETS=default,files,transfer /,
  },
  {
    env: { KANEO_TOOLSETS: "all" },
    says: /^warning Files: KANEO_FILES_DIR names no folder: .* Set it to /,
  },
])(
  "with $env it says how the folder for files is used, and leaves it as it was",
  async ({ env, says }) => {
    await using files = await makeTemporaryFolder();
    const settings = Object.entries(env).map(([name, value]) => [
      name,
      value.replace("<folder>", files.path),
    ]);

    const { code, findings } = await findingsWith(Object.fromEntries(settings));

    expect(findings).toEqual([expect.stringMatching(says)]);
    expect(code).toBe(0);
    expect(await readdir(files.path)).toEqual([]);
  },
);

test.each([
  { what: "a file", path: builtFile, says: /^problem Settings: KANEO_FILES_DIR must be a folder / },
  {
    what: "not there",
    path: "/no/such/folder",
    says: /^problem Settings: KANEO_FILES_DIR must be a folder that exists; make it/,
  },
])("the folder for files is $what", async ({ path, says }) => {
  const { code, findings } = await findingsWith(withFiles(path));

  expect(findings).toEqual([expect.stringMatching(says)]);
  expect(code).toBe(1);
});

// In the kernel's folder not even an administrator may make a file.
test.skipIf(process.platform !== "linux")("the folder for files cannot be written to", async () => {
  const { code, findings } = await findingsWith(withFiles("/sys/kernel"));

  expect(findings).toEqual([
    expect.stringMatching(
      /^problem Files: \/sys\/kernel, .* cannot be read and written to: .* another folder/,
    ),
  ]);
  expect(code).toBe(1);
});

test("a data folder that is given relative to nowhere is ignored", async () => {
  await using home = await makeTemporaryFolder();
  const env = {
    KANEO_API_URL: `http://127.0.0.1:${await freePort()}`,
    KANEO_MCP_DATA_DIR: "",
    XDG_DATA_HOME: "relative",
  };

  const { out } = await runCommand(home.path, ["doctor"], env);

  expect(out).toContain(`✓ Folder          ${home.path}`);
});
