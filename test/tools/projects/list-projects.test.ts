import { expect, test } from "vitest";
import { listProjects } from "../../../src/tools/projects/list-projects.ts";
import { projectTools } from "../../../src/tools/projects/projects.ts";
import { addProject } from "../../sandbox/routes/projects.ts";
import { addTask } from "../../sandbox/routes/tasks.ts";
import { taskRow } from "../../support/board-rows.ts";
import { startSmallBoard } from "../../support/small-board.ts";
import { startToolHarness } from "../../support/tool-harness.ts";
import { toolNamed } from "../../support/tool-named.ts";

const updateProject = toolNamed(projectTools, "update_project");

test("list_projects shows every workspace's projects with their progress", async () => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;
  const first = data.tasks.get(board.taskId(1));
  if (first !== undefined) Object.assign(first, { status: "done" });
  const fields = { name: "Old\nsite", slug: "OLD", icon: "X", workspaceId: board.workspaceId };
  addProject(data, { ...fields, archivedAt: "2025-01-01T00:00:00.000Z" });

  const usual = await board.call(listProjects);
  const all = await board.call(listProjects, { include_archived: true, workspace: "ACME" });

  expect(usual).toBe(
    'Workspace Acme (acme): 1 project; 1 archived not shown (include_archived)\nWEB  "Website"  4 tasks  25% done or archived',
  );
  expect(all).toBe(
    'Workspace Acme (acme): 2 projects\nWEB  "Website"  4 tasks  25% done or archived\nOLD  "Old site"  0 tasks  0% done or archived  archived',
  );
});

test("list_projects says which projects anyone with the link can read", async () => {
  await using board = await startSmallBoard();
  const fields = { name: "Roadmap", slug: "RM", icon: "X", workspaceId: board.workspaceId };
  addProject(board.sandbox.data, { ...fields, isPublic: true });

  const text = await board.call(listProjects);

  expect(text).toMatch(/^RM {2}"Roadmap" {2}0 tasks {2}0% done or archived {2}public$/m);
  expect(text).toMatch(/^WEB .* archived$/m);
});

test("list_projects takes for done what stands in a final column, whatever that is called", async () => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;
  const done = [...data.columns.values()].find(({ slug }) => slug === "done");
  if (done !== undefined) Object.assign(done, { slug: "pronto", name: "Pronto" });
  for (const [number, status] of [
    [1, "pronto"],
    [2, "pronto"],
    [3, "archived"],
  ] as const) {
    Object.assign(data.tasks.get(board.taskId(number)) ?? {}, { status });
  }

  expect(await board.call(listProjects)).toContain("4 tasks  75% done or archived");
});

test("list_projects lists a project whose columns cannot be read, without saying how much of it is done", async () => {
  await using board = await startSmallBoard();
  board.sandbox.fail({ path: /\/api\/column\// }, { kind: "answer", status: 404, body: {} });

  expect(await board.call(listProjects)).toMatch(/^WEB {2}"Website" {2}4 tasks$/m);
});

test("list_projects counts what is done in the first 200 projects, and lists all", async () => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;
  for (let number = 0; number < 250; number += 1) {
    const fields = { name: `P${number}`, slug: `P${number}`, icon: "X" };
    const { id } = addProject(data, { ...fields, workspaceId: board.workspaceId });
    addTask(data, id, { title: "One", status: "to-do" });
  }

  const text = await board.call(listProjects);

  expect(text.match(/ 1 task/g)).toHaveLength(250);
  expect(text.match(/ 0% done/g)).toHaveLength(200);
});

test("list_projects is never stale", async () => {
  await using board = await startSmallBoard();
  await board.call(listProjects);
  addTask(board.sandbox.data, board.projectId, { title: "New", status: "to-do" });

  expect(await board.call(listProjects)).toContain("5 tasks");
});

test("list_projects covers several workspaces, and says when there is none", async () => {
  await using several = await startToolHarness();
  await using none = await startToolHarness({ person: "dan" });

  expect(await several.call(listProjects)).toMatch(/^Workspace Acme [\s\S]*\nWorkspace Private /);
  expect(await none.call(listProjects)).toMatch(/^This account belongs to no workspace\./);
});

test("update_project archives and brings back, says what it put away open, and knows the name at once", async () => {
  await using board = await startSmallBoard();
  Object.assign(taskRow(board, 1), { status: "done" });
  Object.assign(taskRow(board, 2), { status: "in-review" });

  const put = await board.call(updateProject, { project: "WEB", archived: true, name: "Site" });
  const archivedAt = board.sandbox.data.projects.get(board.projectId)?.archivedAt;
  const back = await board.call(updateProject, { project: "site", archived: false });

  expect(put).toBe(
    [
      'Project WEB  "Site"  (archived)',
      "name: Website → Site",
      "archived: false → true",
      "Still open in it: 3 tasks, which lists over all projects leave out now.",
    ].join("\n"),
  );
  expect(archivedAt).not.toBeNull();
  expect(back).toBe('Project WEB  "Site"\narchived: true → false');
  expect(board.sandbox.data.projects.get(board.projectId)?.archivedAt).toBeNull();
});

test("projects of a Kaneo before 2.16, which gives them in any order, are listed from the oldest on", async () => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;
  for (const slug of ["TWO", "TRE"]) {
    const createdAt = slug === "TWO" ? "2037-01-01T00:00:00.000Z" : "2037-01-02T00:00:00.000Z";
    addProject(data, { name: slug, slug, icon: "X", workspaceId: board.workspaceId, createdAt });
  }
  const statistics = { totalTasks: 0, completionPercentage: 0 };
  const body = [...data.projects.values()]
    .map(({ position: _, ...project }) => ({ ...project, statistics }))
    .reverse();
  board.sandbox.fail({ path: /^\/api\/project\?/ }, { kind: "answer", status: 200, body });

  const text = await board.call(listProjects);

  expect(text.match(/^[A-Z]{3}(?= )/gm)).toEqual(["WEB", "TWO", "TRE"]);
});
