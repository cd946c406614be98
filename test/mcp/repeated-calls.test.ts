/** Clients cancel what takes too long for them, and models then make the same call again. */
import { expect, test } from "vitest";
import { allTools } from "../../src/tools/index.ts";
import type { Tool, ToolContext } from "../../src/tools/tool.ts";
import { createDeferred } from "../support/deferred.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { connect, contextOf, serve, tool } from "../support/serve-tools.ts";
import { toolNamed } from "../support/tool-named.ts";

const CALL = { name: "add", arguments: { title: "One" } };

/** A session with a tool that adds: its first call goes on until it is cancelled, which has happened. */
async function startCancelled(
  wasWritten: boolean,
  { isDoneYet = false, ...hints }: Partial<Tool["annotations"]> & { isDoneYet?: boolean } = {},
) {
  const clock = new FakeClock({ byHand: true });
  const started = createDeferred<void>();
  const runs: unknown[] = [];
  const adding = tool("add", async (args, { signal, assertHeard }) => {
    assertHeard?.();
    runs.push(args);
    if (runs.length > 1) return "added";
    started.resolve();
    return new Promise((resolve, reject) => {
      signal?.addEventListener("abort", () =>
        isDoneYet ? resolve("added") : reject(signal.reason),
      );
    });
  });
  const annotations = { ...adding.annotations, readOnlyHint: false, idempotentHint: false };
  const createContext = (signal: AbortSignal) => contextOf(signal, wasWritten);
  const tools = [{ ...adding, annotations: { ...annotations, ...hints } }];
  const session = await connect(tools, { clock, createContext });
  const cancel = new AbortController();
  const first = session.client.callTool(CALL, undefined, { signal: cancel.signal });
  await started.promise;
  cancel.abort("too slow");
  await first.catch(() => undefined);
  return { ...session, clock, runs };
}

const refused = expect.stringMatching(
  /^This very call was cancelled 30 s ago, .* Nothing was sent now\.\nLook at what is there, /,
);

test("a call that was cancelled after something was sent is not done once more without a look", async () => {
  await using session = await startCancelled(true);
  await session.clock.advance(30_000);

  const second = await session.client.callTool(CALL);
  const third = await session.client.callTool(CALL);

  expect(second).toMatchObject({ isError: true, content: [{ text: refused }] });
  expect(third).toMatchObject({ content: [{ text: "added" }] });
  expect(session.runs).toHaveLength(2);
});

test("a call that was done in the moment in which it was cancelled is not done once more", async () => {
  await using session = await startCancelled(true, { isDoneYet: true });
  await session.clock.advance(30_000);

  const second = await session.client.callTool(CALL);

  expect(second).toMatchObject({ isError: true, content: [{ text: refused }] });
  expect(session.runs).toHaveLength(1);
});

test.each([
  ["when nothing had been sent", { wasWritten: false }],
  ["with other arguments", { call: { ...CALL, arguments: { title: "Two" } } }],
  ["when doing it twice changes no more", { hints: { idempotentHint: true } }],
  ["a quarter of an hour later", { laterMs: 900_000 }],
])("a cancelled call is made again %s", async (_, given) => {
  const { wasWritten, hints, call, laterMs } = {
    wasWritten: true,
    hints: {},
    call: CALL,
    laterMs: 0,
    ...given,
  };
  await using session = await startCancelled(wasWritten, hints);
  await session.clock.advance(laterMs);

  const answer = await session.client.callTool(call);

  expect(answer).toMatchObject({ content: [{ text: "added" }] });
});

test.each([
  ["update_task", { task: "WEB-1", status: "done", parent: "WEB-2", place: "top" }, 0],
  ["update_task", { task: "WEB-1", status: "done", comment: "Done" }, 1],
  ["update_task", { task: "WEB-1", find: "a", replace: "b" }, 1],
  ["update_tasks", { tasks: ["WEB-1"], due: "none" }, 0],
  ["update_tasks", { tasks: ["WEB-1"], comment: "Done" }, 1],
  ["update_tasks", { tasks: ["WEB-1"], shift: "1 week" }, 1],
  ["update_tasks", { changes: [{ task: "WEB-1", title: "New" }] }, 0],
  ["update_tasks", { changes: [{ task: "WEB-1", comment: "Done" }] }, 1],
  ["create_task", { title: "New" }, 1],
])("%s looks for what it would do twice: %j", async (name, args, looks) => {
  const called = toolNamed(allTools, name);
  let looked = 0;
  const assertHeard = () => {
    looked += 1;
  };

  await called.call(args, { assertHeard } as ToolContext).catch(() => undefined);

  expect(looked).toBe(looks);
});

test("a call that was answered can be made again just so, and its answer says that it is done twice", async () => {
  await using session = await startCancelled(true);
  const call = { ...CALL, arguments: { title: "Twice" } };

  const first = await session.client.callTool(call);
  await session.clock.advance(30_000);
  const second = await session.client.callTool(call);

  const twice = "This very call was done 30 s ago as well: what it adds or moves was done twice.";
  expect(first).toMatchObject({ content: [{ text: "added" }] });
  expect(second).toMatchObject({ content: [{ text: `added\n${twice}` }] });
});

test("a call that changed nothing is not called done", async () => {
  await using session = await startCancelled(false);
  const call = { ...CALL, arguments: { title: "Twice" } };

  await session.client.callTool(call);
  const second = await session.client.callTool(call);

  expect(second).toMatchObject({ content: [{ text: "added" }] });
});

test("arguments nested deeper than JSON can be written are left to the tool", async () => {
  const adding = tool("add", async () => "added");
  const annotations = { ...adding.annotations, readOnlyHint: false, idempotentHint: false };
  const deep: unknown = JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`);

  const params = { name: "add", arguments: { title: deep } };
  const { server } = serve([{ ...adding, annotations }]);
  const answers: unknown[] = [];

  // Not by the SDK's client, which cannot write it.
  await server.receive({ jsonrpc: "2.0", id: 1, method: "tools/call", params }, (answer) => {
    answers.push(answer);
  });

  expect(answers).toMatchObject([{ result: { content: [{ text: "added" }] } }]);
});
