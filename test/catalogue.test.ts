import { readdir, readFile } from "node:fs/promises";
import { encode } from "gpt-tokenizer/encoding/o200k_base";
import { expect, test } from "vitest";
import type { WireSchema } from "../src/tools/arguments.ts";
import { allTools } from "../src/tools/index.ts";
import { instructions } from "../src/tools/instructions.ts";
import type { Tool } from "../src/tools/tool.ts";
import { selectTools } from "../src/tools/toolsets.ts";
import { addTask } from "./sandbox/routes/tasks.ts";
import { startSmallBoard } from "./support/small-board.ts";
import { startToolHarness } from "./support/tool-harness.ts";
import { toolNamed } from "./support/tool-named.ts";

const defaultTools = selectTools(allTools, { toolsets: ["default"], isReadOnly: false });

/** What it does to Kaneo, and its arguments; those that may be left out end in "?". */
const DEFAULT: [name: string, effect: "reads" | "writes" | "destroys", args: string][] = [
  ["whoami", "reads", ""],
  ["sign_in", "writes", "wait_seconds?"],
  ["sign_out", "destroys", ""],
  ["list_projects", "reads", "workspace? include_archived?"],
  ["get_project", "reads", "project?"],
  ["create_project", "writes", "name slug? icon? description? workspace?"],
  ["update_project", "destroys", "project name? slug? icon? description? public? archived?"],
  [
    "list_tasks",
    "reads",
    "project? workspace? state? status? priority? assignee? labels? due_before? due_after? text? sort? order? limit? cursor?",
  ],
  ["get_task", "reads", "task include?"],
  ["search", "reads", "query kind? project? workspace? limit?"],
  [
    "create_task",
    "writes",
    "project? title description? status? priority? assignee? due? start? labels? parent?",
  ],
  [
    "update_task",
    "destroys",
    "task title? description? status? priority? assignee? due? start? add_labels? remove_labels? project?",
  ],
  ["delete_task", "destroys", "task confirm_title"],
  ["create_tasks", "writes", "project? tasks dry_run?"],
  [
    "update_tasks",
    "destroys",
    "tasks status? priority? assignee? due? add_labels? remove_labels? dry_run?",
  ],
  ["link_tasks", "writes", "task relation other"],
  ["unlink_tasks", "writes", "task other relation?"],
  ["add_comment", "writes", "task content"],
  ["edit_comment", "destroys", "comment content"],
  ["delete_comment", "destroys", "comment"],
  ["create_label", "writes", "name color? workspace?"],
  ["log_time", "writes", "task minutes? started? ended? note?"],
  ["update_time_entry", "writes", "entry started? ended? note?"],
  ["list_notifications", "reads", "unread_only? limit?"],
  ["mark_notifications_read", "writes", "notifications? all?"],
];
const BOARD = [
  "create_column",
  "update_column",
  "reorder_columns",
  "delete_column",
  "set_workflow_rule",
  "delete_workflow_rule",
  "update_label",
  "delete_label",
  "delete_project",
];
const VERBS = new Set(
  [...DEFAULT.map(([name]) => name), ...BOARD].map((name) => name.split("_")[0]),
);

function argumentsOf({ inputSchema }: Tool): string {
  const required = inputSchema.required ?? [];
  const names = Object.keys(inputSchema.properties ?? {});
  return names.map((name) => (required.includes(name) ? name : `${name}?`)).join(" ");
}

function effectOf({ annotations }: Tool): string {
  if (annotations.readOnlyHint) return "reads";
  return annotations.destructiveHint ? "destroys" : "writes";
}

/** A schema and every schema in it, with the path to each. */
function schemasIn(schema: WireSchema, path: string): [string, WireSchema][] {
  const properties = Object.entries(schema.properties ?? {});
  return [
    [path, schema],
    ...properties.flatMap(([name, property]) => schemasIn(property, `${path}.${name}`)),
    ...(schema.items === undefined ? [] : schemasIn(schema.items, `${path}[]`)),
  ];
}

function listed({ name, title, description, inputSchema, annotations }: Tool) {
  return { name, title, description, inputSchema, annotations };
}

test("the default tools are these 25, in this order, with these arguments", () => {
  const actual = defaultTools.map((tool) => [tool.name, effectOf(tool), argumentsOf(tool)]);

  expect(actual).toEqual(DEFAULT);
});

test("the toolset board adds its nine behind them, and all is everything", () => {
  const withBoard = selectTools(allTools, { toolsets: ["default", "board"], isReadOnly: false });

  expect(withBoard.map(({ name }) => name)).toEqual([...DEFAULT.map(([name]) => name), ...BOARD]);
  expect(selectTools(allTools, { toolsets: ["all"], isReadOnly: false })).toEqual(withBoard);
  expect(allTools).toEqual(withBoard);
});

test("the tools about the session are always there, and read-only mode leaves only reading tools besides", () => {
  const labels = selectTools(allTools, { toolsets: ["labels"], isReadOnly: false });
  const readOnly = selectTools(allTools, { toolsets: ["all"], isReadOnly: true });
  const reading = DEFAULT.filter(([, effect]) => effect === "reads").map(([name]) => name);

  expect(labels.map(({ name }) => name)).toEqual(["whoami", "sign_in", "sign_out", "create_label"]);
  expect(new Set(readOnly.map(({ name }) => name))).toEqual(
    new Set([...reading, "sign_in", "sign_out"]),
  );
});

test("names are snake_case, verb first, at most 24 characters, and unique", () => {
  const names = allTools.map(({ name }) => name);

  for (const name of names) expect(name).toMatch(/^(?=.{1,24}$)[a-z]+(_[a-z]+)*$/);
  expect(new Set(names).size).toBe(names.length);
});

test("every tool states title and all hints, and describes itself and every argument type", () => {
  for (const { name, title, description, annotations } of allTools) {
    expect(title, name).toMatch(/^[A-Z][A-Za-z ]+$/);
    expect(annotations, name).toEqual({
      title,
      readOnlyHint: expect.any(Boolean),
      destructiveHint: expect.any(Boolean),
      idempotentHint: expect.any(Boolean),
      openWorldHint: true,
    });
    expect(annotations.readOnlyHint && annotations.destructiveHint, name).toBe(false);
    expect(description.length, name).toBeGreaterThan(20);
    expect(description.length, name).toBeLessThanOrEqual(2_048);
    expect(description, name).toMatch(/\.$/);
  }
  expect(instructions.length).toBeLessThan(2_048);
});

test("schemas use only what every client understands", () => {
  const allowed = new Set([
    "type",
    "description",
    "enum",
    "default",
    "minimum",
    "maximum",
    "minItems",
    "maxItems",
    "items",
    "properties",
    "required",
  ]);
  for (const tool of allTools) {
    for (const [path, schema] of schemasIn(tool.inputSchema, tool.name)) {
      const others = Object.keys(schema).filter((keyword) => !allowed.has(keyword));
      expect(others, path).toEqual([]);
      expect(["object", "array", "string", "integer", "number", "boolean"], path).toContain(
        schema.type,
      );
      expect(schema.items !== undefined, path).toBe(schema.type === "array");
      if (schema.enum !== undefined) expect(schema.type, path).toBe("string");
      for (const name of Object.keys(schema.properties ?? {}))
        expect(name).toMatch(/^[a-z]+(_[a-z]+)*$/);
    }
    expect(tool.inputSchema.type).toBe("object");
  }
});

test("every tool that a description, an instruction or a hint names exists", async () => {
  const known = new Set(allTools.map(({ name }) => name));
  const others = new Set(
    allTools.flatMap((tool) =>
      schemasIn(tool.inputSchema, "").flatMap(([, { properties = {}, enum: values = [] }]) => [
        ...Object.keys(properties),
        ...values,
      ]),
    ),
  );
  // Kinds of failures, which no person reads.
  others.add("sign_in_required").add("sign_in_failed");
  const folder = new URL("../src/", import.meta.url);
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith(".ts"));

  const unknown: string[] = [];
  for (const file of files) {
    const source = await readFile(new URL(file, folder), "utf8");
    for (const [word] of source.matchAll(/(?<![\w./-])[a-z]+(?:_[a-z]+)+(?!\w)/g)) {
      const looksLikeTool = VERBS.has(word.split("_")[0] ?? "");
      if (looksLikeTool && !known.has(word) && !others.has(word)) unknown.push(`${file}: ${word}`);
    }
  }

  expect(unknown).toEqual([]);
});

test("the default tools stay within the budgets for count, bytes and tokens", () => {
  const wire = JSON.stringify({ tools: defaultTools.map(listed) });
  const read = defaultTools.map(({ name, description, inputSchema }) => ({
    name,
    description,
    inputSchema,
  }));

  expect(defaultTools.length).toBeLessThanOrEqual(25);
  expect(Buffer.byteLength(wire)).toBeLessThanOrEqual(20_000);
  expect(encode(JSON.stringify(read)).length).toBeLessThanOrEqual(4_500);
});

test("30 tasks in a list cost at most 1,300 tokens", async () => {
  await using harness = await startToolHarness({ seed: "contract" });

  const answer = await harness.call(toolNamed(allTools, "list_tasks"), {
    project: "WEB",
    state: "all",
    limit: 30,
  });

  expect(answer.match(/^WEB-\d+ /gm)).toHaveLength(30);
  expect(encode(answer).length).toBeLessThanOrEqual(1_300);
});

test("a task with a description of 200 characters costs at most 220 tokens", async () => {
  await using board = await startSmallBoard();
  const description =
    "People who sign in from the landing page are sent back to it again and again. "
      .repeat(3)
      .slice(0, 200);
  addTask(board.sandbox.data, board.projectId, {
    title: "Fix login redirect loop",
    status: "in-progress",
    priority: "high",
    userId: board.sandbox.people.bob.id,
    startDate: "2026-02-28T23:00:00.000Z",
    dueDate: "2026-03-10T23:00:00.000Z",
    description,
  });

  const answer = await board.call(toolNamed(allTools, "get_task"), { task: "WEB-5" });

  expect(answer).toContain(description.trim());
  expect(encode(answer).length).toBeLessThanOrEqual(220);
});

test("the table of tools in the README is that of the catalogue", async () => {
  const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
  const names = new Set(BOARD);
  const row = ({ name, description }: Tool) => {
    const [sentence = ""] = /^[^.:;]+(?:\.(?=\S)[^.:;]*)*/.exec(description) ?? [];
    return `| \`${name}\` | ${sentence} |`;
  };
  const head = ["| Tool | What it does |", "| --- | --- |"];
  const expected = [
    ...head,
    ...allTools.filter(({ name }) => !names.has(name)).map(row),
    "",
    "With `KANEO_TOOLSETS=default,board` also:",
    "",
    ...head,
    ...allTools.filter(({ name }) => names.has(name)).map(row),
  ].join("\n");

  const actual = /<!-- tools -->\n([\s\S]*?)\n?<!-- \/tools -->/.exec(readme)?.[1]?.trim();

  expect(actual, `Between the markers in README.md should stand:\n\n${expected}\n`).toBe(expected);
});

test("tools/list is what was reviewed last", async () => {
  const listing = JSON.stringify({ tools: allTools.map(listed) }, undefined, 2);

  await expect(`${listing}\n`).toMatchFileSnapshot("__snapshots__/tools-list.json");
});
