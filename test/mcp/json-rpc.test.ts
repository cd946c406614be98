import {
  isJSONRPCErrorResponse,
  isJSONRPCNotification,
  isJSONRPCRequest,
  isJSONRPCResultResponse,
} from "@modelcontextprotocol/sdk/types.js";
import { assert, constantFrom, property, record } from "fast-check";
import { expect, test } from "vitest";
import { findRequestId, readLine } from "../../src/mcp/json-rpc.ts";

const ping = { jsonrpc: "2.0", id: 1, method: "ping" };

test("reads a message, also one with a byte order mark and a carriage return", () => {
  const { messages } = readLine(`\uFEFF${JSON.stringify(ping)}\r`);

  expect(messages).toEqual([ping]);
});

test("overlooks what JSON-RPC does not define, and params that are null", () => {
  const { messages } = readLine(JSON.stringify({ ...ping, params: null, trace: "x" }));

  expect(messages).toEqual([ping]);
});

test("reads the members of a batch one by one, good and bad", () => {
  const content = readLine(JSON.stringify([ping, { ...ping, id: "b", params: [] }, 5]));

  expect(content.messages).toEqual([ping]);
  expect(content.refusals).toMatchObject([{ id: "b", error: { code: -32600 } }]);
  expect(content.lost).toBe("a message that is not an object");
});

test.each([
  [{ id: 7, method: "ping" }, '"jsonrpc" must be "2.0"'],
  [{ jsonrpc: "1.0", id: 7, method: "ping" }, '"jsonrpc" must be "2.0"'],
  [{ jsonrpc: "2.0", id: 7 }, '"method" must be a string'],
  [{ jsonrpc: "2.0", id: 7, method: 5 }, '"method" must be a string'],
  [{ jsonrpc: "2.0", id: 7, method: "ping", params: "x" }, '"params" must be an object'],
  [{ jsonrpc: "2.0", id: 7, method: "ping", params: { _meta: 1 } }, '"_meta" in it too'],
])("refuses %j by its id", (message, reason) => {
  const content = readLine(JSON.stringify(message));

  expect(content.messages).toEqual([]);
  expect(content.refusals).toMatchObject([{ jsonrpc: "2.0", id: 7, error: { code: -32600 } }]);
  expect(content.refusals[0]?.error.message).toContain(reason);
});

test.each([
  ["not JSON", "a line that is not JSON"],
  ["[]", "an empty batch"],
  ["null", "a message that is not an object"],
  ['{"jsonrpc":"2.0","id":null,"method":"ping"}', "a message of no known shape"],
  ['{"jsonrpc":"2.0","id":1.5,"method":"ping"}', "a message of no known shape"],
  ['{"jsonrpc":"1.0","id":1,"result":{}}', "a message of no known shape"],
])("gives no answer to %s, and says so", (line, lost) => {
  const content = readLine(line);

  expect(content).toEqual({ messages: [], refusals: [], lost });
});

test("takes a blank line for nothing", () => {
  const content = readLine(" \r");

  expect(content).toEqual({ messages: [], refusals: [], lost: undefined });
});

test.each([
  ['{"jsonrpc":"2.0","id":12,"method":"tools/call","par', "…", 12],
  ['{"id":"a-1","method":"tools/call","par', "…", "a-1"],
  ['{"method":"tools/call","params":{"text":"xx', 'xx"},"jsonrpc":"2.0","id":4}', 4],
  ['{"method":"tools/call","params":{"text":"xx', 'xx"},"id":5,"jsonrpc":"2.0"}\r', 5],
])("finds the id of a request of which only the ends are known: %s %s", (head, tail, id) => {
  const found = findRequestId(head, tail);

  expect(found).toBe(id);
});

test.each([
  ['{"method":"tools/call","params":{"id":3,', 'xx","id":4}}'],
  ['{"method":"x","params":{"text":"', ',\\"id\\":4}"}}'],
  ['[{"id":1,', '"id":2}]'],
])("does not take an id inside of a request for the request's own: %s %s", (head, tail) => {
  const found = findRequestId(head, tail);

  expect(found).toBeUndefined();
});

test("takes exactly what the SDK takes, which would drop the rest without a word", async () => {
  const ids = constantFrom("a", "", 1, -5, 1.5, 2 ** 53, null, true, {});
  const metas = constantFrom(
    {},
    { progressToken: 1 },
    { progressToken: "p", more: [] },
    { progressToken: 1.5 },
    { "io.modelcontextprotocol/related-task": { taskId: "t", more: 1 } },
    { "io.modelcontextprotocol/related-task": { taskId: 1 } },
    { "io.modelcontextprotocol/related-task": null },
    [],
    null,
    5,
  );
  const bodies = constantFrom(undefined, {}, { name: "x" }, [], "x", 5);
  const errors = constantFrom({ code: 1, message: "m", data: [] }, { code: 1.5, message: "m" }, {});
  const message = record(
    {
      jsonrpc: constantFrom("2.0", "1.0", 2),
      id: ids,
      kind: constantFrom("request", "result", "error"),
      method: constantFrom("ping", "", 5),
      meta: metas,
      body: bodies,
      error: errors,
    },
    { requiredKeys: ["kind", "body"] },
  ).map(({ jsonrpc = "2.0", kind, method = "ping", meta, body, error, ...id }) => {
    const content =
      meta === undefined || typeof body !== "object" ? body : { ...body, _meta: meta };
    if (kind === "request") return { jsonrpc, ...id, method, params: content };
    return { jsonrpc, ...id, ...(kind === "result" ? { result: content } : { error: error ?? 5 }) };
  });

  await assert(
    property(message, (value) => {
      const line = JSON.stringify(value);
      const isTaken = [
        isJSONRPCRequest,
        isJSONRPCNotification,
        isJSONRPCResultResponse,
        isJSONRPCErrorResponse,
      ].some((takes) => takes(JSON.parse(line)));
      expect(readLine(line).messages, line).toHaveLength(isTaken ? 1 : 0);
    }),
    { numRuns: 5_000 },
  );
});
