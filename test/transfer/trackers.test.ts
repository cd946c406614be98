/** What other trackers export: files made by hand, with the fields of real ones. */
import { expect, test } from "vitest";
import { readSource } from "../../src/transfer/read.ts";
import { type Imported, importedTo } from "./imported.ts";
import { startImporter } from "./importer.ts";

/** Imports a file in a dry run and for real. */
async function bringIn(name: string, mapping?: string[]) {
  await using importer = await startImporter();
  const { board, importTasks } = importer;
  await importer.take(new URL(`files/${name}`, import.meta.url));
  const args = { file: name, ...(mapping && { mapping }) };
  const proposed = await importTasks({ ...args, dry_run: true });
  expect(importedTo(board)).toEqual([]);
  const answer = await importTasks(args);
  const labels = [...board.sandbox.data.labels.values()];
  const colors = new Map(labels.map(({ name, color }) => [name, color]));
  return { proposed, answer, tasks: importedTo(board), colors };
}

const blank: Omit<Imported, "title"> = {
  description: "",
  status: "to-do",
  priority: "no-priority",
  who: undefined,
  due: null,
  start: null,
  labels: [],
  relations: [],
};

test("a Trello board: lists become columns that are like them, checklists stay in the text", async () => {
  const { proposed, answer, tasks, colors } = await bringIn("trello.json");

  expect(proposed).toContain("Checked, nothing created: 4 of 4 tasks");
  expect(proposed).toContain("Read as Trello board (JSON).");
  expect(proposed).toContain("Not carried over: attachments, custom fields, votes");
  expect(proposed).toContain("status Doing = in-progress");
  expect(proposed).toContain("assignee Zoe Elsewhere = none (1 task; no member has that name");
  expect(proposed).toContain("New labels: Bug, green_dark.");
  expect(answer).toContain(
    "Imported 4 of 4 tasks into Website (WEB), the first WEB-5, the last WEB-8.",
  );
  expect(tasks).toEqual([
    { ...blank, title: "Write a story", status: "planned" },
    {
      ...blank,
      title: "Fix the header",
      description:
        "It *jumps*.\n\nOn phones.\n\n**Steps**\n\n- [x] first\n- [ ] second\n\n**?, 2026-02-01:** First\n\n**Bob, 2026-02-03:** Second\nline",
      status: "in-progress",
      who: "alice",
      due: "2026-12-24T11:00:00.000Z",
      labels: ["Bug", "green_dark"],
    },
    { ...blank, title: "Launch", status: "done", due: "2026-11-01T11:00:00.000Z" },
    { ...blank, title: "Forgotten", status: "archived" },
  ]);
  expect(colors.get("Bug")).toBe("#f87462");
});

test.each([
  [999, "descriptions. Of"],
  [1_000, "descriptions, but not older ones, which Trello does not export. Of"],
])("of a Trello board with %s actions it is said which comments are in it", (many, said) => {
  const board = { lists: [], cards: [], actions: Array(many).fill({ type: "updateCard" }) };

  const { notes } = readSource(JSON.stringify(board), []);

  expect(notes[0]).toContain(`comments are in the ${said} several`);
});

test("a Planka board, as its API gives it", async () => {
  const { proposed, tasks } = await bringIn("planka.json");

  expect(proposed).toContain("Read as Planka board (JSON).");
  expect(proposed).toContain("assignee ghost = none");
  expect(tasks).toEqual([
    { ...blank, title: "Buy paint" },
    {
      ...blank,
      title: "Paint the fence",
      description: "Two coats\n\n**Tools**\n\n- [x] Brush\n- [ ] Ladder",
      status: "in-review",
      who: "bob",
      due: "2026-05-01T10:00:00.000Z",
      labels: ["outside"],
    },
    { ...blank, title: "Measure", status: "done" },
    { ...blank, title: "Build a pool", status: "archived" },
  ]);
});

test("Jira's CSV: columns twice, its dates, links and parents", async () => {
  const { proposed, answer, tasks } = await bringIn("jira.csv", ["assignee Carla Gone = alice"]);

  expect(proposed).toContain("Read as CSV.");
  expect(proposed).toContain("Due date = due");
  expect(proposed).toContain("Inward issue link (Blocks) = blocked_by");
  expect(proposed).toContain("priority Highest = urgent");
  expect(proposed).toContain(
    "Not carried over: Issue Type, Project key, Assignee Id, Reporter, Created",
  );
  expect(answer).toContain("Relations to tasks that are not in it: line 7 blocks OPS-7.");
  expect(tasks).toEqual([
    {
      ...blank,
      title: "Umbrella",
      description: "h2. Goal\n* one\n* two",
      status: "in-progress",
      priority: "urgent",
      who: "bob",
      relations: ["parent of Pay by card, again"],
    },
    {
      ...blank,
      title: "Pay by card, again",
      description: 'She said "now"',
      priority: "medium",
      due: "2026-12-23T23:00:00.000Z",
      labels: ["payments", "risk"],
    },
    {
      ...blank,
      title: "Rotate keys",
      status: "done",
      priority: "low",
      who: "alice",
      due: "2026-12-01T14:30:00.000Z",
      labels: ["payments"],
      relations: ["blocks Pay by card, again"],
    },
    { ...blank, title: "Not wanted", status: "archived", priority: "high" },
  ]);
});

test("Linear's CSV: parents, blockers and what it cancelled", async () => {
  const { proposed, tasks } = await bringIn("linear.csv");

  expect(proposed).toContain("Read as CSV.");
  expect(proposed).toContain("Parent issue = parent");
  expect(tasks).toEqual([
    {
      ...blank,
      title: "Cache the list",
      description: "- [ ] measure\n- [ ] cut",
      status: "in-progress",
      priority: "urgent",
      who: "bob",
      due: "2026-12-23T23:00:00.000Z",
      labels: ["Backend", "Performance"],
      relations: ["parent of Read less"],
    },
    {
      ...blank,
      title: "Read less",
      status: "done",
      relations: ["blocks Cache the list", "related to Same again"],
    },
    { ...blank, title: "Same again", status: "archived", priority: "low" },
  ]);
});

test("GitHub's issues: pull requests are left out, and what was not planned is put away", async () => {
  const { proposed, answer, tasks, colors } = await bringIn("github.json");

  expect(proposed).toContain("Read as JSON.");
  expect(answer).toContain("Pull requests were left out.");
  expect(tasks).toEqual([
    {
      ...blank,
      title: "Menu stays open",
      description: "Steps:\r\n1. open\r\n2. close",
      who: "bob",
      labels: ["good first issue"],
    },
    { ...blank, title: "Typo", status: "done" },
    {
      ...blank,
      title: "Rewrite it all",
      description: "No.",
      status: "archived",
      labels: ["wontfix"],
    },
  ]);
  expect(colors.get("good first issue")).toBe("#7057ff");
});

test("a Todoist project: what is indented is a subtask, sections that are like columns give the status", async () => {
  const { proposed, answer, tasks } = await bringIn("todoist.csv");

  expect(proposed).toContain("Checked, nothing created: 6 of 6 tasks");
  expect(proposed).toContain("Read as Todoist export (CSV).");
  expect(proposed).toContain("status In Progress = in-progress");
  expect(proposed).toContain(
    "Sections (In Progress, Someday) are statuses where a column has that name, and are otherwise left out.",
  );
  expect(answer).not.toContain("Not carried over");
  expect(tasks).toEqual([
    { ...blank, title: "Ask Anna about the van", description: "Date in Todoist: every day" },
    {
      ...blank,
      title: "Pack things",
      description:
        "The boxes, in the cellar\n\nDeadline in Todoist: 2026-12-31\n\n**Alice Doe:** Mind the lamp",
      status: "in-progress",
      priority: "urgent",
      who: "bob",
      due: "2026-12-23T23:00:00.000Z",
      labels: ["heavy", "home"],
      relations: ["parent of Books", "parent of Plants"],
    },
    {
      ...blank,
      title: "Books",
      status: "in-progress",
      priority: "high",
      due: "2026-12-22T23:00:00.000Z",
      relations: ["parent of Cook books"],
    },
    {
      ...blank,
      title: "Cook books",
      status: "in-progress",
      priority: "medium",
      due: "2026-12-23T23:00:00.000Z",
    },
    {
      ...blank,
      title: "Plants",
      description: "Date in Todoist: every 3 days",
      status: "in-progress",
      due: "2026-12-30T23:00:00.000Z",
    },
    { ...blank, title: "Mail bob@example.com", status: "planned" },
  ]);
});

test("of a Todoist project, comments that stand below no task are said to be left out", () => {
  const { notes } = readSource("TYPE,CONTENT,INDENT\nnote,Mind the gap,\ntask,A,1\nnote,Fine,", []);

  expect(notes).toEqual(["Not carried over: comments on the project."]);
});

test("Jira: comments are by whom the file knows by the id that they have", () => {
  const text = [
    "Summary,Assignee,Assignee Id,Reporter,Reporter Id,Comment,Comment",
    "One,Bob Stone,712020:b1,Eve,712020:e2,17/Nov/26 9:05 AM;712020:e2;Why; now?,",
    "Two,,,Eve,712020:e2,18/nov./26 14:05;712020:b1;So,19/Nov/26 9:05 AM;712020:gone;Hm",
    "Three,,,,,At 9:05; fine,",
  ].join("\n");

  const { rows } = readSource(text, []);

  expect(rows.map(({ description }) => description)).toEqual([
    "**Eve, 17/Nov/26 9:05 AM:** Why; now?",
    "**Bob Stone, 18/nov./26 14:05:** So\n\n**712020:gone, 19/Nov/26 9:05 AM:** Hm",
    "At 9:05; fine",
  ]);
});

test("Jira: a comment is by none of several people in columns of one name but its own", () => {
  const text = [
    "Summary,Watchers,Watchers,Watchers Id,Watchers Id,Comment",
    "One,Ada,Bob,a1,b2,17/Nov/26 9:05 AM;a1;Hm",
    "Two,Bob,,b2,,17/Nov/26 9:06 AM;b2;So",
  ].join("\n");

  const { rows } = readSource(text, []);

  const heads = rows.map(({ description }) => description.slice(0, 9));
  expect(heads).toEqual(["**Ada, 17", "**Bob, 17"]);
});

test("Trello's CSV: what is archived or complete is so, whatever list it stands in", () => {
  const text = [
    "Card ID,Card Name,List Name,Archived,Start Date,Due Complete",
    ...["1,Kept,Doing,false,,false", "2,Away,Doing,true,,false", "3,Paid,Doing,false,,true"],
    ...["4,Both,Doing,true,,true", "5,Other,Doing,No,,0"],
  ].join("\n");

  const { rows } = readSource(text, []);

  expect(rows.map(({ status }) => status)).toEqual([
    "Doing",
    "archived",
    "done",
    "archived",
    "Doing",
  ]);
});
