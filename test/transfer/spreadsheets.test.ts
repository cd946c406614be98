/** CSV as spreadsheets write it. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { allTools } from "../../src/tools/index.ts";
import { startSmallBoard } from "../support/small-board.ts";
import { toolNamed } from "../support/tool-named.ts";
import { type Imported, importedTo } from "./imported.ts";
import { startImporter } from "./importer.ts";

const importTasks = toolNamed(allTools, "import_tasks");

const HEAD = [
  "No",
  "Title",
  "Description",
  "Column",
  "Priority",
  "Owner",
  "Due",
  "Labels",
  "Parent",
];
const ROWS = [
  [
    "1",
    "Zelt kaufen",
    'Groß; für "alle", bitte',
    "In Progress",
    "high",
    "bob",
    "24.12.2026",
    "draußen, neu",
    "",
  ],
  ["2", "Heringe", "Zeile 1\nZeile 2", "Done", "", "", "1.3.27", "", "1"],
  ["3", "Schlafsack", "", "", "low", "Niemand Bekannt", "", "draußen", "1"],
];

function csv(delimiter: string, lineEnd = "\r\n"): string {
  const cell = (text: string) =>
    /["\n;,\t|]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  return [HEAD, ...ROWS].map((row) => row.map(cell).join(delimiter)).join(lineEnd) + lineEnd;
}

/** What Excel for Windows saves as "CSV". */
function windows1252(text: string): Buffer {
  const signs: Record<string, string> = { "€": "\x80", "„": "\x84", "“": "\x93", "–": "\x96" };
  return Buffer.from(
    text.replaceAll(/[€„“–]/g, (sign) => signs[sign] ?? sign),
    "latin1",
  );
}

const DIALECTS: [string, Buffer][] = [
  ["commas", Buffer.from(csv(","))],
  ["semicolons", Buffer.from(csv(";"))],
  ["tabs", Buffer.from(csv("\t", "\n"))],
  ["bars", Buffer.from(csv("|"))],
  ["a byte order mark", Buffer.from(`\uFEFF${csv(";")}`)],
  ["old Macs' line ends", Buffer.from(csv(";", "\r"))],
  ["Windows-1252", windows1252(csv(";"))],
  ["UTF-16, as Excel's Unicode text", Buffer.from(`\uFEFF${csv("\t")}`, "utf16le")],
  ["UTF-16, big end first", Buffer.from(`\uFEFF${csv("\t")}`, "utf16le").swap16()],
  ["empty lines above", Buffer.from(`\r\n;;;\r\n${csv(";")}`)],
  ["two kinds of line ends", Buffer.from(csv(",", "\r\n").replace("\r\n", "\n"))],
];

test("reads a table in each of eleven dialects, and makes the same of it", async () => {
  await using importer = await startImporter();
  const { board, folder, importTasks } = importer;

  const answers: string[] = [];
  for (const [name, bytes] of DIALECTS) {
    await writeFile(join(folder, `${name}.csv`), bytes);
    const dryRun = await importTasks({ file: `${name}.csv`, dry_run: true });
    expect(dryRun, name).toContain("3 of 3 tasks can be made");
    answers.push(await importTasks({ file: `${name}.csv` }));
  }

  const tasks = importedTo(board);
  expect(tasks).toHaveLength(3 * DIALECTS.length);
  for (const [index, [name]] of DIALECTS.entries()) {
    expect(answers[index]?.includes("read as Windows-1252"), name).toBe(name === "Windows-1252");
    expect(answers[index], name).toContain(
      "Niemand Bekannt = none (1 task; no member has that name",
    );
    expect(tasks.slice(3 * index, 3 * index + 3), name).toEqual(MADE);
  }
});

const MADE: Imported[] = [
  {
    title: "Zelt kaufen",
    description: 'Groß; für "alle", bitte',
    status: "in-progress",
    priority: "high",
    who: "bob",
    due: "2026-12-23T23:00:00.000Z",
    start: null,
    labels: ["draußen", "neu"],
    relations: ["parent of Heringe", "parent of Schlafsack"],
  },
  {
    title: "Heringe",
    description: "Zeile 1\nZeile 2",
    status: "done",
    priority: "no-priority",
    who: undefined,
    due: "2027-02-28T23:00:00.000Z",
    start: null,
    labels: [],
    relations: [],
  },
  {
    title: "Schlafsack",
    description: "",
    status: "to-do",
    priority: "low",
    who: undefined,
    due: null,
    start: null,
    labels: ["draußen"],
    relations: [],
  },
];

test("a file of Excel for Windows keeps its quotes, dashes and €", async () => {
  await using importer = await startImporter();
  const { board, folder, importTasks } = importer;
  const table = "Title;Due;Notes\nAngebot „Büro“;4 Dec;5–10 Stück, 249,00 €";
  await writeFile(join(folder, "angebote.csv"), windows1252(table));

  await importTasks({ file: "angebote.csv" });

  const description = "5–10 Stück, 249,00 €";
  expect(importedTo(board)).toMatchObject([
    { title: "Angebot „Büro“", description, due: "2026-12-03T23:00:00.000Z" },
  ]);
});

test("columns in another order, by other words, twice, or by none that anybody knows", async () => {
  await using board = await startSmallBoard();
  const text = [
    "tag,Deadline,whatever,SUMMARY,Tag,Assigned To,body",
    'one,2026-05-01,x,First,two,bob@example.com,"a',
    'b"',
    ",,,Second,three,,",
  ].join("\n");

  const answer = await board.call(importTasks, { project: "WEB", text });

  expect(answer).toContain("Not carried over: whatever.");
  expect(importedTo(board)).toMatchObject([
    { title: "First", labels: ["one", "two"], who: "bob", description: "a\nb" },
    { title: "Second", labels: ["three"] },
  ]);
});

const WRONG = [
  ["", "no title"],
  ["No such day,31.02.2026", "does not exist"],
  ["No such month,1.13.2026", "does not exist"],
  ["No day at all,soonish", "soonish"],
  ["Odd priority,,gigantic", '"gigantic"'],
  ["   ,1.1.2026", "has no title"],
  ["Too many,1.1.2026,high,x,y,z", "has 6 cells, where the header has 3"],
  ["Leap day,29.02.2027", "does not exist"],
  ["Year five,1.1.20266", "1.1.20266"],
  ["Odd priority again,,P9", '"P9"'],
  ["Time too late,2026-01-01 25:00", "2026-01-01 25:00"],
  [",,high,x", "has 4 cells, where the header has 3"],
];

test("twelve wrong lines are named one by one, and the right ones between them are imported", async () => {
  await using importer = await startImporter();
  const { board, importTasks } = importer;
  const lines = WRONG.flatMap(([line = ""], index) => [
    `Right ${index},1.${index + 1}.2026,low`,
    line,
  ]);
  const args = { text: ["title,due,priority", ...lines].join("\n") };

  const dryRun = await importTasks({ ...args, dry_run: true });
  const before = importedTo(board).length;
  const answer = await importTasks(args);

  expect(before).toBe(0);
  expect(dryRun).toContain("12 of 23 tasks can be made");
  expect(answer).toContain(
    "Imported 12 of 23 tasks into Website (WEB), the first WEB-5, the last WEB-16.",
  );
  for (const [index, [line, reason = ""]] of WRONG.entries()) {
    // An empty line is none.
    if (line === "") continue;
    const told = new RegExp(`^line ${2 * index + 3}: .*`, "m");
    expect(told.exec(dryRun)?.[0], line).toContain(reason);
    expect(told.exec(answer)?.[0], line).toContain(reason);
  }
  expect(importedTo(board).map(({ title }) => title)).toEqual(
    WRONG.map((_, index) => `Right ${index}`),
  );
});

test("days that may be two are not guessed; one that can be only one settles the others", async () => {
  await using board = await startSmallBoard();
  const unclear = "title,due\nOne,05/06/2026\nTwo,07/07/2026";
  const hyphened = unclear.replaceAll("/", "-");

  const refused = await board.call(importTasks, { project: "WEB", text: unclear, dry_run: true });
  const alike = await board.call(importTasks, { project: "WEB", text: hyphened, dry_run: true });
  await board.call(importTasks, { project: "WEB", text: unclear, mapping: ["dates = m/d/y"] });
  await board.call(importTasks, { project: "WEB", text: `${unclear}\nThree,25-06-2026` });

  expect(refused).toContain("1 of 2 tasks can be made");
  expect(alike).toBe(refused.replaceAll("05/06/2026", "05-06-2026"));
  expect(refused).toContain('add "dates = d/m/y" or "dates = m/d/y" to mapping');
  const days = importedTo(board).map(({ title, due }) => `${title} ${due?.slice(0, 10)}`);
  expect(days).toEqual([
    "One 2026-05-05",
    "Two 2026-07-06",
    "One 2026-06-04",
    "Two 2026-07-06",
    "Three 2026-06-24",
  ]);
});

test("a mapping says what columns and words mean, and a slip in it is told with what there is", async () => {
  await using board = await startSmallBoard();
  const text = "Ding;Wann;Zustand;Mensch\nEins;2026-01-02;Halbwegs;Max\nZwei;;Ganz;Moritz";
  const mapping = [
    "Ding = title",
    "Wann = due",
    "Zustand = status",
    "status halbwegs = in review",
    "status Ganz = done",
    "Mensch = assignee",
    "assignee Max = bob",
    "assignee moritz = none",
  ];

  const untold = await board.call(importTasks, { project: "WEB", text }).catch(String);
  const slip = await board
    .call(importTasks, { project: "WEB", text, mapping: ["Ding = titel"] })
    .catch(String);
  const nobody = await board
    .call(importTasks, {
      project: "WEB",
      text,
      mapping: [...mapping.slice(0, 6), "assignee Max = zora"],
    })
    .catch(String);
  await board.call(importTasks, { project: "WEB", text, mapping });

  expect(untold).toContain(
    "No column is the title of a task. The columns are: Ding, Wann, Zustand, Mensch.",
  );
  expect(slip).toContain('The mapping "Ding = titel" is not understood.');
  expect(nobody).toContain('No member "zora"');
  expect(importedTo(board)).toMatchObject([
    { title: "Eins", status: "in-review", who: "bob", due: "2026-01-01T23:00:00.000Z" },
    { title: "Zwei", status: "done", who: undefined },
  ]);
});

test.each([
  ['title\n"never closed', "a quote is opened and not closed"],
  ["", "Give either file or text"],
  ["title\n", "no task in it"],
  ['{"tasks": [', "begins like JSON but is not"],
  ['{"people": []}', "holds no list of tasks"],
  ["[1, 2]", "holds no list of tasks"],
])("case %#: what holds no tasks is refused with the reason", async (text, reason) => {
  await using board = await startSmallBoard();

  const failure = await board.call(importTasks, { project: "WEB", text }).catch(String);

  expect(failure).toContain(reason);
  expect(importedTo(board)).toEqual([]);
});
