/** How the cost grows: with the number of tasks in a project, and with the number of tools. */

import { startBareClient } from "./bare-client.ts";
import { get } from "./calls.ts";
import { MIB } from "./figure.ts";
import { type McpCommand, startMcp } from "./mcp-process.ts";
import { ourCommand, type Surroundings, signIn, startOurs } from "./our-server.ts";
import { memoryOf } from "./processes.ts";
import { type SandboxProcess, startSandboxProcess } from "./sandbox.ts";
import { nothingMs } from "./start-up.ts";
import { inTurns, median, timed } from "./statistics.ts";

/** One project's size. Times are multiples of the smallest project's bare list request. */
export interface SizeGrowth {
  tasks: number;
  /** One request for all tasks of the project, without us. */
  bareList: number;
  list: number;
  listRequests: number;
  listPeakMiB: number;
  /** `get_task` with a key, caches warm. */
  reference: number;
  referenceRequests: number;
}

export interface ToolGrowth {
  toolsets: string;
  tools: number;
  /** Spawn → answer to `initialize`, as a multiple of `node -e 0`. */
  start: number;
  /** Spawn → answer to `tools/list`, as a multiple of `node -e 0`. */
  list: number;
}

export interface GrowthOptions {
  sizes: readonly number[];
  rounds: number;
  /** A folder for the sign-ins. */
  home: string;
}

export async function measureSizeGrowth(options: GrowthOptions): Promise<SizeGrowth[]> {
  const measured = [];
  for (const tasks of options.sizes) measured.push(await measureSize(tasks, options));
  const unit = measured[0]?.bareList ?? 1;
  return measured.map((size) => ({
    ...size,
    bareList: size.bareList / unit,
    list: size.list / unit,
    reference: size.reference / unit,
  }));
}

async function measureSize(tasks: number, { rounds, home }: GrowthOptions): Promise<SizeGrowth> {
  await using sandbox = await startSandboxProcess({ bigProjectTasks: tasks });
  const place = { url: sandbox.url, home };
  await signIn(sandbox, home);
  await using bare = await startBareClient(sandbox);
  await using server = await startOurs(place);
  const list = () => server.call("list_tasks", { project: "BIG", limit: 25 });
  const everyTask = get(`/api/task/tasks/${sandbox.projectIds["BIG"]}`);
  const key = `BIG-${Math.ceil(tasks / 2)}`;
  const refer = () => server.call("get_task", { task: key, include: [] });
  await list();
  const peak = (await memoryOf(server.pid))?.peak ?? Number.NaN;
  const listRequests = await requestsOf(sandbox, list);
  const referenceRequests = await requestsOf(sandbox, refer);
  const times = await inTurns(rounds, {
    bareList: () => timed(() => bare.send([everyTask])),
    list: () => timed(list),
    reference: () => timed(refer),
  });
  return {
    tasks,
    bareList: median(times.bareList),
    list: median(times.list),
    listRequests,
    listPeakMiB: peak / MIB,
    reference: median(times.reference),
    referenceRequests,
  };
}

async function requestsOf(sandbox: SandboxProcess, work: () => Promise<unknown>): Promise<number> {
  await sandbox.takeRequests();
  await work();
  return (await sandbox.takeRequests()).length;
}

const TOOLSETS = ["notifications", "notifications,comments,time", "default", "all"];

export async function measureToolGrowth(
  rounds: number,
  place: Surroundings,
): Promise<ToolGrowth[]> {
  const starts = new Map<string, number[]>(TOOLSETS.map((toolsets) => [toolsets, []]));
  const listed = (toolsets: string) => async () => {
    const start = performance.now();
    await using server = await startMcp(ourCommand(place, { KANEO_TOOLSETS: toolsets }));
    await server.request("tools/list");
    starts.get(toolsets)?.push(server.startMs);
    return performance.now() - start;
  };
  const times = await inTurns<string>(rounds, {
    nothing: () => nothingMs(place),
    ...Object.fromEntries(TOOLSETS.map((toolsets) => [toolsets, listed(toolsets)])),
  });
  const unit = median(times["nothing"] ?? []);
  return Promise.all(
    TOOLSETS.map(async (toolsets) => ({
      toolsets,
      tools: await countTools(ourCommand(place, { KANEO_TOOLSETS: toolsets })),
      start: median(starts.get(toolsets) ?? []) / unit,
      list: median(times[toolsets] ?? []) / unit,
    })),
  );
}

async function countTools(command: McpCommand): Promise<number> {
  await using server = await startMcp(command);
  const { tools } = await server.request("tools/list");
  return Array.isArray(tools) ? tools.length : 0;
}
