import { expect, test } from "vitest";
import type { BoardData, BoardWritten } from "../../../src/board/contract.ts";
import { systemClock } from "../../../src/clock.ts";
import { showBoard } from "../../../src/tools/board/show-board.ts";
import { boardWritingTools } from "../../../src/tools/board/view-writes.ts";
import { addLabel } from "../../sandbox/routes/labels.ts";
import { addProject } from "../../sandbox/routes/projects.ts";
import { addTask } from "../../sandbox/routes/tasks.ts";
import { askAsView, dataOf, keysIn } from "../../support/board-view.ts";
import { addWorkspace, startSmallBoard } from "../../support/small-board.ts";
import { toolNamed } from "../../support/tool-named.ts";
import { until } from "../../support/until.ts";

const boardCreate = toolNamed(boardWritingTools, "board_create");

test("shows the board column by column, and tells the view only which project it is", async () => {
  await using board = await startSmallBoard();
  const { sandbox, projectId } = board;
  addTask(sandbox.data, projectId, { title: "Later", status: "planned" });
  for (const column of sandbox.data.columns.values()) {
    if (column.slug === "in-review") column.isFinal = true;
  }

  const { text, structuredContent, _meta } = await board.callView(showBoard, { project: "web" });

  expect(text).toBe(`Website (WEB): 4 tasks
to-do: 4
WEB-1  "Fix login redirect loop"
WEB-2  "Landing page hero"
WEB-3  "Font loading"
WEB-4  "Dark mode"
in-progress: 0
in-review [final]: 0
done: 0
Not on the board: 1 planned, 0 archived`);
  expect(structuredContent).toBeUndefined();
  expect(_meta).toEqual({ projectId, name: "Website", tasks: 4 });
});

test("of two projects with one slug, the workspace says whose board is meant", async () => {
  await using board = await startSmallBoard();
  const workspaceId = addWorkspace(board, "Two");
  addProject(board.sandbox.data, { name: "Other", slug: "WEB", icon: "Globe", workspaceId });

  const text = await board.call(showBoard, { project: "WEB", workspace: "two" });

  expect(text).toContain("Other (WEB): 0 tasks");
});

test("of a board with very many tasks each column shows its first ones and how to get the rest", async () => {
  await using board = await startSmallBoard();
  for (let number = 0; number < 200; number += 1) {
    addTask(board.sandbox.data, board.projectId, { title: `Task ${number}`, status: "done" });
  }

  const text = await board.call(showBoard, { project: "WEB" });

  expect(text.split("\n")).toHaveLength(1 + 5 + 2 + 27 + 1);
  expect(text).toContain("… 175 more: list_tasks of the same project with status done");
});

test("gives the view everything it shows, days as the person has them, late where it is", async () => {
  await using board = await startSmallBoard({ nowMs: Date.parse("2026-03-10T09:00:00Z") });
  const { data, people } = board.sandbox;
  const task = [...data.tasks.values()][0];
  Object.assign(task ?? {}, { dueDate: "2026-03-08T23:00:00.000Z", userId: people.bob.id });

  const shown = await dataOf(board);

  expect(shown).toMatchObject({
    project: { id: board.projectId, slug: "WEB", name: "Website" },
    readOnly: false,
    people: expect.arrayContaining([{ id: people.bob.id, name: people.bob.name }]),
  });
  expect(shown.columns?.map(({ slug }) => slug)).toEqual([
    ...["to-do", "in-progress", "in-review", "done"],
  ]);
  expect(shown.cards?.[0]).toEqual({
    id: board.taskId(1),
    key: "WEB-1",
    number: 1,
    title: "Fix login redirect loop",
    priority: "no-priority",
    column: "to-do",
    position: 1,
    assignee: people.bob.id,
    due: "2026-03-09",
    isLate: true,
    labels: [],
  });
});

test("a card is late from its time of day on, which the view is told without a change of the board", async () => {
  let nowMs = Date.parse("2026-03-10T09:00:00Z");
  await using board = await startSmallBoard({ now: () => nowMs });
  const dues = ["2026-03-10T09:30:00.000Z", "2026-03-09T23:00:00.000Z", "2026-03-10T00:00:00.000Z"];
  for (const [index, dueDate] of dues.entries())
    Object.assign(board.sandbox.data.tasks.get(board.taskId(index + 1)) ?? {}, { dueDate });

  const before = await dataOf(board);
  nowMs += 3_600_000;
  const after = await dataOf(board, before.version);

  const late = [before, after].map(({ cards }) =>
    cards?.flatMap((card) => (card.isLate ? card.key : [])),
  );
  expect(late).toEqual([[], ["WEB-1"]]);
});

test("gives the view nothing that a person cannot see, in whatever field", async () => {
  await using board = await startSmallBoard();
  const { projects, tasks } = board.sandbox.data;
  const hidden = "\u{E0041}\u2065\uFFF0\u202E";
  const project = projects.get(board.projectId);
  Object.assign(project ?? {}, { slug: `WEB${hidden}`, name: `Web${hidden}site` });
  const task = tasks.get(board.taskId(1));
  Object.assign(task ?? {}, { title: `Hid${hidden}den` });
  const label = { name: `bug${hidden}`, color: `red${hidden}`, workspaceId: board.workspaceId };
  addLabel(board.sandbox.data, { ...label, taskId: board.taskId(1) });

  const shown = await board.callView(showBoard, { project: board.projectId });
  const data = await dataOf(board);

  expect(JSON.stringify([shown, data])).not.toMatch(/[\u{E0041}\u2065\uFFF0\u202E]/u);
  expect(data.cards?.[0]).toMatchObject({ title: "Hidden", labels: [{ name: "bug" }] });
});

test("a poll of a board that nobody changed costs Kaneo nothing, and after a change it is read once", async () => {
  await using board = await startSmallBoard();
  const { sandbox, projectId } = board;
  const { version } = await dataOf(board);
  // Kaneo knows that it is listened to a moment before the one who listens.
  while (!(await dataOf(board, version)).isLive) await systemClock.sleep(5);
  sandbox.clearRequests();

  const polls = [await dataOf(board, version), await dataOf(board, version)];
  const spared = board.requests();
  const { bob } = sandbox.people;
  await fetch(`${sandbox.url}/api/task/title/${board.taskId(1)}`, {
    method: "PUT",
    headers: { authorization: `Bearer ${bob.apiKey}`, "content-type": "application/json" },
    body: JSON.stringify({ title: "Renamed" }),
  });
  let changed: BoardData = { version, unchanged: true };
  while (changed.unchanged) {
    await systemClock.sleep(5);
    changed = await dataOf(board, version);
  }
  const boards = board.requests().filter((request) => request.includes(`/tasks/${projectId}`));

  expect(polls).toEqual([
    { version, unchanged: true, isLive: true },
    { version, unchanged: true, isLive: true },
  ]);
  expect(spared).toEqual([]);
  expect(changed.cards?.find(({ key }) => key === "WEB-1")?.title).toBe("Renamed");
  expect(boards).toHaveLength(1);
});

test("where Kaneo does not let it listen, each poll reads the board", async () => {
  await using board = await startSmallBoard();
  board.sandbox.sockets.mode = "absent";
  const { version } = await dataOf(board);
  addTask(board.sandbox.data, board.projectId, { title: "New", status: "to-do" });

  const next = await dataOf(board, version);

  expect(next.isLive).toBe(false);
  expect(keysIn(next, "to-do")).toContain("WEB-5");
});

test("what this server writes itself is on the board at the next poll", async () => {
  await using board = await startSmallBoard();
  const { version } = await dataOf(board);
  await until(() => board.sandbox.sockets.open === 1);

  const { card } = await askAsView<BoardWritten>(board, boardCreate, {
    project_id: board.projectId,
    title: "From the board",
    column: "done",
  });
  const next = await dataOf(board, version);

  expect(card).toMatchObject({ key: "WEB-5", column: "done", title: "From the board" });
  expect(keysIn(next, "done")).toEqual(["WEB-5"]);
});
