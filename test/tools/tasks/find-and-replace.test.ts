import { expect, test } from "vitest";
import { changesOf } from "../../../src/kaneo/tasks/changes.ts";
import { findTask } from "../../../src/kaneo/tasks/find.ts";
import { updateTask } from "../../../src/tools/tasks/update-task.ts";
import { updateTasks } from "../../../src/tools/tasks/update-tasks.ts";
import { taskRow } from "../../support/board-rows.ts";
import { startSmallBoard } from "../../support/small-board.ts";

test.each(["", "none"])("what is found goes when it is replaced by %j", async (replace) => {
  await using board = await startSmallBoard();
  taskRow(board, 1).description = "Keep this, not this.";

  await board.call(updateTask, { task: "WEB-1", find: ", not this", replace });

  expect(taskRow(board, 1).description).toBe("Keep this.");
});

test("a place among 400,000 lines that are alike is told at once", async () => {
  await using board = await startSmallBoard();
  const half = "a\n".repeat(200_000);
  taskRow(board, 1).description = `${half}b\n${half}`;

  const answer = await board.call(updateTask, { task: "WEB-1", find: "b", replace: "a" });

  expect(answer).toContain('Changed: description "a\\na');
  expect(taskRow(board, 1).description).toBe(`${half}a\n${half}`);
});

test.for([
  ["a line that goes", "- [ ] a\n- [ ] b\n- [ ] c", "- [ ] b\n", ""],
  ["a part that goes", "Keep this, not this.", ", not this", ""],
  ["what stands there twice then", "- [ ] a\n- [x] a\n\nEnd", "[ ] a", "[x] a"],
  ["all of it", "Only this", "Only this", ""],
] as const)(
  "what update_task shows of %s brings it back",
  async ([, description, find, replace]) => {
    await using board = await startSmallBoard();
    taskRow(board, 1).description = description;

    const answer = await board.call(updateTask, { task: "WEB-1", find, replace });
    const [, old, now] = /description (".*") → (".*")\./.exec(answer) ?? [];
    const [was, is] = [old, now].map((text) => JSON.parse(text ?? ""));
    const undoing = is === "" ? { description: was } : { find: is, replace: was };
    await board.call(updateTask, { task: "WEB-1", ...undoing });

    expect(taskRow(board, 1).description).toBe(description);
  },
);

test("an empty replace is none where nothing is looked for", async () => {
  await using board = await startSmallBoard();

  const text = await board.call(updateTask, { task: "WEB-1", title: "Fresh", replace: "" });
  const alone = board.call(updateTask, { task: "WEB-1", replace: "", find: "" });

  expect(text).toContain("Changed: title");
  await expect(alone).rejects.toThrow("Nothing to change");
});

test("find is looked for in the description as it is when it is replaced", async () => {
  await using board = await startSmallBoard();
  const located = await findTask(board.kaneo, "WEB-1");
  taskRow(board, 1).description = "Theirs, and the old word.";
  const [change] = changesOf({ replacement: { find: "old", replace: "new" } });

  const after = await change?.send(board.kaneo, located);

  expect(after?.task.description).toBe("Theirs, and the new word.");
});

test.each([
  ["from the text of before, so that ours is made in theirs", "- [ ] one\n- [x] two", 2],
  ["from ours, which is in theirs", "- [x] one\n- [x] two", 1],
])("another program saves its own text behind ours: %s", async (_name, theirs, writes) => {
  await using board = await startSmallBoard();
  const row = taskRow(board, 1);
  row.description = "- [ ] one\n- [ ] two";
  const located = await findTask(board.kaneo, "WEB-1");
  const [change] = changesOf({ replacement: { find: "[ ] one", replace: "[x] one" } });
  let pauses = 0;
  const sleep = async () => {
    if (pauses++ === 0) row.description = theirs;
  };

  await change?.send({ ...board.kaneo, sleep }, located);

  expect(row.description).toBe("- [x] one\n- [x] two");
  const sent = board.requests().filter((request) => request.startsWith("PUT"));
  expect(sent).toHaveLength(writes);
});

test.each([
  ["once, with a text that find does not fit", 1, "Wholly new"],
  ["again and again", 9, "- [ ] one"],
])("another program that saves over ours %s is told of", async (_name, times, theirs) => {
  await using board = await startSmallBoard();
  const row = taskRow(board, 1);
  row.description = "- [ ] one";
  const located = await findTask(board.kaneo, "WEB-1");
  const [change] = changesOf({ replacement: { find: "[ ] one", replace: "[x] one" } });
  let pauses = 0;
  const sleep = async () => {
    if (pauses++ < times) row.description = theirs;
  };

  const sent = change?.send({ ...board.kaneo, sleep }, located);

  await expect(sent).rejects.toThrow(/^It was saved, but another program saved .* over it /);
  expect(row.description).toBe(theirs);
});

test("what was saved is told, though nobody can say whether it stays", async () => {
  await using board = await startSmallBoard();
  const row = taskRow(board, 1);
  row.description = "- [ ] one";
  const located = await findTask(board.kaneo, "WEB-1");
  const [change] = changesOf({ replacement: { find: "[ ] one", replace: "[x] one" } });
  const sleep = async () => {
    board.sandbox.fail(
      { path: `/api/task/${row.id}` },
      { kind: "answer", status: 400, body: "No" },
    );
  };

  const after = await change?.send({ ...board.kaneo, sleep }, located);

  expect(after?.task.description).toBe("- [x] one");
});

test.each([
  ["taken out", "", "zero one"],
  ["shortened", " t", "zero one t"],
])(
  "what was %s and is in another program's text again goes from that",
  async (_name, replace, then) => {
    await using board = await startSmallBoard();
    const row = taskRow(board, 1);
    row.description = "one two";
    const located = await findTask(board.kaneo, "WEB-1");
    const [change] = changesOf({ replacement: { find: " two", replace } });
    let pauses = 0;
    const sleep = async () => {
      if (pauses++ === 0) row.description = "zero one two";
    };

    await change?.send({ ...board.kaneo, sleep }, located);

    expect(row.description).toBe(then);
  },
);

test("of several tasks, every place of titles and descriptions is replaced, and nothing else", async () => {
  await using board = await startSmallBoard();
  const [first, second, third] = [taskRow(board, 1), taskRow(board, 2), taskRow(board, 3)];
  Object.assign(first, { title: "Move a.de", description: "a.de and https://a.de/x, not A.de" });
  Object.assign(second, { title: "Other", description: "$1 at a.de" });
  const [before] = [{ ...third }];
  const args = { tasks: ["WEB-1", "WEB-2", "WEB-3"], find: "a.de", replace: "$&b.eu" };

  const shown = await board.call(updateTasks, { ...args, dry_run: true });
  const titleThen = first.title;
  const answer = await board.call(updateTasks, args);

  expect(titleThen).toBe("Move a.de");
  expect(shown).toMatch(/^Would change 2 of 3 tasks\./);
  expect([first.title, first.description]).toEqual([
    "Move $&b.eu",
    "$&b.eu and https://$&b.eu/x, not A.de",
  ]);
  expect([second.title, second.description]).toEqual(["Other", "$1 at $&b.eu"]);
  expect(third).toEqual(before);
  expect(answer).toContain('description "a.de" → "$&b.eu": WEB-1, WEB-2\n');
  expect(answer).toContain("- WEB-3: there is nothing to replace in its title or description");
});

test("a task without what is to be replaced is told to be left with what came along", async () => {
  await using board = await startSmallBoard();
  Object.assign(taskRow(board, 1), { description: "- [ ] Cake" });
  const tasks = ["WEB-1", "WEB-2"];
  const args = { tasks, find: "[ ]", replace: "[x]", status: "done", assignee: "bob" };

  const answer = await board.call(updateTasks, args);

  expect(taskRow(board, 2)).toMatchObject({ status: "to-do", userId: null });
  expect(answer).toMatch(
    /\n- WEB-2: there is nothing to replace in its title or description; status, assignee not changed either$/,
  );
});

test("of several tasks, one that would lose its title is left as it is", async () => {
  await using board = await startSmallBoard();
  const [first, second] = [taskRow(board, 1), taskRow(board, 2)];
  Object.assign(first, { title: "Draft ", description: "Draft of it" });
  second.title = "Draft plan";
  const args = { tasks: ["WEB-1", "WEB-2"], find: "Draft", replace: "none" };

  const answer = await board.call(updateTasks, args);

  expect([first.title, second.title]).toEqual(["Draft ", " plan"]);
  expect(answer).toContain("- WEB-1: nothing would be left of its title");
});

test("of a title, replacements that are made at the same time are all made", async () => {
  await using board = await startSmallBoard();
  const row = Object.assign(taskRow(board, 1), { title: "one two" });
  const replaced = (find: string, replace: string) =>
    board.call(updateTasks, { tasks: ["WEB-1"], find, replace });

  await Promise.all([replaced("one", "1"), replaced("two", "2")]);

  expect(row.title).toBe("1 2");
});

test("of several tasks, find alone is refused, and what clients fill is left out", async () => {
  await using board = await startSmallBoard();
  const tasks = ["WEB-1", "WEB-2"];
  const changes = [{ task: "WEB-1", title: "Fresh" }];

  const alone = board.call(updateTasks, { tasks, find: "redirect" });
  await expect(alone).rejects.toThrow("Give find and replace together");
  const text = await board.call(updateTasks, { changes, find: "", replace: "" });

  expect(text).toContain("Changed 1 task.");
});

test.for([
  ["root cause: unknown", '"Root cause:\\n unknown"'],
  ["(ROOT CAUSE:", '"(Root cause:"'],
  ["root cause: known", undefined],
] as const)("what has the words of find in another way is shown: %s", async ([find, shown]) => {
  await using board = await startSmallBoard();
  taskRow(board, 1).description = "Summary (Root cause:\n unknown) and more";

  const call = board.call(updateTask, { task: "WEB-1", find, replace: "x" });

  const like = `It has ${shown}: give find exactly so, if that is meant.`;
  const hint = shown === undefined ? expect.stringMatching(/^get_task shows/) : like;
  await expect(call).rejects.toMatchObject({ kind: "invalid_input", hint });
});
