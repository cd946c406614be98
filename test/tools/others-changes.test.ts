/** What others changed less than a minute ago, when a server still keeps the lists from before. */
import { expect, test } from "vitest";
import { allTools } from "../../src/tools/index.ts";
import { addLabel } from "../sandbox/routes/labels.ts";
import { addProject } from "../sandbox/routes/projects.ts";
import { addTask } from "../sandbox/routes/tasks.ts";
import { addWorkspace, startSmallBoard } from "../support/small-board.ts";
import { toolNamed } from "../support/tool-named.ts";

const listProjects = toolNamed(allTools, "list_projects");
const getProject = toolNamed(allTools, "get_project");
const search = toolNamed(allTools, "search");
const listTasks = toolNamed(allTools, "list_tasks");
const updateTasks = toolNamed(allTools, "update_tasks");
const createLabel = toolNamed(allTools, "create_label");
const updateTask = toolNamed(allTools, "update_task");
const createTask = toolNamed(allTools, "create_task");

const OPS = { name: "Ops", slug: "OPS", icon: "X" };

test("whoever has just left one of two workspaces goes on in the other", async () => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;
  const left = addWorkspace(board, "Branch");
  await board.call(listProjects);
  data.members.splice(
    data.members.findIndex(({ organizationId }) => organizationId === left),
    1,
  );

  const listed = await board.call(listTasks, { limit: 1 });
  const created = await board.call(createTask, { project: "WEB", title: "New" });

  expect(listed).toMatch(/^Acme \(1 project\): 4 tasks/);
  expect(created).toMatch(/^Created WEB-5/);
});

test("a project that has just been deleted is missed by its name", async () => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;
  const { id } = addProject(data, { ...OPS, workspaceId: board.workspaceId });
  await board.call(listProjects);
  data.projects.delete(id);

  const call = board.call(listTasks, { project: "OPS" });

  await expect(call).rejects.toThrow(/^No project "OPS"\. There are: WEB/);
});

test("of two projects of one name the other is meant once one has been renamed", async () => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;
  const [one, other] = [OPS, { ...OPS, slug: "OP2" }].map((project) =>
    addProject(data, { ...project, workspaceId: board.workspaceId }),
  );
  await expect(board.call(createTask, { project: "Ops", title: "New" })).rejects.toThrow("fits 2");
  Object.assign(other ?? {}, { name: "Old ops" });

  await board.call(createTask, { project: "Ops", title: "New" });

  expect([...data.tasks.values()].at(-1)?.projectId).toBe(one?.id);
});

test.for([["WEB-1"], ["WEB-1", "WEB-2", "WEB-3", "WEB-4"]])(
  "%o are the tasks that have these keys now, when two projects have just swapped their slugs",
  async (tasks) => {
    await using board = await startSmallBoard();
    const { data } = board.sandbox;
    const ops = addProject(data, { ...OPS, workspaceId: board.workspaceId });
    for (const title of tasks) addTask(data, ops.id, { title, status: "to-do" });
    await board.call(listProjects);
    Object.assign(ops, { slug: "WEB" });
    Object.assign(data.projects.get(board.projectId) ?? {}, { slug: "OLD" });

    await board.call(updateTasks, { tasks, priority: "urgent" });

    const changed = [...data.tasks.values()].filter(({ priority }) => priority === "urgent");
    expect(changed.map(({ title }) => title)).toEqual(tasks);
  },
);

test("tasks with a label that has just been renamed are not said to be none", async () => {
  await using board = await startSmallBoard();
  const place = { color: "#fff", workspaceId: board.workspaceId };
  const label = addLabel(board.sandbox.data, { ...place, name: "warranty", taskId: null });
  const copy = addLabel(board.sandbox.data, {
    ...place,
    name: "warranty",
    taskId: board.taskId(1),
  });
  await board.call(listTasks, { labels: ["warranty"] });
  for (const one of [label, copy]) Object.assign(one, { name: "guarantee" });

  const call = board.call(listTasks, { labels: ["warranty"] });

  await expect(call).rejects.toThrow('No label "warranty". There are: guarantee.');
});

test("a project that has just been rewritten is shown and found as it is now", async () => {
  await using board = await startSmallBoard();
  const project = board.sandbox.data.projects.get(board.projectId);
  await board.call(listProjects);
  const written = { name: "Shop", description: "Lift 2 is broken", archivedAt: new Date() };
  Object.assign(project ?? {}, written);

  const shown = await board.call(getProject, { project: "WEB" });
  await board.call(listProjects);
  Object.assign(project ?? {}, { name: "Store" });
  const found = await board.call(search, { query: "store", kind: "projects" });

  expect(shown).toMatch(/^WEB {2}"Shop" {2}\(archived\)\n.*Lift 2 is broken/s);
  expect(found).toMatch(/^Projects:\nWEB {2}"Store"/);
});

test("whoever has just joined a second workspace is asked which one is meant", async () => {
  await using board = await startSmallBoard();
  await board.call(createLabel, { name: "first" });
  addWorkspace(board, "Branch");

  const call = board.call(createLabel, { name: "second" });

  await expect(call).rejects.toThrow("Which workspace? There are: Acme (acme), Branch (branch).");
});

test("what is missing in lists that were just read is not looked for again", async () => {
  await using board = await startSmallBoard();

  const call = board.call(updateTasks, { tasks: ["WEB-98", "WEB-99"], priority: "low" });

  await expect(call).rejects.toMatchObject({ kind: "not_found" });
  const asked = board.requests();
  expect(asked).toEqual([...new Set(asked)]);
});

test("a call that has written is not made again, however old its lists are", async () => {
  await using board = await startSmallBoard();
  await board.call(listProjects);
  const refusal = {
    kind: "answer",
    status: 403,
    body: "You don't have access to this workspace",
  } as const;
  board.sandbox.fail({ method: "PUT", path: /\/task\/status\// }, refusal);

  const call = board.call(updateTask, { task: "WEB-1", priority: "low", status: "done" });

  await expect(call).rejects.toMatchObject({ kind: "forbidden" });
  expect([...board.sandbox.data.tasks.values()][0]).toMatchObject({ priority: "low" });
});
