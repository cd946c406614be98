/** Requests that ask what happened, over real stdio as in scenarios.test.ts. */
import { expect, test } from "vitest";
import type { Activity } from "./sandbox/data.ts";
import { addRelation } from "./sandbox/routes/relations.ts";
import { addTask } from "./sandbox/routes/tasks.ts";
import { addTimeEntry } from "./sandbox/routes/time-entries.ts";
import type { Sandbox } from "./sandbox/start-sandbox.ts";
import {
  day,
  expectCost,
  keysIn,
  midnightOf,
  type Scenario,
  startScenario,
} from "./support/scenario.ts";
import { keyOf, projectOf, taskOf } from "./support/scenario-state.ts";

/** What a person does in Kaneo's web page. */
async function change(
  { url, people }: Sandbox,
  who: "alice" | "bob" | "dan",
  [path, body]: [path: string, body: object],
): Promise<void> {
  const method = path.startsWith("comment") ? "POST" : "PUT";
  const response = await fetch(`${url}/api/${path}`, {
    method,
    headers: { authorization: `Bearer ${people[who].apiKey}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
}

/** The key of what each event is about, of those that fit. */
function keysOf(sandbox: Sandbox, fits: (activity: Activity) => boolean): string[] {
  return [...sandbox.data.activities.values()].filter(fits).map(({ taskId }) => {
    const task = sandbox.data.tasks.get(taskId);
    return task === undefined ? "" : keyOf(sandbox, task);
  });
}

function isDone({ type, eventData }: Activity): boolean {
  return type === "status_changed" && eventData?.["newStatus"] === "done";
}

/** The Monday of the week in which a day lies. */
function mondayOf(iso: string): string {
  const date = new Date(iso);
  return day(
    Math.round((date.setHours(0, 0, 0, 0) - new Date().setHours(0, 0, 0, 0)) / 86_400_000) -
      ((date.getDay() + 6) % 7),
  );
}

test("what somebody did this week, on archived tasks too", async () => {
  await using scenario = await startScenario({
    person: "alice",
    prepare: async (sandbox) => {
      for (const [key, from] of [
        ["OPS-2", "done"],
        ["OPS-2", "archived"],
        ["OPS-12", "archived"],
      ] as const) {
        await change(sandbox, "dan", [`task/status/${taskOf(sandbox, key).id}`, { status: from }]);
      }
      await change(sandbox, "dan", [
        `comment/${taskOf(sandbox, "OPS-12").id}`,
        { content: "Gone." },
      ]);
    },
  });
  const { sandbox } = scenario;
  const { id } = sandbox.people.dan;
  const weekAgo = midnightOf(day(-7));

  const text = await scenario.call("list_activity", { person: "dan", workspace: "acme" });

  const expected = keysOf(
    sandbox,
    ({ userId, createdAt }) => userId === id && createdAt >= weekAgo,
  );
  expect([...text.matchAll(/@Dan O'Neill {2}(\S+)/g)].map(([, key]) => key).sort()).toEqual(
    expected.sort(),
  );
  expect(text).toMatch(/OPS-2 {2}"Alert on disk growth" {2}status done → archived/);
  expect(text).toContain("commented: Gone.");
  expectCost(scenario, { calls: 1, requests: 5, characters: 1_300 });
});

test("what was finished since a day", async () => {
  await using scenario = await startScenario();
  const { sandbox } = scenario;
  const since = day(-14);

  const text = await scenario.call("list_activity", { kinds: ["done"], since });

  const { workspaceId } = projectOf(sandbox, "WEB");
  const expected = keysOf(sandbox, (event) => {
    const project = sandbox.data.projects.get(
      sandbox.data.tasks.get(event.taskId)?.projectId ?? "",
    );
    return (
      isDone(event) && event.createdAt >= midnightOf(since) && project?.workspaceId === workspaceId
    );
  });
  expect(expected.length).toBeGreaterThan(3);
  expect(keysIn(text).sort()).toEqual(expected.sort());
  expectCost(scenario, { calls: 1, requests: 4, characters: 800 });
});

test("how many were finished each week", async () => {
  await using scenario = await startScenario();
  const { sandbox } = scenario;
  const { id } = projectOf(sandbox, "WEB");

  const text = await scenario.call("list_activity", {
    project: "WEB",
    kinds: ["done"],
    since: day(-28),
    count_by: "week",
  });

  const weeks: Record<string, number> = {};
  for (const event of sandbox.data.activities.values()) {
    if (!isDone(event) || sandbox.data.tasks.get(event.taskId)?.projectId !== id) continue;
    const week = mondayOf(event.createdAt);
    weeks[week] = (weeks[week] ?? 0) + 1;
  }
  const counted = [...text.matchAll(/^week of (\S+) {2}([1-9]\d*)/gm)];
  expect(Object.fromEntries(counted.map(([, week, count]) => [week, Number(count)]))).toEqual(
    weeks,
  );
  expectCost(scenario, { calls: 1, requests: 4, characters: 300 });
});

test("what changed in a project since Monday", async () => {
  await using scenario = await startScenario({
    prepare: async (sandbox) => {
      const { id } = taskOf(sandbox, "WEB-6");
      await change(sandbox, "alice", [`task/title/${id}`, { title: "Dark mode" }]);
      await change(sandbox, "alice", [
        `task/due-date/${id}`,
        { dueDate: midnightOf("2027-01-31") },
      ]);
      await change(sandbox, "alice", [`task/assignee/${id}`, { userId: sandbox.people.bob.id }]);
    },
  });
  const { sandbox } = scenario;
  const monday = mondayOf(new Date().toISOString());

  const text = await scenario.call("list_activity", { project: "WEB", since: monday });

  const { id } = projectOf(sandbox, "WEB");
  const expected = keysOf(
    sandbox,
    ({ taskId, createdAt }) =>
      sandbox.data.tasks.get(taskId)?.projectId === id && createdAt >= midnightOf(monday),
  );
  expect(
    [...text.matchAll(/^ {2}\d\d:\d\d.*? (WEB-\d+) {2}/gm)].map(([, key]) => key).sort(),
  ).toEqual(expected.sort());
  expect(text).toMatch(/title ".+" → "Dark mode"/);
  expect(text).toContain("assignee → @Bob Ünïcode 🦊");
  expect(text).toMatch(/due \S+ → 2027-01-31/);
  expectCost(scenario, { calls: 1, requests: 3, characters: 2_500 });
});

test("who worked how many hours on a project", async () => {
  await using scenario = await startScenario({
    prepare: (sandbox) => {
      const { alice, dan } = sandbox.people;
      const works = [
        { key: "OPS-1", userId: dan.id, hours: 2 },
        { key: "OPS-12", userId: dan.id, hours: 1 },
        { key: "OPS-1", userId: alice.id, hours: 0.5 },
        { key: "WEB-1", userId: dan.id, hours: 7 },
      ];
      for (const { key, userId, hours } of works) {
        const started = Date.parse(midnightOf(day(-1))) + 9 * 3_600_000;
        addTimeEntry(sandbox.data, {
          taskId: taskOf(sandbox, key).id,
          userId,
          description: "",
          startTime: new Date(started).toISOString(),
          endTime: new Date(started + hours * 3_600_000).toISOString(),
        });
      }
    },
  });

  const text = await scenario.call("report_time", { project: "OPS" });

  expect(text).toContain("Operations (OPS): 3 h 30 min in all, by 2 people on 2 tasks");
  expect(text).toContain("By person:\n@Dan O'Neill  3 h\n@Alice Doe  30 min\n");
  expect(keysIn(text)).toEqual(["OPS-1", "OPS-12"]);
  expectCost(scenario, { calls: 1, requests: 15, characters: 500 });
});

/** What a week leaves behind: two done, one of them archived since; one that waits for another, and hours of work. */
async function prepareWeek(sandbox: Sandbox): Promise<void> {
  const { people, data } = sandbox;
  const [web2, web4, web7] = ["WEB-2", "WEB-4", "WEB-7"].map((key) => taskOf(sandbox, key).id);
  await change(sandbox, "dan", [`task/status/${web7}`, { status: "done" }]);
  await change(sandbox, "dan", [`task/status/${web4}`, { status: "done" }]);
  await change(sandbox, "dan", [`task/status/${web4}`, { status: "archived" }]);
  await change(sandbox, "dan", [`task/status/${web2}`, { status: "in-progress" }]);
  const late = { title: "Renew the certificate", status: "to-do", dueDate: midnightOf(day(-2)) };
  const { id } = addTask(data, projectOf(sandbox, "WEB").id, late);
  const relation = { sourceTaskId: id, targetTaskId: taskOf(sandbox, "WEB-5").id };
  addRelation(data, { ...relation, relationType: "blocks" });
  const startTime = midnightOf(day(-1));
  const endTime = new Date(Date.parse(startTime) + 3_600_000).toISOString();
  const entry = { userId: people.dan.id, description: "", startTime, endTime };
  addTimeEntry(data, { ...entry, taskId: taskOf(sandbox, "OPS-1").id });
}

/** Asks what a weekly status tells: what is done, what waits for something, what is under way and by when. */
async function askWeeklyStatus(scenario: Scenario, since: string): Promise<string[]> {
  return [
    await scenario.call("list_activity", { project: "WEB", kinds: ["done"], since }),
    await scenario.call("list_tasks", { project: "WEB", blocked: true }),
    await scenario.call("list_tasks", { project: "WEB", state: "open", sort: "due" }),
  ];
}

test("the weekly status: done, blocked, in progress and at risk", async () => {
  await using scenario = await startScenario({ prepare: prepareWeek });
  const { sandbox } = scenario;
  const since = mondayOf(new Date().toISOString());

  const [done = "", blocked = "", open = ""] = await askWeeklyStatus(scenario, since);

  const { id } = projectOf(sandbox, "WEB");
  const finished = keysOf(sandbox, (event) => {
    const task = sandbox.data.tasks.get(event.taskId);
    return isDone(event) && task?.projectId === id && event.createdAt >= midnightOf(since);
  });
  expect(finished).toEqual(expect.arrayContaining(["WEB-4", "WEB-7"]));
  const [listed = "", reopened] = done.split("\nAlso reopened in this time: ");
  expect(keysIn(listed).sort()).toEqual(finished.sort());
  expect(reopened).toMatch(/^WEB-2\.$/m);
  expect(blocked).toMatch(/^WEB-5 .* blocked by WEB-17/m);
  const rows = open.split("\n").filter((line) => line.startsWith("WEB-"));
  const tasks = [...sandbox.data.tasks.values()].filter(
    ({ projectId, status }) =>
      projectId === id && !["done", "archived", "planned"].includes(status),
  );
  expect(keysIn(open).length).toBeGreaterThanOrEqual(tasks.length);
  expect(rows.length).toBe(tasks.length);
  expect(open).toMatch(/^WEB-2 {2}in-progress /m);
  expect(open).toMatch(new RegExp(`^WEB-17  to-do .* due ${day(-2)} `, "m"));
  expectCost(scenario, { calls: 3, requests: 18, characters: 2_000 });
});

test("five requests about many tasks together cost few calls", async () => {
  await using scenario = await startScenario({ prepare: prepareWeek });
  const since = mondayOf(new Date().toISOString());

  const who = await scenario.call("list_activity", { person: "Dan", since });
  const hours = await scenario.call("report_time", { project: "Operations" });
  const changed = await scenario.call("list_activity", { project: "Website", since });
  const late = await scenario.call("list_tasks", { due: "overdue", sort: "due" });
  const status = await askWeeklyStatus(scenario, since);

  expect(keysIn(who)).toEqual(expect.arrayContaining(["WEB-2", "WEB-4", "WEB-7"]));
  expect(hours).toContain("@Dan O'Neill  1 h");
  expect(keysIn(changed)).toEqual(expect.arrayContaining(["WEB-2", "WEB-4", "WEB-7"]));
  expect(late).toMatch(/^WEB-17 .* blocks WEB-5 /m);
  expect(status).toHaveLength(3);
  expectCost(scenario, { calls: 8, requests: 60, characters: 9_000 });
});
