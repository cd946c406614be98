/** What calls may cost, as far as it does not depend on the machine. Times are measured by `npm run bench`. */
import { expect, test } from "vitest";
import { allTools } from "../src/tools/index.ts";
import { signInByLink } from "./robustness/sign-in-by-link.ts";
import type { Seed } from "./sandbox/seed.ts";
import { type Sandbox, startSandbox } from "./sandbox/start-sandbox.ts";
import { type ConnectedClient, connectClient } from "./support/connect-client.ts";
import { taskOf } from "./support/scenario-state.ts";
import { spawnServer } from "./support/spawn-server.ts";
import { makeTemporaryFolder } from "./support/temporary-folder.ts";
import { startToolHarness, type ToolHarnessOptions } from "./support/tool-harness.ts";
import { toolNamed } from "./support/tool-named.ts";
import { cursorIn, walkPages } from "./support/walk-pages.ts";

/** What was asked of Kaneo since the last time, without ids and queries. */
function takeRequests(sandbox: Sandbox): string[] {
  const requests = sandbox.requests.map(({ method, path }) => {
    const [pathname = ""] = path.split("?");
    return `${method} ${pathname.replace(/\/[A-Za-z0-9]{20,}(?=\/|$)/g, "/:id")}`;
  });
  sandbox.clearRequests();
  return requests;
}

/** A server of alice's in `home`, where she has signed in. */
async function startSignedIn(
  sandbox: Sandbox,
  options: { home: string; env?: Record<string, string> },
): Promise<ConnectedClient> {
  const env = { KANEO_API_URL: sandbox.url, ...options.env };
  await using before = await connectClient({ env, home: options.home });
  await signInByLink(before, sandbox);
  sandbox.clearRequests();
  return connectClient({ env, home: options.home });
}

test("the first call of a signed-in person needs no request besides those of the tool", async () => {
  await using sandbox = await startSandbox({ seed: { bigProjectTasks: 30 }, deviceInterval: "1s" });
  await using folder = await makeTemporaryFolder();
  await using server = await startSignedIn(sandbox, { home: folder.path });

  await server.call("list_tasks", { project: "BIG" });

  expect(takeRequests(sandbox)).toEqual([
    "GET /api/auth/organization/list",
    "GET /api/project",
    "GET /api/task/tasks/:id",
  ]);
});

test("no call checks the session before it does its work, or reads labels where none is named", async () => {
  await using sandbox = await startSandbox({ seed: "acme", deviceInterval: "1s" });
  await using folder = await makeTemporaryFolder();
  await using server = await startSignedIn(sandbox, { home: folder.path });

  await server.call("list_projects");
  await server.call("get_task", { task: "WEB-12" });
  await server.call("create_task", { project: "WEB", title: "One more" });
  await server.call("search", { query: "login" });

  const requests = takeRequests(sandbox);
  expect(requests).not.toContain("GET /api/auth/get-session");
  expect(requests).not.toContain("GET /api/label/workspace/:id");
});

/** Alice's tools, without a process of their own: what they ask of Kaneo is the same. */
async function startTools(options: ToolHarnessOptions) {
  const harness = await startToolHarness(options);
  const call = (name: string, args: Record<string, unknown> = {}) =>
    harness.call(toolNamed(allTools, name), args);
  return { ...harness, call };
}

test("get_task by id without extras needs two requests", async () => {
  await using server = await startTools({ seed: "acme" });
  const { sandbox } = server;
  const { id } = taskOf(sandbox, "WEB-12");
  await server.call("get_task", { task: id, include: [] });
  takeRequests(sandbox);

  await server.call("get_task", { task: id, include: [] });

  expect(takeRequests(sandbox).sort()).toEqual(["GET /api/label/task/:id", "GET /api/task/:id"]);
});

test("update_task of status, assignee and label needs eight requests, and four when names are known", async () => {
  await using server = await startTools({ seed: "acme", defaults: { workspace: "acme" } });
  const { sandbox } = server;
  const update = (status: string, assignee: string, label: string) =>
    server.call("update_task", { task: "WEB-12", status, assignee, add_labels: [label] });

  await update("in-review", "bob@example.com", "docs");
  const cold = takeRequests(sandbox);
  await update("done", "alice@example.com", "bug");
  const warm = takeRequests(sandbox);

  expect(cold).toHaveLength(8);
  expect(warm).toEqual([
    "GET /api/task/tasks/:id",
    "PUT /api/task/assignee/:id",
    "POST /api/label",
    "PUT /api/task/status/:id",
    // What a task that is done now has blocked.
    "GET /api/task-relation/:id",
  ]);
});

/** Tools that know the project BIG already. */
async function startAtHome(seed: Seed) {
  const server = await startTools({ seed });
  await server.call("get_task", { task: "BIG-1", include: [] });
  server.sandbox.clearRequests();
  return server;
}

/** How many tasks each list that was asked for may have; undefined for all. */
function takeListLimits(sandbox: Sandbox): (string | undefined)[] {
  const limits = sandbox.requests
    .filter(({ path }) => path.startsWith("/api/task/tasks/"))
    .map(({ path }) => /[?&]limit=(\d+)/.exec(path)?.[1]);
  sandbox.clearRequests();
  return limits;
}

test("list_tasks needs one request for a project that is known and not big", async () => {
  await using server = await startAtHome({ bigProjectTasks: 300 });
  const { sandbox } = server;

  await server.call("list_tasks", { project: "BIG", state: "all", limit: 100 });

  expect(takeRequests(sandbox)).toEqual(["GET /api/task/tasks/:id"]);
});

test.for(["in all columns", "in one column"] as const)(
  "the first 25 of 5,000 tasks %s are read in short lists",
  async (arranged) => {
    await using server = await startAtHome({ bigProjectTasks: 5_000, arranged });
    const { sandbox } = server;

    const costs: Record<string, unknown> = {};
    for (const sort of ["board", "priority", "due", "created", "number"]) {
      await server.call("list_tasks", { project: "BIG", sort, limit: 25 });
      costs[sort] = takeListLimits(sandbox).sort();
    }

    expect(costs).toEqual({
      // Columns and total; how many are archived; column by column until there are 25.
      board: arranged === "in one column" ? ["1", "1", "35", "35"] : ["1", "1", "35"],
      priority: ["1", "1", "35"],
      due: ["1", "35"],
      created: ["1", "35"],
      number: ["1", "35"],
    });
  },
);

test("the first 100 of 5,000 tasks by number are one list, since no two tie", async () => {
  await using server = await startAtHome({ bigProjectTasks: 5_000 });
  const { sandbox } = server;

  await server.call("list_tasks", { project: "BIG", state: "all", sort: "number", limit: 100 });

  expect(takeListLimits(sandbox)).toEqual(["100"]);
});

test.for([
  // Which is the hundredth of the first column only the whole column tells.
  ["board", 7],
  ["title", 6],
] as const)(
  "all pages of 5,000 tasks by %s cost one read of each status",
  async ([sort, wholeLists]) => {
    const seed = { bigProjectTasks: 5_000, arranged: "in all columns" } as const;
    await using server = await startAtHome(seed);
    const { sandbox } = server;

    const args = { project: "BIG", state: "all", sort, limit: 100 };
    const read = (cursor: string | undefined) => server.call("list_tasks", { ...args, cursor });
    const pages = await walkPages(read, cursorIn);

    const keys = pages.flatMap((page) => page.match(/^BIG-\d+/gm) ?? []);
    expect([keys.length, new Set(keys).size]).toEqual([5_000, 5_000]);
    expect(takeListLimits(sandbox).filter((limit) => limit === undefined)).toHaveLength(wholeLists);
  },
);

test("a key costs one request in a project of 30 tasks and in one of 3,000", async () => {
  const costs = [];
  for (const size of [30, 3_000]) {
    await using server = await startAtHome({ bigProjectTasks: size });
    await server.call("get_task", { task: `BIG-${size / 2}`, include: [] });
    costs.push(takeRequests(server.sandbox));
  }

  expect(costs).toEqual([["GET /api/task/tasks/:id"], ["GET /api/task/tasks/:id"]]);
});

test("a key costs at most four requests where many tasks were deleted", async () => {
  await using server = await startTools({ seed: { bigProjectTasks: 300 } });
  const { sandbox } = server;
  for (const task of [...sandbox.data.tasks.values()].slice(40, 190)) {
    sandbox.data.tasks.delete(task.id);
  }
  await server.call("list_projects");
  takeRequests(sandbox);

  await server.call("get_task", { task: "BIG-250", include: [] });

  expect(takeRequests(sandbox).length).toBeLessThanOrEqual(4);
});

test("the answer to tools/list is at most 26,000 bytes on the wire", async () => {
  await using server = await spawnServer();
  await server.initialize();

  server.send({ id: "list", method: "tools/list" });
  await server.answerTo("list");

  const line = server.lines.find((candidate) => candidate.includes('"tools":[')) ?? "";
  expect(line).toContain('"list_tasks"');
  expect(Buffer.byteLength(line)).toBeLessThanOrEqual(26_000);
});
