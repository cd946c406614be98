import { expect, test } from "vitest";
import { createTasks } from "../../../src/tools/tasks/create-tasks.ts";
import { startSmallBoard } from "../../support/small-board.ts";

test("titles that the project has already are named with the tasks that have them", async () => {
  await using board = await startSmallBoard();
  const tasks = [{ title: "Fresh" }, { title: "landing page HERO" }];

  const checked = await board.call(createTasks, { project: "WEB", tasks, dry_run: true });
  const created = await board.call(createTasks, { project: "WEB", tasks });
  const repeated = await board.call(createTasks, { project: "WEB", tasks });

  expect(checked).toMatch(/\nTitles that tasks of WEB had before: 2 \(WEB-2\)\.$/);
  expect(created).toMatch(/\nTitles that tasks of WEB had before: 2 \(WEB-2\)\.$/);
  expect(repeated).toMatch(/\nTitles that tasks of WEB had before: 1 \(WEB-5\), 2 \(WEB-\d\)\.$/);
});
