import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import { expect, test } from "vitest";
import { FakeClock } from "../support/fake-clock.ts";
import { modernMeta } from "../support/modern-meta.ts";
import { exchange, serve, tool, waitingTool } from "../support/serve-tools.ts";
import { until } from "../support/until.ts";

const version = "io.modelcontextprotocol/protocolVersion";
const capabilities = "io.modelcontextprotocol/clientCapabilities";
const serverInfo = { name: "kaneo-mcp", title: "Kaneo", version: "1.2.3" };
const signed = { _meta: { "io.modelcontextprotocol/serverInfo": serverInfo } };
const kept = { ttlMs: 3_600_000, cacheScope: "private" };

/** A server, and what it has sent so far. */
function listenTo(...parameters: Parameters<typeof serve>) {
  const { transport, server } = serve(...parameters);
  const received: JSONRPCMessage[] = [];
  transport.onmessage = (message) => void received.push(message);
  return {
    received,
    close: () => transport.close(),
    endInput: server.endInput,
    async send(...messages: Record<string, unknown>[]) {
      // Some of these messages are wrong on purpose.
      for (const one of messages)
        await transport.send({ jsonrpc: "2.0", ...one } as JSONRPCMessage);
    },
    /** Resolves when it has sent this many messages. */
    arrived: (count: number) => until(() => received.length >= count),
  };
}

test("discovery says what it is, what it can, and for how long that holds (MCP 2026-07-28)", async () => {
  const answer = await exchange([], { method: "server/discover", params: modernMeta() });

  expect(answer).toMatchObject({
    result: {
      resultType: "complete",
      supportedVersions: ["2026-07-28"],
      capabilities: {
        tools: {},
        resources: { listChanged: true, subscribe: true },
        prompts: {},
        completions: {},
      },
      instructions: "How it all fits.",
      ...kept,
      _meta: {
        "io.modelcontextprotocol/serverInfo": { ...serverInfo, websiteUrl: "https://kaneo.app" },
      },
    },
  });
});

test.each([
  ["tools/list", { tools: [expect.objectContaining({ name: "look" })], ...kept }],
  ["resources/list", { resources: [], ttlMs: 5_000, cacheScope: "private" }],
  ["resources/templates/list", { resourceTemplates: [], ...kept }],
  ["prompts/list", { prompts: [], ...kept }],
])("answers %s in the form of 2026-07-28", async (method, expected) => {
  const answer = await exchange([tool("look")], { method, params: modernMeta() });

  expect(answer).toMatchObject({ result: { resultType: "complete", ...expected, ...signed } });
});

test("answers a call in the form of 2026-07-28, and adds nothing of it before", async () => {
  const call = { method: "tools/call", params: { name: "look" } };

  const modern = await exchange([tool("look")], {
    ...call,
    params: { ...call.params, ...modernMeta() },
  });
  const legacy = await exchange([tool("look")], call);

  const content = [{ type: "text", text: "done" }];
  expect(modern).toMatchObject({ result: { resultType: "complete", content, ...signed } });
  expect(legacy).toEqual({ jsonrpc: "2.0", id: 1, result: { content } });
});

test.each([
  [version, { [version]: 7, [capabilities]: {} }],
  [version, { [version]: null, [capabilities]: {} }],
  [capabilities, { [version]: "2026-07-28" }],
  [capabilities, { [version]: "2026-07-28", [capabilities]: [] }],
  [capabilities, { [version]: "1900-01-01", [capabilities]: "all" }],
])("names %s when a request of 2026-07-28 comes with %j", async (key, _meta) => {
  const answer = await exchange([], { method: "tools/list", params: { _meta } });

  expect(answer).toMatchObject({ error: { code: -32602, message: expect.stringContaining(key) } });
});

test.each(["1900-01-01", "2025-11-25", ""])(
  "names the version it speaks to a request in version %j",
  async (requested) => {
    const _meta = { [version]: requested, [capabilities]: {} };

    const answer = await exchange([], { method: "server/discover", params: { _meta } });

    const data = { supported: ["2026-07-28"], requested };
    expect(answer).toMatchObject({ error: { code: -32022, data } });
  },
);

test.each([
  "ping",
  "initialize",
  "logging/setLevel",
  "resources/subscribe",
  "tasks/list",
  "__proto__",
])("has no %s in 2026-07-28", async (method) => {
  const answer = await exchange([], { method, params: modernMeta() });

  expect(answer).toMatchObject({ error: { code: -32601 } });
});

test.each(["server/discover", "subscriptions/listen"])(
  "asks for what %s must say about itself",
  async (method) => {
    const answer = await exchange([], { method });

    expect(answer).toMatchObject({
      error: { code: -32602, message: expect.stringContaining(version) },
    });
  },
);

test.each([
  ["resources/read", { uri: "kaneo://task/WEB-1" }, { uri: "kaneo://task/WEB-1" }],
  ["prompts/get", { name: "standup" }, undefined],
])("says that there is nothing behind %s", async (method, params, data) => {
  const answer = await exchange([], { method, params: { ...params, ...modernMeta() } });

  expect(answer).toMatchObject({ error: { code: -32602, ...(data && { data }) } });
});

test("a client of 2026-07-28 that forgets _meta is told; ping and initialize are answered, and change that", async () => {
  const server = listenTo([]);

  await server.send({ id: 1, method: "tools/list", params: modernMeta() });
  await server.arrived(1);
  await server.send({ id: 2, method: "tools/list" }, { id: 3, method: "ping" });
  await server.arrived(3);
  await server.send({ id: 4, method: "initialize" }, { id: 5, method: "tools/list" });
  await server.arrived(5);

  expect(server.received).toEqual([
    expect.objectContaining({ id: 1, result: expect.anything() }),
    expect.objectContaining({ id: 2, error: expect.objectContaining({ code: -32602 }) }),
    expect.objectContaining({ id: 3, result: {} }),
    expect.objectContaining({ id: 4, result: expect.anything() }),
    expect.objectContaining({ id: 5, result: { tools: [] } }),
  ]);
});

test("speaks both eras to one client, each message for itself", async () => {
  const server = listenTo([]);

  await server.send({ id: 1, method: "initialize" });
  await server.arrived(1);
  await server.send({ id: 2, method: "prompts/list", params: modernMeta() });
  await server.arrived(2);
  await server.send({ id: 3, method: "prompts/list" });
  await server.arrived(3);

  expect(server.received).toMatchObject([
    { id: 1, result: { protocolVersion: "2025-11-25" } },
    { id: 2, result: { resultType: "complete" } },
    { id: 3, result: { prompts: [] } },
  ]);
  expect(server.received[2]).toEqual({ jsonrpc: "2.0", id: 3, result: { prompts: [] } });
});

test("stops a call of 2026-07-28 that is cancelled, and reports its progress until then", async () => {
  const clock = new FakeClock({ byHand: true });
  const { waiting, started, stopped } = waitingTool();
  const server = listenTo([waiting], { clock });
  const { _meta } = modernMeta();
  const params = { name: "wait", _meta: { ..._meta, progressToken: "p" } };

  await server.send({ id: "call", method: "tools/call", params });
  await started;
  await clock.advance(6_000);
  await server.send({ method: "notifications/cancelled", params: { requestId: "call" } });

  expect(await stopped).toMatchObject({ kind: "cancelled" });
  expect(server.received).toMatchObject([
    { method: "notifications/progress", params: { progressToken: "p", progress: 6 } },
  ]);
});

const wanted = { toolsListChanged: true, resourceSubscriptions: ["kaneo://task/WEB-1"] };
const subscription = { "io.modelcontextprotocol/subscriptionId": "listen:0" };
const listen = {
  id: "listen:0",
  method: "subscriptions/listen",
  params: { ...modernMeta(), notifications: wanted },
};
const acknowledged = {
  jsonrpc: "2.0",
  method: "notifications/subscriptions/acknowledged",
  params: { _meta: subscription, notifications: {} },
};

test("opens a stream of changes, honours nothing on it, and ends it with the input", async () => {
  const { received, send, arrived, endInput } = listenTo([]);

  await send(listen);
  await arrived(1);
  const before = [...received];
  endInput();
  await arrived(2);

  expect(before).toEqual([acknowledged]);
  expect(received.slice(1)).toMatchObject([
    { id: "listen:0", result: { resultType: "complete", _meta: subscription } },
  ]);
});

test("a stream of changes that the client ends gets no answer", async () => {
  const server = listenTo([]);

  await server.send(listen);
  await server.arrived(1);
  await server.send({ method: "notifications/cancelled", params: { requestId: "listen:0" } });
  await server.close();

  expect(server.received).toEqual([acknowledged]);
});

test("repeats only the beginning of a version that it does not speak", async () => {
  const long = { _meta: { [version]: "9".repeat(1_000_000), [capabilities]: {} } };

  const answer = await exchange([], { method: "tools/list", params: long });

  expect(answer).toMatchObject({ error: { code: -32022, data: { requested: "9".repeat(64) } } });
});
