import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { KaneoMcpError } from "../../src/errors.ts";
import { createDeferred } from "../support/deferred.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { connect, contextOf, exchange, exchangeAll, tool } from "../support/serve-tools.ts";
import { until } from "../support/until.ts";

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
    expect(session.log.lines).toEqual([
      expect.stringMatching(/^debug: Unexpected: /),
      "info: break: internal error, 0 ms",
    ]);
  },
);

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

test("reports every six seconds what a long call waits for, to clients that ask", async () => {
  const clock = new FakeClock({ byHand: true });
  const end = createDeferred<string>();
  await using session = await connect([tool("wait", () => end.promise)], {
    clock,
    waitingFor: () => "Waiting for the approval in the browser",
  });
  const seen: unknown[] = [];

  const call = session.client.callTool({ name: "wait" }, undefined, {
    onprogress: (progress) => void seen.push(progress),
  });
  await until(() => clock.sleeping === 2);
  await clock.advance(5_900);
  const early = seen.length;
  await clock.advance(6_200);
  end.resolve("done");
  await clock.advance(100);
  await call;

  expect(early).toBe(0);
  expect(seen).toEqual([
    { progress: 6, message: "Waiting for the approval in the browser" },
    { progress: 12, message: "Waiting for the approval in the browser" },
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
  await until(() => clock.sleeping === 2);
  await clock.advance(6_000);
  await delay(20);
  const atOnce = isAnswered;
  await clock.advance(50);
  await call;

  expect(atOnce).toBe(false);
  expect(isAnswered).toBe(true);
});

test("says nothing on the way to clients that did not ask", async () => {
  const clock = new FakeClock({ byHand: true });
  const end = createDeferred<string>();
  const params = { name: "wait", arguments: {} };

  const received = exchangeAll(
    { method: "tools/call", params },
    [tool("wait", () => end.promise)],
    {
      clock,
    },
  );
  await until(() => clock.sleeping > 0);
  await clock.advance(20_000);
  end.resolve("done");

  expect(await received).toEqual([
    { jsonrpc: "2.0", id: 1, result: { content: [{ type: "text", text: "done" }] } },
  ]);
});

test("shows the link of a sign-in as an answer, since clients hide the text of an error", async () => {
  const asking = tool("ask", async () => {
    throw new KaneoMcpError("sign_in_required", "Sign in to Kaneo: https://kaneo.test/device", {
      hint: "Show the person the link.",
    });
  });
  await using session = await connect([asking]);

  const result = await session.client.callTool({ name: "ask" });

  expect(result).toEqual({
    content: [
      {
        type: "text",
        text: "Sign in to Kaneo: https://kaneo.test/device\nShow the person the link.",
      },
    ],
  });
});

test.each([
  ["25 seconds", {}, 24_900],
  ["50 seconds, and the client asked for progress", { _meta: { progressToken: 1 } }, 49_900],
])("lets a call say what it did not do after %s", async (_name, meta, notYetMs) => {
  const clock = new FakeClock({ byHand: true });
  const waiting = tool("wait", (_args, { signal }) => {
    return new Promise((resolve) => {
      signal?.addEventListener("abort", () => resolve(`2 of 5 done: ${signal.reason.kind}`));
    });
  });
  const params = { name: "wait", arguments: {}, ...meta };
  let isOver = false;

  const received = exchangeAll({ method: "tools/call", params }, [waiting], { clock });
  void received.then(() => {
    isOver = true;
  });
  await until(() => clock.sleeping > 0);
  await clock.advance(notYetMs - 1_000);
  await delay(20);
  const wasOver = isOver;
  await clock.advance(1_100);
  await delay(20);
  await clock.advance(100);

  expect(wasOver).toBe(false);
  expect((await received).at(-1)).toMatchObject({
    result: { content: [{ text: "2 of 5 done: out_of_time" }] },
  });
});

test.each([
  [false, /^The 25 seconds of a call are over\.\nNot done: call again for less at once/],
  [true, /^What was to be changed may or may not have been saved: .*25 seconds/],
])(
  "answers for a tool that does not notice the end of its time; a write sent: %s",
  async (wasWritten, text) => {
    const clock = new FakeClock({ byHand: true });
    const deaf = tool("wait", () => new Promise(() => {}));
    const createContext = (signal: AbortSignal) => contextOf(signal, wasWritten);

    const received = exchangeAll({ method: "tools/call", params: { name: "wait" } }, [deaf], {
      clock,
      createContext,
    });
    await until(() => clock.sleeping > 0);
    await clock.advance(25_000);

    expect((await received).at(-1)).toMatchObject({
      result: { isError: true, content: [{ text: expect.stringMatching(text) }] },
    });
  },
);

test("says first that the outcome is unknown when something breaks after a write", async () => {
  const broken = tool("break", () => Promise.reject(new RangeError("too deep")));
  const createContext = (signal: AbortSignal) => contextOf(signal, true);
  await using session = await connect([broken], { createContext });

  const result = await session.client.callTool({ name: "break" });

  expect(result).toMatchObject({
    isError: true,
    content: [{ text: expect.stringMatching(/^What was to be changed may or may not/) }],
  });
  expect(JSON.stringify(result)).not.toContain("too deep");
});

function missingPart(): Promise<never> {
  const code = { code: "MODULE_NOT_FOUND" };
  return Promise.reject(Object.assign(new Error("Cannot find module './index-x.cjs'"), code));
}

test("asks to restart the client when an update has taken a part of the program away", async () => {
  await using session = await connect([], { loadTools: missingPart, listTools: missingPart });

  const result = await session.client.callTool({ name: "whoami" });
  const listing = session.client.listTools();

  expect(result).toEqual({
    content: [{ type: "text", text: "kaneo-mcp was updated while it ran: restart the client." }],
    isError: true,
  });
  await expect(listing).rejects.toThrow("was updated while it ran: restart the client");
});

test("takes the secrets in use out of answers and of failures", async () => {
  const telling = tool("tell", async () => "It is s3cret.");
  const failing = tool("fail", async () => {
    throw new KaneoMcpError("unexpected", "Kaneo said s3cret.");
  });
  await using session = await connect([telling, failing]);

  const told = await session.client.callTool({ name: "tell" });
  const failed = await session.client.callTool({ name: "fail" });

  expect(JSON.stringify([told, failed])).not.toContain("s3cret");
  expect(JSON.stringify([told, failed]).match(/\[redacted\]/g)).toHaveLength(2);
});
