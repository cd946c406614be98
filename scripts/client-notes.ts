/** What a person needs to know of a client besides what `install` knows: where it keeps its log, how it is started anew. */
export interface ClientNote {
  /** A sentence. */
  restart: string;
  /** A sentence. */
  log: string;
  /** What is to be known of its file: a sentence. */
  file?: string;
}

const session = "End its session and start another";

/** By title, as in src/cli/clients.ts. The logs of the five that `npm run test:clients` starts were looked at, the others' are as documented. */
export const clientNotes: Readonly<Record<string, ClientNote>> = {
  "Claude Desktop": {
    restart: "Quit it, also from the tray or the menu bar, and open it again.",
    file: "On Windows, where `%LOCALAPPDATA%\\Packages\\Claude_pzs8sxrjxfjjc\\LocalCache\\Roaming\\Claude\\claude_desktop_config.json` exists, the app reads that one instead.",
    log: "`~/Library/Logs/Claude/mcp-server-kaneo.log` (macOS), `%APPDATA%\\Claude\\logs\\mcp-server-kaneo.log` (Windows); *Settings → Developer* opens the folder.",
  },
  "Claude Code": {
    restart: `${session}; \`/mcp\` shows the server.`,
    log: "`~/.cache/claude-cli-nodejs/<folder>/mcp-logs-kaneo/` (macOS: `~/Library/Caches/…`); `claude mcp list` says whether it connects.",
  },
  Cursor: {
    restart: "*Settings → MCP* switches the server off and on.",
    log: "*View → Output*, then *MCP Logs* in the list on the right.",
  },
  "VS Code": {
    restart: "The command *MCP: List Servers*, then *kaneo*, then *Restart Server*.",
    log: "The command *MCP: List Servers*, then *kaneo*, then *Show Output*.",
  },
  Codex: {
    restart: `${session}; \`/mcp\` shows the server.`,
    log: "`~/.codex/logs_2.sqlite`, a database; `codex mcp list` shows the entry.",
  },
  "Gemini CLI": {
    restart: `${session}; \`/mcp\` shows the server.`,
    log: "F12 opens what it logs; `gemini mcp list` says whether it connects.",
  },
  opencode: {
    restart: `${session}; the column on the right shows the server.`,
    log: "`~/.local/share/opencode/log/`; `opencode mcp list` says whether it connects.",
  },
  "Copilot CLI": {
    restart: `${session}; \`/mcp\` shows the server.`,
    log: "`~/.copilot/logs/`.",
  },
  Windsurf: {
    restart: "*Refresh* in Cascade's list of MCP servers.",
    log: "Cascade's list of MCP servers shows what went wrong with one.",
  },
  Zed: {
    restart: "The Agent panel's settings switch the server off and on.",
    log: "The action *zed: open log*.",
  },
  Goose: {
    restart: `${session}.`,
    log: "`~/.local/state/goose/logs/`, `%APPDATA%\\Block\\goose\\data\\logs\\` (Windows).",
  },
  Kiro: {
    restart: "The panel of MCP servers has *Reconnect*.",
    log: "*View → Output*, then *Kiro - MCP Logs* in the list on the right.",
  },
};
