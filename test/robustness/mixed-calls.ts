import { readdir, readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { type Sandbox, startSandbox } from "../sandbox/start-sandbox.ts";
import { type ConnectedClient, connectClient } from "../support/connect-client.ts";
import { complaintAbout } from "./clear-text.ts";
import { type Random, seededRandom } from "./seeded-random.ts";
import { signInByLink } from "./sign-in-by-link.ts";

export interface MixedCounts {
  calls: number;
  answered: number;
  failures: number;
  complaints: string[];
  /** Resident memory in MiB after the first tenth, and at the end. */
  early: number;
  late: number;
  /** Open handles after the first call, and at the end. */
  handlesBefore: number;
  handlesAfter: number;
  /** Processes that the server started and that are still there. */
  children: number;
  milliseconds: number;
}

/** Idle connections are closed after four seconds. */
const IDLE_MS = 5_000;

/** So many different calls, twenty at a time, to one process that a person has signed in to by link. */
export async function runMixedCalls(options: {
  calls: number;
  seed: number;
}): Promise<MixedCounts> {
  await using sandbox = await startSandbox({ deviceInterval: "1s" });
  await using client = await connectClient({
    env: { KANEO_API_URL: sandbox.url, KANEO_TOOLSETS: "all" },
  });
  await signInByLink(client, sandbox);
  await delay(IDLE_MS);
  const handlesBefore = await countHandles(client.pid);
  const random = seededRandom(options.seed);
  const began = performance.now();

  const warmUp = Math.floor(options.calls / 10);
  const first = await callMixed({ client, sandbox, random }, warmUp);
  const early = await residentMib(client.pid);
  const rest = await callMixed({ client, sandbox, random }, options.calls - warmUp);
  const late = await residentMib(client.pid);
  const milliseconds = Math.round(performance.now() - began);

  return {
    calls: options.calls,
    answered: first.answered + rest.answered,
    failures: first.failures + rest.failures,
    complaints: [...first.complaints, ...rest.complaints],
    early,
    late,
    handlesBefore,
    handlesAfter: await settledHandles(client.pid, handlesBefore),
    children: await countChildren(client.pid),
    milliseconds,
  };
}

interface Place {
  client: ConnectedClient;
  sandbox: Sandbox;
  random: Random;
}

async function callMixed({ client, sandbox, random }: Place, calls: number) {
  const result = { answered: 0, failures: 0, complaints: [] as string[] };
  let left = calls;
  const lane = async () => {
    while (left > 0) {
      left -= 1;
      const [name, args] = mixedCall(random, sandbox);
      const { text, isError } = await client.call(name, args);
      result.answered += 1;
      if (!isError) continue;
      result.failures += 1;
      const complaint = complaintAbout(text);
      if (complaint)
        result.complaints.push(`${name} ${JSON.stringify(args)} ${complaint}: ${text}`);
    }
  };
  await Promise.all(Array.from({ length: 20 }, lane));
  return result;
}

type Call = [name: string, args: Record<string, unknown>];

/** A call of any kind. Comments and tasks are removed as fast as they are added, so that Kaneo stays as it is. */
function mixedCall(random: Random, { data }: Sandbox): Call {
  const task = `WEB-${1 + random.whole(16)}`;
  const other = `WEB-${1 + random.whole(16)}`;
  const extra = [...data.tasks.values()].find(({ title }) => title.startsWith("Extra"));
  const comment = data.comments().find(({ content }) => content === "Extra")?.id;
  const status = random.pick(["to-do", "in-progress", "in-review", "done"]);
  return random.pick<Call>([
    ["whoami", {}],
    ["list_projects", { workspace: "acme" }],
    ["get_project", { project: "WEB" }],
    ["list_tasks", { project: "WEB", limit: 10, sort: random.pick(["board", "due", "title"]) }],
    ["list_tasks", { workspace: "acme", text: "o", state: "all", limit: 100 }],
    ["get_task", { task, include: ["comments", "activity", "relations", "time", "links"] }],
    ["search", { query: "the", workspace: "acme" }],
    ["update_task", { task, status, priority: random.pick(["low", "high"]) }],
    ["update_tasks", { tasks: [task, other], status }],
    ["link_tasks", { task, relation: "blocks", other }],
    ["unlink_tasks", { task, other }],
    ["list_notifications", {}],
    ["get_task", { task: "NOPE-1" }],
    ["get_task", { wrong: true }],
    comment ? ["delete_comment", { comment }] : ["add_comment", { task, content: "Extra" }],
    extra
      ? ["delete_task", { task: extra.id, confirm_title: extra.title }]
      : ["create_task", { project: "WEB", title: `Extra ${random.whole(1e9)}`, labels: ["bug"] }],
  ]);
}

/** Linux. */
export async function residentMib(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024);
}

/** As many as there are once idle connections had time to close, however slow the machine is. */
async function settledHandles(pid: number, expected: number): Promise<number> {
  for (let looks = 0; looks < 60; looks += 1) {
    const handles = await countHandles(pid);
    if (handles <= expected) return handles;
    await delay(500);
  }
  return countHandles(pid);
}

async function countHandles(pid: number): Promise<number> {
  return (await readdir(`/proc/${pid}/fd`)).length;
}

async function countChildren(pid: number): Promise<number> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "");
  return children.split(" ").filter((child) => child.trim() !== "").length;
}
