export interface HelpOptions {
  version: string;
  knownToolsets: readonly string[];
}

/** What `--help` prints. */
export function helpText({ version, knownToolsets }: HelpOptions): string {
  return `kaneo-mcp ${version}: a Model Context Protocol server for Kaneo, the open-source project manager.

It is started by an MCP client, which speaks with it over stdin and stdout:

  kaneo-mcp [--api-url <url>] [--toolsets <names>] [--read-only]

Flags
  --api-url <url>      the Kaneo instance, with or without /api; default https://cloud.kaneo.app
  --toolsets <names>   which tools exist, comma-separated: ${knownToolsets.join(", ")}
  --read-only          only tools that read
  -h, --help           print this and leave
  -v, --version        print the version and leave

Variables (a flag wins over its variable)
  KANEO_API_URL              as --api-url; KANEO_BASE_URL and KANEO_URL are read too
  KANEO_API_KEY              use an API key instead of signing in by browser
  KANEO_API_KEY_FILE         a file that holds the API key
  KANEO_MCP_CLIENT_ID        client id of the sign-in; default kaneo-mcp
  KANEO_WORKSPACE            default workspace; KANEO_WORKSPACE_ID is read too
  KANEO_PROJECT              default project
  KANEO_TOOLSETS             as --toolsets
  KANEO_READ_ONLY            1: as --read-only
  KANEO_TIMEZONE             IANA zone for dates without a time; default: the system's
  KANEO_ALLOW_INSECURE_HTTP  1: allow http:// to other machines
  KANEO_MCP_DATA_DIR         where the sign-in is kept
  KANEO_LOG_LEVEL            error, warn (default), info or debug; on stderr
  HTTPS_PROXY, HTTP_PROXY, NO_PROXY, NODE_EXTRA_CA_CERTS   as everywhere
`;
}

export interface ClientEntryOptions {
  /** Absolute path of the file that runs. */
  script: string;
  apiUrl: string;
}

/** What a person reads who started the server by hand. */
export function terminalGreeting({ script, apiUrl }: ClientEntryOptions): string {
  const kaneo = { command: "node", args: [script], env: { KANEO_API_URL: apiUrl } };
  return `This is kaneo-mcp, a Model Context Protocol server for Kaneo at ${apiUrl}.
It is meant to be started by an MCP client, not by hand. Add it to your client's configuration:

${JSON.stringify({ mcpServers: { kaneo } }, undefined, 2)}

or, for Claude Code:

  claude mcp add kaneo --env KANEO_API_URL=${apiUrl} -- node ${JSON.stringify(script)}

It now serves JSON-RPC on this terminal; Ctrl+D ends it. kaneo-mcp --help lists the settings.
`;
}

/** What stands on stderr when the server cannot start. */
export function problemsText(problems: readonly string[]): string {
  const lines = problems.map((problem) => `  - ${problem}\n`).join("");
  return `kaneo-mcp cannot start with this configuration:\n${lines}kaneo-mcp --help lists the settings.\n`;
}
