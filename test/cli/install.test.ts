import { readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parse as parseJsonc } from "jsonc-parser";
import { parse as parseToml } from "smol-toml";
import { expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { type Client, clients } from "../../src/cli/clients.ts";
import { makeClientMachine, readIfThere } from "../support/client-machine.ts";

const started = {
  command: "/usr/bin/node",
  args: ["/opt/kaneo-mcp/dist/kaneo-mcp.cjs"],
  env: { KANEO_API_URL: "https://cloud.kaneo.app" },
};
const plain = { mcpServers: { kaneo: started } };

/** By each client's documentation: its file from the home on Linux, and what stands there for one server. */
const documented: Record<string, [file: string, content: unknown]> = {
  "Claude Desktop": [".config/Claude/claude_desktop_config.json", plain],
  "Claude Code": [".claude.json", { mcpServers: { kaneo: { type: "stdio", ...started } } }],
  Cursor: [".cursor/mcp.json", plain],
  "VS Code": [".config/Code/User/mcp.json", { servers: { kaneo: { type: "stdio", ...started } } }],
  Codex: [".codex/config.toml", { mcp_servers: { kaneo: started } }],
  "Gemini CLI": [".gemini/settings.json", plain],
  opencode: [
    ".config/opencode/opencode.json",
    {
      mcp: {
        kaneo: {
          type: "local",
          command: ["/usr/bin/node", "/opt/kaneo-mcp/dist/kaneo-mcp.cjs"],
          environment: { KANEO_API_URL: "https://cloud.kaneo.app" },
          enabled: true,
        },
      },
    },
  ],
  "Copilot CLI": [
    ".copilot/mcp-config.json",
    { mcpServers: { kaneo: { type: "local", ...started, tools: ["*"] } } },
  ],
  Windsurf: [".codeium/windsurf/mcp_config.json", plain],
  Zed: [
    ".config/zed/settings.json",
    { context_servers: { kaneo: { source: "custom", ...started } } },
  ],
  Goose: [
    ".config/goose/config.yaml",
    {
      extensions: {
        kaneo: {
          name: "kaneo",
          type: "stdio",
          enabled: true,
          description: "Tasks in Kaneo",
          cmd: "/usr/bin/node",
          args: ["/opt/kaneo-mcp/dist/kaneo-mcp.cjs"],
          envs: { KANEO_API_URL: "https://cloud.kaneo.app" },
          timeout: 300,
        },
      },
    },
  ],
  Kiro: [".kiro/settings/mcp.json", plain],
};

/** Files as people have them: with other servers and comments, in the client's format. */
function busyFile({ format, key }: Client): string {
  if (format === "toml") {
    return `# mine\nmodel = "o" # best\n\n[${key}.other]\ncommand = "other"\nargs = [ # two\n  "[a]",\n  "b",\n]\n\n[tui]\n# last\n`;
  }
  if (format === "yaml") {
    return `# mine\n${key}: # all\n    # first\n    other:\n        cmd: other # one\n        args: [a, "b"]\n\n# rest\nGOOSE_MODE: auto\n`;
  }
  return `// mine\n{\n\t"theme": "dark", // best\n\t"${key}": { // all\n\t\t/* first */\n\t\t"other": { "command": "other", "args": ["a"] }, // one\n\t},\n\t"last": [1,2]\n}`;
}

function parse(text: string | undefined, { format }: Client): unknown {
  if (text === undefined) return undefined;
  if (format === "toml") return JSON.parse(JSON.stringify(parseToml(text)));
  return format === "yaml" ? parseYaml(text) : parseJsonc(text);
}

for (const client of clients) {
  const word = client.title;
  const known = documented[client.title];
  if (known === undefined) throw new Error(`Name the file and entry of ${word} in documented.`);
  const [file, content] = known;

  test(`${client.title}: the entry stands where and as its documentation says`, async () => {
    await using machine = await makeClientMachine();

    const { code, out } = await machine.install(word);

    expect({ code, content: parse(await readIfThere(join(machine.home, file)), client) }).toEqual({
      code: 0,
      content,
    });
    expect(out).toContain(`${client.title}: "kaneo" was added to ${join(machine.home, file)}.`);
  });

  test(`${client.title}: the way back leaves no file where there was none`, async () => {
    await using machine = await makeClientMachine();
    await machine.install(word);

    const { code, err } = await machine.uninstall(word);

    expect(code, err).toBe(0);
    expect(await readdir(dirname(join(machine.home, file)))).toEqual([]);
  });

  for (const [kind, text] of [
    ["with other servers and comments", busyFile(client)],
    ["with CRLF", busyFile(client).replaceAll("\n", "\r\n")],
    ["with a byte order mark", `\uFEFF${busyFile(client)}`],
    ["of nothing", ""],
    ["without any server", client.format === "json" ? "{ }\n" : "# nothing yet"],
  ] as const) {
    test(`${client.title}: a file ${kind} is byte for byte the same after the way there and back`, async () => {
      await using machine = await makeClientMachine();
      const path = await machine.write(client, text);

      const there = await machine.install(word);
      const between = await readFile(path, "utf8");
      const back = await machine.uninstall(word);

      expect([there.code, back.code]).toEqual([0, 0]);
      expect(between).toContain("kaneo-mcp.cjs");
      expect(between.startsWith("\uFEFF")).toBe(text.startsWith("\uFEFF"));
      expect(/(?<!\r)\n/.test(between) && between.includes("\r\n")).toBe(false);
      expect(await readFile(path, "utf8")).toBe(text);
      expect(await readdir(dirname(path))).toHaveLength(1);
    });
  }

  test(`${client.title}: what is added between the way there and back stays, and the rest with its comments`, async () => {
    await using machine = await makeClientMachine();
    const text = busyFile(client);
    const path = await machine.write(client, text);
    await machine.install(word);
    const later = client.format === "json" ? "// later\n" : "# later\n";
    await writeFile(path, later + (await readFile(path, "utf8")));

    const { code, err } = await machine.uninstall(word);

    expect(code, err).toBe(0);
    const left = await readFile(path, "utf8");
    expect(left.replaceAll(/\s/g, "")).toBe((later + text).replaceAll(/\s/g, ""));
  });

  test(`${client.title}: a broken file is named with the line and not touched`, async () => {
    await using machine = await makeClientMachine();
    const text = client.format === "toml" ? "\na = = 1\n" : "\n{ secret: : ]\n";
    const path = await machine.write(client, text);

    const told = [await machine.install(word), await machine.uninstall(word)];

    for (const { code, err } of told) {
      expect(code).toBe(1);
      expect(err).toContain(`${client.title}: ${path} is unchanged: it is broken in line 2.`);
      expect(err).not.toContain("secret");
    }
    expect(await readFile(path, "utf8")).toBe(text);
  });

  test(`${client.title}: an entry of that name that is there already is not touched, there and back`, async () => {
    await using machine = await makeClientMachine();
    await machine.install(word);
    const path = await machine.write(
      client,
      ((await machine.read(client)) ?? "")
        .replaceAll("kaneo-mcp.cjs", "other.cjs")
        .replaceAll("/kaneo-mcp/", "/"),
    );
    const text = await machine.read(client);

    const there = await machine.install(word);
    const back = await machine.uninstall(word);

    expect([there.code, back.code]).toEqual([1, 1]);
    expect(there.err).toContain("--name");
    expect(back.err).toContain(`"kaneo" in ${path} stays: it starts something else.`);
    expect(await machine.read(client)).toBe(text);
  });
}
