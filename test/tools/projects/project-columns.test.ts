/** A new project's columns and rules. */
import { expect, test } from "vitest";
import { columnTools } from "../../../src/tools/columns.ts";
import { projectTools } from "../../../src/tools/projects/projects.ts";
import { createTask } from "../../../src/tools/tasks/create-task.ts";
import { addLabel } from "../../sandbox/routes/labels.ts";
import { addProject } from "../../sandbox/routes/projects.ts";
import { addLabels } from "../../support/board-rows.ts";
import { addWorkspace, startSmallBoard } from "../../support/small-board.ts";
import { toolNamed } from "../../support/tool-named.ts";

const createProject = toolNamed(projectTools, "create_project");
const reorderColumns = toolNamed(columnTools, "reorder_columns");

test("create_project makes the columns that are named, in order, the last one final", async () => {
  await using board = await startSmallBoard();

  const answer = await board.call(createProject, {
    name: "Shop",
    columns: ["Doing", "Todo", "Testing", "Shipped"],
  });

  const { columns, projects } = board.sandbox.data;
  const shop = [...projects.values()].find(({ name }) => name === "Shop");
  const rows = [...columns.values()]
    .filter(({ projectId }) => projectId === shop?.id)
    .sort((one, other) => one.position - other.position)
    .map(({ slug, isFinal }) => `${slug}${isFinal ? "*" : ""}`);
  expect(rows).toEqual(["doing", "to-do", "testing", "shipped*"]);
  expect(answer).toBe(
    'Created project SHO  "Shop"\nColumns: doing, to-do, testing, shipped [final]',
  );
});

test("create_project takes columns that are written as one text", async () => {
  await using board = await startSmallBoard();

  const answer = await board.call(createProject, { name: "Shop", columns: "Doing, QA; Shipped," });

  expect(answer).toContain("\nColumns: doing, qa, shipped [final]");
});

test("create_project takes columns as answers show them, and those with a star", async () => {
  await using board = await startSmallBoard();

  const answer = await board.call(createProject, {
    name: "Shop",
    columns: "doing, shipped [final], dropped *",
  });

  expect(answer).toContain("\nColumns: doing, shipped [final], dropped [final]");
});

test("create_project takes columns and rules from another project", async () => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;
  const review = [...data.columns.values()].find(({ slug }) => slug === "in-review");
  Object.assign(review ?? {}, { isFinal: true });
  const event = { integrationType: "github", eventType: "pr_opened" };
  const rule = { ...event, projectId: board.projectId, columnId: review?.id ?? "" };
  data.workflowRules.set("r1", {
    ...rule,
    id: "r1",
    createdAt: "2026-01-01",
    updatedAt: "2026-01-01",
  });

  const answer = await board.call(createProject, { name: "Shop", like: "WEB" });

  expect(answer).toBe(
    'Created project SHO  "Shop"\nColumns: to-do, in-progress, in-review [final], done [final]\nRules: github pr_opened → in-review\nWithout the tasks of WEB: copy_tasks has from for them.',
  );
});

test("a rule leads to the column of its name in a project like another one, where that was renamed", async () => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;
  const review = [...data.columns.values()].find(({ slug }) => slug === "in-review");
  Object.assign(review ?? {}, { name: "Checking" });
  const event = { integrationType: "github", eventType: "pr_opened" };
  const rule = { ...event, projectId: board.projectId, columnId: review?.id ?? "" };
  const times = { createdAt: "2026-01-01", updatedAt: "2026-01-01" };
  data.workflowRules.set("r1", { ...rule, ...times, id: "r1" });

  const answer = await board.call(createProject, { name: "Shop", like: "WEB" });

  expect(answer).toContain("Rules: github pr_opened → checking");
});

test("a project like one of another workspace gets its labels too, but for those that are there", async () => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;
  addLabels(board, "bug", "UI");
  const two = addWorkspace(board, "Two");
  addLabel(data, { name: "Bug", color: "#111", workspaceId: two, taskId: null });
  addLabel(data, { name: "far", color: "#222", workspaceId: board.workspaceId, taskId: null });

  const answer = await board.call(createProject, { name: "Shop", like: "WEB", workspace: "two" });

  expect(answer).toContain("\nNew labels: UI, far");
  const labels = [...data.labels.values()].filter(({ workspaceId }) => workspaceId === two);
  expect(labels.map(({ name, color }) => [name, color])).toEqual([
    ["Bug", "#111"],
    ["UI", "#fff"],
    ["far", "#222"],
  ]);
});

test("a project like another one is made in that one's workspace where none is named", async () => {
  await using board = await startSmallBoard();
  const two = addWorkspace(board, "Two");
  const far = { workspaceId: two, name: "Far", slug: "FAR", icon: "X" };
  addProject(board.sandbox.data, far);

  const answer = await board.call(createProject, { name: "Shop", like: "far" });
  const call = board.call(createProject, { name: "Yard" });

  expect(answer).not.toContain("Without the tasks");
  await expect(call).rejects.toThrow(/^Which workspace\?/);
  const made = [...board.sandbox.data.projects.values()].map((one) => [one.name, one.workspaceId]);
  expect(made).toContainEqual(["Shop", two]);
  expect(made).not.toContainEqual(["Yard", expect.anything()]);
});

test("of two projects of a name, the one in the new project's workspace is taken for a like one", async () => {
  await using board = await startSmallBoard();
  const two = addWorkspace(board, "Two");
  addProject(board.sandbox.data, {
    workspaceId: two,
    name: "Website",
    slug: "WEB2",
    icon: "Globe",
  });

  const answer = await board.call(createProject, {
    name: "Shop",
    like: "website",
    workspace: "two",
  });

  expect(answer).toContain("Columns: to-do, in-progress, in-review, done [final]");
});

test("a project whose workspace's labels cannot be read is there, and named", async () => {
  // So that what was read is old at the next request.
  await using board = await startSmallBoard({ msPerRequest: 60_001 });
  addLabels(board, "bug");
  const two = addWorkspace(board, "Two");
  const fault = { kind: "answer", status: 403, body: "Insufficient permissions" } as const;
  board.sandbox.fail({ path: `/api/label/workspace/${two}`, after: 1 }, fault);

  const answer = await board.call(createProject, { name: "Shop", like: "WEB", workspace: "two" });

  expect(answer).toMatch(/^Created project SHO {2}"Shop"\n(?:.*\n)+labels: failed: /);
});

test("columns that the role may not set are said to be refused, and Kaneo's own are shown", async () => {
  await using board = await startSmallBoard({ person: "bob" });

  const answer = await board.call(createProject, { name: "Shop", columns: ["Doing", "Done"] });

  expect(answer).toMatch(
    /^Created project SHO {2}"Shop"\nColumns: to-do, in-progress, in-review, done \[final\]\nIts columns may not all be as wanted: Kaneo refused: the role/,
  );
});

test("columns of which a later one is refused are shown as they are then", async () => {
  await using board = await startSmallBoard();
  const refusal = { kind: "answer", status: 403, body: "Insufficient permissions" } as const;
  board.sandbox.fail({ method: "DELETE", path: /\/api\/column\// }, refusal);

  const answer = await board.call(createProject, { name: "Shop", columns: ["Doing", "Done"] });

  expect(answer).toMatch(
    /\nColumns: to-do, .*doing.*\nIts columns may not all be as wanted: Kaneo refused/,
  );
});

test("columns whose outcome is unknown are said to be uncertain", async () => {
  await using board = await startSmallBoard();
  board.sandbox.fail({ method: "POST", path: /\/api\/column\// }, { kind: "reset", when: "after" });

  const answer = await board.call(createProject, { name: "Shop", columns: ["Doing", "Done"] });

  expect(answer).toMatch(/\nIts columns may not all be as wanted: The change may or may not have/);
});

test.for([
  [["Doing", "doing "]],
  [["Planned", "Done"]],
  [["*"]],
  [["In-Progress", "In Progress", "Done"]],
  [["🚀", "Done"]],
  [[" , ;"]],
])("create_project refuses the columns %j before it creates anything", async ([columns]) => {
  await using board = await startSmallBoard();

  const call = board.call(createProject, { name: "Shop", columns });

  await expect(call).rejects.toMatchObject({ kind: "invalid_input" });
  expect(board.requests()).toEqual([]);
});

test("a task without a status begins in the first column as it is now", async () => {
  await using board = await startSmallBoard();
  const columns = ["Offen", "In Arbeit", "Fertig"];
  await board.call(createProject, { name: "Messe", slug: "MESSE", columns });

  const first = await board.call(createTask, { project: "MESSE", title: "Stand buchen" });
  await board.call(reorderColumns, { project: "MESSE", columns: columns.toReversed() });
  const second = await board.call(createTask, { project: "MESSE", title: "Plakat drucken" });

  expect(first).toContain("Created MESSE-1  offen");
  expect(second).toContain("Created MESSE-2  fertig");
});
