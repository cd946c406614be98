import { expect, test } from "vitest";
import type { BoardCard } from "../src/board/contract.ts";
import { startSandbox } from "./sandbox/start-sandbox.ts";
import { type ServerProcess, spawnServer } from "./support/spawn-server.ts";

const extensions = {
  "io.modelcontextprotocol/ui": { mimeTypes: ["text/html;profile=mcp-app"] },
};

/** The built server for a host that shows views, in the era before 2026-07-28. */
async function serve(env: Record<string, string>) {
  const server = await spawnServer({ env });
  const clientInfo = { name: "host", version: "1" };
  const params = { protocolVersion: "2025-11-25", capabilities: { extensions }, clientInfo };
  server.send({ id: "init", method: "initialize", params });
  await server.answerTo("init");
  server.send({ method: "notifications/initialized" });
  return server;
}

let requests = 0;

interface Answer {
  error: { message: string } | undefined;
  tools?: { name: string; _meta?: Record<string, unknown> }[];
  contents?: object[];
  structuredContent?: { cards?: BoardCard[] };
  _meta?: { projectId?: string; signIn?: object };
}

async function ask(server: ServerProcess, method: string, params: object = {}): Promise<Answer> {
  requests += 1;
  const id = `ask-${requests}`;
  server.send({ id, method, params });
  const { result, error } = await server.answerTo(id);
  // What the tests look at is there, or they fail.
  return { error, ...(result as Omit<Answer, "error">) };
}

function call(server: ServerProcess, name: string, args: object) {
  return ask(server, "tools/call", { name, arguments: args });
}

test.concurrent("a host that shows views gets the view, its data, and what it changes", async () => {
  await using sandbox = await startSandbox({ seed: "demo" });
  const env = { KANEO_API_URL: sandbox.url, KANEO_API_KEY: sandbox.people.alice.apiKey };
  await using server = await serve(env);

  const { tools } = await ask(server, "tools/list");
  const board = tools?.find(({ name }) => name === "show_board");
  const uri = board?._meta?.["ui/resourceUri"];
  const { contents } = await ask(server, "resources/read", { uri });
  const shown = await call(server, "show_board", { project: "WEB" });
  const project_id = shown._meta?.projectId;
  const before = await call(server, "board_data", { project_id });
  const [card] = before.structuredContent?.cards ?? [];
  const id = card?.id ?? "";
  const place = {
    task_id: id,
    column: "done",
    expected_column: card?.column,
    expected_position: card?.position,
  };
  const moved = await call(server, "board_move", place);
  const again = await call(server, "board_move", place);

  expect(contents?.[0]).toMatchObject({ uri, text: expect.stringContaining("<script>") });
  expect(shown).not.toHaveProperty("structuredContent");
  expect(moved.structuredContent).toMatchObject({ card: { id, column: "done" } });
  expect(sandbox.data.tasks.get(id)?.status).toBe("done");
  expect(again).toMatchObject({ isError: true });
});

test.concurrent("in read-only mode the view has what it reads, is told so, and cannot change anything", async () => {
  await using sandbox = await startSandbox({ seed: "demo" });
  const key = { KANEO_API_URL: sandbox.url, KANEO_API_KEY: sandbox.people.alice.apiKey };
  await using server = await serve({ ...key, KANEO_READ_ONLY: "1" });

  const { tools } = await ask(server, "tools/list");
  const shown = await call(server, "show_board", { project: "WEB" });
  const data = await call(server, "board_data", { project_id: shown._meta?.projectId });
  const { error } = await call(server, "board_create", {});

  const names = tools?.map(({ name }) => name).filter((name) => name.startsWith("board_"));
  expect(names).toEqual(["board_data", "board_card"]);
  expect(data.structuredContent).toMatchObject({ readOnly: true });
  expect(error?.message).toContain('Unknown tool "board_create"');
});

test.concurrent("signed out, the view is told where the person signs in, which is no error", async () => {
  await using sandbox = await startSandbox({ seed: "demo" });
  await using server = await serve({ KANEO_API_URL: sandbox.url });

  const answers = [
    await call(server, "show_board", { project: "WEB" }),
    await call(server, "board_data", { project_id: "p1" }),
  ];

  for (const answer of answers) {
    expect(answer).not.toHaveProperty("isError");
    expect(answer._meta?.signIn).toEqual({
      url: expect.stringContaining(`${sandbox.url}/device?user_code=`),
      code: expect.stringMatching(/^[A-Z0-9]{8}$/),
    });
  }
});
