import { expect, test } from "vitest";
import { showBoard } from "../../src/tools/board/show-board.ts";
import { appTools } from "../../src/tools/index.ts";
import { listing } from "../../src/tools/listing.ts";
import type { Tool } from "../../src/tools/tool.ts";
import { modernMeta } from "../support/modern-meta.ts";
import { exchangeAll, tool } from "../support/serve-tools.ts";

const shows = {
  extensions: { "io.modelcontextprotocol/ui": { mimeTypes: ["text/html;profile=mcp-app"] } },
};
const others = { extensions: { "io.modelcontextprotocol/ui": { mimeTypes: ["text/plain"] } } };

/** The answer to a request of 2026-07-28 from a client with these capabilities, of a server with the board. */
async function ask(method: string, params: object, capabilities: Record<string, unknown>) {
  const message = { method, params: { ...params, ...modernMeta(capabilities) } };
  const tools = [showBoard, ...appTools, tool("list_things")];
  const listTools = async () => listing.filter(({ name }) => name === "show_board");
  const answer = (await exchangeAll(message, tools, { listTools })).at(-1);
  // Neither the result nor the error of these is like another.
  return answer as { result: Record<string, never>; error: Record<string, never> } | undefined;
}

interface Listed {
  name: string;
  _meta?: { ui?: { resourceUri?: string; visibility?: string[] } };
}

async function list(capabilities: Record<string, unknown>): Promise<Listed[]> {
  return (await ask("tools/list", {}, capabilities))?.result["tools"] ?? [];
}

test("only a client that shows views is told of the board's view and of what it calls", async () => {
  const [shown, plain, other] = [await list(shows), await list({}), await list(others)];

  const names = shown.map(({ name }) => name);
  const board = shown.find(({ name }) => name === "show_board");
  const forViews = shown.filter(({ _meta }) => _meta?.ui?.visibility);
  expect(names).toEqual([
    ...["show_board", "board_data", "board_card"],
    ...["board_move", "board_edit", "board_create", "board_comment"],
  ]);
  expect(board?._meta).toMatchObject({
    ui: { resourceUri: expect.stringMatching(/^ui:\/\/kaneo\/board-[0-9a-f]{12}\.html$/) },
    "ui/resourceUri": board?._meta?.ui?.resourceUri,
  });
  expect(forViews.map(({ _meta }) => _meta)).toEqual(
    appTools.map(() => ({ ui: { visibility: ["app"] } })),
  );
  expect(plain.map(({ name }) => name)).toEqual(["show_board"]);
  expect(plain[0]?._meta).not.toHaveProperty("ui");
  expect(other).toEqual(plain);
});

test("a view is told of no tools that write by a server that only reads", async () => {
  const listed = { method: "tools/list", params: modernMeta(shows) };
  const selection = { toolsets: ["default"], isReadOnly: true };
  const listTools = async () => listing.filter(({ name }) => name === "show_board");

  const answer = (await exchangeAll(listed, [], { listTools, selection })).at(-1);

  const names = ["show_board", "board_data", "board_card"].map((name) => ({ name }));
  expect(answer).toMatchObject({ result: { tools: names } });
});

test("what only views call is unknown to other clients", async () => {
  const call = { name: "board_data", arguments: { project_id: "p1" } };

  const answer = await ask("tools/call", call, {});

  expect(answer?.error).toMatchObject({ code: -32602 });
  expect(answer?.error["message"]).toContain('Unknown tool "board_data"');
});

test("what a view is given beside the answer has no secret, and is given to no other client", async () => {
  const telling: Tool = {
    ...tool("tell"),
    call: async () => ({
      text: "s3cret",
      images: [],
      beside: { structuredContent: { title: "s3cret" }, _meta: { "kaneo/more": ["s3cret"] } },
    }),
  };
  const callBy = (capabilities: Record<string, unknown>) => {
    return { method: "tools/call", params: { name: "tell", ...modernMeta(capabilities) } };
  };

  const answer = (await exchangeAll(callBy(shows), [telling])).at(-1);
  const plain = (await exchangeAll(callBy({}), [telling])).at(-1);

  expect(answer).toMatchObject({
    result: {
      content: [{ type: "text", text: "[redacted]" }],
      structuredContent: { title: "[redacted]" },
      _meta: { "kaneo/more": ["[redacted]"] },
    },
  });
  expect(plain).toHaveProperty("result.content");
  expect(plain).not.toHaveProperty("result.structuredContent");
});

test("the view is read without a sign-in, by its address of now or of before an update", async () => {
  const [board] = await list(shows);
  const uri = board?._meta?.ui?.resourceUri ?? "";

  const answers = await Promise.all(
    [uri, "ui://kaneo/board-0123456789ab.html"].map((one) =>
      ask("resources/read", { uri: one }, shows),
    ),
  );

  for (const [index, answer] of answers.entries()) {
    expect(answer?.result["contents"]).toEqual([
      {
        uri: index === 0 ? uri : "ui://kaneo/board-0123456789ab.html",
        mimeType: "text/html;profile=mcp-app",
        text: expect.stringMatching(/^<!doctype html>/i),
        _meta: { ui: { csp: { connectDomains: [], resourceDomains: [] }, prefersBorder: true } },
      },
    ]);
  }
});
