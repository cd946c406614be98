import { expect, test } from "vitest";
import { KaneoMcpError } from "../../src/errors.ts";
import { modernMeta } from "../support/modern-meta.ts";
import { pending, startSignedOut } from "../support/signed-out-server.ts";

const message = "Sign in to Kaneo at kaneo.test. Compare the code B7MTEA53 with the page.";
const elicitation = {
  mode: "url",
  url: pending.link,
  message,
  // Copilot CLI 1.0.102 fails without, also where the era has no such field.
  elicitationId: "kaneo-B7MTEA53",
};
const urls = { elicitation: { form: {}, url: {} } };
const linkText = { content: [{ text: expect.stringContaining(pending.link) }] };
const tasks = { content: [{ text: "The tasks" }] };

const greeting = (capabilities: unknown) => ({
  id: "init",
  method: "initialize",
  params: { protocolVersion: "2025-11-25", capabilities },
});
const call = (id: string, more: Record<string, unknown> = {}) => ({
  id,
  method: "tools/call",
  params: { name: "list", arguments: {}, ...more },
});
const modernCall = (id: string, more: Record<string, unknown> = {}) =>
  call(id, { ...more, ...modernMeta(urls) });
const asked = {
  id: "kaneo-1",
  method: "elicitation/create",
  params: elicitation,
};
const takenBack = { method: "notifications/cancelled", params: { requestId: "kaneo-1" } };

test("asks during the call, waits after an accept, and answers with what was wanted", async () => {
  const server = startSignedOut();

  await server.send(greeting(urls), call("a"));
  await server.arrived(2);
  const before = server.received.slice(1);
  await server.send({ id: "kaneo-1", result: { action: "accept" } });
  const waiting = server.received.slice(2);
  server.approve();
  await server.arrived(4);

  expect(before).toMatchObject([asked]);
  expect(waiting).toEqual([]);
  expect(server.received.slice(2)).toMatchObject([
    {
      method: "notifications/elicitation/complete",
      params: { elicitationId: "kaneo-B7MTEA53" },
    },
    { id: "a", result: tasks },
  ]);
  expect(server.waits).toEqual([20]);
});

test.each([
  [{ result: { action: "decline" } }],
  [{ result: { action: "cancel" } }],
  [{ result: {} }],
  [{ error: { code: -32603, message: "no screen" } }],
])("gives the text at once when the client answers %j", async (answer) => {
  const server = startSignedOut();

  await server.send(greeting(urls), call("a"));
  await server.arrived(2);
  await server.send({ id: "kaneo-1", ...answer });
  await server.arrived(3);

  expect(server.received.slice(2)).toMatchObject([{ id: "a", result: linkText }]);
  expect(server.received.at(-1)).not.toHaveProperty("result.isError");
});

test.each([
  ["silence", []],
  ["an accept alone", [{ id: "kaneo-1", result: { action: "accept" } }]],
])("gives the text 20 seconds after %s", async (_name, answers) => {
  const server = startSignedOut();

  await server.send(greeting(urls), call("a"), ...answers);
  await server.arrived(2);
  await server.clock.advance(19_900);
  const early = server.received.length;
  await server.clock.advance(200);
  await server.arrived(3);

  expect(early).toBe(2);
  expect(server.received.at(-1)).toMatchObject({ id: "a", result: linkText });
});

test("asks nothing that it would take back at once, where the call's time is nearly over", async () => {
  const server = startSignedOut({ afterMs: 20_000 });

  await server.send(greeting(urls), call("a"));
  await server.clock.advance(20_000);
  await server.arrived(2);

  expect(server.received.slice(1)).toMatchObject([{ id: "a", result: linkText }]);
});

test("takes a question back that was not answered, and overlooks an answer that comes later", async () => {
  const server = startSignedOut();

  await server.send(greeting(urls), call("a"));
  await server.arrived(2);
  await server.clock.advance(20_100);
  await server.arrived(4);
  await server.send({ id: "kaneo-1", result: { action: "accept" } });

  expect(server.received.slice(2)).toMatchObject([takenBack, { id: "a", result: linkText }]);
});

test("takes its question back when the client cancels the call", async () => {
  const server = startSignedOut();

  await server.send(greeting(urls), call("a"));
  await server.arrived(2);
  await server.send({ method: "notifications/cancelled", params: { requestId: "a" } });

  expect(server.received.slice(2)).toMatchObject([takenBack]);
});

test("goes on when the person has approved without a word from the client, with its whole time", async () => {
  const server = startSignedOut();

  await server.send(greeting(urls), call("a"));
  await server.arrived(2);
  await server.clock.advance(15_000);
  server.approve();
  await server.arrived(5);

  expect(server.received.at(-1)).toMatchObject({ id: "a", result: tasks });
  expect(server.begun).toEqual([0, 15_000]);
});

test("asks once for a code, however many calls need it", async () => {
  const server = startSignedOut();

  await server.send(greeting(urls), call("a"), call("b"));
  await server.arrived(3);
  await server.send({ id: "kaneo-1", result: { action: "decline" } });
  await server.arrived(4);
  await server.send(call("c"));
  await server.arrived(5);

  const texts = ["b", "a", "c"].map((id) => ({ id, result: linkText }));
  expect(server.received.slice(1)).toMatchObject([asked, ...texts]);
});

test("tells what became of the sign-in while it waited", async () => {
  const server = startSignedOut();
  const denied = new KaneoMcpError("sign_in_failed", "The sign-in was denied.");

  await server.send(greeting(urls), call("a"));
  await server.arrived(2);
  server.fail(denied);
  await server.arrived(4);

  expect(server.received.at(-1)).toMatchObject({
    id: "a",
    result: { isError: true, content: [{ text: expect.stringContaining("was denied") }] },
  });
});

test.each([[{}], [{ elicitation: {} }], [{ elicitation: { form: {} } }], [undefined]])(
  "asks nothing of a client that declares %j",
  async (capabilities) => {
    const server = startSignedOut();

    await server.send(greeting(capabilities), call("a"));
    await server.send(call("b", capabilities && modernMeta(capabilities)));
    await server.arrived(3);

    expect(server.received.slice(1)).toMatchObject([
      { id: "a", result: linkText },
      { id: "b", result: linkText },
    ]);
  },
);

test("asks for no approval, and repeats nothing, after something was written", async () => {
  const server = startSignedOut({ hasWritten: true });

  await server.send(greeting(urls), call("a"), modernCall("b"));
  await server.arrived(3);

  expect(server.received.slice(1)).toMatchObject([
    { id: "a", result: linkText },
    { id: "b", result: { resultType: "complete", ...linkText } },
  ]);
});

test("tells the person what is odd about the link", async () => {
  const server = startSignedOut({ warning: "The link leads elsewhere." });

  await server.send(greeting(urls), call("a"));
  await server.arrived(2);

  const params = { message: `${message} Caution: The link leads elsewhere.` };
  expect(server.received[1]).toMatchObject({ method: "elicitation/create", params });
});

const inputRequired = {
  resultType: "input_required",
  inputRequests: { sign_in: { method: "elicitation/create", params: elicitation } },
  requestState: "kaneo-signin:1",
};
const accepted = {
  requestState: "kaneo-signin:1",
  inputResponses: { sign_in: { action: "accept" } },
};

test("in 2026-07-28 asks by its answer, and the repeated call waits for the approval", async () => {
  const server = startSignedOut();

  await server.send(modernCall("a"));
  await server.arrived(1);
  await server.send(modernCall("b", accepted));
  const waiting = server.received.slice(1);
  server.approve();
  await server.arrived(2);

  expect(server.received[0]).toMatchObject({ id: "a", result: inputRequired });
  expect(server.received[0]).not.toHaveProperty("result.content");
  expect(waiting).toEqual([]);
  expect(server.received[1]).toMatchObject({
    id: "b",
    result: { resultType: "complete", ...tasks },
  });
  expect(server.received.every((one) => !("method" in one))).toBe(true);
});

test("in 2026-07-28 the time that the person takes is none of the work's", async () => {
  const server = startSignedOut();

  await server.send(modernCall("a"));
  await server.arrived(1);
  await server.send(modernCall("b", accepted));
  await server.clock.advance(15_000);
  server.approve();
  await server.arrived(2);

  expect(server.begun).toEqual([0, 15_000]);
});

test("in 2026-07-28 the repeated call gives the text after 20 seconds, and nothing asks again", async () => {
  const server = startSignedOut();

  await server.send(modernCall("a"));
  await server.arrived(1);
  await server.send(modernCall("b", accepted));
  await server.clock.advance(20_100);
  await server.arrived(2);
  await server.send(modernCall("c"));
  await server.arrived(3);

  expect(server.received.slice(1)).toMatchObject([
    { id: "b", result: { resultType: "complete", ...linkText } },
    { id: "c", result: { resultType: "complete", ...linkText } },
  ]);
});

test.each([[{ action: "decline" }], [{ action: "cancel" }], [{}]])(
  "in 2026-07-28 gives the text at once to a call repeated with %j",
  async (answer) => {
    const server = startSignedOut();

    await server.send(modernCall("a"));
    await server.arrived(1);
    await server.send(modernCall("b", { inputResponses: { sign_in: answer } }));
    await server.arrived(2);

    expect(server.received[1]).toMatchObject({ id: "b", result: linkText });
  },
);

test.each([[null], ["accept"], [[]], [{ other: { action: "accept" } }], [{ sign_in: "accept" }]])(
  "takes answers to nothing that was asked, %j, for none",
  async (inputResponses) => {
    const server = startSignedOut();

    await server.send(modernCall("a", { inputResponses, requestState: "forged" }));
    await server.arrived(1);

    expect(server.received).toMatchObject([{ id: "a", result: inputRequired }]);
    expect(server.waits).toEqual([]);
  },
);
