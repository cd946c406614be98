/** What failed after something was written: that it was is said, and nothing that denies it. */
import { expect, test } from "vitest";
import { renderFailure } from "../../src/text/failure.ts";
import { allTools } from "../../src/tools/index.ts";
import { notifyAbout } from "../sandbox/events.ts";
import { addLabel } from "../sandbox/routes/labels.ts";
import { addProject } from "../sandbox/routes/projects.ts";
import { addTask } from "../sandbox/routes/tasks.ts";
import { addWorkspace, type SmallBoard, startSmallBoard } from "../support/small-board.ts";
import { toolNamed } from "../support/tool-named.ts";

const REFUSED = { kind: "answer", status: 403, body: "Insufficient permissions" } as const;

/** The text of the answer, failed or not. */
async function told(board: SmallBoard, name: string, args: Record<string, unknown>) {
  try {
    return await board.call(toolNamed(allTools, name), args);
  } catch (error) {
    return renderFailure(error);
  }
}

test("a column is created although the board cannot be read afterwards", async () => {
  await using board = await startSmallBoard();
  board.sandbox.fail({ method: "GET", path: /^\/api\/column\//, after: 2 }, REFUSED);

  const place = { project: "WEB", after: "to-do" };
  const answer = await told(board, "create_column", { ...place, name: "QA" });

  expect(answer).toMatch(/^Done\. The columns of WEB could not be read afterwards: /);
  expect(answer).not.toContain("Nothing was changed");
});

test("update_project that could not archive does not advise to change everything again", async () => {
  await using board = await startSmallBoard();
  board.sandbox.fail({ path: /\/archive$/, times: Number.POSITIVE_INFINITY }, REFUSED);

  const answer = await told(board, "update_project", {
    project: "WEB",
    name: "Site",
    archived: true,
  });

  expect(answer).toMatch(
    /^The other changes to WEB are saved; only archived failed: .*\nLook at the project, then call again with archived alone\.$/,
  );
});

test.each([
  ["create_project", { name: "Shop", description: "x" }, /\nIts description: uncertain: /],
  [
    "update_project",
    { project: "WEB", name: "Site", archived: true },
    /^The other changes to WEB are saved\. /,
  ],
])("%s does not call failed what was sent and redirected", async (name, args, expected) => {
  await using board = await startSmallBoard();
  const elsewhere = { kind: "redirect", to: "https://elsewhere.example.net/login" } as const;
  board.sandbox.fail(
    {
      method: "PUT",
      path: /^\/api\/project\/\w+(\/archive)?$/,
      after: name === "create_project" ? 0 : 1,
    },
    elsewhere,
  );

  const answer = await told(board, name, args);

  expect(answer).toMatch(expected);
});

test("update_label says that the tasks have the other label when only the first could not be deleted", async () => {
  await using board = await startSmallBoard();
  const { workspaceId, sandbox } = board;
  const fields = { color: "#ef4444", workspaceId };
  addLabel(sandbox.data, { ...fields, name: "bug", taskId: null });
  addLabel(sandbox.data, { ...fields, name: "bug", taskId: board.taskId(1) });
  addLabel(sandbox.data, { ...fields, name: "defect", taskId: null });
  sandbox.fail({ method: "DELETE" }, REFUSED);

  const answer = await told(board, "update_label", { label: "bug", into: "defect" });

  expect(answer).toMatch(/^Every task that carries bug carries defect too\. .*\nRepeat the call/);
});

test("mark_notifications_read says how many were marked before Kaneo refused", async () => {
  await using board = await startSmallBoard();
  const { data, people } = board.sandbox;
  for (const number of [1, 2, 3, 4, 1]) {
    const task = data.tasks.get(board.taskId(number));
    if (task) notifyAbout(data, task, { userId: people.alice.id, type: "task_created" });
  }
  const ids = [...data.notifications.keys()];
  // Four are asked at once, so that the fifth is asked when at least one is done.
  board.sandbox.fail({ method: "PATCH", after: 4 }, REFUSED);

  const answer = await told(board, "mark_notifications_read", { notifications: ids });

  expect(answer).toMatch(/^At least [1-4] of 5 are marked\. Kaneo refused/);
});

test("a task that starts after it is due is copied with both dates, or without the one that is refused", async () => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;
  const fields = { name: "Operations", slug: "OPS", icon: "Cog", workspaceId: board.workspaceId };
  const ops = addProject(data, fields);
  const dates = { startDate: "2026-03-05T00:00:00.000Z", dueDate: "2026-03-01T00:00:00.000Z" };
  const [one, other] = ["One", "Other"].map((title) =>
    addTask(data, board.projectId, { title, status: "to-do", ...dates }),
  );
  const tasks = [`WEB-${one?.number}`, `WEB-${other?.number}`];
  board.sandbox.fail({ method: "PUT", path: /\/due-date\//, after: 1 }, REFUSED);

  const answer = await told(board, "copy_tasks", { tasks, project: "OPS" });

  const copies = [...data.tasks.values()].filter(({ projectId }) => projectId === ops.id);
  expect(copies).toMatchObject([dates, { ...dates, dueDate: null }]);
  expect(answer).toMatch(/Created, but not all of it:\nOPS-2 .*due date: failed: Kaneo refused/);
});

test("a Kaneo that fails is asked for a few of 49 tasks, not for all of them", async () => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;
  for (let number = 5; number <= 50; number += 1)
    addTask(data, board.projectId, { title: `Task ${number}`, status: "to-do" });
  board.sandbox.fail({ path: /task-relation/, times: 100 }, { kind: "answer", status: 503 });
  const changes = Array.from({ length: 49 }, (_, index) => {
    return { task: `WEB-${index + 2}`, parent: "WEB-1" };
  });

  const call = board.call(toolNamed(allTools, "update_tasks"), { changes });

  await expect(call).rejects.toMatchObject({ kind: "unavailable" });
  const asked = new Set(board.requests().filter((request) => request.includes("relation")));
  expect(asked.size).toBeLessThanOrEqual(16);
});

test("what a role forbids in one workspace is done in another", async () => {
  await using board = await startSmallBoard({ person: "bob" });
  const { data, people } = board.sandbox;
  const workspaceId = addWorkspace(board, "Beta");
  data.members.push({
    id: "bob-in-beta",
    organizationId: workspaceId,
    userId: people.bob.id,
    role: "owner",
  });
  const ops = addProject(data, { name: "Ops", slug: "OPS", icon: "X", workspaceId });
  for (let index = 0; index < 8; index += 1)
    addTask(data, board.projectId, { title: "More", status: "to-do" });
  addTask(data, ops.id, { title: "Allowed", status: "to-do" });
  const tasks = Array.from({ length: 12 }, (_, index) => `WEB-${index + 1}`);

  const answer = await told(board, "update_tasks", { tasks: [...tasks, "OPS-1"], assignee: "me" });

  expect(answer).toContain("Changed 1 of 13 tasks.\nassignee none → Bob Ünïcode 🦊: OPS-1\n");
  expect(answer).toMatch(/WEB-\d+: assignee: not tried/);
});
