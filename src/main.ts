import { systemClock } from "./clock.ts";
import { composeServer } from "./compose.ts";
import { type Reading, readConfig, type Setup } from "./config.ts";
import { createRedactor } from "./http/redactor.ts";
import { createLog, type Log } from "./log.ts";
import { serveStdio } from "./mcp/stdio.ts";

/** Put in by scripts/build.mjs, from package.json and from assets/icon.svg. */
declare const KANEO_MCP_VERSION: string;
declare const KANEO_MCP_ICON: string;

const SIGNALS = ["SIGTERM", "SIGINT", "SIGHUP"] as const;

void run();

async function run(): Promise<void> {
  const { argv, env, stdin, stdout } = process;
  const reading = readConfig(env, argv.slice(2));
  if (reading.kind === "command") return runCommand(reading);
  if (reading.kind === "version") return void stdout.write(`${KANEO_MCP_VERSION}\n`);
  if (reading.kind === "serve" && !stdin.isTTY) return serve(reading);

  const { greeting, helpText, problemsText, shortHelp } = await import("./usage.ts");
  if (reading.kind === "help") return void stdout.write(helpText(KANEO_MCP_VERSION));
  if (argv.length === 2) return void stdout.write(shortHelp(KANEO_MCP_VERSION, scriptPath()));
  if (reading.problems.length === 0) {
    stderr().write(greeting(reading.config.apiUrl));
    return serve(reading);
  }
  stderr().write(`${problemsText(reading.problems)}--help lists the settings.\n`);
  process.exitCode = 2;
}

async function runCommand(asked: Extract<Reading, { kind: "command" }>): Promise<void> {
  const { run } = await import("./cli/run.ts");
  process.exitCode = await run(asked, {
    process,
    script: scriptPath(),
    version: KANEO_MCP_VERSION,
    stderr: stderr(),
    signals: SIGNALS,
  });
}

function scriptPath(): string {
  return process.argv[1] ?? "kaneo-mcp.cjs";
}

async function serve(setup: Setup): Promise<void> {
  keepStdoutForTheProtocol();
  const { config } = setup;
  const { stdin, stdout } = process;
  const clock = systemClock;
  const redactor = createRedactor();
  const log = createLog({
    level: config.logLevel,
    redact: redactor.redact,
    write: writeNote,
  });

  let exitCode = 0;
  const leave = new Promise<void>((resolve) => {
    for (const signal of SIGNALS) process.on(signal, () => resolve());
    process.on("uncaughtException", (error) => {
      log.error(`Ending after an unexpected failure: ${error.stack ?? error.message}`);
      exitCode = 1;
      resolve();
    });
  });
  warn(setup, log);

  const server = composeServer(setup, {
    version: KANEO_MCP_VERSION,
    icon: KANEO_MCP_ICON,
    clock,
    log,
    redactor,
    pid: process.pid,
    uid: process.getuid?.(),
    nodeVersion: process.version,
    env: process.env,
  });
  await serveStdio(server, { stdin, stdout, clock, log, leave });
  process.exit(exitCode);
}

/** A dependency's `console.log` must not end up between two messages. */
function keepStdoutForTheProtocol(): void {
  const { Console } = console;
  let harmless: Console | undefined;
  Object.defineProperty(globalThis, "console", {
    get: () => {
      harmless ??= new Console(stderr(), stderr());
      return harmless;
    },
  });
}

/** What a client leaves unread waits in memory. */
const MOST_UNREAD_NOTES = 1024 * 1024;

function writeNote(line: string): void {
  const stream = stderr();
  if (stream.writableLength < MOST_UNREAD_NOTES) stream.write(line);
}

/** Opened at the first use, which most processes never see. Closed at the other end, it does not end this one. */
function stderr(): NodeJS.WriteStream {
  const { stderr: stream } = process;
  if (stream.listenerCount("error") === 0) stream.on("error", () => {});
  return stream;
}

function warn({ problems, warnings }: Setup, log: Log): void {
  for (const problem of problems) log.error(problem);
  for (const warning of warnings) log.warn(warning);
  if (process.env["NODE_TLS_REJECT_UNAUTHORIZED"] === "0") {
    log.warn(
      "NODE_TLS_REJECT_UNAUTHORIZED=0 turns certificate checks off: anybody in between can read the credentials. " +
        "For your own authority, set NODE_EXTRA_CA_CERTS to its certificate instead.",
    );
  }
}
