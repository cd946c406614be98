import { expect, test } from "vitest";
import type { BoardCardDetails, BoardWritten } from "../../../src/board/contract.ts";
import { isFailure } from "../../../src/errors.ts";
import { renderFailure } from "../../../src/text/failure.ts";
import { boardReadingTools } from "../../../src/tools/board/view-reads.ts";
import { boardWritingTools } from "../../../src/tools/board/view-writes.ts";
import { addProject } from "../../sandbox/routes/projects.ts";
import type { Sandbox } from "../../sandbox/start-sandbox.ts";
import { askAsView, dataOf, keysIn } from "../../support/board-view.ts";
import { happen } from "../../support/history.ts";
import { startSmallBoard } from "../../support/small-board.ts";
import { toolNamed } from "../../support/tool-named.ts";

const boardCard = toolNamed(boardReadingTools, "board_card");
const boardMove = toolNamed(boardWritingTools, "board_move");
const boardEdit = toolNamed(boardWritingTools, "board_edit");
const boardComment = toolNamed(boardWritingTools, "board_comment");

test("moves a card before another, to the end, and into another column", async () => {
  await using board = await startSmallBoard();
  const move = async (number: number, column: string, before?: number) => {
    const { cards = [] } = await dataOf(board);
    const card = cards.find(({ id }) => id === board.taskId(number));
    return askAsView<BoardWritten>(board, boardMove, {
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

  const failure = await askAsView(board, boardMove, {
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

test("a card that is in another project by now is not moved there", async () => {
  await using board = await startSmallBoard();
  const { data } = board.sandbox;
  const ops = { name: "Ops", slug: "OPS", icon: "X", workspaceId: board.workspaceId };
  const task_id = board.taskId(1);
  const task = data.tasks.get(task_id);
  Object.assign(task ?? {}, { projectId: addProject(data, ops).id });

  const call = askAsView(board, boardMove, {
    task_id,
    column: "done",
    expected_project: board.projectId,
    expected_column: "to-do",
    expected_position: 1,
  });

  await expect(call).rejects.toThrow("OPS-1 is in Ops by now, so it was not moved.");
  expect(task?.status).toBe("to-do");
});

test.for([
  [
    "a card which is elsewhere",
    "to-do",
    ({ data }: Sandbox, id: string) => Object.assign(data.tasks.get(id) ?? {}, { status: "done" }),
  ],
  ["a card which is deleted", "to-do", ({ data }: Sandbox, id: string) => data.tasks.delete(id)],
  ["a card in a column which is deleted", "gone", () => {}],
] as const)("what is dropped before %s by now is not moved", async ([, column, change]) => {
  await using board = await startSmallBoard();
  const { tasks } = board.sandbox.data;
  const before_id = board.taskId(2);
  change(board.sandbox, before_id);

  const failure = await askAsView(board, boardMove, {
    task_id: board.taskId(1),
    column,
    before_id,
    expected_column: "to-do",
    expected_position: 1,
  }).catch((error: unknown) => error);

  expect(isFailure(failure, "conflict") && [failure.message, failure.hint]).toEqual([
    "The place that WEB-1 was to take is gone by now, so it was not moved.",
    "The board shows where it is; move it again from there.",
  ]);
  expect(tasks.get(board.taskId(1))).toMatchObject({ status: "to-do", position: 1 });
});

test("edits a card, and none clears", async () => {
  await using board = await startSmallBoard();
  const { bob } = board.sandbox.people;
  const task_id = board.taskId(2);

  const { card } = await askAsView<BoardWritten>(board, boardEdit, {
    task_id,
    title: "Hero",
    priority: "urgent",
    due: "2026-03-01",
    assignee_id: bob.id,
    description: "New words",
  });
  const cleared = await askAsView<BoardWritten>(board, boardEdit, {
    task_id,
    due: "none",
    assignee_id: "none",
  });

  const about = { title: "Hero", priority: "urgent" };
  expect(card).toMatchObject({ ...about, due: "2026-03-01", assignee: bob.id });
  expect(cleared.card).toMatchObject(about);
  expect(Object.keys(cleared.card)).not.toContain("due");
  expect(board.sandbox.data.tasks.get(task_id)).toMatchObject({
    description: "New words",
    userId: null,
    dueDate: null,
  });
});

test("an open card has its description, comments and relations", async () => {
  await using board = await startSmallBoard();
  const { people } = board.sandbox;
  const task_id = board.taskId(3);
  await askAsView(board, boardEdit, { task_id, description: "<img src=x onerror=alert(1)>" });
  await askAsView(board, boardComment, { task_id, content: "Seen, @bob@example.com" });
  const at = "2026-01-01T10:00:00.000Z";
  const foreign = happen(board, 3, { type: "comment", at, content: "From GitHub" });
  Object.assign(foreign, { externalUserName: "octocat", userId: null });

  const details = await askAsView<BoardCardDetails>(board, boardCard, { task_id });

  expect(details).toMatchObject({
    description: "<img src=x onerror=alert(1)>",
    comments: [
      { author: "octocat", text: "From GitHub" },
      { author: people.alice.name, text: `Seen, @${people.bob.name}` },
    ],
    relations: [],
  });
});

test("takes a text as it was typed: an emptied description is empty, and the word none a word", async () => {
  await using board = await startSmallBoard();
  const task_id = board.taskId(2);
  const saved = async (description: string) => {
    await askAsView(board, boardEdit, { task_id, description });
    return board.sandbox.data.tasks.get(task_id)?.description;
  };

  const texts = [await saved("As it was"), await saved(""), await saved("None"), await saved(" ")];

  expect(texts).toEqual(["As it was", "", "None", " "]);
});

test("a due day before the start is not saved", async () => {
  await using board = await startSmallBoard();
  const task_id = board.taskId(2);
  const task = board.sandbox.data.tasks.get(task_id);
  Object.assign(task ?? {}, { startDate: "2026-03-09T23:00:00.000Z" });

  const failure = await askAsView(board, boardEdit, {
    task_id,
    due: "2026-03-01",
    title: "New",
  }).catch((error: unknown) => error);

  expect(isFailure(failure, "invalid_input") && failure.message).toContain(
    "would start 2026-03-10, after it is due 2026-03-01",
  );
  expect(task).toMatchObject({ title: "Landing page hero", dueDate: null });
});

test("a card that this server moved out of the way of another is moved from where it was seen", async () => {
  await using board = await startSmallBoard();
  for (const task of board.sandbox.data.tasks.values()) task.position = 0;
  const move = (number: number, before: number) =>
    askAsView<BoardWritten>(board, boardMove, {
      task_id: board.taskId(number),
      column: "to-do",
      before_id: board.taskId(before),
      expected_column: "to-do",
      expected_position: 0,
    });

  await move(4, 2);
  const { position } = board.sandbox.data.tasks.get(board.taskId(1)) ?? {};
  await move(1, 3);

  expect(position).not.toBe(0);
  expect(keysIn(await dataOf(board), "to-do")).toEqual(["WEB-4", "WEB-2", "WEB-1", "WEB-3"]);
});

test("a description that somebody else changed meanwhile is not overwritten", async () => {
  await using board = await startSmallBoard();
  const task_id = board.taskId(2);
  const task = board.sandbox.data.tasks.get(task_id);
  const save = (description: string, expected_description: string) =>
    askAsView(board, boardEdit, { task_id, title: "Mine", description, expected_description });
  Object.assign(task ?? {}, { description: "Theirs\r\n" });

  const failure = await save("Mine", "").catch((error: unknown) => error);
  const kept = { ...task };
  await save("Mine", "Theirs\n");

  expect(isFailure(failure, "conflict") && failure.message).toBe(
    "Somebody changed the description of WEB-2 meanwhile, so nothing was saved.",
  );
  expect(kept).toMatchObject({ title: "Landing page hero", description: "Theirs\r\n" });
  expect(task).toMatchObject({ title: "Mine", description: "Mine" });
});

test.for(["Pasted\u200B text", "soft\u00ADly", "\uFEFFfrom a file", "one\rtwo\u2028three", " \n"])(
  "a description is saved over what the view itself saved there, with what nobody sees: %j",
  async (written) => {
    await using board = await startSmallBoard();
    const task_id = board.taskId(2);
    const { description: first = "" } = board.sandbox.data.tasks.get(task_id) ?? {};
    const save = (description: string, expected_description: string | null) =>
      askAsView(board, boardEdit, { task_id, description, expected_description });

    await save(written, first);
    await save("Later", written);

    expect(board.sandbox.data.tasks.get(task_id)?.description).toBe("Later");
  },
);

test.each([
  [boardCard, {}],
  [boardMove, { column: "done", expected_column: "to-do", expected_position: 1 }],
  [boardEdit, { title: "New" }],
  [boardComment, { content: "Hello" }],
])("a person is told in words of the board that a card was deleted (%#)", async (tool, args) => {
  await using board = await startSmallBoard();
  const task_id = board.taskId(1);
  board.sandbox.data.tasks.delete(task_id);

  const failure = await board.callView(tool, { task_id, ...args }).catch(renderFailure);

  expect(failure).toBe(
    "This card was deleted, or is out of sight.\nThe board shows those that are there.",
  );
});
