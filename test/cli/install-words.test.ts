import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { launchOf } from "../../src/cli/install.ts";
import { settings } from "../../src/settings.ts";
import { toolsetNames } from "../../src/tools/toolsets.ts";
import { clientTitled, makeClientMachine } from "../support/client-machine.ts";

const cursor = clientTitled("Cursor");
const codex = clientTitled("Codex");

async function envWritten(machine: { read(client: typeof cursor): Promise<string | undefined> }) {
  return JSON.parse((await machine.read(cursor)) ?? "{}").mcpServers?.kaneo.env;
}

test("without names, the clients that are found get the entry, and the others do not", async () => {
  await using machine = await makeClientMachine();
  await machine.write(cursor, "{}");
  await machine.write(codex, "");

  const { code, out, err } = await machine.install();

  expect(code, err).toBe(0);
  expect(err).toBe("Found on this machine: Cursor, Codex.\n");
  expect(out.split("\n").map((line) => line.split(":")[0])).toEqual([
    "Cursor",
    "Codex",
    "Now restart the client and ask",
    "",
  ]);
  expect(await machine.read(clientTitled("Kiro"))).toBeUndefined();
});

test("where no client is found, the names are listed", async () => {
  await using machine = await makeClientMachine();

  const { code, err } = await machine.install();
  const printed = await machine.install("--print");

  expect([code, printed.code]).toEqual([1, 1]);
  expect(err).toMatch(
    /^No client was found on this machine\. Name one of claude-desktop, claude-code, cursor, vs-code, /,
  );
});

for (const [word, title] of [
  ["vscode", "VS Code"],
  ["VS Code", "VS Code"],
  ["gemini", "Gemini CLI"],
  ["gemini-cli", "Gemini CLI"],
  ["copilot", "Copilot CLI"],
] as const) {
  test(`"${word}" means ${title}`, async () => {
    await using machine = await makeClientMachine();

    const { out } = await machine.install(word, "--dry-run");

    expect(out).toMatch(new RegExp(`^${title}: `));
  });
}

test("an unknown word is quoted with the list of all, and nothing is done", async () => {
  await using machine = await makeClientMachine();

  const { code, err } = await machine.install("cursor", "lm-studio", "--nmae=x", "--nothing");

  expect(code).toBe(2);
  expect(err).toContain('"lm-studio" is not a known client. Choose from claude-desktop, ');
  expect(err).toContain("--nmae is no flag of this command; did you mean --name?");
  expect(err).toContain("--nothing is no flag of this command.\n");
  expect(await machine.read(cursor)).toBeUndefined();
});

test("a word that may be a key is not repeated", async () => {
  await using machine = await makeClientMachine();

  const { code, err } = await machine.install("sk3cr3tsk3cr3t");

  expect(code).toBe(2);
  expect(err).not.toContain("sk3cr3t");
});

test("flags without what they need are named, all at once", async () => {
  await using machine = await makeClientMachine();

  const words =
    "--name a.b --api-url ftp://kaneo --toolsets nope --profile A --files-dir nowhere --print=yes";
  const { code, err } = await machine.install(...words.split(" "));

  expect(code).toBe(2);
  for (const flag of ["--name", "--api-url", "--toolsets", "--profile", "--files-dir", "--print"])
    expect(err).toContain(`- ${flag} `);
});

test("the flags become the variables of the entry, the address in its short form", async () => {
  await using machine = await makeClientMachine();

  await machine.install(
    "cursor",
    "--api-url",
    "https://kaneo.example.org/api/",
    "--profile",
    "work",
    "--read-only",
    "--toolsets",
    "projects,tasks",
    "--files-dir",
    tmpdir(),
  );

  expect(await envWritten(machine)).toEqual({
    KANEO_API_URL: "https://kaneo.example.org",
    KANEO_PROFILE: "work",
    KANEO_FILES_DIR: tmpdir(),
    KANEO_READ_ONLY: "1",
    KANEO_TOOLSETS: "projects,tasks",
  });
});

test("install explains and takes every flag that a server takes", async () => {
  await using machine = await makeClientMachine();
  const flags = Object.values(settings).flatMap(({ flag }) => (flag ? [`--${flag.name}`] : []));

  const help = await machine.install("--help");
  const { err } = await machine.install("cursor", ...flags);

  for (const flag of flags) expect(help.out).toContain(`\n  ${flag} `);
  expect(err).not.toContain("is no flag");
});

test("install offers every toolset that there is, and refuses one that there is not", async () => {
  await using machine = await makeClientMachine();

  const help = await machine.install("--help");
  const all = await machine.install("cursor", "--print", "--toolsets", toolsetNames.join(","));
  const none = await machine.install("cursor", "--print", "--toolsets", "default,boards");

  for (const name of toolsetNames) expect(help.out).toContain(name);
  expect(all.out).toContain(`"KANEO_TOOLSETS": "${toolsetNames.join(",")}"`);
  expect(none.code).toBe(2);
  expect(none.err).toContain("--toolsets must be one or several of default, all,");
});

test("http:// to another machine needs the same permission as at the start, and passes it on", async () => {
  await using strict = await makeClientMachine();
  await using open = await makeClientMachine({ env: { KANEO_ALLOW_INSECURE_HTTP: "1" } });
  const words = ["cursor", "--api-url", "http://10.0.0.5"];

  const refused = await strict.install(...words);
  await open.install(...words);

  expect(refused.code).toBe(2);
  expect(refused.err).toContain("KANEO_ALLOW_INSECURE_HTTP");
  expect(await envWritten(open)).toEqual({
    KANEO_API_URL: "http://10.0.0.5",
    KANEO_ALLOW_INSECURE_HTTP: "1",
  });
});

test("no variable of the terminal gets into the entry, a key least of all", async () => {
  await using machine = await makeClientMachine({
    env: { KANEO_API_KEY: "secret-key-123", KANEO_API_URL: "https://kaneo.example.org" },
  });

  const { out, err } = await machine.install("cursor");

  expect(await envWritten(machine)).toEqual({ KANEO_API_URL: "https://cloud.kaneo.app" });
  expect(out + err).not.toContain("secret-key-123");
});

test("--dry-run says what would be done, there and back, and does nothing", async () => {
  await using machine = await makeClientMachine();
  const path = await machine.write(cursor, "{}");

  const there = await machine.install("cursor", "--dry-run");
  await machine.install("cursor");
  const installed = await machine.read(cursor);
  const back = await machine.uninstall("--dry-run");

  expect(there.out).toBe(`Cursor: "kaneo" would be added to ${path}.\n`);
  expect(back.out).toBe(`Cursor: "kaneo" would be removed from ${path}.\n`);
  expect(await machine.read(cursor)).toBe(installed);
});

test("--print shows the entry and where it belongs, and does nothing", async () => {
  await using machine = await makeClientMachine();

  const { code, out, err } = await machine.install("codex", "--print", "--name", "work");

  expect(code, err).toBe(0);
  expect(out).toContain(
    `Codex: ${machine.home}/.codex/config.toml\n\n[mcp_servers.work]\ncommand = "/usr/bin/node"`,
  );
  expect(await machine.read(codex)).toBeUndefined();
});

test("the same again changes nothing and is no failure", async () => {
  await using machine = await makeClientMachine();
  await machine.install("cursor");
  const before = await machine.read(cursor);

  const { code, out, err } = await machine.install("cursor");

  expect(code, err).toBe(0);
  expect(out).toContain('"kaneo" is in');
  expect(await machine.read(cursor)).toBe(before);
});

test("two accounts stand side by side, and each goes by its name", async () => {
  await using machine = await makeClientMachine();
  await machine.write(cursor, '{ "mcpServers": {} }');
  await machine.install("cursor");
  await machine.install("cursor", "--name", "work", "--profile", "work");

  const { code, out, err } = await machine.uninstall();

  expect(code, err).toBe(0);
  expect(out).toMatch(/^Cursor: "kaneo" was removed from [^\n]*\n$/);
  expect(Object.keys(JSON.parse((await machine.read(cursor)) ?? "").mcpServers)).toEqual(["work"]);
});

test("where there is nothing to remove, that is said and no failure", async () => {
  await using machine = await makeClientMachine();

  const { code, out } = await machine.uninstall("cursor", "kiro");

  expect({ code, out }).toEqual({ code: 0, out: 'There is no entry "kaneo" to remove.\n' });
});

test("opencode's second file is used where it is the one that is there", async () => {
  await using machine = await makeClientMachine();
  const opencode = clientTitled("opencode");
  const second = {
    ...opencode,
    files: (places: typeof machine.places) => [opencode.files(places)[1] ?? ""] as [string],
  };
  await machine.write(second, "{} // mine\n");

  await machine.install("opencode");
  const between = await machine.read(second);
  await machine.uninstall("opencode");

  expect(between).toContain("kaneo-mcp.cjs");
  expect([await machine.read(second), await machine.read(opencode)]).toEqual([
    "{} // mine\n",
    undefined,
  ]);
});

for (const command of ["install", "uninstall"] as const) {
  for (const flag of ["-h", "--help"]) {
    test(`${command} ${flag} explains itself and does nothing`, async () => {
      await using machine = await makeClientMachine();
      await machine.write(cursor, "{}");

      const { code, out, err } = await machine[command](flag);

      expect(code, err).toBe(0);
      expect(out).toContain(`kaneo-mcp ${command} [client…]`);
      expect(await machine.read(cursor)).toBe("{}");
    });
  }
}

const npx = { owner: "someone", isOnNpm: true };
const around = { platform: "linux", execPath: "/usr/bin/node", version: "1.2.3" } as const;
const ofNpx = "/home/me/.npm/_npx/0a1b/node_modules/kaneo-mcp/dist/kaneo-mcp.cjs";

test("an entry starts the Node and the file that were started", () => {
  const launch = launchOf({ ...around, script: "/opt/kaneo-mcp.cjs" }, {}, npx);

  expect(launch).toEqual({ command: "/usr/bin/node", args: ["/opt/kaneo-mcp.cjs"], env: {} });
});

test("an entry made by npx runs the same version by npx, on Windows through its shell", () => {
  const linux = launchOf({ ...around, script: ofNpx }, {}, npx);
  const windows = launchOf(
    { ...around, script: ofNpx.replaceAll("/", "\\"), platform: "win32" },
    {},
    npx,
  );

  expect(linux).toMatchObject({ command: "npx", args: ["-y", "kaneo-mcp@1.2.3"] });
  expect(windows).toMatchObject({ command: "cmd", args: ["/c", "npx", "-y", "kaneo-mcp@1.2.3"] });
});

test("no entry runs the name by npx before the package is published under it", () => {
  const launch = launchOf({ ...around, script: ofNpx }, {}, { ...npx, isOnNpm: false });

  expect(launch).toEqual({ command: "/usr/bin/node", args: [ofNpx], env: {} });
});

test("an entry outlives Homebrew's next Node", () => {
  const execPath = "/opt/homebrew/Cellar/node@22/22.1.0/bin/node";

  const { command } = launchOf({ ...around, execPath, script: "/opt/kaneo-mcp.cjs" }, {}, npx);

  expect(command).toBe("/opt/homebrew/opt/node@22/bin/node");
});
