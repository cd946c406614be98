/** What calls of a signed-in server cost, against the same requests without it. */
import { callTool } from "../test/support/call-tool.ts";
import { type Figures, memoryOf, timed } from "./figures.ts";
import type { Kaneo, Scene } from "./scene.ts";

/** One task, and fifty new ones. Kaneo has the seed "contract". */
export async function* measureTasks({ kaneo, server, bare }: Scene): Figures {
  const task = kaneo.taskIds["WEB-12"];
  const requests = [{ path: `/api/task/${task}` }, { path: `/api/label/task/${task}` }];
  yield {
    name: "get_task by id",
    basis: "its two requests",
    target: 1.1,
    rounds: 500,
    ours: timed(() => callTool(server, "get_task", { task, include: [] })),
    theirs: timed(() => bare(requests)),
  };
  const tasks = Array.from({ length: 50 }, (_, index) => {
    return { title: `Benchmark ${index + 1}`, priority: "low", status: "to-do" };
  });
  const path = `/api/task/${kaneo.projectIds["OPS"]}`;
  const posts = tasks.map((fields) => ({ path, body: { ...fields, description: "" } }));
  yield {
    name: "create_tasks with 50 tasks",
    basis: "50 POSTs, one after the other",
    target: 1.15,
    rounds: 25,
    ours: timed(() => callTool(server, "create_tasks", { project: "OPS", tasks })),
    theirs: timed(() => bare(posts, 1)),
  };
}

/** The first page as a board shows it, of a project BIG. */
export async function* measureFirstPage({ kaneo, server, bare }: Scene): Figures {
  yield {
    name: "list_tasks, first 25",
    basis: "one request for all",
    rounds: roundsOf(kaneo),
    ...(sizeOf(kaneo) >= 5_000 && { target: 0.35 }),
    ours: timed(() => callTool(server, "list_tasks", { project: "BIG", limit: 25 })),
    theirs: timed(() => bare([everyTask(kaneo)])),
  };
}

/** One task by key, of a project BIG. */
export async function* measureKey({ kaneo, server, bare }: Scene): Figures {
  const task = `BIG-${sizeOf(kaneo) / 2}`;
  const read = () => callTool(server, "get_task", { task, include: [] });
  await read();
  await kaneo.takeRequests();
  await read();
  const own = (await kaneo.takeRequests()).map((request) => {
    return { path: request.replace("GET ", "") };
  });
  yield {
    name: "get_task by key",
    basis: `its ${own.length} request`,
    rounds: roundsOf(kaneo),
    ours: timed(read),
    theirs: timed(() => bare(own)),
  };
}

function sizeOf({ taskIds }: Kaneo): number {
  return Object.keys(taskIds).length;
}

/** V8 compiles late what takes only milliseconds; the biggest project takes seconds to read. */
function roundsOf(kaneo: Kaneo): number {
  return sizeOf(kaneo) > 5_000 ? 15 : 60;
}

/** First pages in other orders, and all pages, of a project BIG. */
export async function* measurePaging(scene: Scene): Figures {
  const { kaneo, server, bare } = scene;
  const whole = everyTask(kaneo);
  const sorts = {
    number: "sortBy=number&sortOrder=asc",
    created: "sortBy=createdAt&sortOrder=desc",
  };
  for (const [sort, query] of Object.entries(sorts)) {
    const page = { path: `${whole.path}?${query}&limit=100&page=1` };
    yield {
      name: `the first 25 by ${sort}`,
      basis: "one page of 100, sorted alike",
      target: 1.5,
      // As short as reading a task, and compiled by V8 as late.
      rounds: 150,
      ours: timed(() => callTool(server, "list_tasks", { project: "BIG", limit: 25, sort })),
      theirs: timed(() => bare([page])),
    };
  }
  for (const sort of ["board", "priority"]) {
    yield {
      name: `all pages, by ${sort}`,
      basis: "one request for all",
      target: 4,
      rounds: 3,
      ours: timed(() => walk(scene, sort)),
      theirs: timed(() => bare([whole])),
    };
  }
}

/** Every page of BIG; a task that comes twice or never is worth no figure. */
async function walk({ kaneo, server }: Scene, sort: string): Promise<void> {
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const args = { project: "BIG", state: "all", limit: 100, sort, cursor };
    const text = await callTool(server, "list_tasks", args);
    seen.push(...(text.match(/^BIG-\d+/gm) ?? []));
    cursor = /cursor (\S+)/.exec(text)?.[1];
  } while (cursor !== undefined);
  const total = sizeOf(kaneo);
  if (new Set(seen).size !== seen.length || seen.length !== total) {
    throw new Error(`Walking by ${sort} gave ${seen.length} of ${total} tasks.`);
  }
}

/** What one process weighs after many first pages and reads, and after as many again. */
export async function* measureMemory({ kaneo, server }: Scene, share: number): Figures {
  const rounds = 100 * share;
  const sorts = ["board", "due", "priority", "created", "number", "title"];
  const ids = Object.values(kaneo.taskIds);
  const row = {
    basis: `${rounds} first pages, ${rounds * 10} reads`,
    target: process.versions.node.startsWith("20.") ? 130 : 150,
    unit: "MiB" as const,
  };
  for (const name of ["peak memory", "and after as much again"]) {
    for (let round = 0; round < rounds; round += 1) {
      const sort = sorts[round % sorts.length];
      await callTool(server, "list_tasks", { project: "BIG", limit: 25, sort });
      for (let read = 0; read < 10; read += 1) {
        const task = ids[(round * 10 + read) % ids.length];
        await callTool(server, "get_task", { task, include: [] });
      }
    }
    yield { ...row, name, value: await memoryOf(server.pid, "VmHWM") };
  }
}

function everyTask({ projectIds }: Kaneo): { path: string } {
  return { path: `/api/task/tasks/${projectIds["BIG"]}` };
}
