/** Words as people and clients write them, and what "empty" means. */
import { expect, test } from "vitest";
import { findTask } from "../../src/kaneo/tasks/find.ts";
import { allTools } from "../../src/tools/index.ts";
import { createId } from "../sandbox/data.ts";
import { addLabel } from "../sandbox/routes/labels.ts";
import { addProject } from "../sandbox/routes/projects.ts";
import { addTask } from "../sandbox/routes/tasks.ts";
import { addLabels, fillFirst, labelsOn, taskRow } from "../support/board-rows.ts";
import { type SmallBoard, startSmallBoard } from "../support/small-board.ts";
import { toolNamed } from "../support/tool-named.ts";

const tool = (name: string) => toolNamed(allTools, name);

/** A second workspace of alice's, with a project SITE like one in the first, and tasks of hers in both. */
function addTwins(board: SmallBoard): void {
  const { data, people } = board.sandbox;
  const second = { id: createId(), name: "Second", slug: "second", description: null };
  data.workspaces.push({ ...second, createdAt: new Date() });
  const membership = { organizationId: second.id, userId: people.alice.id, role: "owner" };
  data.members.push({ id: createId(), ...membership });
  for (const workspaceId of [board.workspaceId, second.id]) {
    const site = addProject(data, { name: "Website 2", slug: "SITE", icon: "X", workspaceId });
    addTask(data, site.id, { title: "Mine", status: "to-do", userId: people.alice.id });
    addLabel(data, { name: "urgent", color: "#fff", workspaceId, taskId: null });
  }
}

test.for([
  "web-1",
  "#WEB-1",
  "WEB 1",
  "web1",
  "WEB–1",
  "WEB #1",
  "`WEB-1`",
  "<WEB-1>",
  "“WEB-1”",
  " [WEB-1]. ",
])("a task is found by %s", async (reference) => {
  await using board = await startSmallBoard();

  const { task } = await findTask(board.kaneo, reference);

  expect(task.key).toBe("WEB-1");
});

test.for(["board?taskId=", "backlog?taskId=", "gantt?view=week&taskId=", "task/"])(
  "a task is found by the address that the browser shows on %s",
  async (place) => {
    await using board = await startSmallBoard();
    const project = `https://kaneo.example/dashboard/workspace/w1/project/${board.projectId}`;

    const { task } = await findTask(board.kaneo, `<${project}/${place}${board.taskId(2)}>`);

    expect(task.key).toBe("WEB-2");
  },
);

test("a bare number is a task of the default project, and without one no task", async () => {
  await using named = await startSmallBoard({ defaults: { project: "web" } });
  await using unnamed = await startSmallBoard();

  const found = await findTask(named.kaneo, "3");

  expect(found.task.key).toBe("WEB-3");
  await expect(findTask(named.kaneo, "#77")).rejects.toMatchObject({ kind: "not_found" });
  await expect(findTask(unnamed.kaneo, "3")).rejects.toMatchObject({
    kind: "invalid_input",
    message: `"3" names no project: give the whole key, such as WEB-12.`,
  });
});

test.for([
  ["InProgress", "in-progress"],
  ["in_progress", "in-progress"],
  ["todo", "to-do"],
  ["TO DO", "to-do"],
  ["done", "done"],
] as const)("the status %s is %s", async ([status, slug]) => {
  await using board = await startSmallBoard();
  taskRow(board, 1).status = "in-review";

  await board.call(tool("update_task"), { task: "WEB-1", status });

  expect(taskRow(board, 1).status).toBe(slug);
});

test("done is the one column whose tasks are done, whatever it is called; of two none is meant", async () => {
  await using board = await startSmallBoard();
  const columns = [...board.sandbox.data.columns.values()];
  const final = columns.find(({ slug }) => slug === "done");
  Object.assign(final ?? {}, { slug: "shipped", name: "Shipped" });

  await board.call(tool("update_task"), { task: "WEB-1", status: "done" });
  Object.assign(columns.find(({ slug }) => slug === "in-review") ?? {}, { isFinal: true });
  board.kaneo.forget();
  const call = board.call(tool("update_task"), { task: "WEB-2", status: "done" });

  expect(taskRow(board, 1).status).toBe("shipped");
  await expect(call).rejects.toMatchObject({ kind: "not_found" });
});

test("several names in one string are several where each of them exists", async () => {
  await using board = await startSmallBoard();
  addLabels(board, "bug", "ui", "a, b");

  await board.call(tool("update_tasks"), {
    tasks: "WEB-1, WEB-2",
    add_labels: "bug, ui",
    priority: "high",
  });
  await board.call(tool("update_tasks"), { tasks: "WEB-3 WEB-4", priority: "none", due: "+3d" });
  await board.call(tool("update_task"), { task: "WEB-3", add_labels: "a, b" });
  const listed = await board.call(tool("list_tasks"), {
    project: "WEB",
    status: "to do, done",
    priority: "high, low",
    labels: "bug, ui",
  });

  expect([1, 2, 3].map((number) => labelsOn(board, number))).toEqual([
    ["bug", "ui"],
    ["bug", "ui"],
    ["a, b"],
  ]);
  expect([3, 4].map((number) => taskRow(board, number).dueDate)).not.toContain(null);
  expect(listed).toMatch(/^Website \(WEB\): 2 tasks\n/);
});

test.for([
  ["Dan O’Neill", "a typographic apostrophe"],
  ["dan o'neill", "another case"],
  ["DAN ONEILL", "no apostrophe"],
  ["Dán", "a part with an accent"],
  ["@Dan O'Neill", "as chats mention people"],
  ["Dan O'Neill <bob@example.com>", "as answers show people"],
] as const)("a person is found by %s: %s", async ([assignee]) => {
  await using board = await startSmallBoard();
  const { bob } = board.sandbox.people;
  Object.assign(board.sandbox.data.users.find(({ id }) => id === bob.id) ?? {}, {
    name: "Dan O'Neill",
  });

  await board.call(tool("update_task"), { task: "WEB-1", assignee });

  expect(taskRow(board, 1).userId).toBe(bob.id);
});

test("unassigned is nobody, to filter and to set", async () => {
  await using board = await startSmallBoard();
  taskRow(board, 1).userId = board.sandbox.people.bob.id;

  const listed = await board.call(tool("list_tasks"), { project: "WEB", assignee: "Unassigned" });
  await board.call(tool("update_task"), { task: "WEB-1", assignee: "unassigned" });

  expect(listed).toMatch(/^Website \(WEB\): 3 tasks\n/);
  expect(taskRow(board, 1).userId).toBeNull();
});

test("a miss names the nearest first, and of many at most ten", async () => {
  await using board = await startSmallBoard();
  addLabels(board, ...Array.from({ length: 40 }, (_, index) => `topic ${index}`), "regression");

  const call = board.call(tool("update_task"), { task: "WEB-1", add_labels: ["regresion"] });

  await expect(call).rejects.toMatchObject({
    kind: "not_found",
    message: expect.stringMatching(
      /^No label "regresion"\. Did you mean regression\? There are: regression, .*, and 31 more\.$/,
    ),
  });
});

test("projects of the same slug and name are told apart by workspace, which each tool takes", async () => {
  await using board = await startSmallBoard();
  addTwins(board);

  const created = await board.call(tool("create_tasks"), {
    project: "SITE",
    workspace: "second",
    tasks: [{ title: "New" }],
  });
  const call = board.call(tool("create_task"), { project: "SITE", title: "New" });

  await expect(call).rejects.toMatchObject({
    kind: "ambiguous",
    message: expect.stringMatching(
      /^"SITE" fits 2 projects: SITE \(Website 2, id \w+, in Acme\), SITE \(Website 2, id \w+, in Second\)\.$/,
    ),
  });
  expect(created).toMatch(/^Created 1 of 1 task in Website 2\./);
});

test("a task moves to the project of its own workspace, whatever others are called", async () => {
  await using board = await startSmallBoard();
  addTwins(board);

  const answer = await board.call(tool("update_task"), { task: "WEB-1", project: "site" });

  expect(answer).toBe('Changed: project WEB-1 → SITE-2.\nSITE-2  to-do  "Fix login redirect loop"');
});

test("without workspace and default, list_tasks covers every workspace and says which", async () => {
  await using board = await startSmallBoard();
  addTwins(board);

  const mine = await board.call(tool("list_tasks"), { assignee: "me", labels: [] });
  const labelled = await board.call(tool("list_tasks"), { labels: ["Urgent"], text: "" });
  const one = await board.call(tool("list_tasks"), { assignee: "me", workspace: "second" });

  expect(mine).toMatch(/^Acme, Second \(3 projects\): 2 tasks\n/);
  expect(labelled).toMatch(/^Acme, Second \(3 projects\): no task matches/);
  expect(one).toMatch(/^Second \(1 project\): 1 task\n/);
});

test("an empty argument is as if it were left out, in every form", async () => {
  await using board = await startSmallBoard();
  const before = { ...fillFirst(board) };

  await board.call(tool("update_task"), {
    task: "WEB-1",
    title: "New",
    description: "",
    due: " ",
    start: null,
    assignee: "",
    add_labels: [""],
    remove_labels: [],
    status: null,
    priority: "",
    project: "",
  });
  const created = await board.call(tool("create_task"), {
    project: "WEB",
    title: "Filled in by a client",
    due: "",
    labels: null,
    priority: "",
    parent: "",
  });

  const { updatedAt: _, columnId: __, ...after } = taskRow(board, 1);
  expect(after).toMatchObject({ title: "New", description: before.description });
  expect([after.dueDate, after.startDate, after.userId, after.status]).toEqual([
    before.dueDate,
    before.startDate,
    before.userId,
    before.status,
  ]);
  expect(created).toBe('Created WEB-5  to-do  "Filled in by a client"');
});

test("a day in words is the day in the person's zone", async () => {
  const nowMs = Date.parse("2026-11-24T23:30:00Z");
  await using board = await startSmallBoard({ nowMs });

  const answer = await board.call(tool("update_task"), { task: "WEB-1", due: "tomorrow" });

  expect(answer).toBe(
    'Changed: due none → 2026-11-26.\nWEB-1  to-do  due 2026-11-26  "Fix login redirect loop"',
  );
});

test("find and replace change one place of a description, as it is at that moment", async () => {
  await using board = await startSmallBoard();
  taskRow(board, 1).description = "- [ ] wash\r\n- [ ] dry\r\n- [x] fold";

  await board.call(tool("update_task"), {
    task: "WEB-1",
    find: "- [ ] dry",
    replace: "- [x] dry",
  });
  const ticked = taskRow(board, 1).description;
  await board.call(tool("update_task"), { task: "WEB-1", find: "- [x] dry\n", replace: "none" });

  expect(ticked).toBe("- [ ] wash\r\n- [x] dry\r\n- [x] fold");
  expect(taskRow(board, 1).description).toBe("- [ ] wash\r\n- [x] fold");
});

test.for([
  ["several places", { find: "- [ ]", replace: "- [x]" }, /places, and must .* description\.$/],
  ["no place", { find: "iron", replace: "x" }, /^find matches no place in the description\.$/],
  ["find alone", { find: "wash" }, /^Give find and replace together/],
  ["a whole text beside it", { find: "wash", replace: "x", description: "y" }, /^Give find and/],
] as const)(
  "%s for find and replace is refused, and nothing is written",
  async ([, args, message]) => {
    await using board = await startSmallBoard();
    taskRow(board, 1).description = "- [ ] wash\n- [ ] dry";

    const call = board.call(tool("update_task"), { task: "WEB-1", title: "New", ...args });

    await expect(call).rejects.toMatchObject({
      kind: "invalid_input",
      message: expect.stringMatching(message),
    });
    expect(board.requests().filter((request) => !request.startsWith("GET"))).toEqual([]);
  },
);
