/** What models copy from an answer, or from a sentence, into an argument. */
import { expect, test } from "vitest";
import { findTask } from "../../src/kaneo/tasks/find.ts";
import { allTools } from "../../src/tools/index.ts";
import { columnsOf } from "../sandbox/data.ts";
import { addProject } from "../sandbox/routes/projects.ts";
import { addTask } from "../sandbox/routes/tasks.ts";
import { addLabels, taskRow } from "../support/board-rows.ts";
import { startSmallBoard } from "../support/small-board.ts";
import { toolNamed } from "../support/tool-named.ts";

const tool = (name: string) => toolNamed(allTools, name);

test.for(["- WEB-1", "**WEB-1**", "* WEB-1", "task WEB-1", "- **Task WEB-1**:"])(
  "a task is found by %s",
  async (reference) => {
    await using board = await startSmallBoard();

    const { task } = await findTask(board.kaneo, reference);

    expect(task.key).toBe("WEB-1");
  },
);

test.for<[string, string]>([
  ['WEB-1 "Login fails"', "Give the key alone: WEB-1."],
  ['WEB-1  to-do  due 2026-03-01  [bug]  "Login"', "Give the key alone: WEB-1."],
  ["[WEB-1](https://kaneo.example/x)", "Give the key alone: WEB-1."],
  ["Login fails (WEB-1)", "Give the key alone: WEB-1."],
  ["WEB-1 to WEB-3", "Give one key, such as WEB-1, or a list where the tool takes one."],
  ["WEB-1, WEB-2", "Give one key, such as WEB-1, or a list where the tool takes one."],
  ["WEB-1 (Login fails)", "Give the key alone, without what is in brackets."],
  ["Login fails", "search finds the key"],
  ["WEB-1 or perhaps WEB-2 then", "Give one key, such as WEB-1"],
])("%s is no task; %s", async ([reference, hint]) => {
  await using board = await startSmallBoard();

  const failure = await findTask(board.kaneo, reference).catch((error: unknown) => error);

  expect(failure).toMatchObject({ hint: expect.stringContaining(hint) });
});

test("a title in the quotes of a list confirms a deletion, and no other title does", async () => {
  await using board = await startSmallBoard();
  taskRow(board, 1).title = "Login";

  const wrong = board.call(tool("delete_task"), { task: "WEB-1", confirm_title: '"Log"' });
  await expect(wrong).rejects.toThrow("Nothing was deleted");
  const answer = await board.call(tool("delete_task"), { task: "WEB-1", confirm_title: '"Login"' });

  expect(answer).toContain("Deleted WEB-1");
});

test("a title with quotes and backslashes is read as an answer has it", async () => {
  await using board = await startSmallBoard();
  taskRow(board, 1).title = 'Say "hi" to C:\\dev';
  const shown = String.raw`Say \"hi\" to C:\\dev`;

  const found = await board.call(tool("search"), { query: shown, kind: "tasks" });
  const listed = await board.call(tool("list_tasks"), { text: `"${shown}"` });
  const confirmation = { task: "WEB-1", confirm_title: `"${shown}"` };
  const deleted = await board.call(tool("delete_task"), confirmation);

  expect(found).toContain(`WEB-1  to-do  "${shown}"`);
  expect(listed).toContain(`WEB-1  "${shown}"`);
  expect(deleted).toContain(`Deleted WEB-1  "${shown}"`);
});

test("a comment's id is read with the word before it, and a cursor with its sentence", async () => {
  await using board = await startSmallBoard();
  const said = await board.call(tool("add_comment"), { task: "WEB-1", content: "One" });
  const [comment = ""] = /comment \w+/.exec(said) ?? [];
  const first = await board.call(tool("list_tasks"), { project: "WEB", limit: 1 });

  const edited = await board.call(tool("edit_comment"), { comment, content: "Two" });
  const cursor = first.split("\n").find((line) => line.startsWith("More: repeat with cursor"));
  const second = await board.call(tool("list_tasks"), { project: "WEB", limit: 1, cursor });

  expect(edited).toContain("Two");
  expect(second).toContain("2–2 shown");
});

test("the marks of a sentence are no part of what is looked for", async () => {
  await using board = await startSmallBoard();
  const title = "Rent a van";
  addTask(board.sandbox.data, board.projectId, { title, status: "to-do" });

  const quoted = await board.call(tool("search"), { query: '"Rent a van"', kind: "tasks" });
  const listed = await board.call(tool("list_tasks"), { text: "“rent”, (van)!" });

  expect(quoted).toContain(title);
  expect(listed).toContain(title);
});

test("a colon is no such mark: it makes a word of its own", async () => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;
  addTask(data, board.projectId, { title: "Add fixtures", status: "to-do" });
  addTask(data, board.projectId, { title: "fix: a slow start", status: "to-do" });

  const listed = await board.call(tool("list_tasks"), { text: "fix:" });

  expect(listed).toContain("a slow start");
  expect(listed).not.toContain("fixtures");
});

test("all is every project in a list, but where one is called so", async () => {
  await using board = await startSmallBoard({ defaults: { project: "web" } });
  const { data } = board.sandbox;
  const { workspaceId } = board;
  const ops = addProject(data, { name: "Operations", slug: "OPS", icon: "X", workspaceId });
  addTask(data, ops.id, { title: "Elsewhere", status: "to-do" });

  const every = await board.call(tool("list_tasks"), { project: "all", workspace: "*" });
  addProject(data, { name: "All", slug: "ALL", icon: "X", workspaceId });
  board.kaneo.forget();
  const one = await board.call(tool("list_tasks"), { project: "all" });

  expect(every).toContain("Elsewhere");
  expect(every).toContain("WEB-1");
  expect(one).toContain("All (ALL): no task");
});

test.for([
  ["open", "open"],
  ["All", "all"],
] as const)(
  "the status %s, which no column has, is told to be state %s",
  async ([status, state]) => {
    await using board = await startSmallBoard();

    const call = board.call(tool("list_tasks"), { project: "WEB", status });

    await expect(call).rejects.toMatchObject({
      hint: `Leave out status, and give state ${state}.`,
    });
  },
);

test("a date that is to come later by words, and would be earlier, is not guessed", async () => {
  await using board = await startSmallBoard();
  taskRow(board, 1).dueDate = "2099-05-01T00:00:00.000Z";
  taskRow(board, 2).dueDate = "2020-05-01T00:00:00.000Z";
  const due = "+1 week";

  const moved = board.call(tool("update_tasks"), { tasks: ["WEB-1", "WEB-2"], due });
  await expect(moved).rejects.toThrow('due "+1 week" counts from today, and would be earlier');
  await board.call(tool("update_tasks"), { tasks: ["WEB-2"], due });

  expect(taskRow(board, 1).dueDate).toEqual("2099-05-01T00:00:00.000Z");
  expect(taskRow(board, 2).dueDate).not.toEqual("2020-05-01T00:00:00.000Z");
});

test.for<[string, Record<string, unknown>]>([
  ["list_tasks", { labels: ["-bug"] }],
  ["list_tasks", { labels: ["!bug"] }],
  ["update_task", { task: "WEB-1", add_labels: ["-bug"] }],
  ["list_tasks", { project: "!WEB" }],
  ["list_tasks", { assignee: "not bob" }],
])("%s with %j does not take the one that is to be excluded", async ([name, args]) => {
  await using board = await startSmallBoard();
  addLabels(board, "bug");

  const call = board.call(tool(name), args);

  await expect(call).rejects.toMatchObject({ kind: "not_found" });
});

test("a status that begins with not is one, and a project without it is not told of signs", async () => {
  await using board = await startSmallBoard();
  const [, second = {}] = columnsOf(board.sandbox.data, board.projectId);
  const call = () => board.call(tool("update_task"), { task: "WEB-1", status: "Not started" });

  await expect(call()).rejects.toMatchObject({ hint: expect.not.stringContaining("excluded") });
  Object.assign(second, { name: "Not-started" });
  board.kaneo.forget();
  const answer = await call();

  expect(answer).toContain("status to-do → in-progress");
});

test("a label that is called so is found by its sign", async () => {
  await using board = await startSmallBoard();
  addLabels(board, "-bug", "bug");

  const answer = await board.call(tool("update_task"), { task: "WEB-1", add_labels: ["-Bug"] });

  expect(answer).toContain("added label -bug");
});

test("keys may be joined as in a sentence", async () => {
  await using board = await startSmallBoard();

  const tasks = "WEB-1, WEB-2 and WEB-3";
  const answer = await board.call(tool("update_tasks"), { tasks, priority: "high" });

  expect(answer).toContain("Changed 3 tasks");
});
