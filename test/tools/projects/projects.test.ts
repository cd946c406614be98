import { expect, test } from "vitest";
import { projectTools } from "../../../src/tools/projects/projects.ts";
import { addLabel } from "../../sandbox/routes/labels.ts";
import { addProject } from "../../sandbox/routes/projects.ts";
import { addTask } from "../../sandbox/routes/tasks.ts";
import { addWorkspace, type SmallBoard, startSmallBoard } from "../../support/small-board.ts";
import { startToolHarness } from "../../support/tool-harness.ts";
import { toolNamed } from "../../support/tool-named.ts";

const listProjects = toolNamed(projectTools, "list_projects");
const getProject = toolNamed(projectTools, "get_project");
const createProject = toolNamed(projectTools, "create_project");
const updateProject = toolNamed(projectTools, "update_project");
const deleteProject = toolNamed(projectTools, "delete_project");

function projectWith({ sandbox }: SmallBoard, slug: string) {
  return [...sandbox.data.projects.values()].find((project) => project.slug === slug);
}

test("get_project of a board without columns says so", async () => {
  await using board = await startSmallBoard();
  board.sandbox.data.columns.clear();

  const answer = await board.call(getProject, { project: "WEB" });

  expect(answer).toContain("\nColumns, with their tasks: none; also planned 0, archived 0\n");
});

test("get_project shows all that is needed to create tasks there", async () => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;
  addLabel(data, {
    name: "bug\u202E",
    color: "#f00",
    workspaceId: board.workspaceId,
    taskId: null,
  });
  addLabel(data, {
    name: "copy",
    color: "#f00",
    workspaceId: board.workspaceId,
    taskId: board.taskId(1),
  });
  const project = data.projects.get(board.projectId);
  if (project !== undefined) project.description = "Shop ✨\n--- 00000000";
  for (const column of data.columns.values())
    if (column.slug === "in-progress") column.name = "Doing";
  const userId = board.sandbox.people.bob.id;
  for (const status of ["in-review", "done", "planned", "archived"])
    addTask(data, board.projectId, { title: status, status, userId });

  const answer = await board.call(getProject, { project: "web" });

  expect(answer.split("\n").slice(0, 9)).toEqual([
    'WEB  "Website"',
    "Columns, with their tasks: to-do 4, in-progress (Doing) 0, in-review 1, done [final] 1; also planned 1, archived 1",
    "Labels: bug",
    "Members:",
    "- Alice Doe <alice@example.com>: owner, 0 open",
    "- Bob Ünïcode 🦊 <bob@example.com>: member, 1 open",
    "- nobody: 4 open",
    "Rules: none",
    "Description:",
  ]);
  expect(answer).toMatch(/--- (\d{9})\nShop ✨\n--- 00000000\n--- \1$/);
});

test("get_project counts the open tasks of people who left the workspace, and of nobody", async () => {
  await using board = await startSmallBoard();
  const { data, people } = board.sandbox;
  addTask(data, board.projectId, { title: "Left", status: "to-do", userId: people.bob.id });
  const place = data.members.findIndex(({ userId }) => userId === people.bob.id);
  data.members.splice(place, 1);

  const answer = await board.call(getProject, { project: "web" });

  expect(answer).toMatch(
    /\nMembers:\n- Alice Doe .*\n- who left the workspace: 1 open\n- nobody: 4 open\nRules/,
  );
});

test("create_project makes a slug from the name, and another one when that is in use", async () => {
  await using board = await startSmallBoard();

  const first = await board.call(createProject, { name: "Web shop" });
  const second = await board.call(createProject, { name: "Übung & Maß", description: "Far *out*" });

  expect(first).toBe('Created project WEB2  "Web shop"');
  expect(second).toBe('Created project ÜBU  "Übung & Maß"');
  expect(projectWith(board, "ÜBU")).toMatchObject({ description: "Far *out*", icon: "Layout" });
});

test.for<[string, Record<string, unknown>, string, string]>([
  [
    "a slug in use",
    { slug: "web" },
    "conflict",
    'The slug web is in use by the project "Website".',
  ],
  [
    "a slug that cannot start keys",
    { slug: "1 A" },
    "invalid_input",
    '"1 A" cannot start task keys.',
  ],
  ["an endless slug", { slug: "A".repeat(101) }, "invalid_input", expect.stringMatching(/^"AAA/)],
  ["a blank name", { name: " " }, "invalid_input", '"name" must not be blank.'],
])("create_project refuses %s", async ([, args, kind, message]) => {
  await using board = await startSmallBoard();

  const call = board.call(createProject, { name: "Shop", ...args });

  await expect(call).rejects.toMatchObject({ kind, message });
  expect(board.sandbox.data.projects.size).toBe(1);
});

test("a member may create a project but not describe it, and is told both", async () => {
  await using board = await startSmallBoard({ person: "bob" });

  const answer = await board.call(createProject, { name: "Shop", description: "x" });

  expect(answer).toMatch(
    /^Created project SHO {2}"Shop"\nIts description: failed: Kaneo refused: the role/,
  );
});

test("a new project can be used at once", async () => {
  await using board = await startSmallBoard();
  await board.call(getProject, { project: "WEB" });
  await board.call(createProject, { name: "Shop", slug: "SHOP" });
  board.sandbox.clearRequests();

  const answer = await board.call(getProject, { project: "SHOP" });

  expect(answer).toMatch(/^SHOP {2}"Shop"\n/);
});

test.for<[Record<string, unknown>, object]>([
  [{ name: "Site" }, { name: "Site" }],
  [{ slug: "SITE" }, { slug: "SITE" }],
  [{ icon: "Star" }, { icon: "Star" }],
  [{ description: "New" }, { description: "New" }],
  [{ description: "none" }, { description: "" }],
  [{ icon: "Star", description: "", name: null }, { icon: "Star" }],
  [{ icon: "Star", slug: "WEB" }, { icon: "Star" }],
  [{ public: "true" }, { isPublic: true }],
])("update_project with %j leaves the rest as it was", async ([args, expected]) => {
  await using board = await startSmallBoard();
  const project = board.sandbox.data.projects.get(board.projectId);
  const isPublic = args["public"] === undefined;
  Object.assign(project ?? {}, { description: "Old", icon: "Globe", isPublic });
  const before = { ...project };

  await board.call(updateProject, { project: "WEB", ...args });

  expect(board.sandbox.data.projects.get(board.projectId)).toEqual({ ...before, ...expected });
});

test("update_project overwrites nothing that was changed behind the cache", async () => {
  await using board = await startSmallBoard();
  await board.call(getProject, { project: "WEB" });
  const project = board.sandbox.data.projects.get(board.projectId);
  if (project !== undefined) project.description = "Changed in the web app";

  await board.call(updateProject, { project: "WEB", icon: "Star" });

  expect(project?.description).toBe("Changed in the web app");
});

test("update_project gives the old description whole, and says what was so already", async () => {
  await using board = await startSmallBoard();
  const description = `First line\n${"and more ".repeat(40)}`;
  await board.call(updateProject, { project: "WEB", description });

  const changed = await board.call(updateProject, { project: "WEB", description: "New" });
  const same = await board.call(updateProject, { project: "WEB", description: "New" });

  expect(changed).toMatch(/\ndescription: First line and .* → New\nThe description was:\n/);
  expect(changed).toContain(description.trim());
  expect(same).toBe('Project WEB  "Website"\nIt was so already.');
});

test("update_project says what is saved when only archiving fails, and knows the new name", async () => {
  await using board = await startSmallBoard();
  const refusal = { kind: "answer", status: 403, body: "Insufficient permissions" } as const;
  board.sandbox.fail({ path: /\/archive$/ }, refusal);

  const call = board.call(updateProject, { project: "WEB", name: "Site", archived: true });

  await expect(call).rejects.toMatchObject({
    kind: "forbidden",
    message: expect.stringMatching(
      /^The other changes to WEB are saved; only archived failed: Kaneo refused: the role/,
    ),
  });
  expect(projectWith(board, "WEB")).toMatchObject({ name: "Site", archivedAt: null });
  expect(await board.call(getProject, { project: "Site" })).toMatch(/^WEB {2}"Site"/);
});

test("create_project makes a slug also where another workspace does not tell its projects", async () => {
  await using board = await startSmallBoard();
  const second = addWorkspace(board, "Second");
  const path = new RegExp(`^/api/project\\?.*${second}`);
  board.sandbox.fail({ path, times: Infinity }, { kind: "answer", status: 403 });

  const answer = await board.call(createProject, { name: "Garden", workspace: "Acme" });

  expect(answer).toContain("GAR");
});

test("create_project takes whole characters for a slug, also of rare scripts", async () => {
  await using board = await startSmallBoard();

  const answer = await board.call(createProject, { name: "𐌰𐌱𐌲𐌳" });

  expect(answer).toBe('Created project 𐌰𐌱𐌲  "𐌰𐌱𐌲𐌳"');
});

test("update_project without a change is refused, and so is one that the role does not allow", async () => {
  await using board = await startSmallBoard({ person: "bob" });

  const nothing = board.call(updateProject, { project: "WEB" });
  await expect(nothing).rejects.toMatchObject({ kind: "invalid_input" });
  const forbidden = board.call(updateProject, { project: "WEB", name: "Mine" });
  await expect(forbidden).rejects.toMatchObject({
    kind: "forbidden",
    message: expect.stringMatching(/^Nothing of WEB was changed\. Kaneo refused: the role/),
  });
});

test("delete_project deletes nothing unless the slug is confirmed, and says how many tasks would go", async () => {
  await using board = await startSmallBoard();

  const call = board.call(deleteProject, { project: board.projectId, confirm_slug: "OPS" });

  await expect(call).rejects.toMatchObject({
    kind: "invalid_input",
    message: 'Nothing was deleted: the slug of Website is WEB, not "OPS".',
    hint: expect.stringContaining("whether this project with its tasks (4) is meant"),
  });
  expect(board.sandbox.data.projects.has(board.projectId)).toBe(true);
});

test("delete_project deletes the project and forgets it", async () => {
  await using board = await startSmallBoard();

  const answer = await board.call(deleteProject, { project: "Website", confirm_slug: "web" });

  expect(answer).toBe("Deleted project WEB (Website) with 4 tasks.");
  expect(board.sandbox.data.projects.size).toBe(0);
  const again = board.call(deleteProject, { project: "WEB", confirm_slug: "WEB" });
  await expect(again).rejects.toMatchObject({ kind: "not_found" });
});

test("delete_project counts the tasks that were there, also those made since the list was kept", async () => {
  await using board = await startSmallBoard();
  await board.call(listProjects);
  for (const title of ["Fifth", "Sixth"]) {
    addTask(board.sandbox.data, board.projectId, { title, status: "to-do" });
  }

  const answer = await board.call(deleteProject, { project: "WEB", confirm_slug: "WEB" });

  expect(answer).toBe("Deleted project WEB (Website) with 6 tasks.");
});

test("delete_project wants the slug that the project has now", async () => {
  await using board = await startSmallBoard();
  await board.call(listProjects);
  const project = board.sandbox.data.projects.get(board.projectId);
  if (project !== undefined) project.slug = "SITE";

  const call = board.call(deleteProject, { project: "WEB", confirm_slug: "WEB" });

  await expect(call).rejects.toMatchObject({
    message: 'Nothing was deleted: the slug of Website is SITE, not "WEB".',
  });
  expect(board.sandbox.data.projects.size).toBe(1);
});

test("of two projects with one slug the workspace tells which is meant", async () => {
  await using harness = await startToolHarness();
  const { data } = harness.sandbox;
  for (const [index, { id: workspaceId }] of data.workspaces.slice(0, 2).entries()) {
    addProject(data, { name: `Site ${index}`, slug: "SITE", icon: "X", workspaceId });
  }
  const { slug: workspace } = data.workspaces[1] ?? {};

  const answer = await harness.call(getProject, { project: "SITE", workspace });

  expect(answer).toMatch(/^SITE {2}"Site 1"/);
});
