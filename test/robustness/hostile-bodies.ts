import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { type Sandbox, startSandbox } from "../sandbox/start-sandbox.ts";
import { spawnServer } from "../support/spawn-server.ts";
import { complaintAbout } from "./clear-text.ts";

export interface HostileBodyCounts {
  bodies: number;
  /** Of all processes: how far one grew above its size after an honest call. */
  mostGrowthMib: number;
  slowestAnswerMs: number;
  /** Of the process, for one answer: what is left of it on a machine that does nothing else. */
  mostProcessorMs: number;
  /** From the client's end, which comes in the middle of a call, to the process's. */
  slowestEndMs: number;
  slowest: { answer: string; end: string; growth: string };
  complaints: string[];
}

/** An answer that costs more than it weighs, to the request of a call that matches `path`. */
interface HostileBody {
  name: string;
  tool: string;
  args: Record<string, unknown>;
  path: RegExp;
  /** Made when it is sent: some take longer than to be answered. */
  text(): string;
  /** Whether it is good, so that the call may succeed. */
  isGood?: boolean;
}

export const MOST_GROWTH_MIB = 200;

/** Each body to a process of its own, from the built file. */
export async function runHostileBodies(
  options: { only?: RegExp } = {},
): Promise<HostileBodyCounts> {
  const { only = /./ } = options;
  const counts: HostileBodyCounts = {
    bodies: 0,
    mostGrowthMib: 0,
    slowestAnswerMs: 0,
    mostProcessorMs: 0,
    slowestEndMs: 0,
    slowest: { answer: "", end: "", growth: "" },
    complaints: [],
  };
  await using sandbox = await startSandbox();
  const projectId =
    [...sandbox.data.projects.values()].find(({ slug }) => slug === "WEB")?.id ?? "";
  for (const body of hostileBodies(projectId).filter(({ name }) => only.test(name))) {
    await sendBody(sandbox, { body, counts });
  }
  if (only.test(MANY_LISTS)) await readManyLists(sandbox, counts);
  return counts;
}

async function sendBody(
  sandbox: Sandbox,
  { body, counts }: { body: HostileBody; counts: HostileBodyCounts },
): Promise<void> {
  const { name, tool, args, path, text, isGood = false } = body;
  const { apiKey } = sandbox.people.alice;
  const env = {
    KANEO_API_URL: sandbox.url,
    KANEO_API_KEY: apiKey,
    KANEO_TOOLSETS: "default,files",
  };
  await using server = await spawnServer({ env });
  await server.initialize();
  await server.call("list_tasks", { project: "WEB" });
  const before = await peakMib(server.pid);
  const busyBefore = await processorMs(server.pid);
  const headers = { "content-type": "application/json" };
  sandbox.fail({ path, times: Infinity }, { kind: "answer", status: 200, body: text(), headers });

  const asked = performance.now();
  const answer = await server.call(tool, args);
  const answerMs = performance.now() - asked;
  const busyMs = (await processorMs(server.pid)) - busyBefore;
  const growth = (await peakMib(server.pid)) - before;
  server.send({ id: "last", method: "tools/call", params: { name: tool, arguments: args } });
  await delay(LAST_CALL_RUNS_MS);
  const ended = performance.now();
  server.endInput();
  await server.exit;
  const endMs = performance.now() - ended;
  sandbox.clearFaults();

  counts.bodies += 1;
  const complaint = answer.isError ? complaintAbout(answer.text) : !isGood && "is a success";
  if (complaint) counts.complaints.push(`${name}: the text ${complaint}: ${answer.text}`);
  if (growth > MOST_GROWTH_MIB) counts.complaints.push(`${name}: grew by ${growth} MiB`);
  counts.mostProcessorMs = Math.max(counts.mostProcessorMs, busyMs);
  keepWorst(counts, { name, answerMs, endMs, growth });
}

/** Long enough for the answer to have come. */
const LAST_CALL_RUNS_MS = 150;

function keepWorst(
  counts: HostileBodyCounts,
  run: { name: string; answerMs: number; endMs: number; growth: number },
): void {
  const { name, answerMs, endMs, growth } = run;
  if (answerMs > counts.slowestAnswerMs) {
    counts.slowestAnswerMs = answerMs;
    counts.slowest.answer = name;
  }
  if (endMs > counts.slowestEndMs) {
    counts.slowestEndMs = endMs;
    counts.slowest.end = name;
  }
  if (growth > counts.mostGrowthMib) {
    counts.mostGrowthMib = growth;
    counts.slowest.growth = name;
  }
}

const MANY = 40;
const MANY_LISTS = `${MANY} workspaces with lists of 4 MiB`;

/** As many workspaces as an account may have, each with a list that is as long as may be: one after the other, and at once. */
async function readManyLists(sandbox: Sandbox, counts: HostileBodyCounts): Promise<void> {
  const env = { KANEO_API_URL: sandbox.url, KANEO_API_KEY: sandbox.people.alice.apiKey };
  await using server = await spawnServer({ env });
  await server.initialize();
  await server.call("list_tasks", { project: "WEB" });
  const before = await peakMib(server.pid);
  const workspaces = Array.from({ length: MANY }, (_, at) => ({
    id: `w${at}`,
    name: `Workspace ${at}`,
    slug: `w${at}`,
  }));
  const good = { kind: "answer", status: 200 } as const;
  sandbox.fail({ path: WORKSPACES.path, times: Infinity }, { ...good, body: workspaces });
  sandbox.fail({ path: PROJECTS.path, times: Infinity }, { ...good, body: GOOD_PROJECTS });
  for (const { id } of workspaces) {
    const { text, isError } = await server.call("list_projects", { workspace: id });
    if (isError) counts.complaints.push(`${id} of many: ${text}`);
  }
  const { text, isError } = await server.call("list_projects");
  sandbox.clearFaults();
  const complaint = isError && complaintAbout(text);
  if (complaint) counts.complaints.push(`all of many: the text ${complaint}: ${text}`);
  if (server.stderr() !== "") counts.complaints.push(`many lists: stderr says ${server.stderr()}`);
  const growth = (await peakMib(server.pid)) - before;
  if (growth > MOST_GROWTH_MIB) counts.complaints.push(`${MANY_LISTS}: grew by ${growth} MiB`);
  keepWorst(counts, { name: MANY_LISTS, answerMs: 0, endMs: 0, growth });
}

/** Linux. */
export async function peakMib(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Math.round(Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1]) / 1024);
}

/** Linux, where a tick is a hundredth of a second. */
async function processorMs(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, "utf8")).split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

const PROJECTS = { tool: "list_projects", args: { workspace: "acme" }, path: /^\/api\/project/ };
const WORKSPACES = {
  tool: "list_projects",
  args: { workspace: "elsewhere" },
  path: /^\/api\/auth\/organization\/list/,
};
const NOTIFICATIONS = { tool: "list_notifications", args: {}, path: /^\/api\/notification/ };
const FILTERED = {
  tool: "list_tasks",
  args: { project: "WEB", text: "login" },
  path: /^\/api\/task\/tasks/,
};
const COMMENTS = {
  tool: "get_task",
  args: { task: "WEB-1", include: ["comments"] },
  path: /^\/api\/comment\//,
};
const TASK = {
  tool: "attach_image",
  args: { task: "WEB-1", data: "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7" },
  path: /^\/api\/task\/\w{20,}$/,
};
const TASKS = { tool: "list_tasks", args: { project: "WEB" }, path: /^\/api\/task\/tasks/ };

/** 3.9 MiB. */
const GOOD_PROJECTS = JSON.stringify(
  Array.from({ length: 12_500 }, (_, at) => ({
    id: `p${at}`,
    workspaceId: "w",
    slug: `P${at}`,
    name: "x".repeat(200),
    statistics: { totalTasks: 1, completionPercentage: 1 },
  })),
);

function hostileBodies(projectId: string): HostileBody[] {
  const times = (count: number, item: (index: number) => string) =>
    `[${Array.from({ length: count }, (_, index) => item(index)).join(",")}]`;
  const different = (count: number, each: number) =>
    times(count / each, (row) => {
      const keys = Array.from(
        { length: each },
        (_, at) => `"k${(row * each + at).toString(36)}":1`,
      );
      return `{${keys.join(",")}}`;
    });
  const row = { projectId, title: "t", status: "to-do", createdAt: "2026-01-01T00:00:00.000Z" };
  const task = (number: number, more: object = {}) =>
    JSON.stringify({ id: `t${number}`, number, ...row, labels: [], ...more });
  const titled = (title: string) => boardOf(`[${task(1, { title })}]`);
  return [
    // What a member can write, to those who read it.
    {
      name: "a title of a million marks on one letter",
      ...FILTERED,
      isGood: true,
      text: () => titled(`a${"\u0315".repeat(500_000)}${"\u0300".repeat(500_000)}`),
    },
    {
      name: "a title of ten million ligatures",
      ...FILTERED,
      isGood: true,
      text: () => titled("\uFDFA".repeat(10_000_000)),
    },
    {
      name: "a comment of beginnings of mentions",
      ...COMMENTS,
      isGood: true,
      text: () => commented("<kaneo-mention ".repeat(250_000)),
    },
    {
      name: "a description of a million line breaks",
      ...TASK,
      isGood: true,
      text: () => task(1, { id: projectId, description: `${"\n".repeat(1_000_000)}x` }),
    },
    { name: "900,000 × {} as projects", ...PROJECTS, text: () => times(900_000, () => "{}") },
    { name: "390,000 × {} as projects", ...PROJECTS, text: () => times(390_000, () => "{}") },
    {
      name: "400,000 × {} as notifications",
      ...NOTIFICATIONS,
      text: () => times(400_000, () => "{}"),
    },
    {
      name: "390,000 × {} as notifications",
      ...NOTIFICATIONS,
      text: () => times(390_000, () => "{}"),
    },
    { name: "3,000,000 × 1 as workspaces", ...WORKSPACES, text: () => times(3_000_000, () => "1") },
    { name: "590,000 × 1 as workspaces", ...WORKSPACES, text: () => times(590_000, () => "1") },
    { name: "990,000 wrong tasks", ...TASKS, text: () => boardOf(times(990_000, () => "{}")) },
    { name: "390,000 wrong tasks", ...TASKS, text: () => boardOf(times(390_000, () => "{}")) },
    {
      name: "20,000 wrong tasks",
      ...TASKS,
      text: () => boardOf(times(20_000, () => '{"id":"x"}')),
    },
    { name: "texts as tasks", ...TASKS, text: () => boardOf(times(590_000, (at) => `"${at}"`)) },
    { name: "1.4 million keys", ...TASKS, text: () => boardOf(different(1_400_000, 100)) },
    { name: "390,000 keys in small objects", ...PROJECTS, text: () => different(390_000, 20) },
    { name: "nothing but brackets", ...TASKS, text: () => "[".repeat(32 * 2 ** 20) },
    {
      name: "399,999 lists in each other",
      ...TASKS,
      text: () => `${"[".repeat(399_999)}${"]".repeat(399_999)}`,
    },
    {
      name: "a description of 31 MiB",
      ...TASKS,
      isGood: true,
      text: () => boardOf(`[${task(1, { description: `ü${"x".repeat(31 * 2 ** 20)}` })}]`),
    },
    {
      name: "84,000 good tasks",
      ...TASKS,
      isGood: true,
      text: () => boardOf(times(84_000, (at) => task(at))),
    },
    { name: "12,500 good projects", ...PROJECTS, isGood: true, text: () => GOOD_PROJECTS },
  ];
}

function commented(content: string): string {
  const at = "2026-01-01T00:00:00.000Z";
  return JSON.stringify([{ id: "c1", taskId: "t1", createdAt: at, updatedAt: at, content }]);
}

function boardOf(tasks: string): string {
  const column = `{"slug":"to-do","name":"To Do","isFinal":false,"tasks":${tasks}}`;
  const data = `{"columns":[${column}],"plannedTasks":[],"archivedTasks":[]}`;
  return `{"data":${data},"pagination":{"total":1}}`;
}
