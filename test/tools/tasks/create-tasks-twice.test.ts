import { expect, test } from "vitest";
import { createTasks } from "../../../src/tools/tasks/create-tasks.ts";
import { addTask } from "../../sandbox/routes/tasks.ts";
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

test("only the last hundred tasks are read for that, however many the project has", async () => {
  await using board = await startSmallBoard();
  const { data, requests } = board.sandbox;
  for (let count = 0; count < 150; count += 1)
    addTask(data, board.projectId, { title: `Old ${count}`, status: "to-do" });

  const created = await board.call(createTasks, {
    project: "WEB",
    tasks: [{ title: "Old 149" }, { title: "Old 0" }],
  });

  expect(created).toMatch(/\nTitles that tasks of WEB had before: 1 \(WEB-154\)\.$/);
  const reads = requests.filter(({ path }) => path.startsWith("/api/task/tasks/"));
  expect(reads.map(({ path }) => path.split("?")[1])).toEqual([
    "sortBy=number&sortOrder=desc&limit=100",
  ]);
});
