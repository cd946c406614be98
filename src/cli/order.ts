import { parseArgs } from "node:util";
import { nearestNames } from "../text/text.ts";

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
  /** Flag, without its dashes → value, "" for those without one. */
  flags: ReadonlyMap<string, string>;
  /** Everything that is wrong, one sentence each. No value is repeated: somebody may have tried to pass a key. */
  problems: string[];
}

/** Reads `argv` with the flags that a command knows; `-h` is `--help`. */
export function readOrder(
  argv: readonly string[],
  known: Readonly<Record<string, "string" | "boolean">>,
): Order {
  const names = Object.keys(known);
  const options = Object.fromEntries(
    names.map((name) => [name, { type: known[name] ?? "boolean" }]),
  );
  const args = argv.map((arg) => (arg === "-h" ? "--help" : arg));
  const { tokens, positionals } = parseArgs({ args, options, strict: false, tokens: true });
  const [flags, problems] = [new Map<string, string>(), [] as string[]];
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const problem = flagProblem(token.value, known[token.name]);
    if (problem) problems.push(`${token.rawName} ${problem}`);
    else if (names.includes(token.name)) flags.set(token.name, token.value ?? "");
    else
      problems.push(`${token.rawName} is no flag of this command${meant(token.name, names, "--")}`);
  }
  return { words: positionals, flags, problems };
}

function flagProblem(value: string | undefined, type: "string" | "boolean" | undefined) {
  if (type === "boolean") return value === undefined ? undefined : "takes no value.";
  if (type === undefined) return undefined;
  return !value || value.startsWith("-") ? "needs a value." : undefined;
}

/** `"curser" is no client; did you mean cursor?`, in the words of the person unless they might be a key. */
export function unknownWord(word: string, kind: string, names: readonly string[]): string {
  const quoted = /^[A-Za-z -]{1,24}$/.test(word) ? `"${word}"` : "One of the words";
  return `${quoted} is no ${kind}${meant(word, names)}`;
}

/** Nothing but the full stop where no name is like the word. */
function meant(word: string, names: readonly string[], prefix = ""): string {
  const [near] = nearestNames(word, names, 1);
  return near ? `; did you mean ${prefix}${near}?` : ".";
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
