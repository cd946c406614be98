import { expect, test } from "vitest";
import { search } from "../../src/tools/search.ts";
import { addProject } from "../sandbox/routes/projects.ts";
import { addTask } from "../sandbox/routes/tasks.ts";
import { addWorkspace, startSmallBoard } from "../support/small-board.ts";

test("search has the task that is called just so before all that have more in their titles", async () => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;
  const fields = { name: "Elsewhere", slug: "ELSE", icon: "Store" };
  const other = addProject(data, { ...fields, workspaceId: addWorkspace(board, "Other") });
  for (const title of ["Release 5.2", "Release 5.2.1 (hotfix)", "Release notes 5.2"])
    addTask(data, other.id, { title, status: "planned" });
  addTask(data, board.projectId, { title: "Release 5.2.2", status: "planned" });

  const answer = await board.call(search, { query: "RELEASE 5.2", kind: "tasks", limit: 1 });

  expect(answer).toBe('Tasks: 1 of 4 shown, raise limit for more\nELSE-1  planned  "Release 5.2"');
});
