import { expect, test } from "vitest";
import { exchange, exchangeAll, tool } from "../support/serve-tools.ts";

const callable = ["whoami", "list_tasks", "list_projects", "get_task", "create_task"];
const writing = ["update_task", "update_project", "delete_task"];

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
  ["complete_task", "update_task"],
  ["archiveTask", "update_task"],
  ["close_issue", "update_task"],
  ["add_label_to_task", "update_task"],
  ["add_label", "update_task"],
  ["rename_project", "update_project"],
  ["remove_task", "delete_task, update_task, get_task"],
  ["list_comments", "get_task"],
  ["list_workspaces", "whoami"],
  ["kaneo.create_task", "create_task"],
])("answers %s with what does that, and deletes nothing instead", async (name, meant) => {
  const tools = [...writing, ...callable].map((one) => tool(one));

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

test("a list that is switched off names the tool that has some of it", async () => {
  const call = { method: "tools/call", params: { name: "list_members" } };
  const tools = [tool("whoami"), tool("get_project")];

  const selection = { toolsets: ["default"] as const, isReadOnly: false };
  const [answer] = await exchangeAll(call, tools, { selection });

  const end = /restart the client then\. get_project shows some of it\.$/;
  expect(answer).toMatchObject({ error: { message: expect.stringMatching(end) } });
});
