/** Everyday requests that change something, served by the built program as an assistant would call it. */
import { expect, test } from "vitest";
import { notifyAbout } from "./sandbox/events.ts";
import { day, expectCost, keysIn, startScenario } from "./support/scenario.ts";
import {
  allTasks,
  changedSince,
  labelsOf,
  projectOf,
  relationsSince,
  taskOf,
} from "./support/scenario-state.ts";

test("turn a plan into an epic with six subtasks and two blockers", async () => {
  await using scenario = await startScenario();
  const { sandbox } = scenario;
  const steps = [
    "Choose a provider",
    "Model the prices",
    "Build the form",
    "Test it",
    "Teach",
    "Go",
  ];

  const text = await scenario.call("create_tasks", {
    project: "WEB",
    tasks: [
      { title: "Gift cards", priority: "high", description: "Sold and redeemed in the shop." },
      { title: steps[0], parent: "#1", blocks: ["#3"] },
      { title: steps[1], parent: "#1" },
      { title: steps[2], parent: "#1", blocked_by: ["#3", "WEB-12"] },
      ...steps.slice(3).map((title) => ({ title, parent: "#1" })),
    ],
  });

  const relations = relationsSince(sandbox, 3);
  expect(taskOf(sandbox, keysIn(text)[0] ?? "")).toMatchObject({ title: "Gift cards" });
  expect(relations.sort()).toEqual(
    [
      ...steps.map((title) => `Gift cards subtask ${title}`),
      "Choose a provider blocks Model the prices",
      "Model the prices blocks Build the form",
      "Search finds nothing for plural words blocks Build the form",
    ].sort(),
  );
  expectCost(scenario, { calls: 1, requests: 25, characters: 800 });
});

test("move a task into another project as a subtask of one there", async () => {
  await using scenario = await startScenario();
  const { sandbox } = scenario;
  const { id } = taskOf(sandbox, "WEB-5");

  const text = await scenario.call("update_task", {
    task: "WEB-5",
    project: "Operations",
    parent: "OPS-10",
  });

  const moved = sandbox.data.tasks.get(id);
  expect(moved?.projectId).toBe(projectOf(sandbox, "OPS").id);
  expect(relationsSince(sandbox, 3)).toEqual([
    "Load test before the sale subtask Write alt texts for all product pictures",
  ]);
  expect(text).toContain("parent none → OPS-10; project WEB-5 → OPS-13");
  expectCost(scenario, { calls: 1, requests: 12, characters: 300 });
});

test("close a task, comment why, and hear what is free now", async () => {
  await using scenario = await startScenario();
  const { sandbox } = scenario;

  const text = await scenario.call("update_task", {
    task: "WEB-4",
    status: "done",
    comment: "Fixed in 2.4.1",
  });

  expect(taskOf(sandbox, "WEB-4").status).toBe("done");
  expect(sandbox.data.comments().at(-1)).toMatchObject({
    taskId: taskOf(sandbox, "WEB-4").id,
    content: "Fixed in 2.4.1",
  });
  expect(text).toMatch(
    /status in-progress → done; added comment "Fixed in 2\.4\.1" \(comment \w+\)/,
  );
  expect(text).toContain(
    'WEB-7 "Checkout: show the delivery date before paying" is no longer blocked.',
  );
  expectCost(scenario, { calls: 1, requests: 12, characters: 350 });
});

test("rename and reassign a task, and undo both from the answer alone", async () => {
  await using scenario = await startScenario();
  const { sandbox } = scenario;
  const before = { ...taskOf(sandbox, "WEB-8") };

  const text = await scenario.call("update_task", {
    task: "WEB-8",
    title: "Bundle budget",
    assignee: "Alice",
    add_labels: ["bug"],
  });
  const [, title = ""] = /title ("[^"]*") → /.exec(text) ?? [];
  const [, assignee] = /assignee ([^;]*?) → /.exec(text) ?? [];
  const [, remove_labels] = /added label (\w+)/.exec(text) ?? [];
  await scenario.call("update_task", {
    task: "WEB-8",
    title: JSON.parse(title),
    assignee,
    remove_labels,
  });

  const { updatedAt: _now, ...after } = taskOf(sandbox, "WEB-8");
  const { updatedAt: _then, ...was } = before;
  expect(after).toEqual(was);
  expect(labelsOf(sandbox, taskOf(sandbox, "WEB-8"))).toEqual([]);
  expectCost(scenario, { calls: 2, requests: 20, characters: 500 });
});

test("make tasks of a checklist, one of which is already done", async () => {
  await using scenario = await startScenario();
  const { sandbox } = scenario;

  const text = await scenario.call("create_tasks", {
    project: "OPS",
    tasks: [
      { title: "remove dumps older than three days", status: "done" },
      { title: "alert on growth" },
      { title: "write exports to object storage" },
      { title: "name an owner" },
    ],
  });

  const created = keysIn(text).map((key) => taskOf(sandbox, key));
  expect(created.map(({ status }) => status)).toEqual(["done", "to-do", "to-do", "to-do"]);
  expectCost(scenario, { calls: 1, requests: 12, characters: 350 });
});

test("tick a box in a description", async () => {
  await using scenario = await startScenario();
  const { sandbox } = scenario;
  const { description } = { ...taskOf(sandbox, "OPS-1") };

  const text = await scenario.call("update_task", {
    task: "OPS-1",
    find: "- [ ] name an owner",
    replace: "- [x] name an owner",
  });

  const now = taskOf(sandbox, "OPS-1").description;
  expect(now).toBe(description?.replace("- [ ] name an owner", "- [x] name an owner"));
  expect(text).toContain('description "- [ ] name an owner" → "- [x] name an owner"');
  expectCost(scenario, { calls: 1, requests: 8, characters: 350 });
});

test("put a task on top of its column", async () => {
  await using scenario = await startScenario();
  const { sandbox } = scenario;
  const before = allTasks(sandbox);
  const inColumn = () =>
    Object.entries(allTasks(sandbox))
      .filter(([key, { status }]) => key.startsWith("WEB-") && status === "to-do")
      .sort(([, one], [, other]) => one.position - other.position)
      .map(([key]) => key);
  const order = inColumn();

  const text = await scenario.call("update_task", { task: "WEB-12", place: "top" });

  expect(inColumn()).toEqual(["WEB-12", ...order.filter((key) => key !== "WEB-12")]);
  expect(changedSince(before, sandbox)).toEqual(["WEB-12"]);
  expect(text).toMatch(/place after WEB-\d+ → top/);
  expectCost(scenario, { calls: 1, requests: 8, characters: 250 });
});

test("put all low-priority tasks without a date into planned", async () => {
  await using scenario = await startScenario();
  const { sandbox } = scenario;
  const before = allTasks(sandbox);

  const listed = await scenario.call("list_tasks", { priority: ["low"], due: "none" });
  const tasks = keysIn(listed);
  const text = await scenario.call("update_tasks", { tasks, status: "planned" });

  const wanted = Object.entries(before).filter(([key, { priority, dueDate, status }]) => {
    const isOpen = status === "to-do" || status === "in-progress" || status === "in-review";
    return !key.startsWith("CABIN") && priority === "low" && dueDate === null && isOpen;
  });
  expect(changedSince(before, sandbox)).toEqual(wanted.map(([key]) => key).sort());
  for (const [key] of wanted) expect(taskOf(sandbox, key).status).toBe("planned");
  expect(text).toContain("status to-do → planned: ");
  expectCost(scenario, { calls: 2, requests: 20, characters: 900 });
});

test("mark all notifications read but mentions", async () => {
  await using scenario = await startScenario({
    person: "alice",
    prepare: (sandbox) => {
      const { alice } = sandbox.people;
      const note = { userId: alice.id, type: "task_mention", details: { mentionerName: "Dan" } };
      notifyAbout(sandbox.data, taskOf(sandbox, "WEB-4"), note);
    },
  });
  const { sandbox } = scenario;

  await scenario.call("mark_notifications_read", { all: true, except_kinds: ["mention"] });

  const mine = [...sandbox.data.notifications.values()].filter(
    ({ userId }) => userId === sandbox.people.alice.id,
  );
  const unread = mine.filter(({ isRead }) => !isRead).map(({ type }) => type);
  expect(mine.length).toBeGreaterThan(1);
  expect(unread).toEqual(["task_mention"]);
  expectCost(scenario, { calls: 1, requests: 8, characters: 200 });
});

test("log from 9:10 to 11:45 with a break", async () => {
  await using scenario = await startScenario();
  const { sandbox } = scenario;

  const text = await scenario.call("log_time", {
    task: "OPS-2",
    started: `${day(-1)} 09:10`,
    ended: `${day(-1)} 11:45`,
    break_minutes: 20,
  });

  const entry = [...sandbox.data.timeEntries.values()].at(-1);
  const minutes = (Date.parse(entry?.endTime ?? "") - Date.parse(entry?.startTime ?? "")) / 60_000;
  expect(entry?.taskId).toBe(taskOf(sandbox, "OPS-2").id);
  expect(minutes).toBe(135);
  expect(text).toMatch(/2 ?h 15 ?min|135 min|2:15/);
  expectCost(scenario, { calls: 1, requests: 7, characters: 300 });
});

test("start a project with four columns and three tasks", async () => {
  await using scenario = await startScenario();
  const { sandbox } = scenario;

  const made = await scenario.call("create_project", {
    name: "Mobile app",
    slug: "APP",
    columns: ["Ideas", "Building", "Testing", "Released"],
  });
  await scenario.call("create_tasks", {
    project: "APP",
    tasks: ["Icon", "Sign-in", "Store page"].map((title) => ({ title, status: "Building" })),
  });

  const { id } = projectOf(sandbox, "APP");
  const columns = [...sandbox.data.columns.values()].filter(({ projectId }) => projectId === id);
  const order = columns.toSorted((one, other) => one.position - other.position);
  expect(order.map(({ slug }) => slug)).toEqual(["ideas", "building", "testing", "released"]);
  expect([1, 2, 3].map((number) => taskOf(sandbox, `APP-${number}`).status)).toEqual(
    Array(3).fill("building"),
  );
  expect(made).toContain("Columns: ideas, building, testing, released [final]");
  expectCost(scenario, { calls: 2, requests: 28, characters: 350 });
});
