/** Files of some megabytes that would cost gigabytes, or hours. */
import { expect, test } from "vitest";
import { readSource } from "../../src/transfer/read.ts";

const MEGABYTE = 2 ** 20;
const repeated = (text: string, bytes = 4 * MEGABYTE) =>
  text.repeat(Math.floor(bytes / text.length));
const numbered = (make: (index: number) => string, count: number) =>
  Array.from({ length: count }, (_, index) => make(index)).join(",");
const nested = (depth: number) =>
  Array.from({ length: depth }, (_, index) => `${" ".repeat(index)}- a\n`).join("");

test.each<[string, () => string]>([
  ["items of a list", () => repeated("- a\n")],
  ["lines of a table", () => `title\n${repeated("a\n")}`],
  ["rows of a table", () => `title\n${repeated("a\n", 60_000)}`],
  ["lines of prose", () => `- a\n${repeated("x\n")}`],
  ["lists in each other", () => "[".repeat(MEGABYTE)],
  ["fields of other names", () => `[${numbered((at) => `{"title":"a","x":{"${at}":1}}`, 99_000)}]`],
  ["names in a cell", () => `[{"title":"a","labels":"${repeated("a,")}"}]`],
  ["columns of a table", () => repeated("a,")],
  ["columns above short lines", () => `title${",a".repeat(20_000)}\n${"x\n".repeat(9_000)}`],
  ["empty cells", () => `title\n${repeated(";")}`],
  ["objects", () => `[${numbered((index) => `{"title":"${index}"}`, 400_000)}]`],
  ["names of fields", () => `[${numbered((index) => `{"title":"a","${index}":1}`, 9_000)}]`],
  ["labels", () => `[{"title":"a","labels":[${numbered(() => '"a"', 1_500_000)}]}]`],
  [
    "tasks of our own",
    () => `{"format":"kaneo-mcp tasks 1","tasks":[${numbered(() => '{"title":"a"}', 500_000)}]}`,
  ],
  [
    "cards of Trello",
    () =>
      `{"lists":[],"cards":[${numbered(() => '{"id":1,"name":"a","idList":1}', 250_000)}],"checklists":[]}`,
  ],
])("a file with too many %s is refused before they are made", (_, text) => {
  expect(() => readSource(text(), [])).toThrow(
    /^There are (?:more than \d+ (?:tasks|cells|lines|rows)|too many objects, lists and members) in it\. /,
  );
});

test("rows are no longer taken for tasks where there are three times as many as are read", () => {
  const table = (rows: number) => () => readSource(`title\n${"a\n".repeat(rows)}`, []);

  expect(table(29_000)).toThrow("There are more than 10000 tasks in it");
  expect(table(30_000)).toThrow("There are more than 30000 rows in it");
});

test("a first line of megabytes without a separator is refused without a look for its meaning", () => {
  const before = process.cpuUsage();

  expect(() => readSource(repeated("2026-01-01 ", 9 * MEGABYTE), [])).toThrow(
    "There are more than 100000 characters in the first line",
  );

  expect(process.cpuUsage(before).user).toBeLessThan(500_000);
});

test.each([
  ["spaces", " "],
  ["tabs", "\t"],
])("a line that begins with ten million %s is a line like others", (_, blank) => {
  const text = `- a\n${blank.repeat(10 * MEGABYTE - 10)}b`;

  const { rows } = readSource(text, []);

  expect(rows).toMatchObject([{ title: "a", description: "b" }]);
});

test.each(["labels", "blocks", "key"])("two hundred thousand %s are the most", (field) => {
  const names = numbered((at) => `"${at}"`, 200_001);

  expect(() => readSource(`[{"title":"a","${field}":[${names}]}]`, [])).toThrow(
    /^There are more than 200000 keys, labels and relations in it/,
  );
});

test.each([
  ["title", "a "],
  ["due", "do 1 "],
])(
  "a %s of millions of words takes no longer to read than as many words in short ones",
  (field, words) => {
    const processorTime = (length: number, times: number): number => {
      const text = `[{"title":"a","${field}":"${repeated(words, length)}"}]`;
      const before = process.cpuUsage();
      for (let time = 0; time < times; time += 1) expect(readSource(text, []).rows).toHaveLength(1);
      return process.cpuUsage(before).user;
    };

    const inParts = processorTime(MEGABYTE / 4, 36);

    // Were each word looked at once for every other, the whole would take 36 times as long.
    expect(processorTime(9 * MEGABYTE, 1)).toBeLessThan(6 * inParts);
  },
);

test("a list item of blanks alone is none, and is seen to be at once", () => {
  const source = readSource(`- a\n-${repeated(" ")}`, []);

  expect(source.rows.map(({ title }) => title)).toEqual(["a"]);
});

test("an item of blanks and a line's end that is none here is seen to be one at once", () => {
  const source = readSource(`- a\n-${repeated(" ")}b\u2028c`, []);

  expect(source.rows.map(({ title }) => title)).toEqual(["a", "b\u2028c"]);
});

test.each([
  ["behind a box", `- [x] ${repeated(" ")}a\rb`, 2],
  ["as lines below lists in lists", `${nested(1_000)}${repeated("x\n", 1_800_000)}`, 1_001],
])("blanks or lines by the million, %s, are read in one go", (_, text, rows) => {
  expect(readSource(`- a\n${text}`, []).rows).toHaveLength(rows);
});

test.each([
  ["on a line", (text: string) => text, "There are more than 100000 characters in the first line"],
  [
    "over lines",
    (text: string) => `"\n${text}"`,
    "This is not CSV at line 2: a quote is opened and not closed",
  ],
])("a head of millions of characters, %s, is refused before it is taken apart", (_, cell, why) => {
  const text = `title,${cell(repeated("a"))}\nOne,two`;

  expect(() => readSource(text, [])).toThrow(why);
});

test.each(["\n", " ", '"', '""\n', ' "', '"a" '])(
  "a cell of nothing but %j is taken apart at once",
  (sign) => {
    const labels = JSON.stringify(repeated(sign, 990_000));

    const { rows } = readSource(`[{"title":"a","labels":${labels}}]`, []);

    expect(rows).toHaveLength(1);
  },
);

test("a thousand lines of a mapping are looked up among thousands of columns at once", () => {
  const mapping = Array.from({ length: 1_000 }, (_, index) => `label ${index} = x`);

  const { rows } = readSource(`title,${repeated("c,", 90_000)}\nOne`, mapping);

  expect(rows).toHaveLength(1);
});

test("lists in lists without end are no labels", () => {
  const labels = `${"[".repeat(390_000)}"deep"${"]".repeat(390_000)}`;

  const source = readSource(`[{"title":"a","labels":${labels}}]`, []);

  expect(source.rows[0]?.labels).toEqual([]);
});

test("a long checklist of an id that many cards have is that of one", () => {
  const cards = numbered(() => '{"id":7,"name":"a","idList":1}', 9_999);
  const items = numbered(() => '{"name":"x","state":"complete"}', 100_000);
  const board = `{"lists":[],"cards":[${cards}],"checklists":[{"idCard":7,"checkItems":[${items}]}]}`;

  const { rows } = readSource(board, []);

  expect(rows.filter(({ description }) => description !== "")).toHaveLength(1);
});

test("cards and checklists by the thousand are put together in one go", () => {
  const cards = numbered((index) => `{"id":${index},"name":"a","idList":1}`, 9_999);
  const lists = numbered((index) => `{"id":${index},"idCard":${index % 9_999}}`, 100_000);

  const { rows } = readSource(`{"lists":[],"cards":[${cards}],"checklists":[${lists}]}`, []);

  expect(rows).toHaveLength(9_999);
});

test("comments on one task of Todoist by the thousand are put together in one go", () => {
  const notes = repeated("note,a long one that says little,1\n", MEGABYTE);

  const { rows } = readSource(`TYPE,CONTENT,INDENT\ntask,a,1\n${notes}`, []);

  expect(rows).toHaveLength(1);
});

test("words that programs have a meaning for are words like others", () => {
  const card = '{"id":1,"name":"a","idList":1,"labels":[{"name":"b","color":"constructor"}]}';
  const issue = '{"title":"a","number":1,"state":"open","body":"","stateReason":{"toString":1}}';

  const { colors } = readSource(`{"lists":[],"cards":[${card}]}`, []);
  const { rows } = readSource(`[${issue}]`, []);

  expect(colors?.get("b")).toBe("#8590a2");
  expect(rows).toHaveLength(1);
});

test("a quote that is never closed in a cell is a part of its words", () => {
  const { rows } = readSource('[{"title":"a","labels":"\\"half, whole, \\"x, y\\""}]', []);

  expect(rows[0]?.labels).toEqual(['"half', "whole", "x, y"]);
});
