import { expect, test } from "vitest";
import type { Task } from "./sandbox/data.ts";
import { addLabel } from "./sandbox/routes/labels.ts";
import { addTask } from "./sandbox/routes/tasks.ts";
import { day, expectCost, keysIn, midnightOf, startScenario } from "./support/scenario.ts";
import {
  allTasks,
  changedSince,
  keyOf,
  labelsOf,
  projectOf,
  taskOf,
} from "./support/scenario-state.ts";

test("what is on my plate this week, over all projects", async () => {
  await using scenario = await startScenario();
  const before = allTasks(scenario.sandbox);

  const text = await scenario.call("list_tasks", {
    assignee: "me",
    state: "open",
    due_until: day(6),
    sort: "due",
  });

  const [first, ...rest] = keysIn(text);
  expect(first).toBe("OPS-3");
  expect(rest.sort()).toEqual(["OPS-1", "OPS-2", "WEB-6"]);
  expect(text).toContain("4 tasks");
  expect(changedSince(before, scenario.sandbox)).toEqual([]);
  expectCost(scenario, { calls: 1, requests: 9, characters: 500 });
});

test("move WEB-12 to done, give it to another member and add a label", async () => {
  await using scenario = await startScenario();
  const { sandbox } = scenario;
  const before = allTasks(sandbox);

  const text = await scenario.call("update_task", {
    task: "WEB-12",
    status: "done",
    assignee: "Alice",
    add_labels: ["feature"],
  });

  const task = taskOf(sandbox, "WEB-12");
  const { title, description, priority, dueDate, startDate } = before["WEB-12"] ?? {};
  expect(task).toMatchObject({ title, description, priority, dueDate, startDate });
  expect(task).toMatchObject({ status: "done", userId: sandbox.people.alice.id });
  expect(labelsOf(sandbox, task)).toEqual(["bug", "feature", "search"]);
  expect(changedSince(before, sandbox)).toEqual(["WEB-12"]);
  expect(text).toContain("WEB-12  done  high  @Alice Doe");
  expectCost(scenario, { calls: 1, requests: 11, characters: 300 });
});

test("move everything overdue of one person to next Monday", async () => {
  await using scenario = await startScenario({
    prepare: (sandbox) => {
      const { dan, bob } = sandbox.people;
      const plans = [
        { title: "Late", status: "to-do", userId: dan.id, days: -4 },
        { title: "Very late", status: "in-progress", userId: dan.id, days: -40 },
        { title: "Done in time", status: "done", userId: dan.id, days: -4 },
        { title: "Late, but of somebody else", status: "to-do", userId: bob.id, days: -4 },
      ];
      for (const { days, ...plan } of plans) {
        const dueDate = midnightOf(day(days));
        addTask(sandbox.data, projectOf(sandbox, "WEB").id, { priority: "low", ...plan, dueDate });
      }
    },
  });
  const { sandbox } = scenario;
  const before = allTasks(sandbox);
  const monday = day(8 - (new Date().getDay() || 7));

  const listed = await scenario.call("list_tasks", {
    assignee: "dan",
    due: "overdue",
  });
  const text = await scenario.call("update_tasks", { tasks: keysIn(listed), due: monday });

  const overdue = ["OPS-3", "WEB-17", "WEB-18"];
  expect(changedSince(before, sandbox)).toEqual(overdue);
  for (const key of overdue) expect(taskOf(sandbox, key).dueDate).toBe(midnightOf(monday));
  expect(text).toContain("Changed 3 tasks");
  expectCost(scenario, { calls: 2, requests: 20, characters: 800 });
});

test("find the task about the login redirect and comment on it", async () => {
  await using scenario = await startScenario();
  const { sandbox } = scenario;

  const found = await scenario.call("search", { query: "login redirect" });
  const [task] = keysIn(found);
  await scenario.call("add_comment", { task, content: "Also seen in Firefox 🦊" });

  expect(task).toBe("WEB-4");
  expect(sandbox.data.comments().at(-1)).toMatchObject({
    taskId: taskOf(sandbox, "WEB-4").id,
    userId: sandbox.people.dan.id,
    content: "Also seen in Firefox 🦊",
  });
  expectCost(scenario, { calls: 2, requests: 9, characters: 900 });
});

test("triage: give an assignee and a priority to every open task that has none", async () => {
  await using scenario = await startScenario();
  const { sandbox } = scenario;
  const before = allTasks(sandbox);
  const isOpen = ({ status }: Task) => status !== "done" && status !== "archived";

  // Planned tasks are open too, where they are asked for.
  const status = ["planned", "to-do", "in-progress", "in-review"];
  const unassigned = await scenario.call("list_tasks", { status, assignee: "none" });
  const unsorted = await scenario.call("list_tasks", { status, priority: ["no-priority"] });
  await scenario.call("update_tasks", { tasks: keysIn(unassigned), assignee: "Alice" });
  await scenario.call("update_tasks", { tasks: keysIn(unsorted), priority: "medium" });

  const acme = projectOf(sandbox, "WEB").workspaceId;
  for (const [key, was] of Object.entries(before)) {
    const isTriaged = sandbox.data.projects.get(was.projectId)?.workspaceId === acme && isOpen(was);
    const { userId, priority } = taskOf(sandbox, key);
    const expected = {
      userId: isTriaged ? (was.userId ?? sandbox.people.alice.id) : was.userId,
      priority: isTriaged && was.priority === "no-priority" ? "medium" : was.priority,
    };
    expect({ key, userId, priority }).toEqual({ key, ...expected });
  }
  expectCost(scenario, { calls: 4, requests: 26, characters: 2_800 });
});

test("what happened on WEB-12, and who did it", async () => {
  await using scenario = await startScenario({
    prepare: async (sandbox) => {
      const { bob } = sandbox.people;
      await fetch(`${sandbox.url}/api/task/status/${taskOf(sandbox, "WEB-12").id}`, {
        method: "PUT",
        headers: { authorization: `Bearer ${bob.apiKey}`, "content-type": "application/json" },
        body: JSON.stringify({ status: "in-review" }),
      });
    },
  });
  const before = allTasks(scenario.sandbox);

  const text = await scenario.call("get_task", {
    task: "web-12",
    include: ["activity", "comments"],
  });

  expect(text).toMatch(/Bob Ünïcode 🦊.*in-review/);
  expect(text).toMatch(/Alice Doe.*created/);
  expect(text).toContain("Sales ask about this every week");
  expect(changedSince(before, scenario.sandbox)).toEqual([]);
  expectCost(scenario, { calls: 1, requests: 8, characters: 1_400 });
});

test("log 90 minutes and stop a running timer", async () => {
  await using scenario = await startScenario({ person: "alice" });
  const { sandbox } = scenario;
  const { id: taskId } = taskOf(sandbox, "WEB-12");
  const running = [...sandbox.data.timeEntries.values()].find(({ endTime }) => endTime === null);
  const now = Date.now();

  const text = await scenario.call("get_task", { task: "WEB-12", include: ["time"] });
  const [, entry] = /entry (\w+)/.exec(text) ?? [];
  await scenario.call("update_time_entry", { entry, ended: "now" });
  await scenario.call("log_time", { task: "WEB-12", minutes: 90, note: "Pairing" });

  const [stopped, logged] = [...sandbox.data.timeEntries.values()].filter(
    (row) => row.taskId === taskId,
  );
  expect(entry).toBe(running?.id);
  expect(Date.parse(stopped?.endTime ?? "")).toBeGreaterThanOrEqual(now);
  expect(logged).toMatchObject({ description: "Pairing", userId: sandbox.people.alice.id });
  expect(Date.parse(logged?.endTime ?? "") - Date.parse(logged?.startTime ?? "")).toBe(5_400_000);
  expectCost(scenario, { calls: 3, requests: 13, characters: 1_000 });
});

test("read the high-priority bugs of a project with 5,000 tasks", async () => {
  await using scenario = await startScenario({
    person: "alice",
    seed: { bigProjectTasks: 5_000 },
    prepare: (sandbox) => {
      const { workspaceId } = projectOf(sandbox, "BIG");
      const bug = { name: "bug", color: "#ef4444", workspaceId };
      addLabel(sandbox.data, { ...bug, taskId: null });
      for (const { id, number } of sandbox.data.tasks.values()) {
        if (number % 7 === 0) addLabel(sandbox.data, { ...bug, taskId: id });
      }
    },
  });
  const { sandbox } = scenario;
  const wanted = [...sandbox.data.tasks.values()].filter(
    (task) =>
      task.priority === "high" &&
      task.status !== "archived" &&
      labelsOf(sandbox, task).includes("bug"),
  );

  const query = { project: "BIG", priority: ["high"], labels: ["bug"], limit: 100 };
  const first = await scenario.call("list_tasks", query);
  const [, cursor] = /cursor (\S+)/.exec(first) ?? [];
  const second = await scenario.call("list_tasks", { ...query, cursor });

  const listed = [...keysIn(first), ...keysIn(second)];
  expect(wanted.length).toBeGreaterThan(100);
  expect(listed).toHaveLength(wanted.length);
  expect(listed.sort()).toEqual(wanted.map((task) => keyOf(sandbox, task)).sort());
  expect(first).toContain(`${wanted.length} tasks`);
  expectCost(scenario, {
    calls: 2,
    requests: 8,
    characters: 12_000,
  });
});

test("start a new project with a column and labels", async () => {
  await using scenario = await startScenario({ env: { KANEO_TOOLSETS: "default,board" } });
  const { sandbox } = scenario;

  await scenario.call("create_project", { name: "Mobile app", slug: "APP", description: "iOS." });
  await scenario.call("create_column", { project: "APP", name: "Testing" });
  await scenario.call("create_label", { name: ["ios", "android"], color: "#3b82f6" });

  const { id, workspaceId, ...project } = projectOf(sandbox, "APP");
  const { columns, labels } = sandbox.data;
  const slugs = [...columns.values()].filter((row) => row.projectId === id).map(({ slug }) => slug);
  const names = [...labels.values()]
    .filter((row) => row.taskId === null && row.workspaceId === workspaceId)
    .map(({ name }) => name);
  expect(project).toMatchObject({ name: "Mobile app", description: "iOS." });
  expect(workspaceId).toBe(projectOf(sandbox, "WEB").workspaceId);
  expect(slugs).toEqual(["to-do", "in-progress", "in-review", "done", "testing"]);
  expect(names).toEqual(expect.arrayContaining(["ios", "android"]));
  expectCost(scenario, { calls: 3, requests: 12, characters: 400 });
});
