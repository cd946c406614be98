/** What repeats: a project like the last one, with its tasks, at other days. */
import { expect, test } from "vitest";
import { allTools } from "../../../src/tools/index.ts";
import { addProject } from "../../sandbox/routes/projects.ts";
import { addRelation } from "../../sandbox/routes/relations.ts";
import { addTask } from "../../sandbox/routes/tasks.ts";
import { startFullBoard } from "../../support/full-board.ts";
import { toolNamed } from "../../support/tool-named.ts";

const copyTasks = toolNamed(allTools, "copy_tasks");

/** WEB of the full board, of which two tasks were due ten days ago and one is to be, and OPS, which is empty. */
async function startBoards() {
  const board = await startFullBoard({ nowMs: Date.parse("2026-03-10T09:00:00Z") });
  const { data } = board.sandbox;
  const review = data.tasks.get(board.taskId(9));
  Object.assign(review ?? {}, {
    startDate: "2026-03-30T22:00:00Z",
    dueDate: "2026-04-01T15:00:00Z",
  });
  const fields = { name: "Operations", slug: "OPS", icon: "Cog" };
  const ops = addProject(data, { ...fields, workspaceId: board.workspaceId });
  const copies = () => [...data.tasks.values()].filter((task) => task.projectId === ops.id);
  return { ...board, copies };
}

test("a project's tasks are copied in the order of its board, but archived ones, with their relations", async () => {
  await using board = await startBoards();
  const { relations } = board.sandbox.data;
  const [sourceTaskId = "", targetTaskId = ""] = [5, 6].map(board.taskId);
  addRelation(board.sandbox.data, { sourceTaskId, targetTaskId, relationType: "blocks" });

  const answer = await board.call(copyTasks, { from: "Website", project: "OPS" });

  const copies = board.copies();
  expect(answer).toMatch(/^Copied 8 of 8 tasks into Operations \(OPS\)/);
  expect(copies.map(({ status }) => status)).toEqual([
    ...["planned", "to-do", "to-do", "to-do", "to-do", "in-progress", "in-review", "done"],
  ]);
  const [fix, , tell] = copies.slice(5);
  expect([...relations.values()].at(-1)).toMatchObject({
    sourceTaskId: fix?.id,
    targetTaskId: tell?.id,
  });
  expect(answer).toContain(
    "Due before today, 2026-03-10: WEB-5, WEB-6. shift moves the dates of copies.",
  );
});

test("copies begin again: in one status, and with their dates moved, summer time or not", async () => {
  await using board = await startBoards();
  const again = { project: "OPS", shift: "-2 weeks", status: "To Do" };

  const answer = await board.call(copyTasks, { tasks: ["WEB-6", "WEB-9"], ...again });

  expect(answer).not.toContain("Mapping");
  expect(board.copies()).toMatchObject([
    { title: "Tell people", status: "to-do", dueDate: "2026-02-15T22:59:59.999Z" },
    {
      title: "Review it",
      status: "to-do",
      startDate: "2026-03-16T23:00:00.000Z",
      dueDate: "2026-03-18T16:00:00.000Z",
    },
  ]);
});

test.for<[string, Record<string, string | string[]>, RegExp]>([
  ["tasks and a project", { tasks: ["WEB-1"], from: "WEB" }, /^Give either tasks, or from /],
  ["neither", {}, /^Give either tasks, or from /],
  ["the project itself", { from: "OPS" }, /^Operations \(OPS\) would be copied into itself\./],
  ["an empty one", { from: "EMPTY" }, /^Empty \(EMPTY\) has no task that is not archived\./],
  ["no project", { from: "WEBB" }, /WEBB/],
  ["no status", { from: "WEB", status: "Nowhere" }, /"Nowhere"/],
  ["no shift", { from: "WEB", shift: "a while" }, /The shift "a while" is not understood/],
  ["no shift, without dates", { tasks: ["WEB-1"], shift: "soon" }, /"soon" is not understood/],
  ["hours of a day", { from: "WEB", shift: "4 hours" }, /^WEB-5: The shift "4 hours" moves a /],
])("of %s nothing is copied, and it is said why", async ([, args, why]) => {
  await using board = await startBoards();
  const fields = { name: "Empty", slug: "EMPTY", icon: "Cog", workspaceId: board.workspaceId };
  addProject(board.sandbox.data, fields);

  const call = board.call(copyTasks, { project: "OPS", ...args });

  await expect(call).rejects.toMatchObject({ message: expect.stringMatching(why) });
  expect(board.requests().filter((request) => !request.startsWith("GET"))).toEqual([]);
});

test("a copy that goes on with another shift is refused, since its first tasks have the first one", async () => {
  await using board = await startBoards();
  const copy = { from: "WEB", project: "OPS", shift: "1 week" };
  board.sandbox.fail(
    { method: "POST", path: /^\/api\/task\//, after: 3, times: 1 },
    {
      kind: "rate-limit",
      form: "Retry-After",
      seconds: 3_600,
    },
  );
  const first = await board.call(copyTasks, copy);
  const cursor = /and continue (\S+)/.exec(first)?.[1] ?? "";

  const other = board.call(copyTasks, { ...copy, shift: "2 weeks", continue: cursor });
  await expect(other).rejects.toMatchObject({ kind: "invalid_input" });
  await board.call(copyTasks, { ...copy, continue: cursor });

  expect(board.copies()).toHaveLength(8);
});

test("a copy whose originals have changed meanwhile is refused with what is left to do", async () => {
  await using board = await startBoards();
  const copy = { from: "WEB", project: "OPS" };
  board.sandbox.fail(
    { method: "POST", path: /^\/api\/task\//, after: 3, times: 1 },
    { kind: "rate-limit", form: "Retry-After", seconds: 3_600 },
  );
  const first = await board.call(copyTasks, copy);
  const cursor = /and continue (\S+)/.exec(first)?.[1] ?? "";
  addTask(board.sandbox.data, board.projectId, { title: "New", status: "to-do" });

  const call = board.call(copyTasks, { ...copy, continue: cursor });

  await expect(call).rejects.toMatchObject({
    kind: "invalid_input",
    hint: expect.stringContaining("name those that are not copied yet in tasks"),
  });
});
