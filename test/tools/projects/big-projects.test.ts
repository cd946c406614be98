/** get_project in a workspace of many people. */
import { expect, test } from "vitest";
import { projectTools } from "../../../src/tools/projects/projects.ts";
import { addTask } from "../../sandbox/routes/tasks.ts";
import { addCrowd } from "../../support/crowd.ts";
import { startSmallBoard } from "../../support/small-board.ts";
import { toolNamed } from "../../support/tool-named.ts";

const getProject = toolNamed(projectTools, "get_project");

test("of more than 50 members get_project shows those with the most open tasks, and counts the others", async () => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;
  const before = data.members.length;
  addCrowd(board, 60);
  addTask(data, board.projectId, { title: "Hers", status: "to-do", userId: "person-59" });

  const answer = await board.call(getProject, { project: "WEB" });

  const lines = answer.split("\n").filter((line) => line.startsWith("- "));
  expect(lines).toHaveLength(52);
  expect(answer).toContain("- Person 59 <person-59@example.com>: member, 1 open");
  expect(lines.slice(-2)).toEqual([
    `- and ${before + 10} more, none with more open tasks than these`,
    "- nobody: 4 open",
  ]);
});
