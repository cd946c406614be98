/** Clients make several calls at once, and agents ask for it: none may undo what another one did. */
import { expect, test } from "vitest";
import { z } from "zod";
import { endpoint } from "../../src/kaneo/api/kaneo.ts";
import { allTools } from "../../src/tools/index.ts";
import { addLabel } from "../sandbox/routes/labels.ts";
import { addProject } from "../sandbox/routes/projects.ts";
import { addTimeEntry } from "../sandbox/routes/time-entries.ts";
import { addLabels, taskRow } from "../support/board-rows.ts";
import { bobWrites } from "../support/bob-writes.ts";
import { createDeferred } from "../support/deferred.ts";
import { addWorkspace, startSmallBoard } from "../support/small-board.ts";
import { toolNamed } from "../support/tool-named.ts";
import { until } from "../support/until.ts";

const updateTask = toolNamed(allTools, "update_task");
const createTask = toolNamed(allTools, "create_task");
const createLabel = toolNamed(allTools, "create_label");
const linkTasks = toolNamed(allTools, "link_tasks");
const OPS = { name: "Ops", slug: "OPS", icon: "X" };

test("boxes of one list that are ticked by several calls at once are all ticked", async () => {
  await using board = await startSmallBoard();
  const boxes = ["wash", "dry", "iron", "fold"];
  taskRow(board, 1).description = boxes.map((box) => `- [ ] ${box}`).join("\n");

  await Promise.all(
    boxes.map((box) =>
      board.call(updateTask, { task: "WEB-1", find: `[ ] ${box}`, replace: `[x] ${box}` }),
    ),
  );

  expect(taskRow(board, 1).description).toBe(boxes.map((box) => `- [x] ${box}`).join("\n"));
});

test("a change that has to send the whole task undoes none that is made at the same time", async () => {
  await using board = await startSmallBoard();

  await Promise.all([
    board.call(updateTask, { task: "WEB-1", start: "2026-01-01" }),
    board.call(updateTask, { task: "WEB-1", priority: "high", assignee: "bob" }),
    board.call(updateTask, { task: "WEB-1", title: "New", status: "done" }),
    board.call(updateTask, { task: "WEB-1", description: "Text" }),
  ]);

  expect(taskRow(board, 1)).toMatchObject({
    startDate: "2025-12-31T23:00:00.000Z",
    priority: "high",
    userId: board.sandbox.people.bob.id,
    title: "New",
    status: "done",
    description: "Text",
  });
});

test.each([
  ["the move comes second", (id: string) => `/api/task/${id}`],
  ["the move comes first", (id: string) => `/api/task/move/${id}`],
])("a change that has to send the whole task is made beside a move: %s", async (_, slow) => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;
  const { id: projectId } = addProject(data, { ...OPS, workspaceId: board.workspaceId });
  const row = taskRow(board, 1);
  const path = slow(row.id);
  board.sandbox.fail({ method: "PUT", path }, { kind: "delay", ms: 300 });
  const change = (args: object) => board.call(updateTask, { task: "WEB-1", ...args });
  const wishes = [{ start: "2026-01-01" }, { project: "OPS" }];
  if (path.includes("move")) wishes.reverse();

  await Promise.all(wishes.map(change));

  expect(data.tasks.get(row.id)).toMatchObject({
    projectId,
    startDate: "2025-12-31T23:00:00.000Z",
  });
});

test("what another program writes while the whole task is sent is not undone", async () => {
  await using board = await startSmallBoard();
  const row = taskRow(board, 1);
  const whole = { method: "PUT", path: `/api/task/${row.id}` };
  const released = createDeferred<void>();
  board.sandbox.fail(whole, { kind: "held", until: released.promise });
  const { bob } = board.sandbox.people;

  const change = board.call(updateTask, { task: "WEB-1", start: "2026-01-01" });
  await until(() => board.requests().includes(`PUT ${whole.path}`));
  await bobWrites(board, `/api/task/title/${row.id}`, { title: "Theirs" });
  await bobWrites(board, `/api/task/priority/${row.id}`, { priority: "urgent" });
  await bobWrites(board, `/api/task/status/${row.id}`, { status: "done" });
  await bobWrites(board, `/api/task/due-date/${row.id}`, { dueDate: "2026-06-01T00:00:00.000Z" });
  // He may not assign.
  await board.kaneo.put(endpoint`/api/task/assignee/${row.id}`, z.unknown(), { userId: bob.id });
  released.resolve();
  const answer = await change;

  expect(row).toMatchObject({
    startDate: "2025-12-31T23:00:00.000Z",
    title: "Theirs",
    priority: "urgent",
    status: "done",
    dueDate: "2026-06-01T00:00:00.000Z",
    userId: bob.id,
  });
  expect(answer).toMatch(/\nWEB-1 {2}done {2}urgent {2}@Bob .* due 2026-06-01 .*"Theirs"/);
});

test("a change that fails does not keep the next one from its turn", async () => {
  await using board = await startSmallBoard();
  taskRow(board, 1).description = "- [ ] wash\n- [ ] dry";
  const path = new RegExp(`^/api/task/description/${board.taskId(1)}`);
  board.sandbox.fail({ path }, { kind: "answer", status: 400, body: "No" });

  const outcomes = await Promise.allSettled(
    ["wash", "dry"].map((box) =>
      board.call(updateTask, { task: "WEB-1", find: `[ ] ${box}`, replace: `[x] ${box}` }),
    ),
  );

  expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(taskRow(board, 1).description?.match(/\[x\]/g)).toHaveLength(1);
});

test("tasks that several calls create at the same time are created one after the other, since Kaneo gives others one place", async () => {
  await using board = await startSmallBoard();
  const titles = ["One", "Two", "Three"];
  const path = `/api/task/${board.projectId}`;
  board.sandbox.fail({ method: "POST", path }, { kind: "delay", ms: 100 });

  await Promise.all(titles.map((title) => board.call(createTask, { project: "WEB", title })));

  const sent = board.sandbox.requests.filter((request) => request.path === path);
  const created = [...board.sandbox.data.tasks.values()].slice(-3);
  expect(created.map(({ title }) => title)).toEqual(sent.map(({ body }) => JSON.parse(body).title));
});

test("tasks that several calls place at the same time get places of their own", async () => {
  await using board = await startSmallBoard();

  await Promise.all(
    [4, 3, 2].map((number) => board.call(updateTask, { task: `WEB-${number}`, place: "top" })),
  );

  const places = [2, 3, 4, 1].map((number) => taskRow(board, number).position ?? 0);
  expect(new Set(places).size).toBe(4);
  expect(Math.max(...places)).toBe(taskRow(board, 1).position);
});

test("a label that two calls create at the same time is one", async () => {
  await using board = await startSmallBoard();

  const answers = await Promise.all(
    ["agent", "Agent"].map((name) => board.call(createLabel, { name })),
  );

  expect(answers.join("\n")).toMatch(/There already was a label/);
  expect([...board.sandbox.data.labels.values()]).toHaveLength(1);
});

test("a label that two imports at the same time need is one", async () => {
  await using board = await startSmallBoard();
  const importTasks = toolNamed(allTools, "import_tasks");
  const texts = ["agent", "Agent"].map((label) => `title,labels\nWash,${label}`);

  await Promise.all(texts.map((text) => board.call(importTasks, { project: "WEB", text })));

  const labels = [...board.sandbox.data.labels.values()];
  expect(labels.filter(({ taskId }) => taskId === null)).toHaveLength(1);
});

test("a label that two copies of a set-up bring at the same time is one", async () => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;
  const copySetup = toolNamed(allTools, "copy_project_setup");
  const [one, other, workspaceId] = ["One", "Other", "Beta"].map((name) =>
    addWorkspace(board, name),
  );
  const inEach = { ONE: one, OTHER: other, TO: workspaceId };
  for (const [slug, id = ""] of Object.entries(inEach))
    addProject(data, { ...OPS, name: slug, slug, workspaceId: id });
  addLabel(data, { name: "bug", color: "red", workspaceId: one ?? "", taskId: null });
  addLabel(data, { name: "Bug", color: "red", workspaceId: other ?? "", taskId: null });

  await Promise.all(["ONE", "OTHER"].map((from) => board.call(copySetup, { from, to: "TO" })));

  const labels = [...data.labels.values()];
  expect(labels.filter((label) => label.workspaceId === workspaceId)).toHaveLength(1);
});

test("a task that two calls give a parent at the same time has one of both", async () => {
  await using board = await startSmallBoard();

  await Promise.all(
    [2, 3].map((number) => board.call(updateTask, { task: "WEB-1", parent: `WEB-${number}` })),
  );

  expect([...board.sandbox.data.relations.values()]).toHaveLength(1);
});

test("a label that two calls change at the same time is as both want it", async () => {
  await using board = await startSmallBoard();
  addLabels(board, "bug");
  const change = toolNamed(allTools, "update_label");
  // By its name the later one might not find it any more.
  const [id] = board.sandbox.data.labels.keys();

  await Promise.all(
    [{ name: "defect" }, { color: "#112233" }].map((wish) =>
      board.call(change, { label: id, ...wish }),
    ),
  );

  const [label] = board.sandbox.data.labels.values();
  expect(label).toMatchObject({ name: "defect", color: "#112233" });
});

test("a project that two calls change at the same time is as both want it", async () => {
  await using board = await startSmallBoard();
  const updateProject = toolNamed(allTools, "update_project");

  await Promise.all(
    [{ name: "Site" }, { icon: "Map" }, { description: "Ours" }].map((change) =>
      board.call(updateProject, { project: "WEB", ...change }),
    ),
  );

  const project = board.sandbox.data.projects.get(board.projectId);
  expect(project).toMatchObject({ name: "Site", icon: "Map", description: "Ours" });
});

test("a time entry that two calls change at the same time is as both want it", async () => {
  await using board = await startSmallBoard();
  const { data, people } = board.sandbox;
  const [startTime, endTime] = ["2026-03-02T09:00:00.000Z", "2026-03-02T10:00:00.000Z"];
  const of = { taskId: board.taskId(1), userId: people.alice.id, description: "" };
  const entry = addTimeEntry(data, { ...of, startTime, endTime });

  await Promise.all(
    [{ started: "2026-03-02T08:00:00Z" }, { ended: "2026-03-02T11:00:00Z" }].map((change) =>
      board.call(toolNamed(allTools, "update_time_entry"), { entry: entry.id, ...change }),
    ),
  );

  expect(data.timeEntries.get(entry.id)).toMatchObject({
    startTime: "2026-03-02T08:00:00.000Z",
    endTime: "2026-03-02T11:00:00.000Z",
  });
});

test("a rule that two calls change at the same time is as both want it", async () => {
  await using board = await startSmallBoard();
  const setPreferences = toolNamed(allTools, "set_preferences");
  await board.call(setPreferences, { workspace: "acme", active: true });

  await Promise.all(
    [{ active: false }, { projects: ["WEB"] }].map((change) =>
      board.call(setPreferences, { workspace: "acme", ...change }),
    ),
  );

  const preferences = await board.call(toolNamed(allTools, "get_preferences"));
  expect(preferences).toMatch(/Acme: paused, .* only WEB/);
});

test("of two opposite relations that are made at once Kaneo sees one after the other", async () => {
  await using board = await startSmallBoard();
  const isSent = (request: string) => request === "POST /api/task-relation";
  board.sandbox.fail({ path: "/api/task-relation" }, { kind: "delay", ms: 500 });

  const first = board.call(linkTasks, { task: "WEB-1", relation: "blocks", other: "WEB-2" });
  await until(() => board.requests().some(isSent));
  const second = board.call(linkTasks, { task: "WEB-2", relation: "blocks", other: "WEB-1" });

  await expect(second).rejects.toThrow("already related to WEB-1 the other way round");
  await first;
  expect([...board.sandbox.data.relations.values()]).toMatchObject([
    { sourceTaskId: board.taskId(1), targetTaskId: board.taskId(2) },
  ]);
});
