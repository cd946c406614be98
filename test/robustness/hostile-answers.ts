import { setTimeout as delay } from "node:timers/promises";
import type { Http } from "../../src/http/http.ts";
import type { Tool } from "../../src/tools/tool.ts";
import { everyTool, examplesFor } from "../support/example-ids.ts";
import { complaintAbout } from "./clear-text.ts";
import { isHonestPath } from "./honest-path.ts";
import { FORGED_LINE, forging, LIES, lying, twisting } from "./lies.ts";
import { type Random, seededRandom } from "./seeded-random.ts";
import { type Outcome, startWorkbench, type Workbench } from "./workbench.ts";

export interface HostileCounts {
  tools: number;
  calls: number;
  results: number;
  failures: number;
  requests: number;
  /** Requests whose path no id of an honest Kaneo makes. */
  strayPaths: string[];
  complaints: string[];
}

/**
 * Each tool against a Kaneo that lies: every kind of lie as the whole answer, from the first, second, third request on,
 * or every `step`th of these; once with a forged line in all that people wrote; and so many times with a few places of
 * every answer twisted.
 */
export async function runHostileAnswers(options: {
  step: number;
  twistsPerTool: number;
  seed: number;
}): Promise<HostileCounts> {
  await using bench = await startWorkbench();
  const random = seededRandom(options.seed);
  const counts = { tools: everyTool.length, calls: 0, results: 0, failures: 0, requests: 0 };
  const result: HostileCounts = { ...counts, strayPaths: [], complaints: [] };
  const lies = LIES.flatMap((lie) => [0, 1, 2, 3].map((after) => ({ lie, after })));
  for (const [index, { tool, lie, after }] of everyTool
    .flatMap((tool) => lies.map((one) => ({ tool, ...one })))
    .entries()) {
    if (index % options.step > 0) continue;
    const name = `${JSON.stringify(lie).slice(0, 60)} after ${after}`;
    await callLiar({ bench, tool, result }, { name, wrap: lying(lie, after) });
  }
  for (const tool of everyTool) {
    await callLiar({ bench, tool, result }, { name: "every text forged", wrap: forging });
    for (let turn = 0; turn < options.twistsPerTool; turn += 1) {
      await callTwister({ bench, tool, result }, random);
    }
  }
  return result;
}

interface Place {
  bench: Workbench;
  tool: Tool;
  result: HostileCounts;
}

async function callTwister(place: Place, random: Random): Promise<void> {
  await callLiar(place, { name: "twisted", wrap: twisting(random) });
}

async function callLiar(
  { bench, tool, result }: Place,
  { name, wrap }: { name: string; wrap: (http: Http) => Http },
): Promise<void> {
  const complain = (what: string) => result.complaints.push(`${tool.name}, ${name}: ${what}`);
  bench.restore();
  const args = examplesFor(bench.sandbox)[tool.name];
  bench.sandbox.clearRequests();
  await using connection = bench.connect({ wrap });
  const outcome = await Promise.race([connection.call(tool, args), delay(PATIENCE_MS)]);
  if (!outcome) return void complain(`has no end: ${bench.sandbox.requests.length} requests`);

  result.calls += 1;
  result[outcome.isFailure ? "failures" : "results"] += 1;
  result.requests += bench.sandbox.requests.length;
  for (const { method, path } of bench.sandbox.requests) {
    if (!isHonestPath(path)) result.strayPaths.push(`${tool.name}: ${method} ${path}`);
  }
  judge(outcome, bench.token, complain);
}

/** An honest call takes a thousandth of it. */
const PATIENCE_MS = 60_000;

function judge(outcome: Outcome, token: string, complain: (what: string) => void): void {
  const { text, isFailure, crash } = outcome;
  if (crash) complain(crash instanceof Error ? String(crash.stack) : String(crash));
  const unclear = isFailure ? complaintAbout(text, [token]) : undefined;
  if (unclear) complain(`the text ${unclear}: ${text.slice(0, 1_000)}`);
  const invisible = INVISIBLE.exec(text);
  if (invisible) complain(`shows what nobody can see: ${JSON.stringify(text).slice(0, 1_000)}`);
  if (withoutFences(text).includes(`\n${FORGED_LINE}`)) complain(`shows a forged line: ${text}`);
  if (text.length > 24_500) complain(`shows ${text.length} characters`);
}

const INVISIBLE = /[[\p{Cc}--[\n\t]]\u2028-\u202E\u2066-\u2069]/v;

function withoutFences(text: string): string {
  return text.replaceAll(/^--- (\d{9})\n[\s\S]*?\n--- \1$/gm, "");
}
