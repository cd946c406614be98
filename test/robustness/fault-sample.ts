import { startSandbox } from "../sandbox/start-sandbox.ts";
import { spawnServer } from "../support/spawn-server.ts";
import { complaintAbout } from "./clear-text.ts";
import { type NamedFault, networkFaults } from "./network-faults.ts";
import { startSecondHost } from "./second-host.ts";

export interface FaultSampleCounts {
  faults: number;
  calls: number;
  contactsOfSecondHost: number;
  slowestMs: number;
  complaints: string[];
}

/** The deadline of a request, and what a busy machine adds to it. */
const DEADLINE_MS = 30_000 + 5_000;

/** Every fault at a read and at a write of the built file, with the deadline that people have. */
export async function runFaultSample({ lanes = 5 } = {}): Promise<FaultSampleCounts> {
  await using secondHost = await startSecondHost();
  const faults = networkFaults(`${secondHost.url}/api/elsewhere`);
  const counts = { faults: faults.length, calls: 0, contactsOfSecondHost: 0, slowestMs: 0 };
  const result: FaultSampleCounts = { ...counts, complaints: [] };
  const remaining = faults[Symbol.iterator]();
  const lane = async () => {
    for (const fault of remaining) await sample(fault, result);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return { ...result, contactsOfSecondHost: secondHost.contacts() };
}

async function sample(fault: NamedFault, result: FaultSampleCounts): Promise<void> {
  await using sandbox = await startSandbox();
  const env = { KANEO_API_URL: sandbox.url, KANEO_API_KEY: sandbox.people.alice.apiKey };
  await using server = await spawnServer({ env });
  await server.initialize();
  await server.call("get_task", { task: "WEB-4" });
  if (fault.kind === "refused") await sandbox.close();
  else sandbox.fail({ path: /^\/api\/(activity|comment)/, times: Infinity }, fault.fault);
  sandbox.clearRequests();
  const calls = [
    ["get_task", { task: "WEB-4", include: ["activity", "comments"] }],
    ["add_comment", { task: "WEB-4", content: "Once" }],
  ] as const;
  const judge = async ([name, args]: (typeof calls)[number]) => {
    const began = performance.now();
    const { text, isError } = await server.call(name, args);
    const tookMs = performance.now() - began;
    const complaint = isError ? complaintAbout(text) : "is a success";
    result.calls += 1;
    result.slowestMs = Math.max(result.slowestMs, tookMs);
    if (complaint) result.complaints.push(`${name}, ${fault.name}: ${complaint}: ${text}`);
    if (tookMs > DEADLINE_MS) result.complaints.push(`${name}, ${fault.name}: took ${tookMs} ms`);
  };
  await Promise.all(calls.map(judge));
  const writes = sandbox.requests.filter(({ method }) => method !== "GET");
  if (writes.length > 1) result.complaints.push(`${fault.name}: wrote ${writes.length} times`);
}
