import { expect, test } from "vitest";
import { findTask } from "../../../src/kaneo/tasks/find.ts";
import { findTasks } from "../../../src/kaneo/tasks/find-many.ts";
import { createId } from "../../sandbox/data.ts";
import { addProject } from "../../sandbox/routes/projects.ts";
import { addTask, deleteTask } from "../../sandbox/routes/tasks.ts";
import { startSmallBoard } from "../../support/small-board.ts";
import { startToolHarness, type ToolHarness } from "../../support/tool-harness.ts";

function taskNumbered({ sandbox }: ToolHarness, number: number): string {
  const task = [...sandbox.data.tasks.values()].find((row) => row.number === number);
  if (task === undefined) throw new Error(`No task ${number}.`);
  return task.id;
}

test.for([
  ["its key", () => "WEB-2"],
  ["its key in another case and between blanks", () => " web-2 "],
  ["its key as a Japanese keyboard writes it", () => "ＷＥＢー２"],
  ["its id", (id: string) => id],
  [
    "a pasted URL",
    (id: string) => `http://elsewhere.example/dashboard/workspace/w/project/p/task/${id}`,
  ],
] as const)("a task is found by %s", async ([, referenceTo]) => {
  await using board = await startSmallBoard();

  const found = await findTask(board.kaneo, referenceTo(board.taskId(2)));

  expect(found.task).toMatchObject({ key: "WEB-2", title: "Landing page hero" });
  expect(found.project.slug).toBe("WEB");
  expect(found.columns.map(({ slug }) => slug)).toEqual([
    "to-do",
    "in-progress",
    "in-review",
    "done",
  ]);
});

test("a task's labels come with it, by key and by id", async () => {
  await using harness = await startToolHarness();

  const byKey = await findTask(harness.kaneo, "WEB-4");
  const byId = await findTask(harness.kaneo, byKey.task.id);

  expect(byKey.task.labels.map(({ name }) => name)).toEqual(["größe/üml 🏷️"]);
  expect(byId.task).toEqual({ ...byKey.task, labels: expect.anything(), urls: undefined });
  expect(byId.task.labels).toMatchObject(byKey.task.labels);
});

test("every key of 5,000 tasks costs one request, whatever its number", async () => {
  await using harness = await startToolHarness({ seed: { bigProjectTasks: 5_000 } });
  await findTask(harness.kaneo, "BIG-1");
  harness.sandbox.clearRequests();

  for (const number of [1, 2, 99, 100, 101, 2_500, 4_999, 5_000]) {
    const { task } = await findTask(harness.kaneo, `BIG-${number}`);
    expect(task.number).toBe(number);
  }

  expect(harness.requests()).toHaveLength(8);
});

test.for([
  ["ten deletions", 10, 1],
  ["so many deletions that no page can hold the task for sure", 300, 4],
] as const)("after %2$s a key is still found", async ([, deletions, most]) => {
  await using harness = await startToolHarness({ seed: { bigProjectTasks: 1_000 } });
  const { data } = harness.sandbox;
  for (let index = 0; index < deletions; index += 1) {
    deleteTask(data, taskNumbered(harness, 1 + index * 3));
  }
  await findTask(harness.kaneo, "BIG-999");

  for (const number of [2, 500, 600, 1_000]) {
    harness.sandbox.clearRequests();
    const { task } = await findTask(harness.kaneo, `BIG-${number}`);
    expect(task.number).toBe(number);
    expect(harness.requests().length).toBeLessThanOrEqual(most);
  }
});

test("a deleted task is not found, in two requests, and the projects searched are named", async () => {
  await using harness = await startToolHarness({ seed: { bigProjectTasks: 200 } });
  await findTask(harness.kaneo, "BIG-1");
  deleteTask(harness.sandbox.data, taskNumbered(harness, 150));
  harness.sandbox.clearRequests();

  const search = findTask(harness.kaneo, "big-150");

  await expect(search).rejects.toMatchObject({
    kind: "not_found",
    message: "There is no task big-150 in Big Project (BIG).",
    hint: expect.stringContaining("search"),
  });
  expect(harness.requests()).toHaveLength(2);
});

test("a number beyond the last is said to be no task's", async () => {
  await using board = await startSmallBoard();

  const search = findTask(board.kaneo, "WEB-99");

  await expect(search).rejects.toMatchObject({
    kind: "not_found",
    message: "There is no task WEB-99 in Website (WEB).",
  });
});

test("a task that was created a moment ago by someone else is found", async () => {
  await using board = await startSmallBoard();
  await findTask(board.kaneo, "WEB-1");
  addTask(board.sandbox.data, board.projectId, { title: "Brand new", status: "to-do" });

  const { task } = await findTask(board.kaneo, "WEB-5");

  expect(task.title).toBe("Brand new");
});

test("a task that deletions behind the cache moved to another page is found", async () => {
  await using harness = await startToolHarness({ seed: { bigProjectTasks: 300 } });
  await findTask(harness.kaneo, "BIG-1");
  for (const number of [5, 6, 7]) deleteTask(harness.sandbox.data, taskNumbered(harness, number));

  const { task } = await findTask(harness.kaneo, "BIG-200");

  expect(task.number).toBe(200);
});

test("planned and archived tasks and those of archived projects have keys too", async () => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;
  addTask(data, board.projectId, { title: "Some day", status: "planned" });
  addTask(data, board.projectId, { title: "Long ago", status: "archived" });
  const fields = { name: "Old", slug: "OLD", icon: "X", workspaceId: board.workspaceId };
  const old = addProject(data, { ...fields, archivedAt: "2025-01-01T00:00:00.000Z" });
  addTask(data, old.id, { title: "Older still", status: "to-do" });

  const found = [];
  for (const key of ["WEB-5", "WEB-6", "OLD-1"]) found.push(await findTask(board.kaneo, key));

  expect(found.map(({ task }) => task.title)).toEqual(["Some day", "Long ago", "Older still"]);
});

test("keys of projects whose slug is unicode, has a dash or is empty are read", async () => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;
  for (const slug of ["ÜB", "A-B", ""]) {
    const fields = { name: `Project ${slug}`, slug, icon: "X", workspaceId: board.workspaceId };
    addTask(data, addProject(data, fields).id, { title: `In ${slug}`, status: "to-do" });
  }

  const found = [];
  for (const key of ["üb-1", "a-b-1", "-1"]) found.push(await findTask(board.kaneo, key));

  expect(found.map(({ task }) => task.title)).toEqual(["In ÜB", "In A-B", "In "]);
});

test("a key that projects share is ambiguous when both have the number, and lists the tasks with ids", async () => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;
  const fields = { name: "Webshop", slug: "WEB", icon: "Store", workspaceId: board.workspaceId };
  const shop = addProject(data, fields);
  const other = addTask(data, shop.id, { title: "Cart\nempty", status: "to-do" });

  const unshared = await findTask(board.kaneo, "WEB-3");
  const shared = findTask(board.kaneo, "WEB-1");

  await expect(shared).rejects.toMatchObject({
    kind: "ambiguous",
    message: `Several projects share the key WEB-1. There are: WEB-1 (Website) "Fix login redirect loop" (id ${board.taskId(1)}), WEB-1 (Webshop) "Cart empty" (id ${other.id}).`,
    hint: "Call again with one of these.",
  });
  expect(unshared.task.title).toBe("Font loading");
});

test("of a key that very many projects share, ten tasks are named", async () => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;
  const fields = { name: "Copy", slug: "WEB", icon: "Store", workspaceId: board.workspaceId };
  for (let count = 0; count < 20; count += 1) {
    addTask(data, addProject(data, fields).id, { title: "Copied", status: "to-do" });
  }

  const search = findTask(board.kaneo, "WEB-1");

  await expect(search).rejects.toThrow(/^Several projects share .* \(id \w+\), and 11 more\.$/);
});

test("an unknown id is named as a missing task, not as a missing workspace", async () => {
  await using board = await startSmallBoard();
  const id = createId();

  const search = findTask(board.kaneo, id);

  await expect(search).rejects.toMatchObject({
    kind: "not_found",
    message: `Kaneo has no task with the id "${id}", or this account cannot see it.`,
  });
});

test.for(["go to", "../../project", "https://kaneo.example/dashboard", "WEB-1, WEB-2", ""])(
  "%j names no task, and nothing is asked for it",
  async (reference) => {
    await using board = await startSmallBoard();

    const search = findTask(board.kaneo, reference);

    await expect(search).rejects.toMatchObject({
      kind: "invalid_input",
      message: expect.stringContaining(
        "is neither one task's key, such as WEB-12, nor its id or URL.",
      ),
    });
    expect(board.requests()).toEqual([]);
  },
);

test("the key of an unknown project lists the projects", async () => {
  await using board = await startSmallBoard();

  const search = findTask(board.kaneo, "APP-1");

  await expect(search).rejects.toMatchObject({
    kind: "not_found",
    message: expect.stringMatching(/^No project "APP"\. There are: WEB \(Website/),
  });
});

test.for(["Release 5.2", "Sprint 44", "Log in (again) 2", "“Release 5.2”"])(
  "%j, which may be read as a project's key, is a title where no project is called that",
  async (reference) => {
    await using board = await startSmallBoard();

    const search = findTask(board.kaneo, reference);

    await expect(search).rejects.toMatchObject({
      kind: "invalid_input",
      message: `"${reference}" is neither one task's key, such as WEB-12, nor its id or URL.`,
      hint: "search finds the key of a task by words of its title.",
    });
  },
);

test("a task of a workspace that the account is not in is refused", async () => {
  await using board = await startSmallBoard({ person: "carol" });

  const search = findTask(board.kaneo, board.taskId(1));

  await expect(search).rejects.toMatchObject({ kind: "forbidden" });
});

test("many keys of one project are found by one read of it, and missing ones cost no request", async () => {
  await using harness = await startToolHarness({ seed: { bigProjectTasks: 500 } });
  await findTask(harness.kaneo, "BIG-1");
  harness.sandbox.clearRequests();
  const keys = Array.from({ length: 100 }, (_, index) => `BIG-${480 + index}`);

  const found = await findTasks(harness.kaneo, keys);

  expect(found.filter((finding) => "task" in finding)).toHaveLength(21);
  expect(found[99]).toMatchObject({ kind: "not_found" });
  expect(harness.requests()).toHaveLength(1);
});

test("many keys of a project that is not there do not stop the others", async () => {
  await using board = await startSmallBoard();
  const keys = ["APP-1", "APP-2", "APP-3", "APP-4", "WEB-1"];

  const found = await findTasks(board.kaneo, keys);

  const unknown = { kind: "not_found", message: expect.stringMatching(/^No project "APP"\./) };
  expect(found).toMatchObject([unknown, unknown, unknown, unknown, { task: { key: "WEB-1" } }]);
});

test("a reference of 200,000 blanks and brackets is refused at once", async () => {
  await using board = await startSmallBoard();
  const reference = `a${" ".repeat(100_000)}${"(".repeat(100_000)}b`;

  await expect(findTask(board.kaneo, reference)).rejects.toMatchObject({ kind: "invalid_input" });
});
