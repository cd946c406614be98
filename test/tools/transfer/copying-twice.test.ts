import { expect, test } from "vitest";
import { allTools } from "../../../src/tools/index.ts";
import { addProject } from "../../sandbox/routes/projects.ts";
import { startSmallBoard } from "../../support/small-board.ts";
import { toolNamed } from "../../support/tool-named.ts";

const copyTasks = toolNamed(allTools, "copy_tasks");

test("a copy says how many of its titles the other project had before, as where it is made a second time", async () => {
  await using board = await startSmallBoard();
  const fields = { name: "Operations", slug: "OPS", icon: "Cog" };
  addProject(board.sandbox.data, { ...fields, workspaceId: board.workspaceId });
  const copy = { tasks: ["WEB-1", "WEB-2"], project: "OPS" };

  const first = await board.call(copyTasks, copy);
  const checked = await board.call(copyTasks, {
    ...copy,
    tasks: ["WEB-2", "WEB-3"],
    dry_run: true,
  });
  const second = await board.call(copyTasks, copy);
  const beside = await board.call(copyTasks, { ...copy, project: "WEB" });

  for (const answer of [first, beside]) expect(answer).not.toContain("had before");
  expect(checked).toContain("Titles that tasks of OPS had before: 1 of 2.");
  expect(second).toContain("Titles that tasks of OPS had before: 2 of 2.");
});
