import { Console } from "node:console";
import { z } from "zod/mini";
import { createConnection } from "./cli/connection.ts";
import { helpText, problemsText, terminalGreeting } from "./cli/texts.ts";
import { systemClock } from "./clock.ts";
import { type Config, readConfig } from "./config.ts";
import { createRedactor } from "./http/redactor.ts";
import { createLog, type Log } from "./log.ts";
import { createMcpServer, type McpServerOptions } from "./mcp/server.ts";
import { serveStdio } from "./mcp/stdio.ts";
import { instructions } from "./tools/instructions.ts";
import type { ListedTool, Tool } from "./tools/tool.ts";
import { selectTools, toolsetNames } from "./tools/toolsets.ts";

/** Put in by scripts/build.mjs, from package.json. */
declare const KANEO_MCP_VERSION: string;

// Generating code for a schema takes longer than to check the few messages of a start.
z.config({ jitless: true });
run();

function run(): void {
  const version = KANEO_MCP_VERSION;
  const { argv, env, stdout } = process;
  const reading = readConfig({ env, argv: argv.slice(2), knownToolsets: toolsetNames });
  switch (reading.kind) {
    case "help":
      stdout.write(helpText({ version, knownToolsets: toolsetNames }));
      return;
    case "version":
      stdout.write(`${version}\n`);
      return;
    case "invalid":
      stderr().write(problemsText(reading.problems));
      process.exitCode = 2;
      return;
    case "serve":
      void serve(reading.config, version);
  }
}

async function serve(config: Config, version: string): Promise<void> {
  keepStdoutForTheProtocol();
  const { stdin, stdout, env } = process;
  const clock = systemClock;
  const redactor = createRedactor();
  const log = createLog({
    level: config.logLevel,
    redact: redactor.redact,
    write: (line) => stderr().write(line),
  });
  const connection = createConnection({ config, version, clock, log, redactor, env });
  const server = createMcpServer({
    ...selectedTools(config),
    createContext: connection.contextFor,
    version,
    instructions,
    waitingFor: connection.waitingFor,
    close: connection.close,
    hideSecrets: redactor.hide,
    clock,
    log,
  });

  let exitCode = 0;
  const leave = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    process.on(signal, () => leave.abort());
  }
  process.on("uncaughtException", (error) => {
    log.error(`Ending after an unexpected failure: ${error.stack ?? error.message}`);
    exitCode = 1;
    leave.abort();
  });
  // Timers elsewhere do not keep the process alive; it must not end before it has cleaned up.
  setInterval(() => {}, 2 ** 30);
  warnAndGreet(config, log);

  await serveStdio(server, { stdin, stdout, clock, log, leave: leave.signal });
  process.exit(exitCode);
}

/** Most processes that a client starts list the tools and call none; some do neither. */
function selectedTools(config: Config): Pick<McpServerOptions, "listTools" | "loadTools"> {
  let listed: Promise<readonly ListedTool[]> | undefined;
  let loaded: Promise<readonly Tool[]> | undefined;
  return {
    listTools: () => {
      listed ??= import("./tools/listing.ts").then(({ listing }) =>
        selectTools(listing, config).map(({ toolset: _, ...tool }) => tool),
      );
      return listed;
    },
    loadTools: () => {
      // Lists of thousands of tasks are worth the code that checks them.
      if (loaded === undefined) z.config({ jitless: false });
      loaded ??= import("./tools/index.ts").then(({ allTools }) => selectTools(allTools, config));
      return loaded;
    },
  };
}

/** A dependency's `console.log` must not end up between two messages. */
function keepStdoutForTheProtocol(): void {
  let console: Console | undefined;
  Object.defineProperty(globalThis, "console", {
    get: () => {
      console ??= new Console(stderr(), stderr());
      return console;
    },
  });
}

/** Opened at the first use, which most processes never see. Closed at the other end, it does not end this one. */
function stderr(): NodeJS.WriteStream {
  const { stderr: stream } = process;
  if (stream.listenerCount("error") === 0) stream.on("error", () => {});
  return stream;
}

function warnAndGreet(config: Config, log: Log): void {
  if (process.env["NODE_TLS_REJECT_UNAUTHORIZED"] === "0") {
    log.warn(
      "NODE_TLS_REJECT_UNAUTHORIZED=0 turns certificate checks off: anybody on the way can read the credentials. " +
        "For an own authority, set NODE_EXTRA_CA_CERTS to its certificate instead.",
    );
  }
  if (!process.stdin.isTTY) return;
  const script = process.argv[1] ?? "kaneo-mcp.cjs";
  stderr().write(terminalGreeting({ script, apiUrl: config.apiUrl }));
}
