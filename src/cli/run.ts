import type { Command } from "../config.ts";
import type { RunningProcess } from "./account.ts";

/** Runs a command, and loads no more than it needs. Gives the exit code. */
export async function run(
  command: Command,
  argv: readonly string[],
  around: RunningProcess,
): Promise<number> {
  switch (command) {
    case "install":
      return (await import("./install.ts")).install(argv, around);
    case "uninstall":
      return (await import("./install.ts")).uninstall(argv, around);
    case "login":
      return (await import("./login.ts")).login(argv, around);
    case "logout":
      return (await import("./logout.ts")).logout(argv, around);
    case "status":
      return (await import("./status.ts")).status(argv, around);
    case "doctor":
      return (await import("./doctor.ts")).doctor(argv, around);
  }
}
