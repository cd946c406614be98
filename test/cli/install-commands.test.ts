import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type ClientMachine, clientTitled, makeClientMachine } from "../support/client-machine.ts";

const gemini = clientTitled("Gemini CLI");
const file = "home + '/.gemini/settings.json'";
const server = `{ command: "/usr/bin/node", args: ["/opt/kaneo-mcp/dist/kaneo-mcp.cjs"], env: { KANEO_API_URL: "https://cloud.kaneo.app" } }`;

/** A command that writes down its words, then does `add` or `remove` to the servers of its file. */
function commandThat({ add = "", remove = "", end = "" }): string {
  return `
    const fs = require("node:fs");
    fs.appendFileSync(home + "/calls", JSON.stringify(args) + "\\n");
    const settings = JSON.parse(fs.readFileSync(${file}, "utf8"));
    const servers = (settings.mcpServers ??= {});
    if (args[1].startsWith("add")) { ${add} } else { ${remove} }
    fs.writeFileSync(${file}, JSON.stringify(settings));
    ${end}`;
}

async function calls(machine: ClientMachine): Promise<string[][]> {
  const text = await readFile(join(machine.home, "calls"), "utf8").catch(() => "");
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

for (const [title, program, add, remove] of [
  [
    "Claude Code",
    "claude",
    [
      "mcp",
      "add-json",
      "-s",
      "user",
      "kaneo",
      expect.stringMatching(/^\{"type":"stdio","command":"\/usr\/bin\/node",/),
    ],
    ["mcp", "remove", "-s", "user", "kaneo"],
  ],
  [
    "Codex",
    "codex",
    [
      "mcp",
      "add",
      "kaneo",
      "--env",
      "KANEO_API_URL=https://cloud.kaneo.app",
      "--",
      "/usr/bin/node",
      "/opt/kaneo-mcp/dist/kaneo-mcp.cjs",
    ],
    ["mcp", "remove", "kaneo"],
  ],
  [
    "Gemini CLI",
    "gemini",
    [
      "mcp",
      "add",
      "-s",
      "user",
      "-e",
      "KANEO_API_URL=https://cloud.kaneo.app",
      "kaneo",
      "/usr/bin/node",
      "/opt/kaneo-mcp/dist/kaneo-mcp.cjs",
    ],
    ["mcp", "remove", "-s", "user", "kaneo"],
  ],
  [
    "Copilot CLI",
    "copilot",
    [
      "mcp",
      "add",
      "--env",
      "KANEO_API_URL=https://cloud.kaneo.app",
      "kaneo",
      "--",
      "/usr/bin/node",
      "/opt/kaneo-mcp/dist/kaneo-mcp.cjs",
    ],
    ["mcp", "remove", "kaneo"],
  ],
] as const) {
  test(`${title}: its own command is called in its words; where it does nothing, the file is written`, async () => {
    await using machine = await makeClientMachine();
    await machine.addCommand(
      program,
      `require("node:fs").appendFileSync(home + "/calls", JSON.stringify(args) + "\\n"); process.exit(1);`,
    );

    const there = await machine.install(title);
    const between = await machine.read(clientTitled(title));
    const back = await machine.uninstall(title);

    expect([there.code, back.code]).toEqual([0, 0]);
    expect(await calls(machine)).toEqual([add, remove]);
    expect(between).toContain("kaneo-mcp.cjs");
    expect(await machine.read(clientTitled(title))).toBeUndefined();
  });
}

test("what the command did is looked at: the entry is there, the others too, and no file is written", async () => {
  await using machine = await makeClientMachine();
  await machine.write(gemini, '{ "theme": 1, "mcpServers": { "other": {} } } // mine');
  await machine.write(gemini, '{ "theme": 1, "mcpServers": { "other": {} } }');
  await machine.addCommand(
    "gemini",
    commandThat({ add: `servers.kaneo = ${server};`, remove: "delete servers.kaneo;" }),
  );

  const there = await machine.install("gemini");
  const between = await machine.read(gemini);
  const back = await machine.uninstall("gemini");

  expect(there.out).toMatch(/^Gemini CLI: "kaneo" was added by .*\/bin\/gemini\.\n/);
  expect(JSON.parse(between ?? "")).toMatchObject({
    theme: 1,
    mcpServers: { other: {}, kaneo: {} },
  });
  expect(back.out).toMatch(/^Gemini CLI: "kaneo" was removed by .*\/bin\/gemini\.\n/);
  expect(JSON.parse((await machine.read(gemini)) ?? "")).toEqual({
    theme: 1,
    mcpServers: { other: {} },
  });
});

for (const [what, add] of [
  ["writes another entry", `servers.kaneo = { command: "else" };`],
  ["loses another server", `settings.mcpServers = { kaneo: ${server} };`],
  ["only loses another server", "settings.mcpServers = {};"],
  ["breaks its file", `setTimeout(() => fs.writeFileSync(${file}, "{ broken"));`],
] as const) {
  test(`a command that ${what} is named as a failure`, async () => {
    await using machine = await makeClientMachine();
    const path = await machine.write(gemini, '{ "mcpServers": { "other": {} } }');
    await machine.addCommand("gemini", commandThat({ add }));

    const { code, err } = await machine.install("gemini");

    expect(code).toBe(1);
    expect(err).toMatch(
      /^Gemini CLI: .*\/bin\/gemini did something other than what was asked\. Look at /m,
    );
    expect(err).toContain(path);
  });
}

test("a command that removes another server, too, is named as a failure", async () => {
  await using machine = await makeClientMachine();
  await machine.write(
    gemini,
    `{ "mcpServers": { "other": {}, "kaneo": { "command": "kaneo-mcp" } } }`,
  );
  await machine.addCommand("gemini", commandThat({ remove: "settings.mcpServers = {};" }));

  const { code, err } = await machine.uninstall("gemini");

  expect(code).toBe(1);
  expect(err).toMatch(
    /^Gemini CLI: .*\/bin\/gemini did something other than what was asked\. Look at /,
  );
});

test("no command is run on a broken file", async () => {
  await using machine = await makeClientMachine();
  await machine.write(gemini, "{ broken");
  await machine.addCommand("gemini", commandThat({ add: `servers.kaneo = ${server};` }));

  const { code } = await machine.install("gemini");

  expect(code).toBe(1);
  expect(await calls(machine)).toEqual([]);
});

test("a client is found by its command alone", async () => {
  await using machine = await makeClientMachine();
  await machine.addCommand("codex", "");

  const { err } = await machine.install("--dry-run");

  expect(err).toBe("Found on this machine: Codex.\n");
});
