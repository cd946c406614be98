import type { Command } from "../config.ts";
import type { Surroundings } from "./order.ts";

/** Runs a command, and loads no more than it needs. Gives the exit code. */
export async function run(
  command: Command,
  argv: readonly string[],
  around: Surroundings,
): Promise<number> {
  switch (command) {
    case "install":
      return (await import("./install.ts")).install(argv, around);
    case "uninstall":
      return (await import("./install.ts")).uninstall(argv, around);
  }
}
