import { expect, test } from "vitest";
import { z } from "zod";
import { KaneoMcpError } from "../../src/errors.ts";
import { readArguments } from "../../src/tools/arguments.ts";
import { wireSchemaOf } from "../../src/tools/wire-schema.ts";

const input = z.object({
  task: z.string().trim().min(1, "must not be blank").describe("Key such as WEB-12."),
  limit: z.int().min(1).max(100).default(25),
  hours: z.number().optional(),
  archived: z.boolean().optional(),
  state: z.enum(["open", "done"]).optional(),
  labels: z.array(z.string()).min(1).max(3).optional(),
  urgency: z.enum(["no-priority", "low"]).optional(),
  priorities: z.array(z.enum(["low", "high"])).optional(),
  items: z.array(z.object({ title: z.string(), count: z.int().optional() })).optional(),
});

function read(args: unknown) {
  return readArguments(args, { input, schema: wireSchemaOf(input) });
}

test.for<[string, unknown, object]>([
  ["plain values", { task: "WEB-1", limit: 5 }, { limit: 5 }],
  ["a number as text", { task: "WEB-1", limit: " 5 " }, { limit: 5 }],
  ["a fraction as text", { task: "WEB-1", hours: "1.5" }, { hours: 1.5 }],
  ["booleans as text", { task: "WEB-1", archived: "True" }, { archived: true }],
  ["a boolean as people say it", { task: "WEB-1", archived: "No" }, { archived: false }],
  ["a boolean", { task: "WEB-1", archived: false }, { archived: false }],
  [
    "a choice in another case and between blanks",
    { task: "WEB-1", state: " OPEN " },
    { state: "open" },
  ],
  ["a number where text is expected", { task: 12 }, { task: "12" }],
  ["blanks around text", { task: "  WEB-1 " }, { task: "WEB-1" }],
  ["one text where a list is expected", { task: "WEB-1", labels: "bug" }, { labels: ["bug"] }],
  ["a list as JSON", { task: "WEB-1", labels: '["bug", "ui"]' }, { labels: ["bug", "ui"] }],
  ["a text that only looks like JSON", { task: "WEB-1", labels: "[bug" }, { labels: ["[bug"] }],
  ["numbers in a list of texts", { task: "WEB-1", labels: [1, true] }, { labels: ["1", "true"] }],
  [
    "choices in a list in any case",
    { task: "WEB-1", priorities: ["LOW", "High"] },
    { priorities: ["low", "high"] },
  ],
  [
    "one object where a list is expected",
    { task: "WEB-1", items: { title: "A" } },
    { items: [{ title: "A" }] },
  ],
  [
    "objects as JSON in a list",
    { task: "WEB-1", items: ['{"title":"A","count":"2"}'] },
    { items: [{ title: "A", count: 2 }] },
  ],
  [
    "a list of objects as JSON",
    { task: "WEB-1", items: '[{"title":"A"}]' },
    { items: [{ title: "A" }] },
  ],
  [
    "choices as people write them, and several in one text",
    { task: "WEB-1", urgency: "No Priority", priorities: "High, LOW" },
    { urgency: "no-priority", priorities: ["high", "low"] },
  ],
  [
    "none for the choice that is none",
    { task: "WEB-1", urgency: "none" },
    { urgency: "no-priority" },
  ],
  ["null for what is left out", { task: "WEB-1", state: null, labels: null }, { limit: 25 }],
  [
    "null inside an item",
    { task: "WEB-1", items: [{ title: "A", count: null }] },
    { items: [{ title: "A" }] },
  ],
  ["a choice in the singular or plural", { task: "WEB-1", state: "opens" }, { state: "open" }],
  ["the whole as JSON", '{"task":"WEB-1","limit":"7"}', { limit: 7 }],
])("reads %s", ([, args, expected]) => {
  expect(read(args)).toMatchObject({ task: "WEB-1", ...expected });
  expect(read(args)).not.toHaveProperty("state", null);
});

test.for<[string, unknown, string]>([
  [
    "an unknown name",
    { task: "a", taskId: "b" },
    'Unknown argument "taskId". The arguments are: task, limit, hours, archived, state, labels, urgency, priorities, items.',
  ],
  [
    "several unknown names",
    { task: "a", x: 1, y: null },
    'Unknown argument "x". The arguments are:',
  ],
  [
    "an unknown name in an item",
    { task: "a", items: [{ title: "A" }, { title: "B", titel: "x" }] },
    'Unknown argument "titel" in items #2. The arguments are: title, count.',
  ],
  [
    "a name that objects inherit",
    { task: "a", constructor: "x" },
    'Unknown argument "constructor".',
  ],
  [
    "two names of one argument",
    { taskId: "a", task_key: "b" },
    'Unknown argument "task_key". The arguments are: task,',
  ],
  ["a missing argument, with what it means", {}, '"task" is missing: Key such as WEB-12.'],
  ["a missing argument in an item", { task: "a", items: [{}] }, '"items #1.title" is missing.'],
  ["null for what is needed", { task: null }, '"task" must be text, not null.'],
  ["a blank text", { task: "  " }, '"task" must not be blank.'],
  [
    "text for a number",
    { task: "a", limit: "many" },
    '"limit" must be a whole number from 1 to 100, not "many".',
  ],
  [
    "a fraction for a whole number",
    { task: "a", limit: 2.5 },
    '"limit" must be a whole number from 1 to 100, not 2.5.',
  ],
  [
    "a number that is too large",
    { task: "a", limit: 101 },
    '"limit" must be at most 100, not 101.',
  ],
  ["a number that is too small", { task: "a", limit: "0" }, '"limit" must be at least 1, not 0.'],
  [
    "an unknown choice",
    { task: "a", state: "closed" },
    '"state" must be one of open, done, not "closed".',
  ],
  [
    "an unknown choice in a list",
    { task: "a", priorities: ["low", "hgih"] },
    '"priorities #2" must be one of low, high, not "hgih".',
  ],
  ["an object for text", { task: { not: "WEB-1" } }, '"task" must be text, not {"not":"WEB-1"}.'],
  [
    "too long a list",
    { task: "a", labels: ["1", "2", "3", "4"] },
    '"labels" must have at most 3 items, not 4.',
  ],
  ["a list instead of arguments", [1], "The arguments must be a JSON object."],
  ["a text instead of arguments", "WEB-1", "The arguments must be a JSON object."],
  [
    "a word for a truth",
    { task: "a", archived: "maybe" },
    '"archived" must be true or false, not "maybe".',
  ],
  [
    "a word that JavaScript knows, for a truth",
    { task: "a", archived: "constructor" },
    '"archived" must be true or false, not "constructor".',
  ],
  [
    "two mistakes at once",
    { limit: 0 },
    '"task" is missing: Key such as WEB-12. "limit" must be at least 1, not 0.',
  ],
])("refuses %s", ([, args, message]) => {
  expect(() => read(args)).toThrow(message);
});

test.for([
  ["an empty text", ""],
  ["a blank text", " "],
  ["an empty list", []],
  ["a list of empty texts", ["", null]],
  ["null", null],
] as const)("%s is an argument left out, whatever its type", ([, empty]) => {
  const names = ["limit", "hours", "archived", "state", "labels", "priorities", "items"];

  const args = read({ task: "WEB-1", ...Object.fromEntries(names.map((name) => [name, empty])) });

  expect(args).toEqual({ task: "WEB-1", limit: 25 });
});

test("an empty list that means something is kept", () => {
  const parts = z.object({ include: z.array(z.string()).min(0).optional() });

  expect(readArguments({ include: [] }, { input: parts, schema: wireSchemaOf(parts) })).toEqual({
    include: [],
  });
});

test("a refusal repeats no long input", () => {
  const long = "x".repeat(200_000);
  const wrong = [{ task: "a", state: long }, { task: { [long]: 1 } }, { task: "a", [long]: 1 }];

  for (const args of wrong) {
    let message = "";
    try {
      read(args);
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain("x".repeat(50));
    expect(message.length).toBeLessThan(400);
  }
});

test("a refusal names the first of many problems, and counts the others", () => {
  const wrong = { task: "a", priorities: Array(1_000).fill("x") };

  expect(() => read(wrong)).toThrow(
    /^"priorities #1" must be .*"priorities #20" must be [^#]*\. And 980 more like these\.$/,
  );
});

test("a refusal names the first of many unknown arguments", () => {
  const wrong = Object.fromEntries(Array.from({ length: 900 }, (_, at) => [`x${at}`, 1]));

  expect(() => read({ task: "a", ...wrong })).toThrow(/^Unknown argument "x0", .*"x19"\. The/);
});

test.for<[string, object, string]>([
  ["names", Object.fromEntries(Array.from({ length: 5_000 }, (_, at) => [at, 1])), "argument"],
  ["names in an item", { items: [{ title: "A", ...Array(5_000).fill(1) }] }, "argument"],
  ["items", { labels: Array(5_000).fill(1) }, "item"],
  ["items as JSON", { labels: JSON.stringify(Array(5_000).fill("")) }, "item"],
  ["choices behind commas", { priorities: "low,".repeat(4_999) }, "item"],
])("too many %s are refused before each of them is looked at", ([, many, told]) => {
  expect(() => read({ task: "WEB-1", ...many })).toThrow(
    `More than 1000 ${told}s in one place are too many`,
  );
});

test("arguments left out altogether are none", () => {
  const none = z.object({});

  expect(readArguments(undefined, { input: none, schema: wireSchemaOf(none) })).toEqual({});
});

// Some clients invent an argument where a tool takes none.
test("a tool without arguments ignores arguments", () => {
  const none = z.object({});

  const read = readArguments(
    { random_string: "dummy" },
    { input: none, schema: wireSchemaOf(none) },
  );

  expect(read).toEqual({});
});

test.each(["list", "object"])("a %s nested without end is refused like any other", (kind) => {
  const [open, close] = kind === "list" ? ["[", "]"] : ['{"task":', "}"];
  const deep = JSON.parse(
    open.repeat(200_000) + (kind === "list" ? "" : "1") + close.repeat(200_000),
  );

  for (const name of ["task", "limit", "labels", "state"]) {
    expect(() => read({ task: "WEB-1", [name]: deep })).toThrow(KaneoMcpError);
  }
});

test.each([
  [{}, '"role" is missing: one of member, admin. What they may do.'],
  [{ role: "boss" }, '"role" must be one of member, admin, not "boss". What they may do.'],
])("%j is told what there is to choose from, and what it means", (args, message) => {
  const choosing = z.object({ role: z.enum(["member", "admin"]).describe("What they may do.") });

  const reading = () => readArguments(args, { input: choosing, schema: wireSchemaOf(choosing) });

  expect(reading).toThrow(message);
});
