import { expect, test } from "vitest";
import { createBridge, type Params } from "../../src/board/view/bridge.ts";

/** A bridge whose host is the test. */
function connect(handlers: Record<string, (params: Params) => unknown> = {}) {
  const sent: Record<string, unknown>[] = [];
  const timers = new Set<() => void>();
  let receive: ((message: unknown) => void) | undefined;
  const bridge = createBridge(
    {
      send: (message) => sent.push({ ...message }),
      listen(listener) {
        receive = listener;
      },
      after(_ms, run) {
        timers.add(run);
        return () => timers.delete(run);
      },
    },
    handlers,
  );
  return { bridge, sent, timers, say: (message: unknown) => receive?.(message) };
}

test("a request gets the answer with its id, in whatever order they come", async () => {
  const { bridge, sent, say, timers } = connect();
  const first = bridge.request("tools/call", { name: "a" });
  const second = bridge.request("tools/call", { name: "b" });

  say({ jsonrpc: "2.0", id: 2, result: { said: "b" } });
  say({ jsonrpc: "2.0", id: 1, error: { code: -32000, message: "Not allowed." } });

  await expect(second).resolves.toEqual({ said: "b" });
  await expect(first).rejects.toThrow("Not allowed.");
  expect(sent[0]).toEqual({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "a" } });
  expect(timers.size).toBe(0);
});

test("a host that never answers is given up", async () => {
  const { bridge, timers } = connect();
  const asked = bridge.request("tools/call", {});

  for (const runOut of timers) runOut();

  await expect(asked).rejects.toThrow("did not answer");
});

test("the host's requests are answered, those that nobody knows with an error", () => {
  const { sent, say } = connect({ ping: () => ({}), "ui/resource-teardown": () => undefined });

  say({ jsonrpc: "2.0", id: "a", method: "ping" });
  say({ jsonrpc: "2.0", id: "b", method: "ui/resource-teardown", params: { reason: "closed" } });
  say({ jsonrpc: "2.0", id: "c", method: "constructor" });

  expect(sent).toMatchObject([
    { id: "a", result: {} },
    { id: "b", result: {} },
    { id: "c", error: { code: -32601 } },
  ]);
});

test("rubbish is ignored", () => {
  const { sent, say } = connect({});

  for (const rubbish of [
    null,
    "text",
    7,
    [],
    {},
    { id: 1 },
    { jsonrpc: "2.0" },
    { jsonrpc: "2.0", id: 9, result: {} },
  ]) {
    say(rubbish);
  }

  expect(sent).toEqual([]);
});
