/** Where Kaneo has one and a person names several. */
import { expect, test } from "vitest";
import { allTools } from "../../src/tools/index.ts";
import { startSmallBoard } from "../support/small-board.ts";
import { toolNamed } from "../support/tool-named.ts";

const tool = (name: string) => toolNamed(allTools, name);

test.each(["alice, bob", "@alice and @bob", "alice und bob"])(
  "two assignees, as %s, are refused with what can be done instead",
  async (assignee) => {
    await using board = await startSmallBoard();

    const call = board.call(tool("update_task"), { task: "WEB-1", assignee });

    await expect(call).rejects.toMatchObject({
      kind: "invalid_input",
      message: expect.stringMatching(
        /^A task has one assignee in Kaneo, and Alice Doe and Bob .* are named\.$/,
      ),
      hint: expect.stringContaining("each gets a subtask"),
    });
  },
);

test("of two assignees the one who is no member is named", async () => {
  await using board = await startSmallBoard();

  const call = board.call(tool("create_task"), {
    project: "WEB",
    title: "T",
    assignee: "bob, zoe",
  });

  await expect(call).rejects.toThrow('No member "zoe" in this workspace.');
});

test.each(["WEB-1, WEB-2", "web 1; web 2\nweb 3", "WEB-1, WEB-2,"])(
  "keys of several tasks, as %o, are told from one whose project is not there",
  async (task) => {
    await using board = await startSmallBoard();

    const call = board.call(tool("add_comment"), { task, content: "Both" });

    await expect(call).rejects.toMatchObject({
      kind: "invalid_input",
      message: expect.stringMatching(
        / are [23] tasks, and one is taken here\. Nothing was done\.$/,
      ),
    });
  },
);

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

test.for(["Eve@example.com", "eve+web@example.com"])(
  "who is only invited cannot be assigned yet, and that is said: %s",
  async (email) => {
    await using board = await startSmallBoard();
    await board.call(tool("invite_member"), { email });

    const assign = (assignee: string) =>
      board.call(tool("update_task"), { task: "WEB-1", assignee });

    await expect(assign(email)).rejects.toMatchObject({
      kind: "not_found",
      message: `${email} is invited to this workspace, and no member before that is accepted.`,
    });
    await expect(assign("zoe+web@example.com")).rejects.toThrow(
      'No member "zoe+web@example.com" in this workspace.',
    );
  },
);
