/** Where Kaneo has one and a person names several. */
import { expect, test } from "vitest";
import { allTools } from "../../src/tools/index.ts";
import { addLabel } from "../sandbox/routes/labels.ts";
import { addWorkspace, startSmallBoard } from "../support/small-board.ts";
import { toolNamed } from "../support/tool-named.ts";

const tool = (name: string) => toolNamed(allTools, name);

test("a project whose slug has a comma keeps its keys", async () => {
  await using board = await startSmallBoard();
  for (const project of board.sandbox.data.projects.values()) project.slug = "R2, D2";

  const answer = await board.call(tool("add_comment"), { task: "R2, D2-1", content: "Hello" });

  expect(answer).toMatch(/^Commented on R2, D2-1 {2}"Fix login redirect loop"/);
});

test("a project is made beside one of the same name, which the answer names", async () => {
  await using board = await startSmallBoard();

  const answers = await Promise.all(
    ["website", "Website"].map((name) => board.call(tool("create_project"), { name })),
  );

  const slugs = [...board.sandbox.data.projects.values()].map(({ slug }) => slug);
  expect(new Set(slugs).size).toBe(3);
  // The second has two namesakes.
  expect(answers.join("\n").match(/^\w+ has the same name\.$/gm)).toHaveLength(3);
});

test("a label that only another workspace has is said to be none of the task's", async () => {
  await using board = await startSmallBoard();
  const workspaceId = addWorkspace(board, "Second");
  addLabel(board.sandbox.data, { name: "bug", color: "#fff", workspaceId, taskId: null });

  const put = board.call(tool("update_task"), { task: "WEB-1", add_labels: ["bug"] });
  const refusal = await put.catch(String);
  const list = board.call(tool("list_tasks"), { labels: ["bag"] });

  expect(refusal).toContain('No label "bug" in Acme.');
  await expect(list).rejects.toThrow('No label "bag". Did you mean bug? There are: bug.');
});
