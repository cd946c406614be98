import type { Command } from "../config.ts";
import type { RunningProcess } from "./account.ts";

/** Runs a command, and loads no more than it needs. Gives the exit code. Apart from main.ts, which every start reads. */
export async function run(
  command: Command,
  argv: readonly string[],
  around: RunningProcess,
): Promise<number> {
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
