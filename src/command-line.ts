import { parseArgs } from "node:util";
import { didYouMean } from "./text/nearest-names.ts";

/** Flag, without its dashes → whether it takes a value. */
export type KnownFlags = Readonly<Record<string, "string" | "boolean">>;

export interface CommandLine {
  /** Flag, without its dashes → value, "1" for those without one. */
  flags: Map<string, string>;
  /** What belongs to no flag. */
  words: string[];
  /** Everything that is wrong with the flags, one sentence each. No value is repeated: somebody may have tried to pass a key. */
  problems: string[];
}

const SHORT: Readonly<Record<string, string>> = { help: "h", version: "v" };

/** Reads `argv` with the flags that are known. */
export function readCommandLine(argv: readonly string[], known: KnownFlags): CommandLine {
  const line: CommandLine = { flags: new Map(), words: [], problems: [] };
  // Most starts have none, and the parser takes as long to load as all else here.
  if (argv.length === 0) return line;
  const options = Object.entries(known).map(([name, type]) => {
    const short = SHORT[name];
    return [name, { type, ...(short !== undefined && { short }) }];
  });
  const { tokens } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(options),
    strict: false,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind === "positional") line.words.push(token.value);
    if (token.kind !== "option") continue;
    const { name, value, rawName } = token;
    const problem = Object.hasOwn(known, name)
      ? problemWith(value, known[name])
      : `is no flag of this command${didYouMean(name, Object.keys(known), "--")}`;
    if (problem !== undefined) line.problems.push(`${rawName.slice(0, 60)} ${problem}`);
    else line.flags.set(name, value ?? "1");
  }
  return line;
}

function problemWith(value: string | undefined, type: KnownFlags[string] | undefined) {
  if (type === "boolean") return value === undefined ? undefined : "takes no value.";
  const isMissing = value === undefined || value.trim() === "" || value.startsWith("-");
  return isMissing ? "needs a value." : undefined;
}
