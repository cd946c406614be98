import { expect, test } from "vitest";
import { createTask } from "../../../src/tools/tasks/create-task.ts";
import { createTasks } from "../../../src/tools/tasks/create-tasks.ts";
import { updateTask } from "../../../src/tools/tasks/update-task.ts";
import { updateTasks } from "../../../src/tools/tasks/update-tasks.ts";
import { startSmallBoard } from "../../support/small-board.ts";

test("a due date that is over is said to be, as a wrong year would show itself", async () => {
  await using board = await startSmallBoard({ nowMs: Date.parse("2026-11-26T23:30:00Z") });
  const over = "Due before today, 2026-11-27: ";
  const [due, today] = ["2025-11-28", "2026-11-27"];
  const tasks = [{ title: "A", due }, { title: "B" }, { title: "C", due: today }];

  const one = await board.call(createTask, { project: "WEB", title: "New", due });
  const planned = await board.call(createTasks, { project: "WEB", tasks, dry_run: true });
  const several = await board.call(createTasks, { project: "WEB", tasks });
  const changed = await board.call(updateTask, { task: "WEB-1", due });
  const all = { tasks: ["WEB-2", "WEB-3"], due };
  const shown = await board.call(updateTasks, { ...all, dry_run: true });
  const many = await board.call(updateTasks, all);
  const other = await board.call(updateTask, { task: "WEB-1", priority: "low" });
  const same = await board.call(updateTask, { task: "WEB-1", due: today });

  expect(one).toContain(`${over}WEB-5.`);
  expect(planned).toContain(`${over}#1.`);
  expect(several).toContain(`${over}WEB-6.`);
  expect(changed).toContain(`${over}WEB-1.`);
  for (const answer of [shown, many]) expect(answer).toContain(`${over}WEB-2, WEB-3.`);
  for (const answer of [other, same]) expect(answer).not.toContain("before today");
});
