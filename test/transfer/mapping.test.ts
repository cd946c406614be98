/** What an import makes of words: the mapping that a dry run proposes, and what somebody says in its place. */
import { expect, test } from "vitest";
import { allTools } from "../../src/tools/index.ts";
import { readSource } from "../../src/transfer/read.ts";
import { startSmallBoard } from "../support/small-board.ts";
import { toolNamed } from "../support/tool-named.ts";
import { importedTo } from "./imported.ts";

const importTasks = toolNamed(allTools, "import_tasks");

test("the mapping that a dry run shows is taken back as it stands, with its remarks", async () => {
  await using board = await startSmallBoard();
  const text = "Summary,Who,State\nOne,Zora,Limbo\nTwo,bob,Done";
  const args = { project: "WEB", text };

  const proposed = await board.call(importTasks, { ...args, dry_run: true });
  const mapping = proposed.split("\n").filter((line) => / = /.test(line));
  const again = await board.call(importTasks, { ...args, mapping, dry_run: true });

  expect(mapping).toEqual([
    "Summary = title",
    "Who = assignee",
    "State = status",
    "status Limbo = to-do (no column is like that)",
    "assignee Zora = none (1 task; no member has that name)",
    "assignee bob = bob@example.com",
  ]);
  expect(again).toContain("2 of 2 tasks can be made");
  expect(again).toContain("status Limbo = to-do\nassignee Zora = none");
});

test("a name that several members have is not told as one that no member has", async () => {
  await using board = await startSmallBoard();
  for (const user of board.sandbox.data.users) user.name = "Kari Nordmann";
  const text = "title,assignee\nOne,Kari Nordmann\nTwo,Zora";

  const shown = await board.call(importTasks, { project: "WEB", text, dry_run: true });
  const mapping = shown.split("\n").filter((line) => / = /.test(line));
  const again = await board.call(importTasks, { project: "WEB", text, mapping, dry_run: true });

  expect(mapping.slice(2)).toEqual([
    "assignee Kari Nordmann = none (1 task; several members have that name)",
    "assignee Zora = none (1 task; no member has that name)",
  ]);
  expect(again).toContain("\nassignee Kari Nordmann = none\nassignee Zora = none\n");
});

test("the lines of a mapping may be given as one text", async () => {
  await using board = await startSmallBoard();
  const mapping = "Was = title\n\nWer = assignee\nNach = blocked by\n";

  await board.call(importTasks, { project: "WEB", text: "Was,Wer,Nach\nEins,bob,", mapping });

  expect(importedTo(board)).toMatchObject([{ title: "Eins", who: "bob" }]);
});

test("a word in the place of a day is given one, or none, by the mapping", async () => {
  await using board = await startSmallBoard();
  const text = "Title,Start,Due\nOne,tbc,ASAP\nTwo,46356,Before Xmas\nThree,,whenever";
  const days = ["start TBC = none", "due asap = 2026-12-01", "due before Xmas = none"];
  const mapping = [...days, "dates = d/m/y"];

  const shown = await board.call(importTasks, { project: "WEB", text, mapping, dry_run: true });
  const answer = await board.call(importTasks, { project: "WEB", text, mapping });
  const slip = { project: "WEB", text, mapping: ["due date = due"] };

  expect(shown).toContain(
    "\nstart tbc = none\ndue asap = 2026-12-01\ndue before xmas = none\ndates = d/m/y\n",
  );
  expect(answer).toContain('line 4: failed: The date "whenever" is not understood.');
  expect(answer).toContain(' Title: "Three"');
  expect(importedTo(board)).toMatchObject([
    { title: "One", start: null, due: "2026-11-30T23:00:00.000Z" },
    { title: "Two", start: "2026-11-29T23:00:00.000Z", due: null },
  ]);
  await expect(board.call(importTasks, slip)).rejects.toThrow('"due date = due" is not understood');
});

test("two words with the same label make one", async () => {
  await using board = await startSmallBoard();
  const text = "title,labels\nOne,defect\nTwo,error";
  const mapping = ["label defect = bug", "label error = Bug"];

  const answer = await board.call(importTasks, { project: "WEB", text, mapping });

  expect(answer).toContain("New labels: bug.");
  expect(importedTo(board).map(({ labels }) => labels)).toEqual([["bug"], ["bug"]]);
});

test("every column that is the description stands in it, by its name where that says more, and each relation once", async () => {
  await using board = await startSmallBoard();
  const text = [
    "Summary,Issue key,Issue id,Parent,Parent key,Description,Remark,Remark",
    "One,K-1,10,,,,First,",
    'Two,K-2,11,10,K-1," Why ",First,"Second\nline"',
  ].join("\n");
  const args = { project: "WEB", text };

  const proposed = await board.call(importTasks, { ...args, dry_run: true });
  const mapping = ["Remark = description"];
  const answer = await board.call(importTasks, { ...args, mapping });

  expect(proposed).toContain(
    'Not carried over: Remark. "<its name> = description" in mapping adds one to the descriptions; keys are kept only so.',
  );
  expect(proposed).toContain('"Two"  (subtask of line 2)');
  expect(answer).not.toContain("Not carried over");
  expect(importedTo(board).map(({ description }) => description)).toEqual([
    "Remark: First",
    " Why \n\nRemark: First\n\nRemark: Second\nline",
  ]);
});

test("a key stays one where it is added to the descriptions, and a column may be several fields", async () => {
  await using board = await startSmallBoard();
  const text = "Issue key,Summary,Assignee,Parent\nK-1,Umbrella,Zoe Elsewhere,\nK-2,Handle,bob,K-1";
  const mapping = ["Issue key = description", "Assignee = assignee", "Assignee = description"];
  const args = { project: "WEB", text };

  const shown = await board.call(importTasks, { ...args, mapping, dry_run: true });
  const given = shown.split("\n").filter((line) => / = /.test(line));
  await board.call(importTasks, { ...args, mapping: given });

  expect(given.slice(0, 5)).toEqual([
    "Issue key = key",
    "Issue key = description",
    "Summary = title",
    "Assignee = assignee",
    "Assignee = description",
  ]);
  expect(importedTo(board)).toMatchObject([
    {
      title: "Umbrella",
      description: "Issue key: K-1\n\nAssignee: Zoe Elsewhere",
      relations: ["parent of Handle"],
    },
    { title: "Handle", description: "Issue key: K-2\n\nAssignee: bob", who: "bob" },
  ]);
});

test("of several lines for a column the last one counts", async () => {
  await using board = await startSmallBoard();
  const mapping = ["Owner = assignee", "Owner = none", "Kind = priority", "Kind = labels"];

  const args = { project: "WEB", text: "Title,Owner,Kind\nOne,bob,x", mapping };
  const answer = await board.call(importTasks, args);

  expect(answer).toContain("Owner = none");
  expect(importedTo(board)).toMatchObject([
    { who: undefined, labels: ["x"], priority: "no-priority" },
  ]);
});

test("JSON: comments may stand in the description, with who wrote them when", async () => {
  await using board = await startSmallBoard();
  const comments = [
    { author: { login: "bob" }, body: "Why?", createdAt: "2026-11-21T08:00:00Z" },
    { user: { login: "eve" }, body: "Because.", created_at: "2026-11-22T08:00:00Z" },
    { author: { login: "" }, body: "So." },
  ];
  const text = JSON.stringify([{ title: "One", body: "Text", comments }]);
  const mapping = ["comments = description"];

  await board.call(importTasks, { project: "WEB", text, mapping });

  const said = ["**bob, 2026-11-21:** Why?", "**eve, 2026-11-22:** Because.", "So."];
  expect(importedTo(board)).toMatchObject([{ description: ["Text", ...said].join("\n\n") }]);
});

test("JSON: the items of a list are whole, and a text is split into several", async () => {
  await using board = await startSmallBoard();
  const tasks = [
    { title: "One", labels: [{ name: "UI, UX" }], assignees: [{ login: "bob@example.com" }] },
    { title: "Two", labels: { nodes: ["first; second", "third"] } },
    { title: "Three", labels: "fourth, fifth" },
  ];

  await board.call(importTasks, { project: "WEB", text: `\n${JSON.stringify(tasks)}` });

  expect(importedTo(board)).toMatchObject([
    { title: "One", labels: ["UI, UX"], who: "bob" },
    { title: "Two", labels: ["first; second", "third"] },
    { title: "Three", labels: ["fifth", "fourth"] },
  ]);
});

test("Kaneo's own export keeps the people of this workspace, whom it names by their ids", async () => {
  await using board = await startSmallBoard();
  const bob = board.sandbox.people.bob.id;
  const about = { description: "", status: "done", priority: "low", startDate: null };
  const dueDate = "2026-12-24T00:00:00.000Z";
  const labels = [{ name: "ours", color: "#112233" }];
  const tasks = [
    { ...about, title: "Paint", userId: bob, dueDate, labels },
    { ...about, title: "Fence", userId: "somebody-who-left", dueDate: null, labels: [] },
  ];
  const project = { name: "Garden", slug: "GAR", exportedAt: "2026-11-01T00:00:00.000Z" };

  const text = JSON.stringify({ project, tasks });
  const answer = await board.call(importTasks, { project: "WEB", text });

  expect(answer).toContain("assignee somebody-who-left = none (1 task; no member has that name");
  expect(importedTo(board)).toMatchObject([
    { title: "Paint", status: "done", who: "bob", due: dueDate, labels: ["ours"] },
    { title: "Fence", who: undefined, due: null },
  ]);
});

test("what is not done yet is not taken for done, nor what is not begun for begun", async () => {
  await using board = await startSmallBoard();
  const states = ["Not done", "Unresolved", "Not started", "Inactive", "Abandoned", "All done"];
  const text = ["title,status", ...states.map((state) => `${state},${state}`)].join("\n");

  await board.call(importTasks, { project: "WEB", text });

  const seen = importedTo(board).map(({ title, status }) => `${title}: ${status}`);
  expect(seen).toEqual([
    ...["Not done: to-do", "Unresolved: to-do", "Not started: to-do", "Inactive: to-do"],
    ...["Abandoned: archived", "All done: done"],
  ]);
});

test.each([
  ['"a|b","c;d"', ["a|b", "c;d"]],
  ['"one\ntwo", three', ["one\ntwo", "three"]],
  ['2" pipe; valve; 3" pipe', ['2" pipe', '3" pipe', "valve"]],
  ["a|b", ["a", "b"]],
  ["[a, b]", ["a", "b"]],
  ["[a]", ["a"]],
  ['"[a]"', ["[a]"]],
])("the labels of the cell %j are %j", async (cell, labels) => {
  await using board = await startSmallBoard();
  const text = `title,labels\nOne,"${cell.replaceAll('"', '""')}"`;

  await board.call(importTasks, { project: "WEB", text });

  expect(importedTo(board)).toMatchObject([{ labels }]);
});

test.each(["1.1.2026 25:00", "31.1.2026 24:00", "1/31/2026 25:05 pm"])(
  "the time of %s is refused, and not made one of another hour",
  async (due) => {
    await using board = await startSmallBoard();

    const call = board.call(importTasks, { project: "WEB", text: `title,due\nOne,${due}` });

    await expect(call).rejects.toThrow("line 2: failed: ");
    expect(importedTo(board)).toEqual([]);
  },
);

test.each([
  ["tasks", { title: "A" }],
  ["cards", { id: 1, name: "A", idList: 2 }],
])("JSON: what its %s have by names that other formats lack is read", (list, fields) => {
  const json = { [list]: [{ ...fields, body: "Why", deadline: "2026-12-24" }] };

  const { rows } = readSource(JSON.stringify(json), []);

  expect(rows).toMatchObject([{ title: "A", description: "Why", due: "2026-12-24" }]);
});

test("rows of a status that is none are left out, as the answer says, and the rest keeps its relations", async () => {
  await using board = await startSmallBoard();
  const text = [
    "Key,Title,Status,Parent",
    ...["A,Roof,Done,", "B,Wall,Doing,A", "C,Door,to do,B", "D,Yard,done,", "E,Gate,None,"],
  ].join("\n");
  const args = { project: "WEB", text, mapping: ["status Done = none"] };

  const shown = await board.call(importTasks, { ...args, dry_run: true });
  const mapping = shown.split("\n").filter((line) => / = /.test(line));
  await board.call(importTasks, { ...args, mapping });

  expect(shown).toContain("3 of 3 tasks can be made");
  expect(shown).toContain("\nstatus done = none (2 left out)\n");
  expect(shown).toContain("Relations to tasks that are not in it: line 3 subtask of A.");
  expect(importedTo(board).map(({ title, relations }) => [title, relations])).toEqual([
    ["Wall", ["parent of Door"]],
    ["Door", []],
    ["Gate", []],
  ]);
});

test("cards that a board has archived are left out where their status is none", async () => {
  await using board = await startSmallBoard();
  const lists = [{ id: "l", name: "To Do" }];
  const cards = [
    { id: "1", name: "Kept", idList: "l", desc: "", closed: false },
    { id: "2", name: "Put away", idList: "l", desc: "", closed: true },
  ];
  const text = JSON.stringify({ lists, cards, members: [] });

  const mapping = ["status archived = none"];
  const answer = await board.call(importTasks, { project: "WEB", text, mapping });

  expect(answer).toContain("\nstatus archived = none (1 left out)");
  expect(importedTo(board).map(({ title }) => title)).toEqual(["Kept"]);
});
