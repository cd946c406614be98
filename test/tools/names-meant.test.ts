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
  comment: z.string().optional(),
  mode: z.enum(["today", "none"]).describe("Else give days").optional(),
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
  [
    "as left out what says nothing where nothing can be cleared",
    { task: "none", comment: "none", status: "None", limit: " undefined ", description: "none" },
    { task: "none", description: "none" },
  ],
  ["what is looked for in a text", { task: "WEB-1", text: "null" }, { text: "null" }],
])("reads %s", ([, args, expected]) => {
  expect(read(args)).toEqual({ task: "WEB-1", ...expected });
});

test.for<[string, unknown, string]>([
  ["a list of one for one text", { task: ["a"] }, '"task" must be one text, not ["a"].'],
  [
    "an object around arguments",
    { task: "a", fields: { limit: 5 } },
    'Unknown argument "fields". The arguments are:',
  ],
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
  [
    "a choice that there is none of, with what its argument means",
    { task: "a", mode: "tomorrow" },
    '"mode" must be one of today, none, not "tomorrow". Else give days.',
  ],
  ["a choice the other way round", { task: "a", status: "-open" }, '"status" must be one of'],
  [
    "the nothing of a language, which may clear or leave alone",
    { task: "a", description: "None", urgency: "None", labels: ["null"] },
    'description "None", urgency "None", labels ["null"] may mean two things.',
  ],
])("refuses %s", ([, args, message]) => {
  expect(() => read(args)).toThrow(message);
});
