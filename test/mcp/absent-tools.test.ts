import { expect, test } from "vitest";
import { exchange, exchangeAll, tool } from "../support/serve-tools.ts";

const callable = ["whoami", "list_tasks", "list_projects", "get_task", "create_task"];

test.each([
  ["listTasks", "Did you mean list_tasks? tools/list names all."],
  ["mcp__kaneo__get_task", "Did you mean get_task? tools/list names all."],
  ["task", "Did you mean list_tasks, get_task, create_task? tools/list names all."],
  ["frobnicate", "tools/list names all."],
  ["constructor", "tools/list names all."],
])("answers %s with names that are like it (MCP 2025-11-25, Tools)", async (name, end) => {
  const tools = callable.map((one) => tool(one));

  const answer = await exchange(tools, { method: "tools/call", params: { name } });

  const message = `Unknown tool "${name}". ${end}`;
  expect(answer).toMatchObject({ error: { code: -32602, message } });
});

test.each([
  ["kill_task", "list_tasks, get_task"],
  ["remove_task", "create_task, delete_task, get_task"],
])("answers %s with what deletes only where that is asked for", async (name, meant) => {
  const tools = [...callable, "delete_task"].map((one) => tool(one));

  const answer = await exchange(tools, { method: "tools/call", params: { name } });

  const message = `Unknown tool "${name}". Did you mean ${meant}? tools/list names all.`;
  expect(answer).toMatchObject({ error: { code: -32602, message } });
});

const isReadOnly = "KANEO_READ_ONLY leaves out what changes something.";

test.each([
  [
    "create_column",
    { toolsets: ["default"], isReadOnly: false },
    "KANEO_TOOLSETS=default,board would have it.",
  ],
  ["create_task", { toolsets: ["default"], isReadOnly: true }, isReadOnly],
  [
    "create_column",
    { toolsets: ["tasks"], isReadOnly: true },
    `KANEO_TOOLSETS=tasks,board would have it. ${isReadOnly}`,
  ],
])("a call of %s with %j says what switches it on", async (name, selection, why) => {
  const call = { method: "tools/call", params: { name } };

  const [answer] = await exchangeAll(call, [tool("whoami")], { selection });

  const restart = "That is set where the client starts this server; restart the client then.";
  const message = `Unknown tool: ${name} is switched off here. ${why} ${restart}`;
  expect(answer).toMatchObject({ error: { code: -32602, message } });
});
