/** The time and memory of calls of a signed-in server, against the same requests without it. */
import { type BareClient, startBareClient } from "./bare-client.ts";
import { type Figure, MIB } from "./figure.ts";
import type { McpProcess } from "./mcp-process.ts";
import { type Surroundings, startOurs } from "./our-server.ts";
import { memoryOf } from "./processes.ts";
import type { SandboxProcess } from "./sandbox.ts";
import { inTurns, median, timed } from "./statistics.ts";

export interface CallsOptions {
  sandbox: SandboxProcess;
  home: string;
  /** Of the cheapest call; dearer ones are made less often. */
  rounds: number;
}

interface Contest {
  server: McpProcess;
  bare: BareClient;
  sandbox: SandboxProcess;
}

/** The sandbox has the seed "contract". */
export async function measureCalls({ sandbox, home, rounds }: CallsOptions): Promise<Figure[]> {
  const place = { url: sandbox.url, home };
  await using bare = await startBareClient(sandbox);
  await using server = await startOurs(place);
  const contest = { server, bare, sandbox };
  return [
    await oneTask(contest, rounds),
    ...(await manyTasks(contest, Math.ceil(rounds / 20))),
    ...(await bigProject(contest, place, Math.ceil(rounds / 20))),
  ];
}

async function oneTask({ server, bare, sandbox }: Contest, rounds: number): Promise<Figure> {
  const id = sandbox.taskIds["WEB-12"];
  const requests = [`/api/task/${id}`, `/api/label/task/${id}`].map(get);
  const contestants = {
    bare: () => timed(() => bare.send(requests)),
    ours: () => timed(() => server.call("get_task", { task: id, include: [] })),
  };
  // Until both are compiled by V8 and every list is known.
  await inTurns(Math.ceil(rounds / 5), contestants);
  const times = await inTurns(rounds, contestants);
  return {
    name: "get_task by id, caches warm",
    value: median(times.ours) / median(times.bare),
    unit: "×",
    target: 1.15,
    basis: "its two requests, bare and at once",
  };
}

const MANY = 50;
const AT_ONCE = 4;

async function manyTasks({ server, bare, sandbox }: Contest, rounds: number): Promise<Figure[]> {
  const path = `/api/task/${sandbox.projectIds["OPS"]}`;
  const fields = { priority: "low", status: "to-do" };
  const titles = Array.from({ length: MANY }, (_, index) => `Benchmark ${index + 1}`);
  const tasks = titles.map((title) => ({ title, ...fields }));
  const posts = tasks.map((task) => ({
    method: "POST" as const,
    path,
    body: { ...task, description: "" },
  }));
  const times = await inTurns(rounds, {
    bare: () => timed(() => bare.send(posts, AT_ONCE)),
    bareInOrder: () => timed(() => bare.send(posts, 1)),
    ours: () => timed(() => server.call("create_tasks", { project: "OPS", tasks })),
  });
  const ratio = (bareTimes: number[], basis: string) => ({
    name: `create_tasks with ${MANY} tasks`,
    value: median(times.ours) / median(bareTimes),
    unit: "×" as const,
    basis,
  });
  return [
    { ...ratio(times.bare, `${MANY} bare POSTs, ${AT_ONCE} at once`), target: 1.3 },
    ratio(times.bareInOrder, `${MANY} bare POSTs, one after the other`),
  ];
}

async function bigProject(
  { server, bare, sandbox }: Contest,
  place: Surroundings,
  rounds: number,
): Promise<Figure[]> {
  const request = get(`/api/task/tasks/${sandbox.projectIds["BIG"]}`);
  const list = { project: "BIG", limit: 25 };
  const times = await inTurns(rounds, {
    bare: () => timed(() => bare.send([request])),
    ours: () => timed(() => server.call("list_tasks", list)),
  });
  await using fresh = await startOurs(place);
  await fresh.call("list_tasks", list);
  const peak = async (name: string, { pid }: McpProcess): Promise<Figure> => ({
    name,
    value: ((await memoryOf(pid))?.peak ?? Number.NaN) / MIB,
    unit: "MiB",
    target: 200,
    basis: "whole process",
  });
  return [
    {
      name: "list_tasks, 25 of 5,000",
      value: median(times.ours) / median(times.bare),
      unit: "×",
      target: 1.4,
      basis: "the one request it needs, bare",
    },
    await peak("peak memory of a process that makes this call", fresh),
    await peak("peak memory of one that makes all calls above", server),
  ];
}

export function get(path: string) {
  return { method: "GET", path } as const;
}
