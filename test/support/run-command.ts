import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { bareEnvironment, builtFile } from "./spawn-server.ts";

export interface CommandRun {
  /** Exit code. */
  code: number;
  out: string;
  err: string;
}

/** Runs a command of the built file in this home, without a terminal. */
export async function runCommand(
  home: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<CommandRun> {
  const child = spawn(process.execPath, [builtFile, ...args], { env: bareEnvironment(home, env) });
  child.stdin.end();
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  return { code, out, err };
}
