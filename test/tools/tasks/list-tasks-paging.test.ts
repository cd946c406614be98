import { expect, test } from "vitest";
import { deleteTask } from "../../../src/tools/tasks/delete-task.ts";
import { listTasks } from "../../../src/tools/tasks/list-tasks.ts";
import { updateTask } from "../../../src/tools/tasks/update-task.ts";
import { addRelation } from "../../sandbox/routes/relations.ts";
import { addTask } from "../../sandbox/routes/tasks.ts";
import { keysIn, startFullBoard } from "../../support/full-board.ts";
import { startSmallBoard } from "../../support/small-board.ts";

/** Of a page that came a second after the first one, its answer says so. */
const timeless = { msPerRequest: 0 };

test("a cut list says how many match and gives the cursor for the rest", async () => {
  await using board = await startFullBoard(timeless);

  const first = await board.call(listTasks, { project: "WEB", sort: "number", limit: 6 });
  const cursor = /cursor (\S+)$/.exec(first)?.[1];
  const second = await board.call(listTasks, { project: "WEB", sort: "number", limit: 6, cursor });

  expect(first).toMatch(/^Website \(WEB\): 8 tasks, 1–6 shown\n/);
  expect(second).toMatch(/^Website \(WEB\): 8 tasks, 7–8 shown\n/);
  expect(second).not.toContain("cursor");
  expect(keysIn(`${first}\n${second}`)).toEqual([
    "WEB-1",
    "WEB-2",
    "WEB-3",
    "WEB-4",
    "WEB-5",
    "WEB-6",
    "WEB-7",
    "WEB-9",
  ]);
});

test("the cursor of another listing, or of nobody, is refused", async () => {
  await using board = await startFullBoard(timeless);
  const first = await board.call(listTasks, { project: "WEB", limit: 2 });
  const cursor = /cursor (\S+)$/.exec(first)?.[1];
  const wrong = [
    { sort: "due" },
    { state: "all" },
    { order: "desc" },
    { assignee: "me" },
    { due: "overdue" },
    { due_until: "now" },
    { cursor: "bm9wZQ" },
  ];

  for (const args of wrong) {
    const call = board.call(listTasks, { project: "WEB", limit: 2, cursor, ...args });
    await expect(call).rejects.toMatchObject({
      kind: "invalid_input",
      message: expect.stringMatching(/^This cursor (belongs to a call with other|did not come)/),
    });
  }
});

test.for([
  { due_until: "now", state: "all" },
  { due_from: "-9000 days", due_until: "in 2 hours", state: "all" },
  { untouched_since: "now" },
])("a walk goes on whose filter is a moment that goes by: %o", async (filter) => {
  await using board = await startFullBoard(timeless);
  // Made in the millisecond of the call, they would be touched since then.
  for (const task of board.sandbox.data.tasks.values()) task.updatedAt = "2026-02-01T12:00:00.000Z";
  const args = { project: "WEB", limit: 1, ...filter };
  const first = await board.call(listTasks, args);
  const cursor = /cursor (\S+)$/.exec(first)?.[1];

  const second = await board.call(listTasks, { ...args, cursor });

  expect(second).toMatch(/^Website \(WEB\): \d tasks, 2–2 shown(?:, due .*)?\n/);
});

test("a walk shows what this server changes meanwhile; the task that is changed moves alone", async () => {
  await using board = await startFullBoard(timeless);
  const args = { project: "WEB", sort: "number", state: "all", limit: 3 };
  const first = await board.call(listTasks, args);
  const cursor = /cursor (\S+)$/.exec(first)?.[1];
  await board.call(updateTask, { task: "WEB-5", title: "Found" });
  await board.call(deleteTask, { task: "WEB-2", confirm_title: "Landing page hero" });

  const second = await board.call(listTasks, { ...args, cursor });

  expect(second).toMatch(/^Website \(WEB\): 8 tasks, 3–5 shown\n/);
  expect(keysIn(second)).toEqual(["WEB-4", "WEB-5", "WEB-6"]);
  expect(second).toContain('"Found"');
});

test("a walk whose rest is deleted meanwhile says that there is none", async () => {
  await using board = await startSmallBoard(timeless);
  const args = { project: "WEB", sort: "number", limit: 3 };
  const first = await board.call(listTasks, args);
  const cursor = /cursor (\S+)$/.exec(first)?.[1];
  await board.call(deleteTask, { task: "WEB-4", confirm_title: "Dark mode" });

  const second = await board.call(listTasks, { ...args, cursor });

  expect(second).toBe("Website (WEB): 3 tasks, none after this cursor");
});

test("behind a cursor the tasks are those of the first page's time, which is said, and cost no request", async () => {
  await using board = await startFullBoard({ msPerRequest: 7_000 });
  const args = { project: "WEB", sort: "number", state: "all", limit: 3 };
  const first = await board.call(listTasks, args);
  const cursor = /cursor (\S+)$/.exec(first)?.[1];
  board.sandbox.data.tasks.delete(board.taskId(5));
  const before = board.requests().length;

  const second = await board.call(listTasks, { ...args, cursor });
  const anew = await board.call(listTasks, args);

  expect(second).toMatch(/^Website \(WEB\): 9 tasks, 4–6 shown, as of 7 seconds ago\n/);
  expect(anew).toMatch(/^Website \(WEB\): 8 tasks, 1–3 shown\n/);
  expect(board.requests().slice(before)).toHaveLength(1);
});

test("a title of 20,000 characters makes no long cursor and no long line", async () => {
  await using board = await startSmallBoard();
  for (const end of ["a", "b", "c"]) {
    addTask(board.sandbox.data, board.projectId, {
      title: `${"z".repeat(20_000)}${end}`,
      status: "to-do",
    });
  }

  const answer = await board.call(listTasks, { project: "WEB", sort: "title", limit: 5 });

  expect(answer.length).toBeLessThan(900);
  expect(answer).toContain("cursor");
});

test("titles stand where their letters do, whatever accents they have", async () => {
  await using board = await startSmallBoard();
  for (const title of ["Zebra", "Étude", "Eule", "ışık", "Iris"]) {
    addTask(board.sandbox.data, board.projectId, { title, status: "to-do" });
  }

  const answer = await board.call(listTasks, { project: "WEB", sort: "title" });

  const titles = [...answer.matchAll(/"(.+)"$/gm)].map(([, title]) => title);
  expect(titles.filter((title) => /^[ZÉEıI]/.test(title ?? ""))).toEqual([
    "Étude",
    "Eule",
    "Iris",
    "ışık",
    "Zebra",
  ]);
});

test("a list whose tasks wait for more than is kept of all lists is read again for its next page", async () => {
  await using board = await startSmallBoard(timeless);
  const { data, people, requests } = board.sandbox;
  const sourceTaskId = board.taskId(1);
  for (let index = 0; index < 12; index += 1) {
    const fields = { title: "Waits", status: "to-do", userId: people.alice.id };
    const { id: targetTaskId } = addTask(data, board.projectId, fields);
    for (let times = 0; times < 3_600; times += 1)
      addRelation(data, { sourceTaskId, targetTaskId, relationType: "blocks" });
  }
  const args = { project: "WEB", assignee: "me", blocked: true, limit: 6 };
  const first = await board.call(listTasks, args);
  const cursor = /cursor (\S+)$/.exec(first)?.[1];
  const before = requests.length;

  const second = await board.call(listTasks, { ...args, cursor });

  expect(second).toMatch(/^Website \(WEB\): 12 tasks, 7–12 shown/);
  const read = requests.slice(before).filter(({ path }) => path.includes("/task-relation/"));
  expect(read).toHaveLength(12);
});
