import { expect, test } from "vitest";
import { createTasks } from "../../../src/tools/tasks/create-tasks.ts";
import { addLabel } from "../../sandbox/routes/labels.ts";
import { addProject } from "../../sandbox/routes/projects.ts";
import { addTask } from "../../sandbox/routes/tasks.ts";
import { addLabels } from "../../support/board-rows.ts";
import { addWorkspace, type SmallBoard, startSmallBoard } from "../../support/small-board.ts";
import { until } from "../../support/until.ts";

const nowMs = Date.parse("2026-01-02T00:00:00Z");

function writes(board: SmallBoard): string[] {
  return board.requests().filter((request) => !request.startsWith("GET"));
}

function parentsIn({ sandbox: { data } }: SmallBoard): string[] {
  const title = (id: string) => data.tasks.get(id)?.title;
  const rows = [...data.relations.values()];
  return rows.map((row) => `${title(row.targetTaskId)} < ${title(row.sourceTaskId)}`).sort();
}

function labelledTasks(
  { sandbox: { data }, workspaceId }: SmallBoard,
  count: number,
  each: number,
) {
  const labels = Array.from({ length: each }, (_, index) => `label ${index}`);
  for (const name of labels) addLabel(data, { name, color: "#fff", workspaceId, taskId: null });
  return Array.from({ length: count }, (_, index) => ({ title: `${index}`, labels }));
}

test("50 tasks are created in the given order, with numbers and places to match", async () => {
  await using board = await startSmallBoard({ msPerRequest: 1 });
  const tasks = Array.from({ length: 50 }, (_, index) => ({ title: `Step ${index + 1}` }));

  const answer = await board.call(createTasks, { project: "WEB", tasks });

  const created = [...board.sandbox.data.tasks.values()].filter(({ number }) => number > 4);
  expect(created.map(({ title }) => title)).toEqual(tasks.map(({ title }) => title));
  expect(new Set(created.map(({ position }) => position)).size).toBe(50);
  expect(answer).toMatch(/^Created 50 of 50 tasks in Website\.\n1\. WEB-5 {2}to-do {2}"Step 1"\n/);
  expect(answer).toContain('50. WEB-54  to-do  "Step 50"');
});

test("items may be subtasks of each other, also of later ones, and of tasks that exist", async () => {
  await using board = await startSmallBoard();
  const tasks = [
    { title: "A", parent: "#3" },
    { title: "B", parent: "#1" },
    { title: "C", parent: "web-2" },
  ];

  const answer = await board.call(createTasks, { project: "WEB", tasks });

  expect(parentsIn(board)).toEqual(["A < C", "B < A", "C < Landing page hero"]);
  expect(answer.split("\n").slice(1)).toEqual([
    '1. WEB-5  to-do  "A"  (subtask of WEB-7)',
    '2. WEB-6  to-do  "B"  (subtask of WEB-5)',
    '3. WEB-7  to-do  "C"  (subtask of WEB-2)',
  ]);
});

test("items may be related to ones far behind them", async () => {
  await using board = await startSmallBoard({ msPerRequest: 1 });
  const tasks = Array.from({ length: 45 }, (_, index) => ({ title: `${index}` }));
  const first = { title: "First", blocks: ["#45"], related_to: ["#2"] };

  const answer = await board.call(createTasks, { project: "WEB", tasks: tasks.with(0, first) });

  const lines = answer.split("\n");
  expect(lines[1]).toBe('1. WEB-5  to-do  "First"  (related to WEB-6)');
  expect(lines[45]).toBe('45. WEB-49  to-do  "44"  (blocked by WEB-5)');
  expect(board.sandbox.data.relations.size).toBe(2);
});

test("a label that takes long holds up neither the other tasks' labels nor their order in the answer", async () => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;
  const label = { name: "bug", color: "#fff", workspaceId: board.workspaceId, taskId: null };
  addLabel(data, label);
  const others = until(() => data.labels.size === 6);
  board.sandbox.fail({ method: "POST", path: "/api/label" }, { kind: "held", until: others });
  const tasks = Array.from({ length: 6 }, (_, index) => ({ title: `${index}`, labels: ["bug"] }));

  const answer = await board.call(createTasks, { project: "WEB", tasks });

  const labelled = [...data.labels.values()].map(
    ({ taskId }) => data.tasks.get(taskId ?? "")?.title,
  );
  expect(labelled).toHaveLength(7);
  expect(labelled.at(-1)).toBe("0");
  expect(answer.split("\n").slice(1)).toEqual(
    tasks.map(({ title }, index) => `${index + 1}. WEB-${index + 5}  to-do  [bug]  "${title}"`),
  );
});

test("where Kaneo is slow the rest is not tried and said to be, so that the client still learns of the others", async () => {
  await using board = await startSmallBoard({ msPerRequest: 1_000 });
  const tasks = Array.from({ length: 30 }, (_, index) => ({ title: `${index}` }));
  const first = { title: "First", blocks: ["#30"] };

  const answer = await board.call(createTasks, { project: "WEB", tasks: tasks.with(0, first) });

  const begun = writes(board).length;
  expect(board.requests().length).toBeLessThanOrEqual(16);
  expect(answer).toContain(`Created ${begun} of 30 tasks`);
  expect(answer).toContain(`1. WEB-5  to-do  "First" — not blocks #30, which was not created`);
  expect(answer).toMatch(/29, 30\. not tried: Kaneo answers slowly; call again for these\./);
});

test("labels and parents for which no time is left are named with the tools that add them", async () => {
  await using board = await startSmallBoard({ msPerRequest: 1_000 });
  const tasks = labelledTasks(board, 10, 4);

  const answer = await board.call(createTasks, { project: "WEB", tasks });

  const sent = writes(board).filter((request) => request === "POST /api/label");
  expect(answer).toContain("Created 10 of 10 tasks");
  expect(answer).toContain("label label 3: not tried: Kaneo answers slowly.");
  expect(answer).toMatch(/\nupdate_task adds labels and relations\.$/);
  expect(sent.length).toBeLessThanOrEqual(14);
});

test("no further label is tried once Kaneo asks to wait", async () => {
  await using board = await startSmallBoard();
  const tasks = labelledTasks(board, 10, 2);
  board.sandbox.fail(
    { method: "POST", path: "/api/label", times: Number.POSITIVE_INFINITY },
    { kind: "rate-limit", form: "Retry-After", seconds: 60 },
  );

  const answer = await board.call(createTasks, { project: "WEB", tasks });

  const sent = writes(board).filter((request) => request === "POST /api/label");
  expect(answer).toContain("Created 10 of 10 tasks");
  expect(answer).toContain("not tried: a request before it failed.");
  expect(sent.length).toBeLessThanOrEqual(4);
});

test("a failed item does not stop the others, is named with the reason, and leaves its subtask without parent", async () => {
  await using board = await startSmallBoard({ nowMs: Date.parse("2026-11-25T12:00:00Z") });
  addLabel(board.sandbox.data, {
    name: "bug",
    color: "#fff",
    workspaceId: board.workspaceId,
    taskId: null,
  });
  const tasks = [
    { title: "Bad person", assignee: "zorro" },
    { title: "Orphan", parent: "#1" },
    { title: "Bad parent", parent: "WEB-99" },
    { title: "Own parent", parent: "#4" },
    { title: "Bad date", due: "2026-02-30" },
    { title: "Two parents", parent: "#2, WEB-1" },
    { title: "Good", labels: "bug" },
  ];

  const answer = await board.call(createTasks, { project: "WEB", tasks });

  expect(answer.split("\n")).toEqual([
    "Created 2 of 7 tasks in Website, 1 of them only in part. Call again with the others alone.",
    expect.stringMatching(/^1\. failed: No member "zorro" in this workspace\. There are: /),
    '2. WEB-5  to-do  "Orphan" — not subtask of #1, which was not created',
    "3. failed: parent: There is no task WEB-99 in Website (WEB).",
    "4. failed: parent #4 is not another one of these 7 tasks.",
    '5. failed: The date "2026-02-30" does not exist. Today is Wednesday, 2026-11-25 in Europe/Berlin.',
    expect.stringMatching(/^6\. failed: parent: No project "2, WEB"\. /),
    '7. WEB-6  to-do  [bug]  "Good"',
    "update_task adds labels and relations.",
  ]);
});

test("an item that Kaneo refuses while the others are created is named", async () => {
  await using board = await startSmallBoard();
  board.sandbox.fail(
    { method: "POST", path: /\/api\/task\//, after: 1 },
    { kind: "answer", status: 400, body: "No" },
  );

  const answer = await board.call(createTasks, {
    project: "WEB",
    tasks: [{ title: "A" }, { title: "B" }, { title: "C" }],
  });

  expect(answer).toMatch(
    /^Created 2 of 3 tasks in Website\. .*\n1\. WEB-5 .*\n2\. failed: Kaneo refused .*: No\.\n3\. WEB-6 /,
  );
});

test("when Kaneo limits requests half-way, the rest is not tried and what was created is said", async () => {
  await using board = await startSmallBoard();
  const limit = { kind: "answer", status: 429, headers: { "x-retry-after": "600" } } as const;
  board.sandbox.fail({ method: "POST", path: /\/api\/task\//, after: 1, times: Infinity }, limit);

  const answer = await board.call(createTasks, {
    project: "WEB",
    tasks: [{ title: "A" }, { title: "B" }, { title: "C" }],
  });

  expect(answer).toMatch(
    /^Created 1 of 3 tasks .*\n1\. WEB-5 .*\n2\. failed: Kaneo limits .*\n3\. not tried: /,
  );
});

test("a failure that concerns every item is the failure of the call while nothing was created", async () => {
  await using board = await startSmallBoard();
  const limit = { kind: "answer", status: 429, headers: { "x-retry-after": "600" } } as const;
  board.sandbox.fail({ method: "POST", times: Infinity }, limit);

  const call = board.call(createTasks, { project: "WEB", tasks: [{ title: "A" }, { title: "B" }] });

  await expect(call).rejects.toMatchObject({ kind: "rate_limited" });
});

test("dry_run checks every item and writes nothing", async () => {
  await using board = await startSmallBoard({ nowMs });
  addLabels(board, "bug");
  const tasks = [
    { title: "A", status: "in review", due: "2026-03-01", labels: ["bug"], assignee: "bob" },
    { title: "B", parent: "#1" },
    { title: "C", status: "nope" },
  ];

  const answer = await board.call(createTasks, { project: "WEB", tasks, dry_run: "true" });

  expect(answer.split("\n")).toEqual([
    "Checked, nothing created: 2 of 3 tasks can be created in Website.",
    '1. in-review  @Bob Ünïcode 🦊  due 2026-03-01  [bug]  "A"',
    '2. to-do  "B"  (subtask of #1)',
    expect.stringMatching(/^3\. failed: No status "nope" in Website\. There are: /),
  ]);
  expect(writes(board)).toEqual([]);
});

test("a parent in another workspace is refused before its item is created", async () => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;
  const workspaceId = addWorkspace(board, "Two");
  const far = addProject(data, { name: "Far", slug: "FAR", icon: "X", workspaceId });
  addTask(data, far.id, { title: "Far task", status: "to-do" });

  const call = board.call(createTasks, {
    project: "WEB",
    tasks: [{ title: "A", parent: "FAR-1" }],
  });

  await expect(call).rejects.toMatchObject({
    kind: "invalid_input",
    message: expect.stringContaining(
      "1. failed: FAR-1 is in another workspace, and Kaneo relates only tasks of one.",
    ),
  });
  expect(writes(board)).toEqual([]);
});

test("what the role forbids is asked once, not for every item", async () => {
  await using board = await startSmallBoard({ person: "bob" });
  const membership = board.sandbox.data.members.find(({ id }) => id === "member-of-bob");
  if (membership !== undefined) membership.role = "viewer";

  const call = board.call(createTasks, { project: "WEB", tasks: [{ title: "A" }, { title: "B" }] });

  await expect(call).rejects.toMatchObject({ kind: "forbidden" });
  expect(writes(board)).toHaveLength(1);
});

test("a failure of the first request is that of the call, also behind an item that cannot be made", async () => {
  await using board = await startSmallBoard({ readOnly: true });
  const tasks = [{ title: "A", labels: ["nope"] }, { title: "B" }];

  const call = board.call(createTasks, { project: "WEB", tasks });

  await expect(call).rejects.toMatchObject({
    kind: "forbidden",
    message: expect.stringMatching(/^Changes are switched off here/),
  });
});

test.for<[string, unknown, string]>([
  ["no items", [], '"tasks" must have at least 1 item, not 0.'],
  [
    "51 items",
    Array.from({ length: 51 }, () => ({ title: "x" })),
    '"tasks" must have at most 50 items, not 51.',
  ],
  [
    "an unknown argument in an item",
    [{ title: "A" }, { title: "B", assigneeId: "x" }],
    'Unknown argument "assigneeId" in tasks #2. The arguments are: title, description, status, priority, assignee, due, start, labels, parent, blocks, blocked_by, related_to.',
  ],
  ["an item without a title", [{ title: "A" }, {}], '"tasks #2.title" is missing.'],
])("create_tasks refuses %s without a request", async ([, tasks, message]) => {
  await using board = await startSmallBoard();

  const call = board.call(createTasks, { project: "WEB", tasks });

  await expect(call).rejects.toMatchObject({ kind: "invalid_input", message });
  expect(board.requests()).toEqual([]);
});
