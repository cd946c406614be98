import { type KnownFlags, readCommandLine } from "../command-line.ts";
import { readSetup, type Setup } from "../config.ts";
import { nearestNames } from "../text/nearest-names.ts";

/** What a command sees of the machine. */
export interface Surroundings {
  env: Readonly<Record<string, string | undefined>>;
  homeDir: string;
  platform: NodeJS.Platform;
  /** Absolute path of this Node. */
  execPath: string;
  /** Absolute path of the file that was started. */
  script: string;
  version: string;
  stdout: { write(text: string): unknown };
  stderr: { write(text: string): unknown };
}

/** What stands on the command line behind a command. */
export interface Order {
  words: string[];
  /** Flag, without its dashes → value, "1" for those without one. */
  flags: ReadonlyMap<string, string>;
  /** Everything that is wrong, one sentence each. */
  problems: string[];
}

/** Reads `argv` with the flags that a command knows. */
export function readOrder(argv: readonly string[], known: KnownFlags): Order {
  const names = Object.keys(known);
  const unknown = (flag: string) => `is no flag of this command${meant(flag, names, "--")}`;
  const { words, ...line } = readCommandLine(argv, known, unknown);
  return { ...line, words: words.map(({ text }) => text) };
}

/** Flags of commands, and the variables of a server that they stand for. */
const VARIABLES: Readonly<Record<string, string>> = {
  "api-url": "KANEO_API_URL",
  profile: "KANEO_PROFILE",
  toolsets: "KANEO_TOOLSETS",
  "files-dir": "KANEO_FILES_DIR",
};

/** The variables that flags stand for, with the values given there. */
export function variablesOf({ flags }: Pick<Order, "flags">): Record<string, string> {
  const values = Object.entries(VARIABLES).flatMap(([flag, variable]) => {
    const value = flags.get(flag);
    return value === undefined ? [] : [[variable, value] as const];
  });
  return Object.fromEntries(values);
}

/** The settings of `env` with the flags over them; what is wrong with a flag is said of that, and not of its variable. */
export function readSettings(order: Pick<Order, "flags">, env: Surroundings["env"]): Setup {
  const setup = readSetup({ ...env, ...variablesOf(order) });
  const inFlags = (problem: string) =>
    Object.entries(VARIABLES).reduce(
      (text, [flag, variable]) =>
        order.flags.has(flag) ? text.replace(variable, `--${flag}`) : text,
      problem,
    );
  return { ...setup, problems: setup.problems.map(inFlags) };
}

/** `"curser" is no client; did you mean cursor?`, in the words of the person unless they might be a key. */
export function unknownWord(word: string, kind: string, names: readonly string[]): string {
  const quoted = /^[A-Za-z -]{1,24}$/.test(word) ? `"${word}"` : "One of the words";
  return `${quoted} is no ${kind}${meant(word, names)}`;
}

/** Nothing but the full stop where no name is like the word. */
function meant(word: string, names: readonly string[], prefix = ""): string {
  const [near] = nearestNames(word, names, 1);
  return near === undefined ? "." : `; did you mean ${prefix}${near}?`;
}

/** Says it, and gives the exit code of success. */
export function tell({ stdout }: Pick<Surroundings, "stdout">, text: string): number {
  stdout.write(text);
  return 0;
}

/** Says what is wrong with the words, and gives the exit code for that. */
export function refuse({ problems }: Order, { stderr }: Pick<Surroundings, "stderr">): number {
  const lines = problems.map((problem) => `  - ${problem}\n`).join("");
  stderr.write(`Nothing was done:\n${lines}--help lists what there is.\n`);
  return 2;
}
