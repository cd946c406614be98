import { expect, test } from "vitest";
import { allTools } from "../../../src/tools/index.ts";
import { createTask } from "../../../src/tools/tasks/create-task.ts";
import { updateTask } from "../../../src/tools/tasks/update-task.ts";
import { addProject } from "../../sandbox/routes/projects.ts";
import { addTask } from "../../sandbox/routes/tasks.ts";
import { addLabels, labelsOn, taskRow } from "../../support/board-rows.ts";
import { addWorkspace, startSmallBoard } from "../../support/small-board.ts";
import { toolNamed } from "../../support/tool-named.ts";

const nowMs = Date.parse("2026-01-02T00:00:00Z");

test("create_task needs only a title: first column, no priority, nobody", async () => {
  await using board = await startSmallBoard();

  const answer = await board.call(createTask, { project: "WEB", title: "Try it" });

  expect(answer).toBe('Created WEB-5  to-do  "Try it"');
  expect(taskRow(board, 5)).toMatchObject({
    title: "Try it",
    description: "",
    status: "to-do",
    priority: "no-priority",
    userId: null,
    dueDate: null,
    startDate: null,
  });
});

test("create_task takes the same day for start and due date", async () => {
  await using board = await startSmallBoard();
  const day = "2026-03-02";

  await board.call(createTask, { project: "WEB", title: "Try it", start: day, due: day });

  const stored = "2026-03-01T23:00:00.000Z";
  const created = [...board.sandbox.data.tasks.values()].at(-1);
  expect(created).toMatchObject({ startDate: stored, dueDate: stored });
});

test("create_task creates nothing that could not be related as it was asked for", async () => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;
  const workspaceId = addWorkspace(board, "Two");
  const far = addProject(data, { name: "Far", slug: "FAR", icon: "X", workspaceId });
  addTask(data, far.id, { title: "Far task", status: "to-do" });

  const call = board.call(createTask, { project: "WEB", title: "Try it", blocks: ["FAR-1"] });

  await expect(call).rejects.toThrow("Kaneo relates only tasks of one. Nothing was created.");
  expect(data.tasks.size).toBe(5);
});

test("create_task sets every field in a person's words and answers with what the server has", async () => {
  await using board = await startSmallBoard({ nowMs });
  addLabels(board, "bug", "ui");

  const answer = await board.call(createTask, {
    project: "website",
    title: "Try it",
    description: "Some *text*",
    status: "In Review",
    priority: "URGENT",
    assignee: "bob",
    start: "2026-03-01",
    due: "2026-03-02T10:30:00+05:30",
    labels: "BUG",
    parent: "web-2",
  });

  expect(answer).toBe(
    'Created WEB-5  in-review  urgent  @Bob Ünïcode 🦊  start 2026-03-01  due 2026-03-02 06:00  [bug]  "Try it"  (subtask of WEB-2)',
  );
  expect(taskRow(board, 5)).toMatchObject({
    description: "Some *text*",
    status: "in-review",
    priority: "urgent",
    userId: board.sandbox.people.bob.id,
    startDate: "2026-02-28T23:00:00.000Z",
    dueDate: "2026-03-02T05:00:00.000Z",
  });
  expect(labelsOn(board, 5)).toEqual(["bug"]);
  expect([...board.sandbox.data.relations.values()]).toMatchObject([
    { sourceTaskId: board.taskId(2), targetTaskId: board.taskId(5), relationType: "subtask" },
  ]);
});

test("create_task says what could not be added to a task that exists now", async () => {
  await using board = await startSmallBoard();
  addLabels(board, "bug");
  board.sandbox.fail(
    { method: "POST", path: "/api/label" },
    { kind: "answer", status: 403, body: "Insufficient permissions" },
  );

  const answer = await board.call(createTask, { project: "WEB", title: "Try it", labels: ["bug"] });

  expect(answer).toMatch(
    /^Created WEB-5 {2}to-do {2}"Try it"\nlabel bug: failed: Kaneo refused: the role/,
  );
});

test.for<[string, Record<string, unknown>, string]>([
  [
    "an unknown status",
    { status: "nope" },
    'No status "nope" in Website. There are: planned, to-do, in-progress, in-review, done, archived.',
  ],
  ["an unknown parent", { parent: "WEB-77" }, "There is no task WEB-77 in Website (WEB)."],
  ["two parents", { parent: "WEB-1, WEB-2" }, 'parent: "WEB-1, WEB-2" is neither one task'],
  [
    "a day that does not exist",
    { due: "2026-02-30" },
    'The date "2026-02-30" does not exist. Today is ',
  ],
  [
    "a start after the due date",
    { start: "2026-03-02", due: "2026-03-01" },
    "The task would start 2026-03-02, after it is due 2026-03-01. Nothing was saved.",
  ],
  [
    "a start within the day that it is due",
    { start: "2026-03-02 9:00", due: "2026-03-02" },
    "The task would start 2026-03-02 09:00 +01:00, after it is due 2026-03-02. Nothing was saved.",
  ],
  ["a blank title", { title: "  " }, '"title" must not be blank.'],
  [
    "an unknown argument",
    { assignee_id: "x" },
    'Unknown argument "assignee_id". The arguments are: project, workspace, title, description, status, priority, assignee, due, start, labels, parent, blocks, blocked_by, related_to.',
  ],
])("create_task refuses %s before anything is written", async ([, args, message]) => {
  await using board = await startSmallBoard();

  const call = board.call(createTask, { project: "WEB", title: "Try it", ...args });

  await expect(call).rejects.toMatchObject({ message: expect.stringContaining(message) });
  expect(board.requests().filter((request) => !request.startsWith("GET"))).toEqual([]);
});

test("none is no label and no relation of a new task, and takes none away from another", async () => {
  await using board = await startSmallBoard();
  const nothing = { labels: "none", parent: "none", blocks: ["none"], blocked_by: "none" };

  const created = await board.call(createTask, { project: "WEB", title: "Bare", ...nothing });
  const changed = await board.call(updateTask, {
    task: "WEB-1",
    add_labels: "none",
    due: "none",
  });

  expect(created).toBe('Created WEB-5  to-do  "Bare"');
  expect(changed).toContain("Nothing had to change; already so: due.");
  await expect(board.call(updateTask, { task: "WEB-1", blocks: "none" })).rejects.toThrow(
    "none clears only parent among relations.",
  );
});

test("a refused write drops what was kept, so that the next call sees the columns there are", async () => {
  await using board = await startSmallBoard();
  await board.call(createTask, { project: "WEB", title: "Warm" });
  for (const column of board.sandbox.data.columns.values()) {
    if (column.slug === "to-do") Object.assign(column, { slug: "backlog", name: "Backlog" });
  }

  const refused = await board.call(createTask, { project: "WEB", title: "New" }).catch(String);
  const answer = await board.call(createTask, { project: "WEB", title: "New" });

  expect(refused).toContain('Invalid status "to-do"');
  expect(answer).toContain("backlog");
});

test("a task that is made in an archived project is said to be left out of lists", async () => {
  await using board = await startSmallBoard();
  const row = board.sandbox.data.projects.get(board.projectId);
  Object.assign(row ?? {}, { archivedAt: new Date().toISOString() });
  const project = "WEB";

  const answers = [
    await board.call(createTask, { project, title: "One" }),
    await board.call(toolNamed(allTools, "create_tasks"), { project, tasks: [{ title: "Two" }] }),
    await board.call(toolNamed(allTools, "import_tasks"), { project, text: "- Three" }),
  ];

  for (const answer of answers) expect(answer).toContain("Website (WEB, archived)");
});

test.for([
  ["サーバの証明書更新", "サーバの証明書を更新"],
  ["支付页面加载太慢", "支付页面加载太慢了"],
  ["แก้ปุ่มชำระเงินไม่ทำงาน", "ปุ่มชำระเงินไม่ทำงาน"],
])("create_task names %s as similar to %s, which have no blanks", async ([old = "", title]) => {
  await using board = await startSmallBoard();
  await board.call(createTask, { project: "WEB", title: old });

  const answer = await board.call(createTask, { project: "WEB", title });

  expect(answer).toContain(`Similar: WEB-5 "${old}"`);
});

test.for([
  ["Login page never opens", "Login.page never opens"],
  ["Form shouldn’t reset", "Form shouldn't reset"],
])("create_task names %s as similar to %s, whose signs differ", async ([old = "", title]) => {
  await using board = await startSmallBoard();
  await board.call(createTask, { project: "WEB", title: old });

  const answer = await board.call(createTask, { project: "WEB", title });

  expect(answer).toContain(`Similar: WEB-5 "${old}"`);
});
