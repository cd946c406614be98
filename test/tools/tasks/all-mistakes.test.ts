import { expect, test } from "vitest";
import { createTask } from "../../../src/tools/tasks/create-task.ts";
import { createTasks } from "../../../src/tools/tasks/create-tasks.ts";
import { updateTasks } from "../../../src/tools/tasks/update-tasks.ts";
import { startSmallBoard } from "../../support/small-board.ts";

const wrong = { due: "soon", assignee: "Nobody Such", status: "limbo", labels: ["no such"] };
const TOLD =
  /The date "soon" is not understood\..*No status "limbo".*No member "Nobody Such".*No label "no such"/s;

test("what is wrong with a new task is told at once, with what to do about each", async () => {
  await using board = await startSmallBoard();

  const call = board.call(createTask, { project: "WEB", title: "New", ...wrong });

  await expect(call).rejects.toMatchObject({
    kind: "invalid_input",
    message: expect.stringMatching(TOLD),
    hint: expect.stringMatching(
      /^Give a day as .*\. Name one member .*\. Use one of these, or make it with create_label first\.$/,
    ),
  });
});

test("so is what is wrong with each of a list, and with changes", async () => {
  await using board = await startSmallBoard();
  const { labels, ...fields } = wrong;
  const tasks = [{ title: "Fine" }, { title: "New", ...wrong, parent: "#9" }];
  const changes = [
    { task: "WEB-1", priority: "low" },
    { task: "WEB-2", ...fields, add_labels: labels },
  ];

  const planned = await board.call(createTasks, { project: "WEB", tasks, dry_run: true });
  const changed = await board.call(updateTasks, { changes });

  expect(planned).toMatch(TOLD);
  expect(planned).toContain("parent #9 is not another one of these 2 tasks.");
  expect(changed).toMatch(TOLD);
});

test("of a failure that is no mistake only that is told", async () => {
  await using board = await startSmallBoard();
  board.sandbox.fail(
    { method: "GET", path: `/api/workspace/${board.workspaceId}/members`, times: 99 },
    { kind: "rate-limit", form: "Retry-After", seconds: 60 },
  );

  const call = board.call(createTask, { project: "WEB", title: "New", ...wrong });

  await expect(call).rejects.toMatchObject({ kind: "rate_limited" });
});
