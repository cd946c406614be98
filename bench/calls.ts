/** What calls of a signed-in server cost, against the same requests without it. */
import { compare, type Figure, timed } from "./figures.ts";
import type { BareRequest, Rounds, Scene } from "./scene.ts";
import { type BenchServer, memoryOf } from "./server.ts";

/** One task, and fifty new ones. The sandbox has the seed "contract". */
export async function measureTasks(
  { sandbox, server, bare }: Scene,
  { calls }: Rounds,
): Promise<Figure[]> {
  const task = sandbox.taskIds["WEB-12"];
  const requests = [get(`/api/task/${task}`), get(`/api/label/task/${task}`)];
  const reading = await compare({
    name: "get_task by id",
    basis: "its two requests",
    target: 1.1,
    rounds: calls,
    ours: timed(() => server.call("get_task", { task, include: [] })),
    theirs: timed(() => bare(requests)),
  });
  const tasks = Array.from({ length: 50 }, (_, index) => {
    return { title: `Benchmark ${index + 1}`, priority: "low", status: "to-do" };
  });
  const posts = tasks.map((fields) => ({
    method: "POST" as const,
    path: `/api/task/${sandbox.projectIds["OPS"]}`,
    body: { ...fields, description: "" },
  }));
  const creating = await compare({
    name: "create_tasks with 50 tasks",
    basis: "50 POSTs, one after the other",
    target: 1.15,
    rounds: Math.ceil(calls / 20),
    ours: timed(() => server.call("create_tasks", { project: "OPS", tasks })),
    theirs: timed(() => bare(posts, 1)),
  });
  return [reading, creating];
}

/** The first page as a board shows it, and one task by key, of a project BIG. */
export async function measureProject(
  { sandbox, server, bare }: Scene,
  { lists }: Rounds,
): Promise<Figure[]> {
  const tasks = Object.keys(sandbox.taskIds).length;
  // V8 compiles late what takes only milliseconds; the biggest project takes seconds to read.
  const rounds = tasks > 5_000 ? lists : 4 * lists;
  const read = () => server.call("get_task", { task: `BIG-${tasks / 2}`, include: [] });
  await read();
  await sandbox.takeRequests();
  await read();
  const own = (await sandbox.takeRequests()).map((request) => get(request.replace("GET ", "")));
  const page = await compare({
    name: "list_tasks, first 25",
    basis: "one request for all",
    ...(tasks >= 5_000 && { target: 0.35 }),
    rounds,
    ours: timed(() => server.call("list_tasks", { project: "BIG", limit: 25 })),
    theirs: timed(() => bare([everyTask(sandbox)])),
  });
  const byKey = await compare({
    name: "get_task by key",
    basis: `its ${own.length} request`,
    rounds,
    ours: timed(read),
    theirs: timed(() => bare(own)),
  });
  return [page, byKey];
}

/** First pages in other orders, and all pages. */
export async function measurePaging(
  { sandbox, server, bare }: Scene,
  { lists }: Rounds,
): Promise<Figure[]> {
  const whole = everyTask(sandbox);
  const figures: Figure[] = [];
  const sorts = {
    number: "sortBy=number&sortOrder=asc",
    created: "sortBy=createdAt&sortOrder=desc",
  };
  for (const [sort, query] of Object.entries(sorts)) {
    const page = get(`${whole.path}?${query}&limit=100&page=1`);
    const first = await compare({
      name: `the first 25 by ${sort}`,
      basis: "one page of 100, sorted alike",
      target: 1.5,
      // As short as reading a task, and compiled by V8 as late.
      rounds: 10 * lists,
      ours: timed(() => server.call("list_tasks", { project: "BIG", limit: 25, sort })),
      theirs: timed(() => bare([page])),
    });
    figures.push(first);
  }
  for (const sort of ["board", "priority"]) {
    const walked = await compare({
      name: `all pages, by ${sort}`,
      basis: "one request for all",
      target: 4,
      rounds: Math.ceil(lists / 5),
      ours: timed(() => walk(server, sort)),
      theirs: timed(() => bare([whole])),
    });
    figures.push(walked);
  }
  return figures;
}

/** Every page of BIG; a task that comes twice or never is worth no figure. */
async function walk(server: BenchServer, sort: string): Promise<void> {
  const all = { project: "BIG", state: "all" };
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const args = { ...all, limit: 100, sort, ...(cursor && { cursor }) };
    const text = await server.call("list_tasks", args);
    seen.push(...(text.match(/^BIG-\d+/gm) ?? []));
    cursor = /cursor (\S+)/.exec(text)?.[1];
  } while (cursor !== undefined);
  const total = Number(/\d+/.exec(await server.call("list_tasks", { ...all, limit: 1 }))?.[0]);
  if (new Set(seen).size !== seen.length || seen.length !== total) {
    throw new Error(`Walking by ${sort} gave ${seen.length} of ${total} tasks.`);
  }
}

/** What one process weighs after many first pages and reads, and after as many again. */
export async function measureMemory(
  { sandbox, server }: Scene,
  { memory: rounds }: Rounds,
): Promise<Figure[]> {
  const sorts = ["board", "due", "priority", "created", "number", "title"];
  const ids = Object.values(sandbox.taskIds);
  const work = async () => {
    for (let round = 0; round < rounds; round += 1) {
      const sort = sorts[round % sorts.length];
      await server.call("list_tasks", { project: "BIG", limit: 25, sort });
      for (let read = 0; read < 10; read += 1) {
        await server.call("get_task", { task: ids[(round * 10 + read) % ids.length], include: [] });
      }
    }
    return memoryOf(server, "peak");
  };
  const row = {
    basis: `${rounds} first pages, ${rounds * 10} reads`,
    target: process.versions.node.startsWith("20.") ? 130 : 150,
    unit: "MiB" as const,
  };
  return [
    { ...row, name: "peak memory", value: await work() },
    { ...row, name: "and after as much again", value: await work() },
  ];
}

function everyTask({ projectIds }: Scene["sandbox"]): BareRequest {
  return get(`/api/task/tasks/${projectIds["BIG"]}`);
}

function get(path: string): BareRequest {
  return { method: "GET", path };
}
