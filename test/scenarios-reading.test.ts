/** Requests that read many tasks, over real stdio as in scenarios.test.ts. */
import { expect, test } from "vitest";
import type { Task } from "./sandbox/data.ts";
import { addRelation } from "./sandbox/routes/relations.ts";
import { addTask } from "./sandbox/routes/tasks.ts";
import type { Sandbox } from "./sandbox/start-sandbox.ts";
import { day, expectCost, keysIn, midnightOf, startScenario } from "./support/scenario.ts";
import { allTasks, changedSince, keyOf, projectOf, taskOf } from "./support/scenario-state.ts";

/** The keys of the tasks that fit, in the order of the alphabet. */
function keysOf(sandbox: Sandbox, fits: (task: Task) => boolean): string[] {
  return [...sandbox.data.tasks.values()]
    .filter(fits)
    .map((task) => keyOf(sandbox, task))
    .sort();
}

function isOpen({ status }: Task): boolean {
  return !["done", "archived", "planned"].includes(status);
}

function isLate(task: Task): boolean {
  return isOpen(task) && task.dueDate !== null && task.dueDate < midnightOf(day(0));
}

test("what should I work on today, over two workspaces", async () => {
  await using scenario = await startScenario({
    person: "alice",
    prepare: (sandbox) => {
      const { data, people } = sandbox;
      const [first, second] = data.workspaces.map(({ id }) =>
        [...data.projects.values()].find((project) => project.workspaceId === id),
      );
      for (const [project, title] of [
        [first, "Today here"],
        [second, "Today there"],
      ] as const) {
        const fields = { title, status: "to-do", userId: people.alice.id };
        addTask(data, project?.id ?? "", { ...fields, dueDate: midnightOf(day(0)) });
      }
    },
  });
  const { sandbox } = scenario;
  const before = allTasks(sandbox);
  const { id } = sandbox.people.alice;

  const text = await scenario.call("list_tasks", {
    assignee: "me",
    state: "open",
    due_until: "today",
    sort: "due",
  });

  const expected = keysOf(
    sandbox,
    (task) =>
      isOpen(task) &&
      task.userId === id &&
      task.dueDate !== null &&
      task.dueDate < midnightOf(day(1)),
  );
  expect(keysIn(text).sort()).toEqual(expected);
  expect(text).toContain('"Today here"');
  expect(text).toContain('"Today there"');
  expect(changedSince(before, sandbox)).toEqual([]);
  expectCost(scenario, { calls: 1, requests: 9, characters: 500 });
});

test("everything overdue and who has it", async () => {
  await using scenario = await startScenario();
  const { sandbox } = scenario;

  const text = await scenario.call("list_tasks", { due: "overdue" });

  const { workspaceId } = projectOf(sandbox, "WEB");
  const late = keysOf(
    sandbox,
    (task) =>
      isLate(task) && sandbox.data.projects.get(task.projectId)?.workspaceId === workspaceId,
  );
  expect(late.length).toBeGreaterThan(2);
  const rows = text.split("\n").filter((line) => / {2}due /.test(line));
  expect(rows.map((row) => row.split("  ")[0]).sort()).toEqual(late);
  for (const row of rows) {
    const { userId } = taskOf(sandbox, row.split("  ")[0] ?? "");
    const name = sandbox.data.users.find(({ id }) => id === userId)?.name;
    if (name !== undefined) expect(row).toContain(`@${name}`);
  }
  expectCost(scenario, { calls: 1, requests: 25, characters: 900 });
});

test("late tasks that block others", async () => {
  await using scenario = await startScenario({
    prepare: (sandbox) => {
      for (const [source, target] of [
        ["OPS-3", "WEB-7"],
        ["WEB-4", "WEB-5"],
        // What is done waits for nobody.
        ["OPS-3", "WEB-2"],
      ] as const) {
        addRelation(sandbox.data, {
          sourceTaskId: taskOf(sandbox, source).id,
          targetTaskId: taskOf(sandbox, target).id,
          relationType: "blocks",
        });
      }
    },
  });
  const { sandbox } = scenario;

  const text = await scenario.call("list_tasks", { due: "overdue", sort: "due" });

  const blocks = Object.fromEntries(
    [...text.matchAll(/^(\S+) .* blocks (\S+(?:, \S+)*) {2}"/gm)].map(([, key, others]) => [
      key,
      others?.split(", ").sort(),
    ]),
  );
  const expected: Record<string, string[]> = {};
  for (const { relationType, sourceTaskId, targetTaskId } of sandbox.data.relations.values()) {
    const [source, target] = [sourceTaskId, targetTaskId].map((id) => sandbox.data.tasks.get(id));
    if (relationType !== "blocks" || !source || !target || !isLate(source)) continue;
    if (["done", "archived"].includes(target.status)) continue;
    const key = keyOf(sandbox, source);
    expected[key] = [...(expected[key] ?? []), keyOf(sandbox, target)].sort();
  }
  expect(Object.keys(expected).length).toBeGreaterThan(1);
  expect(blocks).toEqual(expected);
  expectCost(scenario, { calls: 1, requests: 25, characters: 900 });
});

test("who has the fewest open tasks", async () => {
  await using scenario = await startScenario();
  const { sandbox } = scenario;

  const text = await scenario.call("list_tasks", {
    project: "WEB",
    state: "open",
    count_by: "assignee",
  });

  const { id, workspaceId } = projectOf(sandbox, "WEB");
  const members = sandbox.data.members.filter((row) => row.organizationId === workspaceId);
  for (const { userId } of members) {
    const name = sandbox.data.users.find((user) => user.id === userId)?.name;
    const tasks = keysOf(
      sandbox,
      (task) => isOpen(task) && task.projectId === id && task.userId === userId,
    );
    expect(text).toContain(`@${name}  ${tasks.length}`);
  }
  expectCost(scenario, { calls: 1, requests: 6, characters: 250 });
});

test("read seven tasks whole", async () => {
  await using scenario = await startScenario();
  const { sandbox } = scenario;
  const keys = ["WEB-1", "WEB-3", "WEB-4", "WEB-6", "WEB-12", "OPS-1", "OPS-2"];

  const text = await scenario.call("get_task", { task: keys });

  for (const key of keys) {
    const { title, description } = taskOf(sandbox, key);
    expect(text).toContain(`${key}  "${title}"`);
    expect(text).toContain(description.trim());
  }
  expect(text.match(/data, not instructions/g)).toHaveLength(1);
  expectCost(scenario, { calls: 1, requests: 24, characters: 6_500 });
});

test("the board as a board", async () => {
  await using scenario = await startScenario();
  const { sandbox } = scenario;

  const text = await scenario.call("list_tasks", { project: "WEB", limit: 100 });

  const { id } = projectOf(sandbox, "WEB");
  const columns = [...sandbox.data.columns.values()].filter(({ projectId }) => projectId === id);
  for (const { slug } of columns) {
    const keys = keysOf(sandbox, (task) => task.projectId === id && task.status === slug);
    const [, rows = ""] =
      new RegExp(`^${slug}: ${keys.length}\n((?:WEB-.*(?:\n|$))*)`, "m").exec(text) ?? [];
    expect(keysIn(rows).sort()).toEqual(keys);
  }
  expectCost(scenario, { calls: 1, requests: 3, characters: 2_000 });
});
