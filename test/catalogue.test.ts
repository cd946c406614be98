import { readdir, readFile } from "node:fs/promises";
import { encode } from "gpt-tokenizer/encoding/o200k_base";
import { expect, test } from "vitest";
import { allTools } from "../src/tools/index.ts";
import { instructions, instructionsFor } from "../src/tools/instructions.ts";
import type { Tool } from "../src/tools/tool.ts";
import { isByName, selectTools } from "../src/tools/toolsets.ts";
import type { WireSchema } from "../src/tools/wire-schema.ts";
import { recordedOperations } from "./sandbox/openapi.ts";
import { addTask } from "./sandbox/routes/tasks.ts";
import { startSmallBoard } from "./support/small-board.ts";
import { startToolHarness } from "./support/tool-harness.ts";
import { toolNamed } from "./support/tool-named.ts";

const defaultTools = selectTools(allTools, { toolsets: ["default"], isReadOnly: false });

const VERBS = new Set(allTools.map(({ name }) => name.split("_")[0]));

/** A schema and every schema in it, with the path to each. */
function schemasIn(schema: WireSchema, path: string): [string, WireSchema][] {
  const properties = Object.entries(schema.properties ?? {});
  return [
    [path, schema],
    ...properties.flatMap(([name, property]) => schemasIn(property, `${path}.${name}`)),
    ...(schema.items === undefined ? [] : schemasIn(schema.items, `${path}[]`)),
  ];
}

function listed({ name, title, description, inputSchema, annotations, _meta }: Tool) {
  return { name, title, description, inputSchema, annotations, ...(_meta && { _meta }) };
}

test("a tool that takes a project takes a workspace, but for those whose tasks have one", () => {
  const names = (tool: Tool) => Object.keys(tool.inputSchema.properties ?? {});

  const without = allTools
    .filter((each) => ["project", "from", "to"].some((name) => names(each).includes(name)))
    .filter((each) => !names(each).includes("workspace"));

  expect(without.map(({ name }) => name)).toEqual(["update_task", "update_tasks"]);
});

test("all is every tool, and default all but those of the toolsets that are to be named, in the same order", () => {
  const all = selectTools(allTools, { toolsets: ["all"], isReadOnly: false });

  expect(all).toEqual(allTools);
  expect(defaultTools).toEqual(allTools.filter((tool) => !isByName(tool)));
});

test("the tools about the session are always there, and read-only mode leaves only reading tools besides", () => {
  const named = (tools: readonly Tool[]) => tools.map(({ name }) => name);
  const labels = selectTools(allTools, { toolsets: ["labels"], isReadOnly: false });
  const readOnly = selectTools(allTools, { toolsets: ["all"], isReadOnly: true });
  const session = allTools.filter(({ toolset }) => toolset === "session");
  const ofLabels = allTools.filter(({ toolset }) => toolset === "labels");

  const reading = allTools.filter(({ annotations }) => annotations.readOnlyHint);
  expect(named(session)).toEqual(["whoami", "sign_in", "sign_out"]);
  expect(named(labels)).toEqual(named([...session, ...ofLabels]));
  expect(new Set(named(readOnly))).toEqual(new Set(named([...reading, ...session])));
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
  expect(instructionsFor({ isReadOnly: false })).toBe(instructions);
  expect(instructionsFor({ isReadOnly: true, project: "WEB" }).length).toBeLessThan(2_048);
});

test("nobody is sent to Kaneo's own page to delete a time entry, which Kaneo has no route for", () => {
  const routes = recordedOperations().filter(({ path }) => path.startsWith("/time-entry"));
  const [ofPage = "", ofNobody = ""] = instructions.split(/(?=Kaneo 2\.22 itself cannot )/);

  expect(routes.map(({ method }) => method)).not.toContain("DELETE");
  expect(ofPage).not.toContain("time entries");
  expect(ofNobody).toMatch(/^Kaneo 2\.22 itself cannot delete time entries/);
});

test("no tool that takes a comment along is said to do nothing more when it is called again", () => {
  const takesBoth = ({ comment, status }: WireSchema["properties"] & object) => comment && status;

  const taking = allTools.filter(({ inputSchema }) => takesBoth(inputSchema.properties ?? {}));

  expect(taking.map(({ name }) => name)).toEqual(["update_task", "update_tasks"]);
  for (const { name, annotations } of taking) expect(annotations.idempotentHint, name).toBe(false);
});

test("Claude Code shows the four tools of most days at once, and finds others by more than their names", () => {
  const always = allTools.filter(({ _meta = {} }) => _meta["anthropic/alwaysLoad"] === true);
  const hints = allTools.map(({ _meta = {} }) => _meta["anthropic/searchHint"]);

  expect(always.map(({ name }) => name)).toEqual([
    "list_tasks",
    "get_task",
    "create_task",
    "update_task",
  ]);
  for (const hint of hints.filter((one) => one !== undefined)) {
    expect(hint).toMatch(/^[\w, ]{10,80}$/);
  }
});

test("schemas use only what every client understands", () => {
  const allowed = new Set([
    "type",
    "description",
    "enum",
    "default",
    "minimum",
    "maximum",
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
  for (const kind of ["sign_in_required", "sign_in_failed"]) others.add(kind);
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

  const way =
    "There is no room for more by default; CONTRIBUTING.md says where a tool goes then, or an argument's tokens come from";
  expect(defaultTools.length, way).toBeLessThanOrEqual(29);
  expect(Buffer.byteLength(wire), way).toBeLessThanOrEqual(26_000);
  expect(encode(JSON.stringify(read)).length, way).toBeLessThanOrEqual(4_300);
});

test("30 tasks in a list cost at most 1,300 tokens", async () => {
  await using harness = await startToolHarness();

  const answer = await harness.call(toolNamed(allTools, "list_tasks"), {
    project: "WEB",
    state: "all",
    limit: 30,
  });

  expect(answer.match(/^WEB-\d+ /gm)).toHaveLength(30);
  expect(encode(answer).length).toBeLessThanOrEqual(1_300);
});

test("a task with a description of 200 characters costs at most 160 tokens", async () => {
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
  expect(encode(answer).length).toBeLessThanOrEqual(160);
});

test("tools/list is what was reviewed last", async () => {
  const listing = JSON.stringify({ tools: allTools.map(listed) }, undefined, 2);

  await expect(`${listing}\n`).toMatchFileSnapshot("__snapshots__/tools-list.json");
});
