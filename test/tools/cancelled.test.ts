/** A client that cancels a call waits for no answer, and nothing more must be sent. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import { KaneoMcpError } from "../../src/errors.ts";
import type { Kaneo } from "../../src/kaneo/api/kaneo.ts";
import { findProject } from "../../src/kaneo/projects/find.ts";
import { makeTasks } from "../../src/kaneo/tasks/create-many.ts";
import { allTools } from "../../src/tools/index.ts";
import { startSmallBoard } from "../support/small-board.ts";
import { toolNamed } from "../support/tool-named.ts";
import { until } from "../support/until.ts";

const titles = Array.from({ length: 50 }, (_, index) => `Step ${index + 1}`);

test.each<[string, object, string | RegExp]>([
  ["create_tasks", { tasks: titles.map((title) => ({ title })) }, "cancelled"],
  ["import_tasks", { text: ["title", ...titles].join("\n") }, /^3 of 50 are done/m],
  ["copy_tasks", { tasks: ["WEB-1", "WEB-2", "WEB-3", "WEB-4"] }, /^3 of 4 are done/m],
])("%s that is cancelled begins nothing more", async (name, args, outcome) => {
  await using board = await startSmallBoard();
  const cancel = new AbortController();
  const path = `/api/task/${board.projectId}`;
  board.sandbox.fail({ method: "POST", path, after: 2 }, { kind: "silence" });
  const creations = () => board.requests().filter((request) => request === `POST ${path}`);

  const call = board.call(toolNamed(allTools, name), { project: "WEB", ...args }, cancel.signal);
  await until(() => creations().length === 3);
  cancel.abort(new KaneoMcpError("cancelled", "The client cancelled this call."));
  const came = await call.catch(({ kind }) => kind);

  expect(came).toMatch(outcome);
  expect(creations()).toHaveLength(3);
});

test("of tasks that are made one by one none is tried after the one that found the call cancelled", async () => {
  await using board = await startSmallBoard();
  const project = await findProject(board.kaneo, { project: "WEB" });
  const plans = titles.map((title) => {
    const words = { title, description: "", status: "to-do", priority: "low", labels: [] };
    const rest = { project, assignee: undefined, start: undefined, due: undefined };
    return { name: title, task: { ...words, ...rest }, links: [] };
  });
  let tried = 0;
  const post: Kaneo["post"] = async (...request) => {
    tried += 1;
    if (tried < 3) return board.kaneo.post(...request);
    throw new KaneoMcpError("cancelled", "The client cancelled this call.");
  };

  const making = makeTasks({ ...board.kaneo, post }, { plans });

  await expect(making).rejects.toMatchObject({ kind: "cancelled" });
  expect(tried).toBe(3);
});

test("a reading that only helps, and hangs until the time of the call is over, hides nothing that was made", async () => {
  await using board = await startSmallBoard();
  const end = new AbortController();
  const path = /^\/api\/task\/tasks\//;
  board.sandbox.fail({ method: "GET", path, times: Infinity }, { kind: "silence" });
  const args = { project: "WEB", tasks: [{ title: "One" }, { title: "Two" }] };
  const made = () =>
    board.sandbox.requests.filter(({ method, status }) => method === "POST" && status);

  const call = board.call(toolNamed(allTools, "create_tasks"), args, end.signal);
  await until(() => made().length === 2);
  // The last answer is on its way from this process to itself.
  for (let turn = 0; turn < 200; turn += 1) await nextTurn();
  end.abort(new KaneoMcpError("out_of_time", "The 25 seconds of a call are over."));

  expect(await call).toMatch(/^Created 2 of 2 tasks in Website/);
});
