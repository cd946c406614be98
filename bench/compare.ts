/** Another stdio MCP server beside ours, in the same run. */
import { MIB } from "./figure.ts";
import { type McpCommand, startMcp } from "./mcp-process.ts";
import { ourCommand, type Surroundings } from "./our-server.ts";
import { toolListSize } from "./package-figures.ts";
import { settledMemory, startMs, startProcessorMs } from "./start-up.ts";
import { inTurns, median } from "./statistics.ts";

export interface ServerFacts {
  /** What was started. */
  command: string;
  /** Each as a multiple of ours. */
  start: number;
  processorTime: number;
  memory: number;
  memoryMiB: number;
  tools: number;
  toolListBytes: number;
  toolListTokens: number;
}

export interface ComparisonOptions {
  /** As one would type it, without a shell: blanks separate, double quotes keep together. */
  commandLine: string;
  rounds: number;
  place: Surroundings;
}

/** How long another server may take over an answer; through npx it may have to be downloaded first. */
const PATIENCE_MS = 60_000;

/**
 * Ours first. The other one gets our environment, so that it finds its own settings.
 *
 * @throws Error saying so when the other one does not start or does not answer.
 */
export async function compare(options: ComparisonOptions): Promise<ServerFacts[]> {
  const { commandLine, rounds, place } = options;
  const ours = ourCommand(place);
  const theirs = readCommand(commandLine);
  const inBoth = (measure: (command: McpCommand) => Promise<number>) =>
    inTurns(rounds, { ours: () => measure(ours), theirs: () => measure(theirs) });
  const start = await inBoth(startMs);
  const processor = await inBoth(startProcessorMs);
  const memory = await inBoth(settledMemory);
  const facts = async (command: McpCommand, whose: "ours" | "theirs"): Promise<ServerFacts> => {
    await using server = await startMcp(command);
    const { tools, bytes, tokens } = await toolListSize(server);
    return {
      command: whose === "ours" ? "kaneo-mcp" : commandLine,
      start: median(start[whose]) / median(start.ours),
      processorTime: median(processor[whose]) / median(processor.ours),
      memory: median(memory[whose]) / median(memory.ours),
      memoryMiB: median(memory[whose]) / MIB,
      tools,
      toolListBytes: bytes,
      toolListTokens: tokens,
    };
  };
  return [await facts(ours, "ours"), await facts(theirs, "theirs")];
}

function readCommand(commandLine: string): McpCommand {
  const words = [...commandLine.matchAll(/"([^"]*)"|(\S+)/g)].map(
    ([, quoted, bare]) => quoted ?? bare ?? "",
  );
  const [command, ...args] = words;
  if (command === undefined)
    throw new Error('--compare needs a command: --compare "node server.js"');
  return { command, args, env: process.env, timeoutMs: PATIENCE_MS };
}
