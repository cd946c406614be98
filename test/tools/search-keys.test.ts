import { expect, test } from "vitest";
import { search } from "../../src/tools/search.ts";
import { addProject } from "../sandbox/routes/projects.ts";
import { addTask } from "../sandbox/routes/tasks.ts";
import { startSmallBoard } from "../support/small-board.ts";

test.for([0, 150])(
  "search finds a task by its key where Kaneo's knows only Latin letters, as before 2.19: %i others were deleted",
  async (deleted) => {
    await using board = await startSmallBoard();
    const { data } = board.sandbox;
    const fields = { name: "Плата", slug: "ПА", icon: "X", workspaceId: board.workspaceId };
    const project = addProject(data, fields);
    const common = { description: "", status: "to-do", priority: "low" };
    for (let n = 0; n < deleted; n += 1)
      data.tasks.delete(addTask(data, project.id, { title: "Gone", ...common }).id);
    addTask(data, project.id, { title: "Дорожка", ...common });
    const nothing = { results: [], totalCount: 0, searchQuery: "" };
    const answer = { kind: "answer", status: 200, body: nothing } as const;
    board.sandbox.fail({ path: /^\/api\/search/, times: 20 }, answer);

    const found = await board.call(search, { query: `па-${deleted + 1}`, kind: "tasks" });
    const none = await board.call(search, { query: "ПА-999", kind: "tasks" });

    expect(found).toBe(`Tasks:\nПА-${deleted + 1}  to-do  low  "Дорожка"`);
    expect(none).toMatch(/^Kaneo finds no task/);
  },
);
