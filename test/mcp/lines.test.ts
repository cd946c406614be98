import { isJSONRPCNotification, isJSONRPCRequest } from "@modelcontextprotocol/sdk/types.js";
import { assert, constantFrom, property, record } from "fast-check";
import { expect, test } from "vitest";
import { findRequestId, readLine } from "../../src/mcp/stdio.ts";

const ping = { jsonrpc: "2.0", id: 1, method: "ping" };

test("reads a message, also one with a byte order mark and a carriage return", () => {
  const incoming = [...readLine(`\uFEFF${JSON.stringify(ping)}\r`)];

  expect(incoming).toEqual([{ take: ping }]);
});

test("overlooks what JSON-RPC does not define, and params that are null", () => {
  const incoming = [...readLine(JSON.stringify({ ...ping, params: null, trace: "x" }))];

  expect(incoming).toEqual([{ take: ping }]);
});

test("reads the members of a batch one by one, good and bad", () => {
  const incoming = [...readLine(JSON.stringify([ping, { ...ping, id: "b", params: [] }, 5]))];

  expect(incoming).toMatchObject([
    { take: ping },
    { refuse: { id: "b", error: { code: -32600 } } },
    "lost",
  ]);
});

test.each([
  { id: 7, method: "ping" },
  { jsonrpc: "1.0", id: 7, method: "ping" },
  { jsonrpc: "2.0", id: 7 },
  { jsonrpc: "2.0", id: 7, method: 5 },
  { jsonrpc: "2.0", id: 7, method: "ping", params: "x" },
  { jsonrpc: "2.0", id: 7, method: "ping", params: { _meta: 1 } },
])("refuses %j by its id", (message) => {
  const incoming = [...readLine(JSON.stringify(message))];

  const error = { code: -32600, message: expect.stringContaining('it needs "jsonrpc" "2.0"') };
  expect(incoming).toEqual([{ refuse: { jsonrpc: "2.0", id: 7, error } }]);
});

test.each([
  "not JSON",
  "[]",
  "null",
  '{"jsonrpc":"2.0","id":null,"method":"ping"}',
  '{"jsonrpc":"2.0","id":1.5,"method":"ping"}',
  '{"jsonrpc":"2.0","id":null,"result":{}}',
  '{"jsonrpc":"2.0","error":{}}',
  '{"jsonrpc":"2.0","method":7}',
])("gives no answer to %s", (line) => {
  const incoming = [...readLine(line)];

  expect(incoming).toEqual(["lost"]);
});

test.each([
  [{ result: { action: "accept" } }, { result: { action: "accept" } }],
  [{ result: null }, { error: { code: 0, message: "" } }],
  [{ error: { code: -32601, message: "No" } }, { error: { code: 0, message: "" } }],
])("takes %j for an answer of the client: what is no result is a failure", (sent, taken) => {
  const incoming = [...readLine(JSON.stringify({ jsonrpc: "2.0", id: "kaneo-1", ...sent }))];

  expect(incoming).toEqual([{ take: { jsonrpc: "2.0", id: "kaneo-1", ...taken } }]);
});

test("takes a blank line for nothing", () => {
  const incoming = [...readLine(" \r")];

  expect(incoming).toEqual([]);
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

test("takes every request and notification that the SDK takes, and refuses a request that it does not by its id", async () => {
  const message = record(
    {
      jsonrpc: constantFrom("2.0", "1.0", 2),
      id: constantFrom("a", "", 1, -5, 1.5, 2 ** 53, null, true, {}),
      method: constantFrom("ping", "", 5),
      params: constantFrom(undefined, {}, { name: "x" }, [], "x", 5, { _meta: {} }, { _meta: [] }),
    },
    { requiredKeys: [] },
  );

  await assert(
    property(message, ({ jsonrpc = "2.0", method = "ping", ...rest }) => {
      const line = JSON.stringify({ jsonrpc, method, ...rest });
      const sent: unknown = JSON.parse(line);
      const isTaken = isJSONRPCRequest(sent) || isJSONRPCNotification(sent);
      const hasId = typeof rest.id === "string" || Number.isSafeInteger(rest.id);
      const outcomes = [...readLine(line)].flatMap((incoming) =>
        incoming === "lost" ? incoming : Object.keys(incoming),
      );
      expect(outcomes, line).toEqual([isTaken ? "take" : hasId ? "refuse" : "lost"]);
    }),
    { numRuns: 5_000 },
  );
});
