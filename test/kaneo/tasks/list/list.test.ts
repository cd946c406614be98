import { expect, test } from "vitest";
import { findProject } from "../../../../src/kaneo/projects/find.ts";
import { listTasks } from "../../../../src/kaneo/tasks/list/list.ts";
import { TASK_SORTS, type TaskOrder } from "../../../../src/kaneo/tasks/list/order.ts";
import { askingOnce } from "../../../support/asking-once.ts";
import { startToolHarness } from "../../../support/tool-harness.ts";
import { walkPages } from "../../../support/walk-pages.ts";

test("walking 5,000 tasks that share positions, priorities and due dates gives each exactly once, in every sort and order", async () => {
  await using harness = await startToolHarness({ seed: { bigProjectTasks: 5_000 } });
  // All that a sort could tell them apart by is the same, in groups.
  for (const task of harness.sandbox.data.tasks.values()) {
    Object.assign(task, {
      position: 0,
      title: `Task ${task.number % 3}`,
      createdAt: "2026-01-01T00:00:00.000Z",
      dueDate: task.number % 2 === 0 ? "2026-05-01T00:00:00.000Z" : null,
    });
  }
  const kaneo = askingOnce(harness.kaneo);
  const projects = [await findProject(kaneo, { project: "BIG" })];

  for (const sort of TASK_SORTS) {
    for (const direction of ["asc", "desc"] as const) {
      const order: TaskOrder = { sort, direction };
      const listing = { projects, filter: { state: "all" as const }, order, limit: 201 };
      const pages = await walkPages(
        (cursor) => listTasks(kaneo, { ...listing, cursor }),
        ({ nextCursor }) => nextCursor,
      );

      const numbers: number[] = [];
      for (const { total, before, tasks } of pages) {
        expect([total, before]).toEqual([5_000, numbers.length]);
        numbers.push(...tasks.map(({ number }) => number));
      }
      expect(numbers).toHaveLength(5_000);
      expect(new Set(numbers).size).toBe(5_000);
    }
  }
}, 300_000);

test("tasks without a due date come last in both orders", async () => {
  await using harness = await startToolHarness({ seed: { bigProjectTasks: 30 } });
  const projects = [await findProject(harness.kaneo, { project: "BIG" })];

  for (const direction of ["asc", "desc"] as const) {
    const order: TaskOrder = { sort: "due", direction };
    const { tasks } = await listTasks(harness.kaneo, {
      projects,
      filter: { state: "all" },
      order,
      limit: 100,
    });
    const due = tasks.map((task) => task.due);
    const dated = due.filter((date) => date !== undefined);

    expect(due.slice(dated.length).every((date) => date === undefined)).toBe(true);
    expect(dated).toEqual(direction === "asc" ? dated.toSorted() : dated.toSorted().toReversed());
  }
});

test("tasks of several projects are walked together", async () => {
  await using harness = await startToolHarness();
  const { kaneo } = harness;
  const projects = [
    await findProject(kaneo, { project: "WEB" }),
    await findProject(kaneo, { project: "OPS" }),
  ];

  const order: TaskOrder = { sort: "number", direction: "desc" };
  const pages = await walkPages(
    (cursor) => listTasks(kaneo, { projects, filter: {}, order, limit: 4, cursor }),
    ({ nextCursor }) => nextCursor,
  );

  const keys = pages.flatMap(({ tasks }) => tasks.map(({ key }) => key));
  expect(new Set(keys).size).toBe(28);
  expect(keys.slice(-5)).toEqual(["OPS-3", "WEB-2", "OPS-2", "WEB-1", "OPS-1"]);
});

test("tasks that a Kaneo before 2.19 made of issues, with null for a priority, are found among those without one", async () => {
  await using harness = await startToolHarness({ seed: { bigProjectTasks: 30 } });
  for (const task of harness.sandbox.data.tasks.values()) {
    task.priority = task.number % 3 === 0 ? null : task.number % 3 === 1 ? "no-priority" : "low";
  }
  const projects = [await findProject(harness.kaneo, { project: "BIG" })];
  const filter = { state: "all", priorities: ["no-priority"] } as const;
  const order: TaskOrder = { sort: "number", direction: "asc" };

  const { total, tasks } = await listTasks(harness.kaneo, { projects, filter, order, limit: 100 });

  expect(total).toBe(20);
  expect(new Set(tasks.map(({ priority }) => priority))).toEqual(new Set(["no-priority"]));
});
