/** What calls of a signed-in server cost, against the same requests without it. */
import { fileURLToPath } from "node:url";
import { type Figure, inTurns, ratio, timed } from "./figures.ts";
import type { SandboxProcess } from "./sandbox.ts";
import { type ServerProcess, type Surroundings, startServer } from "./server.ts";

/** A signed-in server, and a process like it that only sends the requests it is told. */
export interface Contest extends AsyncDisposable {
  server: ServerProcess;
  bare(requests: readonly BareRequest[], atOnce?: number): Promise<unknown>;
}

interface BareRequest {
  method: "GET" | "POST";
  path: string;
  body?: object;
}

const bareClient = fileURLToPath(new URL("bare-client.cjs", import.meta.url));

export async function startContest(sandbox: SandboxProcess, place: Surroundings): Promise<Contest> {
  const options = { file: bareClient, args: [sandbox.url], env: { BENCH_TOKEN: sandbox.token } };
  const client = await startServer(place, options);
  const server = await startServer(place);
  return {
    server,
    bare: (requests, atOnce = requests.length) => client.request("send", { requests, atOnce }),
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** One task, and fifty new ones. The sandbox has the seed "contract". */
export async function measureTasks(
  { taskIds, projectIds }: SandboxProcess,
  { server, bare }: Contest,
  rounds: number,
): Promise<Figure[]> {
  const task = taskIds["WEB-12"];
  const requests = [get(`/api/task/${task}`), get(`/api/label/task/${task}`)];
  const reading = {
    bare: () => timed(() => bare(requests)),
    ours: () => timed(() => server.call("get_task", { task, include: [] })),
  };
  // Until both are compiled by V8 and every list is known.
  await inTurns(Math.ceil(rounds / 5), reading);
  const reads = await inTurns(rounds, reading);
  const tasks = Array.from({ length: 50 }, (_, index) => {
    return { title: `Benchmark ${index + 1}`, priority: "low", status: "to-do" };
  });
  const path = `/api/task/${projectIds["OPS"]}`;
  const posts = tasks.map((body) => ({
    method: "POST" as const,
    path,
    body: { ...body, description: "" },
  }));
  const writes = await inTurns(Math.ceil(rounds / 20), {
    bare: () => timed(() => bare(posts, 1)),
    ours: () => timed(() => server.call("create_tasks", { project: "OPS", tasks })),
  });
  return [
    times("get_task by id", ratio(reads.ours, reads.bare), {
      target: 1.1,
      basis: "its two requests",
    }),
    times("create_tasks with 50 tasks", ratio(writes.ours, writes.bare), {
      target: 1.15,
      basis: "50 POSTs, one after the other",
    }),
  ];
}

/** The first page as a board shows it, and one task by key, of a project BIG. */
export async function measureProject(
  sandbox: SandboxProcess,
  { server, bare }: Contest,
  rounds: number,
): Promise<Figure[]> {
  const tasks = Object.keys(sandbox.taskIds).length;
  const read = () => server.call("get_task", { task: `BIG-${tasks / 2}`, include: [] });
  await read();
  await sandbox.takeRequests();
  await read();
  const own = (await sandbox.takeRequests()).map((request) => get(request.replace("GET ", "")));
  const spent = await inTurns(rounds, {
    whole: () => timed(() => bare([everyTask(sandbox)])),
    page: () => timed(() => server.call("list_tasks", { project: "BIG", limit: 25 })),
    own: () => timed(() => bare(own)),
    read: () => timed(read),
  });
  const page = { ...(tasks >= 5_000 && { target: 0.35 }), basis: "one request for all" };
  return [
    times("list_tasks, first 25", ratio(spent.page, spent.whole), page),
    times("get_task by key", ratio(spent.read, spent.own), { basis: `its ${own.length} request` }),
  ];
}

/** First pages in other orders, and all pages. */
export async function measurePaging(
  sandbox: SandboxProcess,
  { server, bare }: Contest,
  rounds: number,
): Promise<Figure[]> {
  const first = (sort: string) => () =>
    timed(() => server.call("list_tasks", { project: "BIG", limit: 25, sort }));
  const { path } = everyTask(sandbox);
  const page = get(`${path}?sortBy=number&sortOrder=asc&limit=100&page=1`);
  const pages = await inTurns(rounds, {
    bare: () => timed(() => bare([page])),
    number: first("number"),
    created: first("created"),
  });
  const walks = await inTurns(Math.ceil(rounds / 5), {
    whole: () => timed(() => bare([everyTask(sandbox)])),
    board: () => timed(() => walk(server, "board")),
    priority: () => timed(() => walk(server, "priority")),
  });
  const page100 = { target: 1.5, basis: "one page of 100" };
  const whole = { target: 4, basis: "one request for all" };
  return [
    times("the first 25 by number", ratio(pages.number, pages.bare), page100),
    times("the first 25 by created", ratio(pages.created, pages.bare), page100),
    times("all pages, by board", ratio(walks.board, walks.whole), whole),
    times("all pages, by priority", ratio(walks.priority, walks.whole), whole),
  ];
}

/** Every page of BIG; a task that comes twice or never is worth no figure. */
async function walk(server: ServerProcess, sort: string): Promise<void> {
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const text = await server.call("list_tasks", {
      project: "BIG",
      state: "all",
      limit: 100,
      sort,
      ...(cursor && { cursor }),
    });
    seen.push(...(text.match(/^BIG-\d+/gm) ?? []));
    cursor = /cursor (\S+)/.exec(text)?.[1];
  } while (cursor !== undefined);
  const total = Number(
    /\d+/.exec(await server.call("list_tasks", { project: "BIG", state: "all", limit: 1 }))?.[0],
  );
  if (new Set(seen).size !== seen.length || seen.length !== total) {
    throw new Error(`Walking by ${sort} gave ${seen.length} of ${total} tasks.`);
  }
}

/** What one process weighs after many first pages and reads, and after as many again. */
export async function measureMemory(
  sandbox: SandboxProcess,
  server: ServerProcess,
  rounds: number,
): Promise<Figure[]> {
  const isOld = process.versions.node.startsWith("20.");
  const target = isOld ? 130 : 150;
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
    return (await server.memory()).peak;
  };
  const first = await work();
  const basis = `${rounds} first pages, ${rounds * 10} reads`;
  return [
    { name: "peak memory", value: first, unit: "MiB", target, basis },
    { name: "and after as much again", value: await work(), unit: "MiB", target, basis },
  ];
}

function everyTask({ projectIds }: SandboxProcess): BareRequest {
  return get(`/api/task/tasks/${projectIds["BIG"]}`);
}

function get(path: string): BareRequest {
  return { method: "GET", path };
}

function times(name: string, value: number, rest: { target?: number; basis: string }): Figure {
  return { name, value, unit: "×", ...rest };
}
