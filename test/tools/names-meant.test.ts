import { expect, test } from "vitest";
import { z } from "zod";
import { readArguments } from "../../src/tools/arguments.ts";
import { wireSchemaOf } from "../../src/tools/wire-schema.ts";

const input = z.object({
  task: z.string(),
  minutes: z.number().optional(),
  limit: z.int().min(1).max(100).optional(),
  urgency: z.enum(["no-priority", "none"]).optional(),
  status: z.enum(["open", "done"]).optional(),
  labels: z.array(z.string()).min(1).optional(),
  items: z.array(z.object({ title: z.string() })).optional(),
  description: z.string().optional(),
  text: z.string().optional(),
});

function read(args: unknown) {
  return readArguments(args, { input, schema: wireSchemaOf(input) });
}

test.for<[string, unknown, object]>([
  [
    "a list with the quotes of Python",
    { task: "WEB-1", items: "[{'title': 'A'}, {'title': 'B'}]", labels: "['bug', 'ui']" },
    { items: [{ title: "A" }, { title: "B" }], labels: ["bug", "ui"] },
  ],
  ["a list of one where text is expected", { task: ["WEB-1"] }, {}],
  ["an object that names what is meant", { task: { key: "WEB-1" } }, {}],
  [
    "objects that name what is meant in a list",
    { task: "WEB-1", labels: [{ name: "bug" }] },
    { labels: ["bug"] },
  ],
  [
    "a list of titles for one of objects",
    { task: "WEB-1", items: ["A", { title: "B" }] },
    { items: [{ title: "A" }, { title: "B" }] },
  ],
  ["arguments in an object around them", { input: { task: "WEB-1", limit: "5" } }, { limit: 5 }],
  [
    "an object of arguments beside another one",
    { task: "WEB-1", fields: '{"limit":5}' },
    { limit: 5 },
  ],
  [
    "line breaks that were escaped once too often",
    { task: "WEB-1", description: "To buy:\\n- [ ] buns\\n- [ ] beer" },
    { description: "To buy:\n- [ ] buns\n- [ ] beer" },
  ],
  [
    "a backslash that is none of these",
    { task: "WEB-1", description: "In C:\\new\\notes and `a\\n- b`" },
    { description: "In C:\\new\\notes and `a\\n- b`" },
  ],
  ...[
    "Events are separated by \\n\\n",
    'It sends (head + "a\\n\\nb") at once',
    "We split at '\\n\\n', or at \\n - alone",
    "Now in C:\\new\\notes.\\n\\nDone",
    '[{"title":"A","description":"One\\n\\nTwo"}]',
  ].map((text): [string, unknown, object] => [
    `what is written about line breaks: ${text}`,
    { task: "WEB-1", text },
    { text },
  ]),
  [
    "paragraphs that were escaped once too often",
    { task: "WEB-1", text: "One.\\r\\nTwo\\n\\nThree" },
    { text: "One.\nTwo\n\nThree" },
  ],
  ["what is looked for in a text", { task: "WEB-1", text: "null" }, { text: "null" }],
])("reads %s", ([, args, expected]) => {
  expect(read(args)).toEqual({ task: "WEB-1", ...expected });
});

test.for<[string, unknown, string]>([
  [
    "names that other trackers have, with what is likely meant",
    { taskId: "a", tags: ["a"], completed: true, idList: "b" },
    'Unknown argument "tags" (labels?), "completed" (status?), "idList". The arguments are:',
  ],
  [
    "an argument in an object that has others, too",
    { task: "a", fields: { limit: 5, color: "red" } },
    'Unknown argument "fields". The arguments are:',
  ],
  [
    "hours, which are no minutes",
    { task: "a", hours: 1.5 },
    'Unknown argument "hours" (minutes, 60 an hour?).',
  ],
  [
    "an argument in an object that says something of it",
    { task: "a", not: { status: "done" } },
    'Unknown argument "not". The arguments are:',
  ],
  [
    "an argument in an object that is given beside it as well",
    { task: "a", limit: 3, fields: { limit: 5 } },
    'Unknown argument "fields". The arguments are:',
  ],
  ["two texts for one", { task: ["a", "b"] }, '"task" must be one text, not ["a","b"].'],
  [
    "one text for a list of objects, which may be one or several",
    { task: "a", items: "A, B" },
    '"items #1" must be an object with title, not "A, B".',
  ],
  [
    "such a list with an apostrophe in it",
    { task: "a", items: "[{'title': 'O'Neill'}]" },
    '"items #1" must be an object with title, not "[{',
  ],
  ["a choice the other way round", { task: "a", status: "-open" }, '"status" must be one of'],
  [
    "the nothing of a language, which may clear or leave alone",
    { task: "a", status: "None", urgency: "None", labels: ["null"], limit: " undefined " },
    '"status": "None", "urgency": "None", "labels": ["null"], "limit": " undefined " may mean two things.',
  ],
])("refuses %s", ([, args, message]) => {
  expect(() => read(args)).toThrow(message);
});
