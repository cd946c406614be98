import { expect, test } from "vitest";
import { allTools } from "../../../src/tools/index.ts";
import { columnsOf, created, createId, type SandboxData } from "../../sandbox/data.ts";
import { addLabel } from "../../sandbox/routes/labels.ts";
import { addProject } from "../../sandbox/routes/projects.ts";
import { addRelation } from "../../sandbox/routes/relations.ts";
import { addTask } from "../../sandbox/routes/tasks.ts";
import { startFullBoard } from "../../support/full-board.ts";
import { type SmallBoard, startSmallBoard } from "../../support/small-board.ts";
import { startToolHarness } from "../../support/tool-harness.ts";
import { toolNamed } from "../../support/tool-named.ts";

const copyTasks = toolNamed(allTools, "copy_tasks");
const copyProjectSetup = toolNamed(allTools, "copy_project_setup");
const createProject = toolNamed(allTools, "create_project");

/** A second project beside WEB. */
function addOps({ sandbox: { data }, workspaceId }: SmallBoard) {
  return addProject(data, { name: "Operations", slug: "OPS", icon: "Cog", workspaceId });
}

function rowsOf(data: SandboxData, projectId: string) {
  return [...data.tasks.values()].filter((task) => task.projectId === projectId);
}

test("copies tasks with all their fields and what relates them to each other, and leaves the originals", async () => {
  await using board = await startFullBoard();
  const { data } = board.sandbox;
  const ops = addOps(board);
  const [fix, tell, other] = [5, 6, 1].map(board.taskId);
  const relate = (sourceTaskId = "", targetTaskId = "", relationType = "") =>
    addRelation(data, { sourceTaskId, targetTaskId, relationType });
  relate(fix, tell, "blocks");
  relate(tell, fix, "related");
  relate(other, fix, "subtask");
  const before = JSON.stringify(rowsOf(data, board.projectId));

  const answer = await board.call(copyTasks, { tasks: ["WEB-5", "WEB-6, WEB-7"], project: "OPS" });

  const [copy, second, third] = rowsOf(data, ops.id);
  expect(answer).toContain(
    "Copied 3 of 3 tasks into Operations (OPS), the first OPS-1, the last OPS-3.",
  );
  expect(answer).toContain("Not copied: comments, logged time, activity.");
  expect(answer).toContain("Relations to tasks that are not among these: 1.");
  expect(answer).not.toContain("not there");
  expect(copy).toMatchObject({
    title: "Fix search",
    status: "in-progress",
    priority: "high",
    userId: board.sandbox.people.bob.id,
    dueDate: "2026-02-28T23:00:00.000Z",
  });
  expect(third).toMatchObject({
    title: "Some day",
    status: "planned",
    description: "The SEARCH index",
  });
  const labels = [...data.labels.values()].filter(({ taskId }) => taskId === copy?.id);
  expect(labels.map(({ name }) => name).sort()).toEqual(["bug", "ui"]);
  const relations = [...data.relations.values()].slice(3);
  const ends = relations.map((one) => [one.relationType, one.sourceTaskId, one.targetTaskId]);
  expect(ends).toEqual(expect.arrayContaining([["blocks", copy?.id, second?.id]]));
  expect(ends).toHaveLength(2);
  expect(JSON.stringify(rowsOf(data, board.projectId))).toBe(before);
});

test("a copy comes where a move would put it: into the column of its slug, or of what is done, whatever it is called", async () => {
  await using board = await startFullBoard();
  const { data } = board.sandbox;
  const ops = addOps(board);
  for (const column of data.columns.values()) {
    const name = column.projectId === ops.id ? "진행 중" : "To Do";
    if (column.slug === "in-progress") Object.assign(column, { name });
  }
  const finalOf = (id: string) => columnsOf(data, id).find(({ isFinal }) => isFinal) ?? {};
  Object.assign(finalOf(board.projectId), { slug: "sold", name: "Sold" });
  Object.assign(finalOf(ops.id), { slug: "raus", name: "Raus" });
  Object.assign(data.tasks.get(board.taskId(6)) ?? {}, { status: "sold" });

  const here = await board.call(copyTasks, { tasks: ["WEB-5"], project: "WEB" });
  const there = await board.call(copyTasks, { tasks: ["WEB-5", "WEB-6"], project: "OPS" });

  expect(here).toMatch(/^Copied 1 of 1 task/);
  expect(there).toMatch(/^Copied 2 of 2 tasks/);
  expect(there).not.toContain("Mapping");
  expect(rowsOf(data, board.projectId).at(-1)?.status).toBe("in-progress");
  expect(rowsOf(data, ops.id).map(({ status }) => status)).toEqual(["in-progress", "raus"]);
});

test("a dry run of a copy shows what each task becomes, and sends nothing that changes anything", async () => {
  await using board = await startFullBoard();
  const ops = addOps(board);

  const answer = await board.call(copyTasks, { tasks: ["WEB-5"], project: "OPS", dry_run: true });

  expect(answer).toContain(
    "Checked, nothing created: 1 of 1 task can be made in Operations (OPS).",
  );
  expect(answer).toContain("WEB-5  in-progress  high  @Bob");
  expect(answer).not.toContain("Mapping");
  expect(rowsOf(board.sandbox.data, ops.id)).toEqual([]);
  expect(board.requests().filter((request) => !request.startsWith("GET"))).toEqual([]);
});

test("a copy names the people whom it leaves out because they are no members", async () => {
  await using board = await startFullBoard();
  addOps(board);
  const { data, people } = board.sandbox;
  const [task] = [...data.tasks.values()];
  Object.assign(task ?? {}, { userId: people.root.id });

  const answer = await board.call(copyTasks, { tasks: ["WEB-1"], project: "OPS", dry_run: true });

  expect(answer).toContain("assignee Root Admin = none (1 task; no member has that name");
});

test("what was not copied in time goes on with continue, and relations reach over both calls", async () => {
  await using board = await startFullBoard({ msPerRequest: 100 });
  const { data } = board.sandbox;
  const ops = addOps(board);
  const tasks = Array.from({ length: 60 }, (_, index) =>
    addTask(data, board.projectId, { title: `Copy ${index}`, status: "to-do" }),
  );
  const [first] = tasks;
  for (const task of tasks.slice(1)) {
    const ends = { sourceTaskId: first?.id ?? "", targetTaskId: task.id };
    addRelation(data, { ...ends, relationType: "subtask" });
  }
  const keys = tasks.map(({ number }) => `WEB-${number}`);
  const answers: string[] = [];

  for (let next: string | undefined = "start"; next !== undefined; ) {
    const args = { tasks: keys, project: "OPS", ...(next !== "start" && { continue: next }) };
    const answer = await board.call(copyTasks, args);
    answers.push(answer);
    next = /and continue (\S+)/.exec(answer)?.[1];
  }

  const copies = rowsOf(data, ops.id);
  const parent = copies.find(({ title }) => title === "Copy 0");
  const below = [...data.relations.values()].filter((one) => one.sourceTaskId === parent?.id);
  expect(answers.length).toBeGreaterThan(1);
  expect(answers[0]).toMatch(/\d+ of 60 are done: call again/);
  expect(copies.map(({ title }) => title)).toEqual(tasks.map(({ title }) => title));
  expect(below).toHaveLength(59);
});

test("gives a project the columns and rules that it lacks, in that order, and takes nothing away", async () => {
  await using board = await startFullBoard();
  const { data } = board.sandbox;
  const ops = addOps(board);
  const [model] = [...data.columns.values()].filter(
    ({ projectId }) => projectId === board.projectId,
  );
  const own = { name: "Own", slug: "own", position: 9 };
  const testing = { name: "Testing", slug: "testing", position: 2.5 };
  if (!model) throw new Error("WEB has no column.");
  data.columns.set("t", { ...model, ...testing, id: createId() });
  data.columns.set("o", { ...model, ...own, id: createId(), projectId: ops.id });
  for (const [key, column] of [...data.columns]) {
    data.columns.delete(key);
    data.columns.set(column.id, column);
  }
  const rule = { integrationType: "github", columnId: model.id, projectId: board.projectId };
  const [ruleId, event] = [createId(), "pr_opened"];
  data.workflowRules.set(ruleId, { id: ruleId, eventType: event, ...rule, ...created() });

  const answer = await board.call(copyProjectSetup, { from: "WEB", to: "OPS" });
  const again = await board.call(copyProjectSetup, { from: "WEB", to: "OPS" });

  const columns = [...data.columns.values()]
    .filter(({ projectId }) => projectId === ops.id)
    .toSorted((one, other) => one.position - other.position);
  expect(answer).toContain(
    "added column Testing, the order of the columns, rule github pr_opened.",
  );
  expect(columns.map(({ name }) => name)).toEqual([
    ...["To Do", "In Progress", "In Review", "Testing", "Own", "Done"],
  ]);
  const rules = [...data.workflowRules.values()].filter(({ projectId }) => projectId === ops.id);
  expect(rules).toMatchObject([{ eventType: "pr_opened", columnId: columns[0]?.id }]);
  expect(again).toContain("it had all of that before.");
});

test("in another workspace the labels come along", async () => {
  await using harness = await startToolHarness({ seed: "demo" });
  const { data } = harness.sandbox;
  const acme = data.workspaces.find(({ slug }) => slug === "acme")?.id ?? "";
  const cabin = data.workspaces.find(({ slug }) => slug === "cabin")?.id ?? "";
  addLabel(data, { name: "only in acme", color: "#123456", workspaceId: acme, taskId: null });

  const answer = await harness.call(copyProjectSetup, { from: "WEB", to: "CABIN" });

  const labels = [...data.labels.values()].filter(
    ({ workspaceId, taskId }) => workspaceId === cabin && taskId === null,
  );
  expect(answer).toContain("label only in acme");
  expect(labels).toEqual(
    expect.arrayContaining([expect.objectContaining({ name: "only in acme", color: "#123456" })]),
  );
});

test("who may not change columns is told so, and that nothing was copied", async () => {
  await using harness = await startToolHarness({ seed: "demo", person: "bob" });
  const columns = JSON.stringify([...harness.sandbox.data.columns.values()]);
  const { data } = harness.sandbox;
  const web = [...data.projects.values()].find(({ slug }) => slug === "WEB");
  const [model] = [...data.columns.values()].filter(({ projectId }) => projectId === web?.id);
  if (!model) throw new Error("WEB has no column.");
  const id = createId();
  data.columns.set(id, { ...model, id, name: "New here", slug: "new-here", position: 7 });

  const failure = harness.call(copyProjectSetup, { from: "WEB", to: "OPS" });

  await expect(failure).rejects.toMatchObject({
    kind: "forbidden",
    message: expect.stringMatching(/^Nothing was copied\. column New here: failed: Kaneo refused/),
  });
  data.columns.delete(id);
  expect(JSON.stringify([...data.columns.values()])).toBe(columns);
});

test("of two columns with one name Kaneo refuses the second, which is told", async () => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;
  addOps(board);
  const review = [...data.columns.values()].find(({ slug }) => slug === "in-review");
  Object.assign(review ?? {}, { name: "To Do" });

  const [copied, created] = await Promise.all([
    board.call(copyProjectSetup, { from: "WEB", to: "OPS" }).catch(String),
    board.call(createProject, { name: "Shop", like: "WEB" }),
  ]);

  expect(copied).toContain("Nothing was copied. column To Do: failed: Kaneo refused: Column with");
  expect(created).toContain("Columns: to-do, in-progress, in-review, done [final]");
  expect(created).toContain("Its columns may not all be as wanted: Kaneo refused: Column with");
});

test("a column that a loose look takes for another one is copied beside it, and none is moved for that", async () => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;
  const ops = addOps(board);
  for (const column of columnsOf(data, board.projectId)) {
    if (column.slug === "done") Object.assign(column, { name: "ToDo" });
  }
  for (const column of columnsOf(data, ops.id)) {
    if (column.slug === "done") data.columns.delete(column.id);
  }

  const answer = await board.call(copyProjectSetup, { from: "WEB", to: "OPS" });

  expect(answer).toContain("added column ToDo.\n");
  expect(columnsOf(data, ops.id).map(({ name }) => name)).toEqual([
    ...["To Do", "In Progress", "In Review", "ToDo"],
  ]);
});

test("a copy of a set-up that is cut off says what was added, what was not tried, and sends no more", async () => {
  await using board = await startSmallBoard();
  const ops = addOps(board);
  const { data } = board.sandbox;
  const [model] = [...data.columns.values()];
  for (const name of ["First", "Second", "Third"]) {
    const slug = name.toLowerCase();
    if (model) data.columns.set(slug, { ...model, id: createId(), name, slug, position: 9 });
  }
  const limit = { kind: "rate-limit", form: "Retry-After", seconds: 3_600 } as const;
  const path = `/api/column/${ops.id}`;
  board.sandbox.fail({ path, after: 2, times: Number.POSITIVE_INFINITY }, limit);

  const answer = await board.call(copyProjectSetup, { from: "WEB", to: "OPS" });

  expect(answer).toMatch(/^OPS \(Operations\) has a part of the set-up of WEB: added column First/);
  expect(answer).toMatch(/\nIts columns could not be read afterwards: Kaneo limits/);
  expect(answer).toMatch(/\ncolumn Second: failed: Kaneo limits/);
  expect(answer).toMatch(/\ncolumn Third: not tried: /);
  const sent = board.requests().filter((request) => request === `POST ${path}`);
  expect(sent).toHaveLength(2);
});

test("a set-up of which nothing could be copied fails as its first step did", async () => {
  await using board = await startSmallBoard();
  addOps(board);
  const { data } = board.sandbox;
  const [model] = [...data.columns.values()];
  if (model) data.columns.set("qa", { ...model, id: createId(), name: "Q&A", slug: "qa" });
  const taken = { kind: "answer", status: 409, body: "Column with slug exists" } as const;
  board.sandbox.fail({ method: "POST", path: /^\/api\/column\// }, taken);

  const call = board.call(copyProjectSetup, { from: "WEB", to: "OPS" });

  await expect(call).rejects.toMatchObject({
    kind: "conflict",
    message: expect.stringMatching(/^Nothing was copied\. column Q&A: failed: Kaneo refused/),
  });
});
