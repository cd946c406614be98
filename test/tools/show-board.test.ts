import { expect, test } from "vitest";
import type { BoardCardDetails, BoardData, BoardWritten } from "../../src/board/contract.ts";
import { systemClock } from "../../src/clock.ts";
import { isFailure } from "../../src/errors.ts";
import { boardReadingTools } from "../../src/tools/board-read.ts";
import { boardWritingTools } from "../../src/tools/board-write.ts";
import { showBoard } from "../../src/tools/show-board.ts";
import { until } from "../http/servers.ts";
import { addLabel } from "../sandbox/routes/labels.ts";
import { addProject } from "../sandbox/routes/projects.ts";
import { addTask } from "../sandbox/routes/tasks.ts";
import { addWorkspace, type SmallBoard, startSmallBoard } from "../support/small-board.ts";

const [boardData, boardCard] = boardReadingTools;
const [boardMove, boardEdit, boardCreate, boardComment] = boardWritingTools;

/** Calls a tool of the view and gives its data. */
async function ask<T>(
  board: SmallBoard,
  tool: (typeof boardReadingTools)[number] | undefined,
  args: Record<string, unknown>,
): Promise<T> {
  if (!tool) throw new Error("There is no such tool.");
  const { structuredContent } = await board.callView(tool, args);
  // The contract's type, which the tools promise.
  return structuredContent as T;
}

function dataOf(board: SmallBoard, since?: string): Promise<BoardData> {
  return ask(board, boardData, { project_id: board.projectId, ...(since && { since }) });
}

/** The keys of a column from top to bottom. */
function keysIn({ cards = [] }: BoardData, column: string): string[] {
  return cards
    .filter((card) => card.column === column)
    .sort((one, other) => one.position - other.position || one.number - other.number)
    .map(({ key }) => key);
}

test("shows the board column by column, and tells the view only which project it is", async () => {
  await using board = await startSmallBoard();
  const { sandbox, projectId } = board;
  addTask(sandbox.data, projectId, { title: "Later", status: "planned" });

  const { text, structuredContent, _meta } = await board.callView(showBoard, { project: "web" });

  expect(text).toBe(`Website (WEB): 4 tasks
to-do: 4
WEB-1  "Fix login redirect loop"
WEB-2  "Landing page hero"
WEB-3  "Font loading"
WEB-4  "Dark mode"
in-progress: 0
in-review: 0
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
  expect(text).toContain("… 175 more: list_tasks with project WEB, status done");
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

  const { card } = await ask<BoardWritten>(board, boardCreate, {
    project_id: board.projectId,
    title: "From the board",
    column: "done",
  });
  const next = await dataOf(board, version);

  expect(card).toMatchObject({ key: "WEB-5", column: "done", title: "From the board" });
  expect(keysIn(next, "done")).toEqual(["WEB-5"]);
});

test("moves a card before another, to the end, and into another column", async () => {
  await using board = await startSmallBoard();
  const move = async (number: number, column: string, before?: number) => {
    const { cards = [] } = await dataOf(board);
    const card = cards.find(({ id }) => id === board.taskId(number));
    return ask<BoardWritten>(board, boardMove, {
      task_id: board.taskId(number),
      column,
      ...(before !== undefined && { before_id: board.taskId(before) }),
      expected_column: card?.column,
      expected_position: card?.position,
    });
  };

  await move(4, "to-do", 2);
  const within = keysIn(await dataOf(board), "to-do");
  await move(1, "to-do");
  const toEnd = keysIn(await dataOf(board), "to-do");
  await move(2, "done");
  const { card } = await move(3, "done", 2);
  const across = await dataOf(board);

  expect(within).toEqual(["WEB-1", "WEB-4", "WEB-2", "WEB-3"]);
  expect(toEnd).toEqual(["WEB-4", "WEB-2", "WEB-3", "WEB-1"]);
  expect(keysIn(across, "done")).toEqual(["WEB-3", "WEB-2"]);
  expect(card.column).toBe("done");
});

test.for([
  ["in in-review", { status: "in-review" }],
  ["elsewhere in its column", { position: 7 }],
] as const)("a card that is %s by now is not moved", async ([where, by]) => {
  await using board = await startSmallBoard();
  const task = board.sandbox.data.tasks.get(board.taskId(1));
  Object.assign(task ?? {}, by);

  const failure = await ask(board, boardMove, {
    task_id: board.taskId(1),
    column: "done",
    expected_column: "to-do",
    expected_position: 1,
  }).catch((error: unknown) => error);

  expect(isFailure(failure, "conflict") && failure.message).toBe(
    `WEB-1 is ${where} by now, so it was not moved.`,
  );
  expect(task).toMatchObject(by);
});

test("edits a card, and none clears", async () => {
  await using board = await startSmallBoard();
  const { bob } = board.sandbox.people;
  const task_id = board.taskId(2);

  const { card } = await ask<BoardWritten>(board, boardEdit, {
    ...{ task_id, title: "Hero", priority: "urgent", due: "2026-03-01" },
    ...{ assignee_id: bob.id, description: "New words" },
  });
  const cleared = await ask<BoardWritten>(board, boardEdit, {
    ...{ task_id, due: "none", assignee_id: "none" },
  });

  const about = { title: "Hero", priority: "urgent" };
  expect(card).toMatchObject({ ...about, due: "2026-03-01", assignee: bob.id });
  expect(cleared.card).toMatchObject(about);
  expect(Object.keys(cleared.card)).not.toContain("due");
  expect(board.sandbox.data.tasks.get(task_id)).toMatchObject({
    ...{ description: "New words", userId: null, dueDate: null },
  });
});

test("an open card has its description, comments and relations", async () => {
  await using board = await startSmallBoard();
  const { people } = board.sandbox;
  const task_id = board.taskId(3);
  await ask(board, boardEdit, { task_id, description: "<img src=x onerror=alert(1)>" });
  await ask(board, boardComment, { task_id, content: "Seen, @bob@example.com" });

  const details = await ask<BoardCardDetails>(board, boardCard, { task_id });

  expect(details).toMatchObject({
    id: task_id,
    description: "<img src=x onerror=alert(1)>",
    comments: [{ author: people.alice.name, text: `Seen, @${people.bob.name}` }],
    relations: [],
  });
});
