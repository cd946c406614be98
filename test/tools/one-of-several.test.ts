/** Where Kaneo has one and a person names several. */
import { expect, test } from "vitest";
import { allTools } from "../../src/tools/index.ts";
import { startSmallBoard } from "../support/small-board.ts";
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
