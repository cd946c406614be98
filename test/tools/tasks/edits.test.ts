import {
  assert,
  asyncProperty,
  constantFrom,
  option,
  record,
  string,
  uniqueArray,
} from "fast-check";
import { expect, test } from "vitest";
import { commentTools } from "../../../src/tools/comments.ts";
import { updateTask } from "../../../src/tools/tasks/update-task.ts";
import { updateTasks } from "../../../src/tools/tasks/update-tasks.ts";
import { addActivity } from "../../sandbox/events.ts";
import { addLabel } from "../../sandbox/routes/labels.ts";
import { addProject } from "../../sandbox/routes/projects.ts";
import { addWorkspace, type SmallBoard, startSmallBoard } from "../../support/small-board.ts";
import { toolNamed } from "../../support/tool-named.ts";

const LABELS = ["bug", "ui", "Größe 🏷️"] as const;

const titles = string({ minLength: 1, maxLength: 40, unit: "grapheme" }).filter(
  (text) => text.trim() !== "",
);
const labels = uniqueArray(constantFrom(...LABELS), { minLength: 1, maxLength: 2 });

/** Any arguments of update_task; what is undefined is not named. */
const edits = record(
  {
    title: titles,
    description: option(titles, { nil: "" }),
    status: constantFrom("to-do", "In Progress", "in-review", "done", "planned", "archived"),
    priority: constantFrom("no-priority", "low", "medium", "high", "urgent"),
    assignee: constantFrom("none", "me", "bob"),
    start: constantFrom("none", "2026-01-01", "2026-02-01T08:30:00Z"),
    due: constantFrom("none", "2026-02-02", "2026-12-31T23:30:00-05:00"),
    add_labels: labels,
    remove_labels: labels,
  },
  { requiredKeys: [] },
).filter((edit) => Object.keys(edit).length > 0);

/** Which columns an argument may change. */
const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  title: ["title"],
  description: ["description"],
  status: ["status", "columnId"],
  priority: ["priority"],
  assignee: ["userId"],
  start: ["startDate"],
  due: ["dueDate"],
};

function snapshot({ sandbox: { data } }: SmallBoard) {
  return structuredClone({
    tasks: [...data.tasks.values()],
    labels: [...data.labels.values()],
    relations: [...data.relations.values()],
  });
}

function namesOn(labels: { taskId: string | null; name: string }[], taskId: string): string[] {
  return labels.filter((label) => label.taskId === taskId).map(({ name }) => name);
}

/** All that an edit of the task with this id must leave as it was. */
function leftBy(
  edit: object,
  { tasks, labels, relations }: ReturnType<typeof snapshot>,
  id: string,
) {
  const touched = new Set(Object.keys(edit).flatMap((name) => COLUMNS[name] ?? []));
  touched.add("updatedAt");
  const kept = (task: object) => Object.entries(task).filter(([column]) => !touched.has(column));
  const {
    add_labels = [],
    remove_labels = [],
  }: { add_labels?: string[]; remove_labels?: string[] } = edit;
  const named = new Set([...add_labels, ...remove_labels]);
  return {
    tasks: tasks.map((task) => (task.id === id ? Object.fromEntries(kept(task)) : task)),
    labelsOfOthers: labels.filter(({ taskId }) => taskId !== id),
    labels: namesOn(labels, id)
      .filter((name) => !named.has(name))
      .sort(),
    relations,
  };
}

test("200 random edits set every field that they name, and leave all others, and every other task, as they were", async () => {
  await using board = await startSmallBoard();
  const { data, people } = board.sandbox;
  for (const name of LABELS) {
    const label = { name, color: "#fff", workspaceId: board.workspaceId };
    addLabel(data, { ...label, taskId: null });
    for (const number of [1, 2]) addLabel(data, { ...label, taskId: board.taskId(number) });
  }
  for (const task of data.tasks.values()) {
    Object.assign(task, { userId: people.bob.id, description: "Text", position: task.number * 3 });
    Object.assign(task, {
      startDate: "2025-12-30T23:00:00.000Z",
      dueDate: "2026-06-01T12:34:56.789Z",
    });
  }
  const id = board.taskId(1);
  const users = { none: null, me: people.alice.id, bob: people.bob.id };

  await assert(
    asyncProperty(edits, async (edit) => {
      const before = snapshot(board);

      await board.call(updateTask, { task: "WEB-1", ...edit });

      const after = snapshot(board);
      expect(leftBy(edit, after, id)).toEqual(leftBy(edit, before, id));
      const { title, status, priority, assignee, add_labels = [], remove_labels = [] } = edit;
      expect(data.tasks.get(id)).toMatchObject({
        ...(title && { title: title.trim() }),
        ...(status && { status: status.toLowerCase().replace(" ", "-") }),
        ...(priority && { priority }),
        ...(assignee && { userId: users[assignee] }),
      });
      const carried = namesOn(after.labels, id);
      const added = add_labels.filter((name) => !remove_labels.includes(name));
      expect(carried).toEqual(expect.arrayContaining(added));
      expect(new Set(carried).size).toBe(carried.length);
    }),
    { numRuns: 200 },
  );
}, 180_000);

test("many tasks move to another project in their order, each under its new key", async () => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;
  const fields = { name: "Operations", slug: "OPS", icon: "X", workspaceId: board.workspaceId };
  const { id } = addProject(data, fields);
  const ids = [3, 1, 2].map(board.taskId);
  const args = { tasks: ["WEB-3", "WEB-1", "WEB-2"], project: "OPS" };

  const shown = await board.call(updateTasks, { ...args, dry_run: true });
  const answer = await board.call(updateTasks, args);

  const moved = ids.map((one) => data.tasks.get(one));
  expect(shown).toBe("Would change 3 tasks.\nproject WEB → OPS: WEB-3, WEB-1, WEB-2");
  expect(moved.map((task) => [task?.projectId, task?.number])).toEqual(
    [1, 2, 3].map((n) => [id, n]),
  );
  expect(answer).toBe(
    "Changed 3 tasks.\nproject WEB → OPS: WEB-3 (now OPS-1), WEB-1 (now OPS-2), WEB-2 (now OPS-3)",
  );
});

test.each([true, false])(
  "tasks stay that are to move to another workspace (dry_run %s)",
  async (dry_run) => {
    await using board = await startSmallBoard();
    const workspaceId = addWorkspace(board, "Second");
    addProject(board.sandbox.data, { name: "Far", slug: "FAR", icon: "X", workspaceId });

    const call = board.call(updateTasks, { tasks: ["WEB-1", "WEB-2"], project: "FAR", dry_run });

    await expect(call).rejects.toThrow("which is in another workspace");
  },
);

test("whom a comment mentions that comes along is asked before anything is changed", async () => {
  await using board = await startSmallBoard();
  for (const user of board.sandbox.data.users) user.name = `Sam ${user.name}`;

  const comment = { status: "done", comment: "@Sam, look" };
  const one = board.call(updateTask, { task: "WEB-1", ...comment });
  const several = board.call(updateTasks, { tasks: ["WEB-1", "WEB-2"], ...comment });

  await expect(one).rejects.toThrow('"@Sam" fits');
  await expect(several).rejects.toThrow('"@Sam" fits');
  expect(board.requests().filter((request) => !request.startsWith("GET "))).toEqual([]);
});

test("whom an edited comment mentions is asked with how to say it, as the same text would be refused again", async () => {
  await using board = await startSmallBoard();
  const { data, people } = board.sandbox;
  const own = { taskId: board.taskId(1), userId: people.alice.id, content: "Frist" };
  const { id } = addActivity(data, { ...own, type: "comment" });
  for (const user of data.users) user.name = `Sam ${user.name}`;

  const call = board.call(toolNamed(commentTools, "edit_comment"), {
    comment: id,
    content: "@sam",
  });

  await expect(call).rejects.toMatchObject({
    message: expect.stringMatching(
      / was changed, its mentions were not made: "@sam" fits 2 members/,
    ),
    hint: expect.stringContaining("@ and the e-mail"),
  });
});

test.each([
  [true, "Would change"],
  [false, "Changed"],
])(
  "what a task had already is told beside what it was given, for who undoes it (dry run: %s)",
  async (dry_run, verb) => {
    await using board = await startSmallBoard();
    await board.call(updateTasks, { tasks: ["WEB-2"], status: "done" });

    const answer = await board.call(updateTasks, {
      tasks: ["WEB-1", "WEB-2"],
      status: "done",
      priority: "urgent",
      dry_run,
    });

    expect(answer).toBe(
      [
        `${verb} 2 tasks.`,
        "priority no-priority → urgent: WEB-1, WEB-2",
        "status to-do → done: WEB-1",
        "status already so: WEB-2",
      ].join("\n"),
    );
  },
);
