/** Whatever answers in Kaneo's place with 200: a write counts as done only where the answer, or another look, shows it. */
import { expect, test } from "vitest";
import { allTools } from "../../src/tools/index.ts";
import { columnsOf } from "../sandbox/data.ts";
import { addActivity, notifyAbout } from "../sandbox/events.ts";
import { addLabel } from "../sandbox/routes/labels.ts";
import { addTimeEntry } from "../sandbox/routes/time-entries.ts";
import { type SmallBoard, startSmallBoard } from "../support/small-board.ts";
import { toolNamed } from "../support/tool-named.ts";

function call(board: SmallBoard, name: string, args: Record<string, unknown>): Promise<string> {
  return board.call(toolNamed(allTools, name), args);
}

/** The next request of each method is answered so, without being carried out. */
function answer200(board: SmallBoard, body: object, ...methods: string[]): void {
  for (const method of methods) {
    board.sandbox.fail({ method }, { kind: "answer", status: 200, body });
  }
}

function uncertain(message: string) {
  return {
    kind: "outcome_unknown",
    message: `${message}: Kaneo's answer does not show it.`,
    hint: "Look at the present state before repeating it.",
  };
}

test.for<[string, Record<string, unknown>, string]>([
  ["create_column", { name: "QA" }, "The column QA may or may not have been saved: Kaneo's"],
  [
    "update_column",
    { column: "done", color: "red" },
    "The change of the column done may or may not have been saved: Kaneo's",
  ],
  [
    "reorder_columns",
    { columns: ["done", "in-review", "in-progress", "to-do"] },
    "The order may or may not have been saved: Kaneo's",
  ],
  [
    "delete_column",
    { column: "in-review" },
    "The column in-review of WEB may or may not have been deleted: Kaneo's",
  ],
])("%s does not take an answer with the old state for success", async ([name, args, message]) => {
  await using board = await startSmallBoard();
  const [column] = columnsOf(board.sandbox.data, board.projectId);
  for (const method of ["POST", "PUT", "DELETE"]) {
    const body = name === "reorder_columns" ? [column] : (column ?? {});
    board.sandbox.fail({ method }, { kind: "answer", status: 200, body });
  }

  const outcome = call(board, name, { project: "WEB", ...args });

  await expect(outcome).rejects.toMatchObject({
    kind: "outcome_unknown",
    message: expect.stringContaining(message),
  });
});

test("update_column reads the column again when the answer shows the old one, and finds the change", async () => {
  await using board = await startSmallBoard();
  const column = columnsOf(board.sandbox.data, board.projectId).find(({ slug }) => slug === "done");
  const old = { ...column };
  Object.assign(column ?? {}, { color: "red" });
  board.sandbox.fail({ method: "PUT" }, { kind: "answer", status: 200, body: old });

  const answer = await call(board, "update_column", {
    project: "WEB",
    column: "done",
    color: "red",
  });

  expect(answer).toContain("done [final]");
});

test("set_workflow_rule does not take an answer with the old rule for success", async () => {
  await using board = await startSmallBoard();
  const trigger = { project: "WEB", integration: "github", event: "pr_merged" };
  await call(board, "set_workflow_rule", { ...trigger, column: "in-review" });
  const [body = {}] = board.sandbox.data.workflowRules.values();
  board.sandbox.fail({ method: "PUT" }, { kind: "answer", status: 200, body });

  const outcome = call(board, "set_workflow_rule", { ...trigger, column: "done" });

  await expect(outcome).rejects.toMatchObject({
    kind: "outcome_unknown",
    message: expect.stringContaining("The rule for github pr_merged may or may not have been"),
  });
});

test("delete_workflow_rule that was answered with another rule is looked at once more", async () => {
  await using board = await startSmallBoard();
  const trigger = { project: "WEB", integration: "github", event: "pr_merged" };
  await call(board, "set_workflow_rule", { ...trigger, column: "done" });
  const [rule] = board.sandbox.data.workflowRules.values();
  const body = { ...rule, id: "another" };
  board.sandbox.fail({ method: "DELETE" }, { kind: "answer", status: 200, body });

  const outcome = call(board, "delete_workflow_rule", trigger);

  await expect(outcome).rejects.toMatchObject({ kind: "outcome_unknown" });
  expect(board.sandbox.data.workflowRules.size).toBe(1);
});

test("no label tool takes an answer about another label for success", async () => {
  await using board = await startSmallBoard();
  addLabel(board.sandbox.data, {
    name: "Bug",
    color: "#ef4444",
    workspaceId: board.workspaceId,
    taskId: null,
  });
  const body = { id: "other", name: "other", color: "#ffffff", taskId: null };
  for (const method of ["POST", "PUT", "DELETE"]) {
    board.sandbox.fail({ method }, { kind: "answer", status: 200, body });
  }

  const results = await Promise.allSettled([
    call(board, "create_label", { name: "docs" }),
    call(board, "update_label", { label: "bug", color: "red" }),
    call(board, "delete_label", { label: "bug" }),
  ]);

  const uncertain = (message: string) => ({ reason: { kind: "outcome_unknown", message } });
  expect(results).toMatchObject([
    uncertain("The label docs may or may not have been saved: Kaneo's answer does not show it."),
    uncertain("The label Bug may or may not have been saved: Kaneo's answer does not show it."),
    uncertain("The label Bug may or may not have been deleted: Kaneo's answer does not show it."),
  ]);
});

function addComment({ sandbox: { data, people }, taskId }: SmallBoard, content: string) {
  const userId = people.alice.id;
  return addActivity(data, { taskId: taskId(1), userId, type: "comment", content });
}

test("add_comment does not take another comment in the answer for the new one", async () => {
  await using board = await startSmallBoard();
  answer200(board, addComment(board, "Old"), "POST");

  const added = call(board, "add_comment", { task: "WEB-1", content: "New" });

  await expect(added).rejects.toMatchObject(
    uncertain("The comment on WEB-1 may or may not have been saved"),
  );
});

test("edit_comment and delete_comment do not believe an answer that shows something else", async () => {
  await using board = await startSmallBoard();
  const [mine, other] = [addComment(board, "Old"), addComment(board, "Other")];
  const { id } = mine;
  answer200(board, { ...mine }, "PUT");
  answer200(board, other, "DELETE");

  const results = await Promise.allSettled([
    call(board, "edit_comment", { comment: id, content: "New" }),
    call(board, "delete_comment", { comment: id }),
  ]);

  expect(results).toMatchObject([
    { reason: uncertain(`The change of comment ${id} may or may not have been saved`) },
    { reason: uncertain(`Comment ${id} may or may not have been deleted`) },
  ]);
  expect(board.sandbox.data.activities.get(id)?.content).toBe("Old");
});

test("edit_comment that was answered with the old text finds the new one at another look", async () => {
  await using board = await startSmallBoard();
  const comment = addComment(board, "Old");
  answer200(board, { ...comment }, "PUT");
  comment.content = "New";

  const answer = await call(board, "edit_comment", { comment: comment.id, content: "New" });

  expect(answer).toBe(`Changed comment ${comment.id}, "New"`);
});

test("log_time and update_time_entry do not believe an answer with other times", async () => {
  await using board = await startSmallBoard();
  const { data, people } = board.sandbox;
  const entry = addTimeEntry(data, {
    taskId: board.taskId(1),
    userId: people.alice.id,
    description: "Old",
    startTime: "2026-03-02T11:15:00.000Z",
    endTime: null,
  });
  answer200(board, { ...entry }, "POST", "PUT");

  const results = await Promise.allSettled([
    call(board, "log_time", { task: "WEB-1", minutes: 5 }),
    call(board, "update_time_entry", { entry: entry.id, note: "New" }),
  ]);

  expect(results).toMatchObject([
    { reason: uncertain("The time entry may or may not have been saved") },
    { reason: uncertain(`The change of time entry ${entry.id} may or may not have been saved`) },
  ]);
});

test("no project tool believes an answer that shows the old state or another project", async () => {
  await using board = await startSmallBoard();
  const project = { ...board.sandbox.data.projects.get(board.projectId) };
  answer200(board, { ...project, id: "other", slug: "OTHER" }, "POST", "DELETE");
  board.sandbox.fail(
    { method: "PUT", times: 2 },
    { kind: "answer", status: 200, body: { ...project } },
  );

  const results = [
    await call(board, "create_project", { name: "Shop" }).catch((error: unknown) => error),
    await call(board, "update_project", { project: "WEB", description: "New" }).catch(
      (error: unknown) => error,
    ),
    await call(board, "update_project", { project: "WEB", archived: true }).catch(
      (error: unknown) => error,
    ),
    await call(board, "delete_project", { project: "WEB", confirm_slug: "WEB" }).catch(
      (error: unknown) => error,
    ),
  ];

  expect(results).toMatchObject([
    uncertain("The project SHO may or may not have been saved"),
    uncertain("The change of the project WEB may or may not have been saved"),
    uncertain("The project WEB may or may not have been archived"),
    uncertain("The project WEB may or may not have been deleted"),
  ]);
  expect(board.sandbox.data.projects.size).toBe(1);
});

test("create_project says of an uncertain description that it is uncertain, and nothing else", async () => {
  await using board = await startSmallBoard();
  board.sandbox.fail({ method: "PUT" }, { kind: "answer", status: 502, body: "Bad gateway" });

  const answer = await call(board, "create_project", { name: "Shop", description: "x" });

  expect(answer).toMatch(/^Created project SHO {2}"Shop"\nIts description: uncertain: /);
  expect(answer).not.toContain("could not");
});

test("update_project does not say that archiving failed when that is not known", async () => {
  await using board = await startSmallBoard();
  board.sandbox.fail(
    { method: "PUT", path: /\/archive$/ },
    { kind: "answer", status: 502, body: "Bad gateway" },
  );

  const changed = call(board, "update_project", { project: "WEB", name: "Site", archived: true });

  await expect(changed).rejects.toMatchObject({
    kind: "outcome_unknown",
    message: expect.stringMatching(
      /^The other changes to WEB are saved\. (?!only archived failed)/,
    ),
  });
});

test("mark_notifications_read says that some are marked where it is not certain of one", async () => {
  await using board = await startSmallBoard();
  const { data, people } = board.sandbox;
  for (const number of [1, 2]) {
    const task = data.tasks.get(board.taskId(number));
    if (task) notifyAbout(data, task, { userId: people.alice.id, type: "task_created" });
  }
  const [first, second] = [...data.notifications.values()];
  const path = `/api/notification/${second?.id}/read`;
  const body = { ...second };
  board.sandbox.fail({ method: "PATCH", path }, { kind: "answer", status: 200, body });

  const marked = call(board, "mark_notifications_read", {
    notifications: [first?.id, second?.id],
  });

  await expect(marked).rejects.toMatchObject({
    ...uncertain(
      `At least 1 of 2 are marked. Notification ${second?.id} may or may not have been marked as read`,
    ),
    hint: "Call again: marking twice does no harm.",
  });
});

test("mark_notifications_read with all does not believe an answer that denies it", async () => {
  await using board = await startSmallBoard();
  const { data, people } = board.sandbox;
  const task = data.tasks.get(board.taskId(1));
  if (task) notifyAbout(data, task, { userId: people.alice.id, type: "task_created" });
  answer200(board, { success: false }, "PATCH");

  const marked = call(board, "mark_notifications_read", { all: true });

  await expect(marked).rejects.toMatchObject(
    uncertain("All notifications may or may not have been marked as read"),
  );
});
