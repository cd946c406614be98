import { systemClock } from "../../src/clock.ts";
import type { Http } from "../../src/http/http.ts";
import type { Tool } from "../../src/tools/tool.ts";
import { everyTool, examplesFor } from "../support/example-ids.ts";
import { complaintAbout } from "./clear-text.ts";
import { type NamedFault, networkFaults, SHORT_TIMEOUT_MS } from "./network-faults.ts";
import { startRelay } from "./relay.ts";
import { startSecondHost } from "./second-host.ts";
import { type Outcome, startWorkbench, type Workbench } from "./workbench.ts";

/** Which requests of a call are struck. */
const STRIKES = ["first request", "every request", "first write"] as const;
/** The first call of a process, with nothing kept and no connection open; and a later one. */
const MOMENTS = ["first call", "later call"] as const;

interface Cell {
  readonly tool: Tool;
  readonly fault: NamedFault;
  readonly strike: (typeof STRIKES)[number];
  readonly moment: (typeof MOMENTS)[number];
}

export interface FaultCounts {
  calls: number;
  tools: number;
  faults: number;
  succeeded: number;
  failed: number;
  doubledWrites: number;
  contactsOfSecondHost: number;
  slowestMs: number;
  /** What went wrong, each with its cell. */
  complaints: string[];
}

/** Every tool under every fault, or every `step`th of these cells, in `lanes` Kaneos at a time. */
export async function runFaultMatrix({ step = 1, lanes = 4 } = {}): Promise<FaultCounts> {
  await using secondHost = await startSecondHost();
  const faults = networkFaults(`${secondHost.url}/api/elsewhere`);
  const cells = cellsOf(faults).filter((_, index) => index % step === 0);
  const counts: FaultCounts = {
    calls: 0,
    tools: new Set(cells.map(({ tool }) => tool.name)).size,
    faults: new Set(cells.map(({ fault }) => fault.name)).size,
    succeeded: 0,
    failed: 0,
    doubledWrites: 0,
    contactsOfSecondHost: 0,
    slowestMs: 0,
    complaints: [],
  };
  const usual = await usualGrowths();
  const remaining = cells[Symbol.iterator]();
  const work = async () => {
    await using bench = await startWorkbench();
    for (const cell of remaining) await runCell(bench, { cell, usual, counts });
  };
  await Promise.all(Array.from({ length: lanes }, work));
  counts.contactsOfSecondHost = secondHost.contacts();
  return counts;
}

function cellsOf(faults: readonly NamedFault[]): Cell[] {
  return everyTool.flatMap((tool) =>
    faults.flatMap((fault) =>
      STRIKES.filter((strike) => strike !== "first write" || writes(tool)).flatMap((strike) =>
        MOMENTS.map((moment) => ({ tool, fault, strike, moment })),
      ),
    ),
  );
}

function writes({ name, annotations }: Tool): boolean {
  return !annotations.readOnlyHint && name !== "sign_in" && name !== "sign_out";
}

type Growths = Record<string, Record<string, number>>;

/** By how many rows each tool's call changes each table when nothing is in its way. */
async function usualGrowths(): Promise<Growths> {
  await using bench = await startWorkbench();
  const growths: Growths = {};
  for (const tool of everyTool) {
    bench.restore();
    const before = bench.sizes();
    await using connection = bench.connect({ clock: systemClock });
    const { text, isFailure, crash } = await connection.call(tool, argumentsOf(bench, tool));
    if (isFailure)
      throw new Error(`${tool.name} fails without any fault: ${text}`, { cause: crash });
    growths[tool.name] = growthSince(before, bench);
  }
  return growths;
}

function growthSince(before: Record<string, number>, bench: Workbench): Record<string, number> {
  const after = bench.sizes();
  return Object.fromEntries(
    Object.entries(before).map(([table, size]) => [table, Math.abs((after[table] ?? 0) - size)]),
  );
}

function argumentsOf({ sandbox }: Workbench, { name }: Tool): Record<string, unknown> {
  const example = examplesFor(sandbox)[name];
  if (!example) throw new Error(`There is no example for ${name}.`);
  return example;
}

interface CellRun {
  readonly cell: Cell;
  readonly usual: Growths;
  readonly counts: FaultCounts;
}

async function runCell(bench: Workbench, { cell, usual, counts }: CellRun): Promise<void> {
  const { tool, fault, strike, moment } = cell;
  const complain = (what: string) =>
    counts.complaints.push(`${tool.name}, ${fault.name}, ${strike}, ${moment}: ${what}`);
  bench.restore();
  await using relay = await startRelay(bench.sandbox.url);
  const cutting = (http: Http): Http => cutAtFirstWrite(http, relay.cut);
  const isCut = fault.kind === "refused" && strike === "first write";
  await using connection = bench.connect({
    ...(fault.kind === "refused" && { baseUrl: relay.url }),
    ...(isCut && { wrap: cutting }),
  });
  const args = argumentsOf(bench, tool);
  if (moment === "later call" && !isCut) {
    await connection.call(tool, args);
    bench.restore();
  }
  if (fault.isEndless) connection.hurry(SHORT_TIMEOUT_MS);
  if (fault.kind === "refused" && !isCut) relay.cut();
  strikeAt(bench, cell);

  const before = { sizes: bench.sizes(), picture: bench.picture() };
  bench.sandbox.clearRequests();
  const began = performance.now();
  const outcome = await connection.call(tool, args);
  const tookMs = performance.now() - began;
  bench.sandbox.clearFaults();

  counts.calls += 1;
  counts[outcome.isFailure ? "failed" : "succeeded"] += 1;
  counts.slowestMs = Math.max(counts.slowestMs, tookMs);
  judgeText(bench, outcome, complain);
  if (wasDoubled(bench, before.sizes, usual[tool.name] ?? {})) {
    counts.doubledWrites += 1;
    complain(`doubled a write: ${outcome.text}`);
  }
  if (outcome.isFailure && bench.picture() !== before.picture && !isHonest(outcome.text)) {
    complain(`keeps silent about what it changed: ${outcome.text}`);
  }
}

/** Whether a failure owns up to what was, or may have been, changed. */
function isHonest(text: string): boolean {
  const denies = /nothing was (changed|done|saved)(?! before)/i;
  const admits =
    /may or may not|not certain|probably saved|already|was (created|changed|saved|done)/i;
  return admits.test(text) && !denies.test(text);
}

function judgeText(bench: Workbench, outcome: Outcome, complain: (what: string) => void): void {
  const { text, isFailure, crash } = outcome;
  if (crash) complain(`threw ${crash instanceof Error ? crash.stack : String(crash)}`);
  if (!isFailure) return;
  const complaint = complaintAbout(text, [bench.token]);
  if (complaint) complain(`the text ${complaint}: ${text}`);
}

function strikeAt({ sandbox }: Workbench, { fault, strike }: Cell): void {
  if (fault.kind === "refused") return;
  const methods = strike === "first write" ? ["POST", "PUT", "PATCH", "DELETE"] : [undefined];
  const times = strike === "every request" ? Infinity : 1;
  for (const method of methods) sandbox.fail({ ...(method && { method }), times }, fault.fault);
}

function cutAtFirstWrite(http: Http, cut: () => void): Http {
  return (request) => {
    if (request.method !== "GET") cut();
    return http(request);
  };
}

/** Whether a write arrived twice, or left more rows than it does when nothing is in its way. */
function wasDoubled(
  bench: Workbench,
  before: Record<string, number>,
  usual: Record<string, number>,
): boolean {
  const sent = bench.sandbox.requests
    .filter(({ method }) => method !== "GET")
    .map(({ method, path, body }) => `${method} ${path} ${body}`);
  if (new Set(sent).size < sent.length) return true;
  return Object.entries(growthSince(before, bench)).some(
    ([table, rows]) => rows > (usual[table] ?? 0),
  );
}
