import { setImmediate as nextTurn } from "node:timers/promises";
import {
  type JSONRPCMessage,
  SUPPORTED_PROTOCOL_VERSIONS,
} from "@modelcontextprotocol/sdk/types.js";
import { expect, test } from "vitest";
import { LEGACY_VERSIONS } from "../../src/mcp/protocol.ts";
import { createDeferred } from "../support/deferred.ts";
import { connect, contextOf, exchange, serve, tool, waitingTool } from "../support/serve-tools.ts";
import { until } from "../support/until.ts";

test("introduces itself", async () => {
  await using session = await connect([tool("look")]);

  const about = session.client.getServerVersion();

  expect(about).toEqual({
    name: "kaneo-mcp",
    title: "Kaneo",
    version: "1.2.3",
    websiteUrl: "https://kaneo.app",
    icons: [
      { src: "data:image/svg+xml;base64,PHN2Zy8+", mimeType: "image/svg+xml", sizes: ["any"] },
    ],
  });
  expect(session.client.getInstructions()).toBe("How it all fits.");
  expect(session.client.getServerCapabilities()).toEqual({
    tools: {},
    resources: { listChanged: true, subscribe: true },
    prompts: {},
    completions: {},
    logging: {},
  });
});

test("speaks every version that the SDK speaks", () => {
  expect(LEGACY_VERSIONS).toEqual(SUPPORTED_PROTOCOL_VERSIONS);
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

test("names a method that it does not have", async () => {
  const answer = await exchange([], { method: "tasks/list" });

  expect(answer).toMatchObject({
    error: { code: -32601, message: 'kaneo-mcp has no method "tasks/list".' },
  });
});

test("stops a call that the client cancels, and does not answer it", async () => {
  const { waiting, started, stopped } = waitingTool();
  await using session = await connect([waiting]);
  const cancel = new AbortController();

  const call = session.client.callTool({ name: "wait" }, undefined, { signal: cancel.signal });
  await started;
  cancel.abort("changed my mind");

  await expect(call).rejects.toThrow("changed my mind");
  expect(await stopped).toMatchObject({ kind: "cancelled" });
});

test("a call that the client cancels while its tools are loaded finds itself stopped", async () => {
  const [asked, loaded] = [createDeferred<void>(), createDeferred<void>()];
  const given = createDeferred<AbortSignal>();
  const { transport } = serve([], {
    loadTools: async () => {
      asked.resolve();
      await loaded.promise;
      return [tool("look")];
    },
    createContext: (signal) => {
      given.resolve(signal);
      return contextOf(signal);
    },
  });
  await transport.send({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "look" } });
  await asked.promise;

  const params = { requestId: 1 };
  await transport.send({ jsonrpc: "2.0", method: "notifications/cancelled", params });
  loaded.resolve();

  expect((await given.promise).aborted).toBe(true);
});

test.each([
  ["resources/list", { resources: [] }],
  ["resources/templates/list", { resourceTemplates: [] }],
  ["prompts/list", { prompts: [] }],
])("answers %s, which some clients ask whatever is declared", async (method, result) => {
  const answer = await exchange([], { method });

  expect(answer).toMatchObject({ result });
});

test.each(["constructor", "__proto__", "toString", ""])("has no method %j", async (method) => {
  const answer = await exchange([], { method });

  expect(answer).toMatchObject({ error: { code: -32601 } });
});

test("stops everything, unanswered, when the client goes", async () => {
  const { waiting, started, stopped } = waitingTool();
  const { transport } = serve([waiting]);
  const received: JSONRPCMessage[] = [];
  transport.onmessage = (message) => void received.push(message);

  await transport.send({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "wait" } });
  await started;
  await transport.close();

  expect(await stopped).toMatchObject({ kind: "cancelled" });
  expect(received).toEqual([]);
});

test("refuses a request while two thousand are under way, and takes the next when one has ended", async () => {
  const { transport } = serve([waitingTool().waiting]);
  const received: JSONRPCMessage[] = [];
  transport.onmessage = (message) => void received.push(message);
  const call = (id: number) =>
    transport.send({ jsonrpc: "2.0", id, method: "tools/call", params: { name: "wait" } });
  for (let id = 1; id <= 2_000; id += 1) await call(id);

  await call(2_001);
  const refused = [...received];
  const params = { requestId: 1 };
  await transport.send({ jsonrpc: "2.0", method: "notifications/cancelled", params });
  await nextTurn();
  await transport.send({ jsonrpc: "2.0", id: 2_002, method: "ping" });

  const message = expect.stringContaining("2000 requests are under way");
  expect(refused).toEqual([{ jsonrpc: "2.0", id: 2_001, error: { code: -32603, message } }]);
  await until(() => received.length === 2);
  expect(received[1]).toEqual({ jsonrpc: "2.0", id: 2_002, result: {} });
});

test.each([
  ["tools/call", { name: "s3cret" }],
  ["resources/read", { uri: "kaneo://s3cret" }],
  ["prompts/get", { name: "standup", arguments: { project: "s3cret" } }],
])("repeats no secret in its answer to %s", async (method, params) => {
  const answer = await exchange(
    ["list_tasks", "list_activity"].map((name) => tool(name)),
    { method, params },
  );

  expect(JSON.stringify(answer)).toContain("[redacted]");
  expect(JSON.stringify(answer)).not.toContain("s3cret");
});
