import { setTimeout as delay } from "node:timers/promises";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import {
  type JSONRPCMessage,
  SUPPORTED_PROTOCOL_VERSIONS,
} from "@modelcontextprotocol/sdk/types.js";
import { expect, test } from "vitest";
import { KaneoMcpError } from "../../src/errors.ts";
import { createMcpServer, PROTOCOL_VERSIONS } from "../../src/mcp/server.ts";
import type { Tool, ToolContext } from "../../src/tools/tool.ts";
import { createDeferred } from "../support/deferred.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { createRecordingLog } from "../support/recording-log.ts";

type Run = (args: unknown, context: ToolContext) => Promise<string>;

function tool(name: string, run: Run = async () => "done"): Tool {
  const hints = { readOnlyHint: true, destructiveHint: false, idempotentHint: true };
  return {
    name,
    toolset: "tasks",
    title: `The ${name}`,
    description: `Does ${name}.`,
    annotations: { title: `The ${name}`, ...hints, openWorldHint: true },
    inputSchema: { type: "object", properties: {} },
    example: {},
    call: run,
  };
}

async function serve(tools: Tool[], options: { clock?: FakeClock; waitingFor?: string } = {}) {
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  const log = createRecordingLog();
  const server = createMcpServer({
    listTools: async () =>
      tools.map(({ call: _call, example: _example, toolset: _toolset, ...listed }) => listed),
    loadTools: async () => tools,
    // The tools of these tests look at the signal only.
    createContext: (signal) => ({ signal }) as ToolContext,
    version: "1.2.3",
    instructions: "How it all fits.",
    waitingFor: () => options.waitingFor,
    hideSecrets: (text) => text.replaceAll("s3cret", "[redacted]"),
    clock: options.clock ?? new FakeClock({ byHand: true }),
    log,
  });
  await server.connect(ours);
  return { transport: theirs, log };
}

async function connect(...parameters: Parameters<typeof serve>) {
  const { transport, log } = await serve(...parameters);
  const client = new Client({ name: "test", version: "1" });
  await client.connect(transport);
  return { client, log, [Symbol.asyncDispose]: () => client.close() };
}

async function exchange(tools: Tool[], message: Record<string, unknown>): Promise<JSONRPCMessage> {
  const { transport } = await serve(tools);
  await transport.start();
  return new Promise((resolve) => {
    transport.onmessage = resolve;
    // Some of these messages are wrong on purpose.
    void transport.send({ jsonrpc: "2.0", id: 1, ...message } as JSONRPCMessage);
  });
}

test("introduces itself", async () => {
  await using session = await connect([tool("look")]);

  const about = session.client.getServerVersion();

  expect(about).toEqual({ name: "kaneo-mcp", title: "Kaneo", version: "1.2.3" });
  expect(session.client.getInstructions()).toBe("How it all fits.");
  expect(session.client.getServerCapabilities()).toEqual({ tools: {} });
});

test("speaks every version that the SDK speaks", () => {
  expect(PROTOCOL_VERSIONS).toEqual(SUPPORTED_PROTOCOL_VERSIONS);
});

test.each([
  ["2025-11-25", "2025-11-25"],
  ["2025-03-26", "2025-03-26"],
  ["2024-11-05", "2024-11-05"],
  ["1999-01-01", "2025-11-25"],
])("asked for protocol %s it speaks %s", async (protocolVersion, spoken) => {
  const answer = await exchange([], { method: "initialize", params: { protocolVersion } });

  expect(answer).toMatchObject({ result: { protocolVersion: spoken } });
});

test("greets a client that says nothing about itself", async () => {
  const answer = await exchange([], { method: "initialize" });

  expect(answer).toMatchObject({ result: { protocolVersion: "2025-11-25" } });
});

test("lists the tools that it is given, in their order", async () => {
  await using session = await connect([tool("first"), tool("second")]);

  const { tools } = await session.client.listTools();

  expect(tools.map(({ name }) => name)).toEqual(["first", "second"]);
  expect(Object.keys(tools[0] ?? {}).sort()).toEqual(
    ["annotations", "description", "inputSchema", "name", "title"].sort(),
  );
});

test("gives a tool its arguments and the client its text, and nothing else", async () => {
  const echo = tool("echo", async (args) => JSON.stringify(args));
  await using session = await connect([echo]);

  const result = await session.client.callTool({ name: "echo", arguments: { a: [1] } });

  expect(result).toEqual({ content: [{ type: "text", text: '{"a":[1]}' }] });
});

test("answers a call that wants to become a task as any other (MCP 2025-11-25, Tasks)", async () => {
  const params = { name: "look", arguments: {}, task: { ttl: 60_000 } };

  const answer = await exchange([tool("look")], { method: "tools/call", params });

  expect(answer).toMatchObject({ result: { content: [{ type: "text", text: "done" }] } });
});

test("tells a failure as text for the model", async () => {
  const failing = tool("fail", async () => {
    throw new KaneoMcpError("not_found", "There is no WEB-99.", { hint: "Look again." });
  });
  await using session = await connect([failing]);

  const result = await session.client.callTool({ name: "fail" });

  expect(result).toEqual({
    content: [{ type: "text", text: "There is no WEB-99.\nLook again." }],
    isError: true,
  });
});

test.each([[new TypeError("x is not a function")], ["a string"], [undefined], [{ code: 5 }]])(
  "tells nothing of the inside when a tool throws %s, but logs it",
  async (thrown) => {
    const broken = tool("break", () => Promise.reject(thrown));
    await using session = await connect([broken]);

    const result = await session.client.callTool({ name: "break" });

    expect(result.isError).toBe(true);
    expect(JSON.stringify(result)).toContain("Something went wrong inside kaneo-mcp");
    expect(JSON.stringify(result)).not.toMatch(/not a function|a string|object Object|at /);
    expect(session.log.lines).toEqual([expect.stringMatching(/^debug: Unexpected: /)]);
  },
);

test("answers an unknown tool with the nearest names (MCP 2025-11-25, Tools, Error handling)", async () => {
  const names = ["whoami", "list_tasks", "list_projects", "get_task", "create_task"];
  const tools = names.map((name) => tool(name));

  const answer = await exchange(tools, { method: "tools/call", params: { name: "listTasks" } });

  expect(answer).toMatchObject({
    error: {
      code: -32602,
      message: expect.stringMatching(/^Unknown tool "listTasks"\. .*list_tasks,/),
    },
  });
});

test.each([[undefined], [{}], [{ name: 5 }], [{ name: "" }]])(
  "says what is missing when tools/call comes with %j",
  async (params) => {
    const answer = await exchange([tool("look")], { method: "tools/call", params });

    expect(answer).toMatchObject({
      error: { code: -32602, message: 'tools/call needs "name", the name of a tool.' },
    });
  },
);

test("leaves it to the tool what arguments mean that are not an object", async () => {
  const echo = tool("echo", async (args) => JSON.stringify(args));
  const params = { name: "echo", arguments: '{"a":1}' };

  const answer = await exchange([echo], { method: "tools/call", params });

  expect(answer).toMatchObject({ result: { content: [{ text: JSON.stringify('{"a":1}') }] } });
});

test("names a method that it does not have", async () => {
  const answer = await exchange([], { method: "resources/list" });

  expect(answer).toMatchObject({
    error: { code: -32601, message: 'kaneo-mcp has no method "resources/list".' },
  });
});

test("stops a call that the client cancels, and does not answer it", async () => {
  const stopped = createDeferred<unknown>();
  const waiting = tool("wait", (_args, { signal }) => {
    signal?.addEventListener("abort", () => stopped.resolve(signal.reason));
    return new Promise(() => {});
  });
  await using session = await connect([waiting]);
  const cancel = new AbortController();

  const call = session.client.callTool({ name: "wait" }, undefined, { signal: cancel.signal });
  await delay(20);
  cancel.abort("changed my mind");

  await expect(call).rejects.toThrow("changed my mind");
  expect(await stopped.promise).toBe("changed my mind");
});

test("reports every five seconds what a long call waits for, to clients that ask", async () => {
  const clock = new FakeClock({ byHand: true });
  const end = createDeferred<string>();
  await using session = await connect([tool("wait", () => end.promise)], {
    clock,
    waitingFor: "Waiting for the approval in the browser",
  });
  const seen: unknown[] = [];

  const call = session.client.callTool({ name: "wait" }, undefined, {
    onprogress: (progress) => void seen.push(progress),
  });
  await delay(20);
  await clock.advance(4_900);
  const early = seen.length;
  await clock.advance(5_200);
  end.resolve("done");
  await clock.advance(100);
  await call;

  expect(early).toBe(0);
  expect(seen).toEqual([
    { progress: 5, message: "Waiting for the approval in the browser" },
    { progress: 10, message: "Waiting for the approval in the browser" },
  ]);
});

test("keeps a result apart from the progress before it", async () => {
  const clock = new FakeClock({ byHand: true });
  const end = createDeferred<string>();
  await using session = await connect([tool("wait", () => end.promise)], { clock });
  let isAnswered = false;

  const call = session.client
    .callTool({ name: "wait" }, undefined, { onprogress: () => end.resolve("done") })
    .then(() => {
      isAnswered = true;
    });
  await delay(20);
  await clock.advance(5_000);
  await delay(20);
  const atOnce = isAnswered;
  await clock.advance(50);
  await call;

  expect(atOnce).toBe(false);
  expect(isAnswered).toBe(true);
});

test("says nothing on the way to clients that did not ask", async () => {
  const clock = new FakeClock({ byHand: true });

  await serve([tool("wait")], { clock });

  expect(clock.sleeping).toBe(0);
});
