import { ListPromptsResultSchema } from "@modelcontextprotocol/sdk/types.js";
import { expect, test } from "vitest";
import { prompts, render, toolsOf } from "../../src/prompts/prompts.ts";
import { allTools } from "../../src/tools/index.ts";
import { addRelation } from "../sandbox/routes/relations.ts";
import { eras, type KaneoServer, serveKaneo } from "../support/serve-kaneo.ts";
import { startDue, startSmallBoard } from "../support/small-board.ts";
import { toolNamed } from "../support/tool-named.ts";

const both = eras.map((era) => ({ era }));

async function namesListed(server: KaneoServer): Promise<string[]> {
  const { result } = await server.ask("2026-07-28", "prompts/list");
  return ListPromptsResultSchema.parse(result).prompts.map(({ name }) => name);
}

test.each(both)("lists the prompts with their arguments in $era", async ({ era }) => {
  await using server = await serveKaneo();

  const { result } = await server.ask(era, "prompts/list");

  const listed = ListPromptsResultSchema.parse(result).prompts;
  expect(listed.map(({ name }) => name)).toEqual([
    "standup",
    "triage",
    "plan",
    "weekly_report",
    "break_down",
  ]);
  expect(listed.at(-1)).toEqual({
    name: "break_down",
    title: "Break down a task",
    description: "Split a task into subtasks that one person can finish",
    arguments: [{ name: "task", description: "Key such as WEB-12", required: true }],
  });
});

test.each(both)("gives a prompt with what was given for its arguments in $era", async ({ era }) => {
  await using server = await serveKaneo();

  const { result } = await server.ask(era, "prompts/get", {
    name: "standup",
    arguments: { person: ' bob"\n', project: " " },
  });

  const text = expect.stringMatching(
    /^Write a stand-up for "bob\\"": .*\n- list_activity with person "bob\\"", since "yesterday" \(on a Monday since "friday"\)\n- list_tasks with assignee "bob\\"", state "open", sort "due"\n/s,
  );
  expect(result).toMatchObject({ messages: [{ role: "user", content: { type: "text", text } }] });
});

test("every call that a prompt asks for works as it stands, with and without arguments", async () => {
  await using board = await startSmallBoard();
  const given = { project: "WEB", person: "bob@example.com", since: "monday", task: "WEB-1" };
  const reads = prompts.flatMap(({ name, reads: of }) => [
    ...of(given),
    ...(name === "break_down" ? [] : of({})),
  ]);

  for (const { tool, args } of reads) await board.call(toolNamed(allTools, tool), args);

  expect(reads).toHaveLength(25);
});

test("a weekly report reads what is blocked and what comes next, which it is to tell of", async () => {
  await using board = await startDue("2026-03-20", null, "2026-03-06", "2026-03-30");
  const blocking = { sourceTaskId: board.taskId(1), targetTaskId: board.taskId(2) };
  addRelation(board.sandbox.data, { ...blocking, relationType: "blocks" });
  const report = prompts.find(({ name }) => name === "weekly_report");

  const answers: string[] = [];
  for (const { tool, args } of report?.reads({ project: "WEB" }) ?? [])
    if (tool === "list_tasks") answers.push(await board.call(toolNamed(allTools, tool), args));

  expect(answers.join("\n")).toContain('WEB-2  blocked by WEB-1  "Landing page hero"');
  expect(answers.at(-1)).toMatch(/: 1 task, due .*\nWEB-3 /);
});

test("a prompt names the tool that changes something, short enough to be read", () => {
  for (const prompt of prompts) {
    const text = render(prompt, { project: "WEB" });

    for (const tool of toolsOf(prompt)) expect(text).toContain(tool);
    expect(text.length).toBeLessThan(1_000);
  }
});

test.each([
  [{ toolsets: ["default"], isReadOnly: true }, ["standup", "weekly_report"]],
  [{ toolsets: ["comments"], isReadOnly: false }, []],
])("with %j there are the prompts that need nothing else", async (selection, names) => {
  await using server = await serveKaneo({ selection });

  const listed = await namesListed(server);
  const { error } = await server.ask("2025-11-25", "prompts/get", { name: "plan" });

  expect(listed).toEqual(names);
  const message = `There is no prompt "plan". There are: ${names.join(", ") || "none"}.`;
  expect(error).toMatchObject({ code: -32602, message });
});

test.each([
  [{}, 'no "name"'],
  [{ name: 7 }, 'no "name"'],
  [{ name: "constructor" }, 'no prompt "constructor"'],
  [{ name: "x".repeat(9_999) }, "There are: standup, "],
  [{ name: "break_down" }, '"task" is missing'],
  [{ name: "break_down", arguments: { task: "  " } }, '"task" is missing'],
  [{ name: "break_down", arguments: { task: 1 } }, "must be a string"],
  [{ name: "standup", arguments: { person: "x".repeat(501) } }, "at most 500 characters"],
  [{ name: "standup", arguments: { who: "bob" } }, 'no argument "who", only person, project'],
  [{ name: "standup", arguments: ["bob"] }, '"arguments" must be an object'],
])("says what is wrong with %j", async (params, words) => {
  await using server = await serveKaneo();

  for (const era of eras) {
    const { error } = await server.ask(era, "prompts/get", params);

    expect(error).toMatchObject({ code: -32602, message: expect.stringContaining(words) });
    expect(error?.message.length).toBeLessThan(300);
  }
});
