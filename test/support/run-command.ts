import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { login, logout, status } from "../../src/cli/account.ts";
import { doctor } from "../../src/cli/doctor.ts";
import type { Surroundings } from "../../src/cli/surroundings.ts";
import { systemClock } from "../../src/clock.ts";
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
  return untilEnd(child);
}

/** What a process says until it ends. */
export async function untilEnd(child: ChildProcessWithoutNullStreams): Promise<CommandRun> {
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  return { code, out, err };
}

const commands = { doctor, login, logout, status };

/** The same in this process, since one of its own takes ten times as long. `heard` gets what it says, as it does. */
export async function runHere(
  home: string,
  [command, ...argv]: readonly [keyof typeof commands, ...string[]],
  { env = {}, heard }: { env?: Record<string, string>; heard?(text: string): void } = {},
): Promise<CommandRun> {
  const around = { homeDir: home, env: bareEnvironment(home, env) };
  return runIn(around, (surroundings) => commands[command](argv, surroundings), heard);
}

/** Runs what a command does where `around` says, on this machine as to the rest. */
export async function runIn(
  around: Pick<Surroundings, "homeDir" | "env"> & Partial<Surroundings>,
  work: (surroundings: Surroundings) => Promise<number>,
  heard?: (text: string) => void,
): Promise<CommandRun> {
  const run: CommandRun = { code: 0, out: "", err: "" };
  const out = (text: string) => {
    run.out += text;
    heard?.(text);
  };
  run.code = await work({
    platform: process.platform,
    execPath: process.execPath,
    nodeVersion: process.version,
    script: builtFile,
    version: "1.2.3",
    clock: systemClock,
    pid: process.pid,
    uid: process.getuid?.(),
    interrupted: () => new AbortController().signal,
    stdout: { write: out },
    stderr: { write: (text) => (run.err += text) },
    ...around,
  });
  return run;
}
