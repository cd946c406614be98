/** No two projects get the same slug, by which people say their tasks' keys. */
import { expect, test } from "vitest";
import { projectTools } from "../../../src/tools/projects/projects.ts";
import { addProject } from "../../sandbox/routes/projects.ts";
import { addWorkspace, startSmallBoard } from "../../support/small-board.ts";
import { toolNamed } from "../../support/tool-named.ts";

const createProject = toolNamed(projectTools, "create_project");
const updateProject = toolNamed(projectTools, "update_project");

test.for([
  [
    "that another project has",
    "shop",
    "conflict",
    'The slug shop is in use by the project "Shop".',
  ],
  ["that cannot start keys", "1 A", "invalid_input", '"1 A" cannot start task keys.'],
] as const)("update_project refuses a slug %s", async ([, slug, kind, message]) => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;
  addProject(data, { name: "Shop", slug: "SHOP", icon: "X", workspaceId: board.workspaceId });

  const call = board.call(updateProject, { project: "WEB", name: "New name", slug });

  await expect(call).rejects.toMatchObject({ kind, message });
  expect(data.projects.get(board.projectId)).toMatchObject({ name: "Website", slug: "WEB" });
});

test("update_project writes a project's own slug in other letters", async () => {
  await using board = await startSmallBoard();

  await board.call(updateProject, { project: "WEB", slug: "Web" });

  expect(board.sandbox.data.projects.get(board.projectId)?.slug).toBe("Web");
});

test("create_project makes a slug that no project of another workspace has", async () => {
  await using board = await startSmallBoard();
  const workspaceId = addWorkspace(board, "Second");
  const elsewhere = { name: "Shoes", slug: "SHO", icon: "X", workspaceId };
  addProject(board.sandbox.data, elsewhere);

  const answer = await board.call(createProject, { name: "Shop", workspace: "Acme" });

  expect(answer).toMatch(/^Created project SHO2 {2}"Shop"/);
});
