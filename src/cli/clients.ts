import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Entry, Section } from "./config-text.ts";

/** What the entry of every client says: what is started, and with which variables. */
export interface Launch {
  command: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
}

/** Where programs keep their settings on this machine. */
export interface Places {
  home: string;
  /** `~/.config`, also on macOS: for programs that are the same everywhere. */
  config: string;
  /** The platform's own place. */
  appData: string;
  isWindows: boolean;
  env: Readonly<Record<string, string | undefined>>;
}

/** How one MCP client is told of a server. */
export interface Client extends Section {
  title: string;
  /** Absolute paths of the files that it reads; the first is made where none exists. */
  files(places: Places): [string, ...string[]];
  /** Is there when the client is. */
  folder(places: Places): string;
  entry(launch: Launch, name: string): Entry;
  command?: ClientCommand;
}

/** A client's own command, where it has one for both ways. */
interface ClientCommand {
  program: string;
  add(launch: Launch, name: string): string[];
  remove(name: string): string[];
}

/** Where clients keep their files on a system, as its variables have it. */
export function placesOf(platform: NodeJS.Platform, home: string, env: Places["env"]): Places {
  const config = env["XDG_CONFIG_HOME"] || join(home, ".config");
  const isWindows = platform === "win32";
  const roaming = env["APPDATA"] || join(home, "AppData", "Roaming");
  const library = join(home, "Library", "Application Support");
  const appData = isWindows ? roaming : platform === "darwin" ? library : config;
  return { home, config, appData, isWindows, env };
}

/** The word for a client on the command line: `claude-code`, `vs-code`, `gemini`. */
export function wordFor({ title }: Client): string {
  return title.toLowerCase().replace(/ cli$/, "").replaceAll(" ", "-");
}

/** Most clients are told in JSON, in the words of the first; its folder is that of its file. */
function client(title: string, files: Client["files"], rest: Partial<Client> = {}): Client {
  const folder = (places: Places) => dirname(files(places)[0]);
  return { title, files, folder, format: "json", key: "mcpServers", entry: plain, ...rest };
}

const plain = ({ command, args, env }: Launch): Entry => ({ command, args, env });
const stdio = (launch: Launch): Entry => ({ type: "stdio", ...launch });
/**
 * To a packaged app (MSIX), as Claude Desktop has been on Windows since February 2026, Windows shows a file of its own in
 * the place of the one in %APPDATA%, once the app has written there.
 */
function claudeDesktopFile({ home, appData, isWindows, env }: Places): string {
  const file = join("Claude", "claude_desktop_config.json");
  const local = env["LOCALAPPDATA"] || join(home, "AppData", "Local");
  const roaming = join(local, "Packages", "Claude_pzs8sxrjxfjjc", "LocalCache", "Roaming");
  return join(isWindows && existsSync(join(roaming, file)) ? roaming : appData, file);
}

const flags = (flag: string, env: Launch["env"]) =>
  Object.entries(env).flatMap(([name, value]) => [flag, `${name}=${value}`]);

/**
 * By each client's documentation and, for the four with a command, by running it in November 2026. VS Code's
 * `code --add-mcp` and opencode's `mcp add` have no counterpart that removes without asking, so their files are written.
 */
export const clients: readonly Client[] = [
  client("Claude Desktop", (at) => [claudeDesktopFile(at)]),
  client("Claude Code", (at) => [join(at.env["CLAUDE_CONFIG_DIR"] || at.home, ".claude.json")], {
    folder: (at) => at.env["CLAUDE_CONFIG_DIR"] || join(at.home, ".claude"),
    entry: stdio,
    command: {
      program: "claude",
      add: (launch, name) =>
        ["mcp", "add-json", "-s", "user", name].concat(JSON.stringify(stdio(launch))),
      remove: (name) => ["mcp", "remove", "-s", "user", name],
    },
  }),
  client("Cursor", (at) => [join(at.home, ".cursor", "mcp.json")]),
  client("VS Code", (at) => [join(at.appData, "Code", "User", "mcp.json")], {
    key: "servers",
    entry: stdio,
  }),
  client("Codex", (at) => [join(at.env["CODEX_HOME"] || join(at.home, ".codex"), "config.toml")], {
    format: "toml",
    key: "mcp_servers",
    command: {
      program: "codex",
      add: ({ command, args, env }, name) =>
        ["mcp", "add", name].concat(flags("--env", env), "--", command, args),
      remove: (name) => ["mcp", "remove", name],
    },
  }),
  client(
    "Gemini CLI",
    (at) => [join(at.env["GEMINI_CLI_HOME"] || at.home, ".gemini", "settings.json")],
    {
      command: {
        program: "gemini",
        add: ({ command, args, env }, name) =>
          ["mcp", "add", "-s", "user"].concat(flags("-e", env), name, command, args),
        remove: (name) => ["mcp", "remove", "-s", "user", name],
      },
    },
  ),
  client(
    "opencode",
    ({ config }) => [
      join(config, "opencode", "opencode.json"),
      join(config, "opencode", "opencode.jsonc"),
    ],
    {
      key: "mcp",
      entry: ({ command, args, env }) => ({
        type: "local",
        command: [command, ...args],
        environment: env,
        enabled: true,
      }),
    },
  ),
  client(
    "Copilot CLI",
    (at) => [join(at.env["COPILOT_HOME"] || join(at.home, ".copilot"), "mcp-config.json")],
    {
      entry: (launch) => ({ type: "local", ...launch, tools: ["*"] }),
      command: {
        program: "copilot",
        add: ({ command, args, env }, name) =>
          ["mcp", "add"].concat(flags("--env", env), name, "--", command, args),
        remove: (name) => ["mcp", "remove", name],
      },
    },
  ),
  client("Windsurf", (at) => [join(at.home, ".codeium", "windsurf", "mcp_config.json")]),
  client(
    "Zed",
    (at) => [
      join(at.isWindows ? at.appData : at.config, at.isWindows ? "Zed" : "zed", "settings.json"),
    ],
    {
      key: "context_servers",
      entry: (launch) => ({ source: "custom", ...launch }),
    },
  ),
  client(
    "Goose",
    (at) => [
      join(
        at.isWindows ? join(at.appData, "Block", "goose", "config") : join(at.config, "goose"),
        "config.yaml",
      ),
    ],
    {
      format: "yaml",
      key: "extensions",
      entry: ({ command, args, env }, name) => ({
        name,
        type: "stdio",
        enabled: true,
        description: "Tasks in Kaneo",
        cmd: command,
        args,
        envs: env,
        timeout: 300,
      }),
    },
  ),
  client("Kiro", (at) => [join(at.home, ".kiro", "settings", "mcp.json")], {
    folder: (at) => join(at.home, ".kiro"),
  }),
];
