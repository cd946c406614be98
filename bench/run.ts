/** `npm run bench`: measures every figure that is promised, as a ratio against its own baseline in the same run. */
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { makeTemporaryFolder } from "../test/support/temporary-folder.ts";
import { measureCalls } from "./calls.ts";
import { compare } from "./compare.ts";
import { measureSizeGrowth, measureToolGrowth } from "./growth.ts";
import { signIn } from "./our-server.ts";
import { measurePackage } from "./package-figures.ts";
import { plotGrowth } from "./plot.ts";
import { describeMachine, type Results, render, save } from "./report.ts";
import { countRequests } from "./request-counts.ts";
import { startSandboxProcess } from "./sandbox.ts";
import { measureStart } from "./start-up.ts";

const usage = `npm run bench -- [--quick] [--compare "<command>"]

--quick    fewer rounds, prints only; without it bench/results.json and bench/growth.svg are written
--compare  starts another stdio MCP server beside ours, such as --compare "npx -y some-mcp-server"
`;

interface Rounds {
  start: number;
  calls: number;
  growth: number;
  sizes: number[];
}

const whole: Rounds = { start: 20, calls: 500, growth: 15, sizes: [30, 300, 3_000, 30_000] };
const quick: Rounds = { start: 6, calls: 100, growth: 5, sizes: [30, 300, 3_000] };

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      quick: { type: "boolean", default: false },
      compare: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  const results = await measure(values.quick ? quick : whole, values.compare);
  process.stdout.write(`${render(results)}\n`);
  if (values.quick) return;
  await save(new URL("results.json", import.meta.url), results);
  await writeFile(new URL("growth.svg", import.meta.url), plotGrowth(results.sizes));
}

async function measure(rounds: Rounds, commandLine: string | undefined): Promise<Results> {
  await using folder = await makeTemporaryFolder();
  const home = folder.path;
  const figures = [];
  const results: Partial<Results> = {};
  {
    await using sandbox = await startSandboxProcess("contract");
    const place = { url: sandbox.url, home };
    await signIn(sandbox, home);
    progress("start and memory");
    figures.push(...(await measureStart(rounds.start, place)));
    progress("calls");
    figures.push(...(await countRequests(sandbox, place)));
    figures.push(...(await measureCalls({ sandbox, home, rounds: rounds.calls })));
    progress("package and tokens");
    figures.push(...(await measurePackage(place)));
    progress("growth with the number of tools");
    results.tools = await measureToolGrowth(rounds.growth, place);
    if (commandLine !== undefined) {
      progress(`comparison with ${commandLine}`);
      results.comparison = await compare({ commandLine, rounds: rounds.growth, place }).catch(
        explain,
      );
    }
  }
  progress("growth with the size of the project");
  const sizes = await measureSizeGrowth({ sizes: rounds.sizes, rounds: rounds.growth, home });
  return { machine: describeMachine(), figures, tools: [], ...results, sizes };
}

/** What another server does wrong must not cost us our own figures. */
function explain(error: Error): undefined {
  process.stderr.write(`The other server cannot be compared. ${error.message}\n`);
}

function progress(what: string): void {
  process.stderr.write(`… ${what}\n`);
}

await main();
