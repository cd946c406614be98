/** What `npm run sandbox` and `npm run demo` share: their words, and how they fail. */

import { refuse, tell } from "../../src/cli/surroundings.ts";
import { readCommandLine } from "../../src/command-line.ts";
import { codeOf } from "../../src/errors.ts";
import type { Sandbox, SandboxOptions } from "./start-sandbox.ts";

/** What a command was told. */
export interface CommandLine {
  /** Undefined where none was named. */
  port: number | undefined;
  has(flag: string): boolean;
}

/** Reads the words behind a command; undefined when everything has been said already, with the exit code set. */
export function readFlags(help: string, ...flags: string[]): CommandLine | undefined {
  const own = Object.fromEntries(flags.map((flag) => [flag, "boolean" as const]));
  const order = readCommandLine(process.argv.slice(2), { port: "string", help: "boolean", ...own });
  if (order.flags.has("help")) {
    process.exitCode = tell(process, help);
    return undefined;
  }
  const port = order.flags.get("port");
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) <= 65_535)) {
    order.problems.push(`--port takes a number, 0 (a free one) to 65535; "${port}" is none.`);
  }
  order.problems.push(...order.words.map((word) => `"${word}" means nothing here.`));
  if (order.problems.length > 0) {
    process.exitCode = refuse(order, process);
    return undefined;
  }
  const number = port === undefined ? undefined : Number(port);
  return { port: number, has: (flag) => order.flags.has(flag) };
}

/** Starts the sandbox; undefined when it cannot, which is said, with the exit code set. */
export async function startOrSay(options: SandboxOptions): Promise<Sandbox | undefined> {
  // It takes a second to load, for which nobody who asks for help should wait.
  const { startSandbox } = await import("./start-sandbox.ts");
  try {
    return await startSandbox(options);
  } catch (error) {
    const reason = REASONS[codeOf(error)];
    if (!reason) throw error;
    const next = "For another one, add -- --port 0 to the command";
    process.stderr.write(
      `The sandbox cannot listen on port ${options.port}: ${reason}. ${next}.\n`,
    );
    process.exitCode = 1;
    return undefined;
  }
}

const REASONS: Record<string, string> = {
  EADDRINUSE: "something else does already, perhaps another sandbox",
  EACCES: "this user may not",
};
