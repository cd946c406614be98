import { settings } from "./settings.ts";

/** What `--help` prints. */
export function helpText(version: string): string {
  const all = Object.values(settings);
  const flags = all.flatMap(({ flag, help }) =>
    flag ? [row([`--${flag.name}`, flag.takes].join(" ").trim(), help)] : [],
  );
  const variables = all.map(({ variables: [variable, ...others], flag, help }) => {
    const as = flag && `${flag.takes ? "" : "1: "}as --${flag.name}`;
    const also = others.length > 0 ? `; also read: ${others.join(", ")}` : "";
    return row(variable, `${as ?? help}${also}`);
  });
  return `kaneo-mcp ${version}: a Model Context Protocol server for Kaneo, the open-source project manager.

It is started by an MCP client, which speaks with it over stdin and stdout:

  kaneo-mcp [flags]

Flags
${flags.join("")}${row("-h, --help", "print this and leave")}${row("-v, --version", "print the version and leave")}
Variables (a flag wins over its variable)
${variables.join("")}  HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY, NODE_EXTRA_CA_CERTS   as everywhere
`;
}

function row(name: string, help: string): string {
  return `  ${name.padEnd(27)}${help}\n`;
}

/** What a person reads who started the server by hand; `script` is the absolute path of the file that runs. */
export function terminalGreeting(script: string, apiUrl: string): string {
  const kaneo = { command: "node", args: [script], env: { KANEO_API_URL: apiUrl } };
  return `This is kaneo-mcp, a Model Context Protocol server for Kaneo at ${apiUrl}.
It is meant to be started by an MCP client, not by hand. Add it to your client's configuration:

${JSON.stringify({ mcpServers: { kaneo } }, undefined, 2)}

or, for Claude Code:

  claude mcp add kaneo --env KANEO_API_URL=${apiUrl} -- node ${JSON.stringify(script)}

It now serves JSON-RPC on this terminal; Ctrl+D ends it. kaneo-mcp --help lists the settings.
`;
}

/** What is wrong with the configuration, one problem a line. */
export function problemsText(problems: readonly string[]): string {
  const lines = problems.map((problem) => `  - ${problem}\n`).join("");
  return `kaneo-mcp cannot work with this configuration:\n${lines}`;
}
