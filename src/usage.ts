/** What a person reads who has the program in a terminal: its help, how to go on, and what is wrong with the settings. */
import { basename } from "node:path";
import { type Command, commands } from "./config.ts";
import { settings } from "./settings.ts";

/** What `--help` prints. */
export function helpText(version: string): string {
  const variables = Object.values(settings).map(
    ({ variables: [variable, ...others], flag, help }) => {
      const as = flag && `${flag.takes ? "" : "1: "}as --${flag.name}`;
      const also = others.length > 0 ? `; also read: ${others.join(", ")}` : "";
      return row(variable, `${as ?? help}${also}`);
    },
  );
  return `kaneo-mcp ${version}: a Model Context Protocol server for Kaneo, the open-source project manager.

It is started by an MCP client, which talks to it over stdin and stdout:

  kaneo-mcp [flags]

Commands, each with its own --help
${commandRows()}
Flags
${flagRows()}${row("-h, --help", "print this and exit")}${row("-v, --version", "print the version and exit")}
Variables (a flag wins over its variable)
${variables.join("")}  KANEO_SECRET_<name>        a secret that connect_integration names, or KANEO_SECRET_<name>_FILE: a file that holds it
  HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY, NODE_EXTRA_CA_CERTS   as usual
`;
}

/** The flags of the settings, which a server and `install` take alike. */
export function flagRows(): string {
  return Object.values(settings)
    .map(({ flag, help }) =>
      flag ? row([`--${flag.name}`, flag.takes].join(" ").trim(), help) : "",
    )
    .join("");
}

/** A line of help: a word, and in the column beside it what it means. */
export function row(name: string, help: string): string {
  // A long line in several, each as far from the edge as the first.
  const folded = help.replaceAll(/(?=.{111})(.{1,110}) /g, `$1\n${" ".repeat(29)}`);
  return `  ${name.padEnd(27)}${folded}\n`;
}

/** What a person reads who started the program by hand, without more; `script` is the absolute path of the file that runs. */
export function shortHelp(version: string, script: string): string {
  const program = startedAs(script);
  return `kaneo-mcp ${version}: a Model Context Protocol server for Kaneo, the open-source project manager.

An MCP client starts it, not a person. To add it to the clients on this machine:

  ${program} install

Commands
${commandRows()}
${program} --help lists flags and variables too.
`;
}

/** What a person reads who started a server in a terminal. */
export function greeting(apiUrl: string): string {
  return `kaneo-mcp now serves JSON-RPC for Kaneo at ${apiUrl} on this terminal; Ctrl+D ends it.\n`;
}

/** How a person starts the file at `script` again. */
export function startedAs(script: string): string {
  return script.endsWith("js") ? `node "${script}"` : basename(script);
}

const COMMAND_HELP: Record<Command, string> = {
  install: "[client…]: add this server to MCP clients; without names, to all found here",
  uninstall: "[client…]: take it out of them again",
  login: "sign in with a link, and wait for the approval",
  logout: "sign out, for every client here",
  status: "say who is signed in to which Kaneo",
  doctor: "look for what is wrong, and say what to do",
};

function commandRows(): string {
  return commands.map((name) => row(name, COMMAND_HELP[name])).join("");
}

/** What is wrong with the configuration, one problem a line. */
export function problemsText(problems: readonly string[]): string {
  const lines = problems.map((problem) => `  - ${problem}\n`).join("");
  return `kaneo-mcp cannot work with this configuration:\n${lines}`;
}
