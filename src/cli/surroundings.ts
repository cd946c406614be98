import type { Clock } from "../clock.ts";
import type { CommandLine } from "../command-line.ts";
import type { Redactor } from "../http/redactor.ts";
import type { Config } from "../settings.ts";

/** What a command sees of its process and the machine. */
export interface Surroundings {
  env: Readonly<Record<string, string | undefined>>;
  homeDir: string;
  platform: NodeJS.Platform;
  /** Absolute path of this Node. */
  execPath: string;
  /** Such as `v22.1.0`. */
  nodeVersion: string;
  /** Absolute path of the file that was started. */
  script: string;
  version: string;
  clock: Clock;
  pid: number;
  uid: number | undefined;
  /** Aborts at Ctrl+C, which until the first call ends the process. */
  interrupted(): AbortSignal;
  stdout: { write(text: string): unknown };
  stderr: { write(text: string): unknown };
}

/** The same with the settings that are meant for one account; `env` has the variables that gave them. */
export interface AccountSurroundings extends Surroundings {
  config: Config;
  /** What is odd about the settings, in whole sentences. */
  warnings: readonly string[];
  redactor: Redactor;
}

/** Says it, and gives the exit code of success. */
export function tell({ stdout }: Pick<Surroundings, "stdout">, text: string): number {
  stdout.write(text);
  return 0;
}

/** Says what is wrong with the words, and gives the exit code for that. */
export function refuse(
  { problems }: CommandLine,
  { stderr }: Pick<Surroundings, "stderr">,
): number {
  const lines = problems.map((problem) => `  - ${problem}\n`).join("");
  stderr.write(`Nothing was done:\n${lines}--help lists what there is.\n`);
  return 2;
}
