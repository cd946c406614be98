/** What a command sees of the process, and which one it is. Apart from main.ts, which every start reads. */
import { homedir } from "node:os";
import { systemClock } from "../clock.ts";
import type { Command } from "../config.ts";
import type { Surroundings } from "./surroundings.ts";

interface CommandOptions extends Pick<Surroundings, "script" | "version" | "stderr"> {
  process: NodeJS.Process;
  /** What a person, or a terminal that closes, ends a command with. */
  signals: readonly NodeJS.Signals[];
}

/** Runs a command, and loads no more than it needs. Gives the exit code. */
export async function run(
  { command, argv }: { command: Command; argv: readonly string[] },
  { process, signals, ...given }: CommandOptions,
): Promise<number> {
  const { env, platform, execPath, stdout, pid } = process;
  const around: Surroundings = {
    ...given,
    env,
    homeDir: homedir(),
    platform,
    execPath,
    nodeVersion: process.version,
    clock: systemClock,
    pid,
    uid: process.getuid?.(),
    stdout,
    interrupted: () => {
      const leave = new AbortController();
      for (const signal of signals) process.once(signal, () => leave.abort());
      return leave.signal;
    },
  };
  // Timers elsewhere do not keep the process alive.
  const alive = setInterval(() => {}, 2 ** 30);
  return start(command, argv, around).finally(() => clearInterval(alive));
}

async function start(command: Command, argv: readonly string[], around: Surroundings) {
  switch (command) {
    case "install":
    case "uninstall":
      return (await import("./install.ts"))[command](argv, around);
    case "login":
    case "logout":
    case "status":
      return (await import("./account.ts"))[command](argv, around);
    case "doctor":
      return (await import("./doctor.ts")).doctor(argv, around);
  }
}
