import { expect, test } from "vitest";
import { z } from "zod";
import type { FailureKind } from "../../../src/errors.ts";
import { failureOfAnswer } from "../../../src/kaneo/api/failures.ts";
import { endpoint } from "../../../src/kaneo/api/kaneo.ts";
import { findTask } from "../../../src/kaneo/tasks/find.ts";
import { renderFailure } from "../../../src/text/failure.ts";
import type { Fault } from "../../sandbox/faults.ts";
import { startSmallBoard } from "../../support/small-board.ts";

interface Answer {
  status: number;
  body: string | object;
  headers?: Record<string, string>;
}

const ID = "abcdefghij0123456789abcd";
const HTML = "<!DOCTYPE html><html><body>nginx secret-header</body></html>";
const SCHEMA_ERROR = {
  success: false,
  data: { title: "LONG INPUT ".repeat(500) },
  error: [
    {
      kind: "schema",
      type: "string",
      input: "undefined",
      expected: "string",
      received: "undefined",
      message: "Invalid type: Expected string but received undefined",
      path: [{ type: "object", key: "priority", input: {} }],
    },
    { kind: "schema", message: "Too odd" },
  ],
};

test.for<[string, Answer, FailureKind, string]>([
  [
    "a reason in plain text",
    { status: 400, body: 'Invalid status "nope". Valid statuses for this project: to-do' },
    "invalid_input",
    'Kaneo refused to change the task: Invalid status "nope". Valid statuses for this project: to-do.',
  ],
  [
    "a schema error: fields and reasons, not the input",
    { status: 400, body: SCHEMA_ERROR },
    "invalid_input",
    "Kaneo refused to change the task: priority: Invalid type: Expected string but received undefined; Too odd.",
  ],
  [
    "a missing id",
    { status: 400, body: "Workspace ID could not be determined" },
    "not_found",
    'Kaneo has nothing with the id "ID", or this account cannot see it.',
  ],
  [
    "the JSON family of /api/auth",
    { status: 400, body: { message: "Organization not found", code: "ORGANIZATION_NOT_FOUND" } },
    "invalid_input",
    "Kaneo refused to change the task: Organization not found.",
  ],
  [
    "no reason",
    { status: 400, body: "" },
    "invalid_input",
    "Kaneo refused to change the task: no reason was given.",
  ],
  [
    "a schema error without one",
    { status: 400, body: { success: false, error: [] } },
    "invalid_input",
    "Kaneo refused to change the task: no reason was given.",
  ],
  [
    "too small a role",
    { status: 403, body: "Insufficient permissions" },
    "forbidden",
    "Kaneo refused: the role of this account in the workspace does not allow it (Insufficient permissions).",
  ],
  [
    "too small a key",
    { status: 403, body: "Insufficient API key scope" },
    "forbidden",
    "Kaneo refused: the API key's scope is too small (Insufficient API key scope).",
  ],
  [
    "no access",
    { status: 403, body: "You don't have access to this workspace" },
    "forbidden",
    "Kaneo refused: You don't have access to this workspace.",
  ],
  [
    "a word that every object knows",
    { status: 403, body: "__proto__" },
    "forbidden",
    "Kaneo refused: __proto__.",
  ],
  [
    "a proxy's refusal",
    { status: 403, body: HTML },
    "forbidden",
    "Something in front of Kaneo did not let the request through (status 403): it wants a sign-in of its own, or blocks this server. Kaneo itself was not asked, so nothing was changed.",
  ],
  [
    "a real 404",
    { status: 404, body: "Task not found" },
    "not_found",
    "Kaneo answered: Task not found.",
  ],
  [
    "an unknown route",
    { status: 404, body: "404 Not Found" },
    "unexpected",
    "This Kaneo has no way to change the task (404).",
  ],
  [
    "a 404 without a word",
    { status: 404, body: "" },
    "unexpected",
    "This Kaneo has no way to change the task (404).",
  ],
  [
    "a web server's 404",
    { status: 404, body: HTML },
    "unexpected",
    "Asked to change the task, something other than Kaneo's API answered, with a web page (404).",
  ],
  [
    "a conflict",
    { status: 409, body: "A column with this name already exists" },
    "conflict",
    "Kaneo refused: A column with this name already exists.",
  ],
  [
    "too large a body",
    { status: 413, body: HTML },
    "invalid_input",
    "Something in front of Kaneo takes no request of this size (413).",
  ],
  [
    "too long an address",
    { status: 431, body: "" },
    "invalid_input",
    "Kaneo refused to change the task: what it was asked is too long for it.",
  ],
  [
    "another 4xx",
    { status: 418, body: "Teapot" },
    "unexpected",
    "Kaneo failed to change the task, with status 418: Teapot.",
  ],
  [
    "a crash",
    { status: 500, body: { message: "Internal Server Error" } },
    "outcome_unknown",
    "The change may or may not have been saved: Kaneo failed to change the task, with status 500: Internal Server Error.",
  ],
  [
    "a proxy without Kaneo behind it",
    { status: 502, body: HTML },
    "outcome_unknown",
    "The change may or may not have been saved: Something in front of Kaneo answered in its place, with status 502.",
  ],
  [
    "a web page instead of JSON",
    { status: 200, body: HTML },
    "outcome_unknown",
    "The change may or may not have been saved: Kaneo was asked to change the task, and the answer was a web page (HTML) instead of JSON.",
  ],
  [
    "JSON that breaks off",
    { status: 200, body: '{"id":"abc","title":"On' },
    "outcome_unknown",
    "The change may or may not have been saved: Kaneo was asked to change the task, and the answer was JSON that breaks off or is damaged.",
  ],
  [
    "nothing instead of JSON",
    { status: 200, body: "" },
    "outcome_unknown",
    "The change may or may not have been saved: Kaneo was asked to change the task, and the answer was an empty body instead of JSON.",
  ],
  [
    "another shape",
    { status: 200, body: { id: 5 } },
    "outcome_unknown",
    "The change may or may not have been saved: Kaneo was asked to change the task, and the answer has a shape that this server does not know (id).",
  ],
])("a write answered with %s", async ([, { status, body, headers = {} }, kind, message]) => {
  await using board = await startSmallBoard();
  const fault: Fault = {
    kind: "answer",
    status,
    body,
    headers: { "x-secret": "secret-header", ...headers },
  };
  board.sandbox.fail({ method: "PUT" }, fault);

  const failure = await board.kaneo
    .put(endpoint`/api/task/title/${ID}`, z.object({ id: z.string() }), { title: "x" })
    .catch((error: unknown) => error);

  expect(failure).toMatchObject({ kind, message: message.replaceAll(/\bID\b(?! could)/g, ID) });
  const text = renderFailure(failure);
  expect(text).not.toMatch(/secret-header|LONG INPUT|ZodError|invalid_type|\n\s+at |Bearer/);
  expect(text).not.toContain(board.sandbox.people.alice.apiKey);
});

test.for<["X-Retry-After" | "Retry-After" | "tryAgainIn"]>([
  ["X-Retry-After"],
  ["Retry-After"],
  ["tryAgainIn"],
])("a limit stated by %s says how long to wait", async ([form]) => {
  await using board = await startSmallBoard();
  board.sandbox.fail({ method: "PUT" }, { kind: "rate-limit", form, seconds: 600 });

  const call = board.kaneo.put(endpoint`/api/task/title/${ID}`, z.unknown(), {});

  await expect(call).rejects.toMatchObject({
    kind: "rate_limited",
    message:
      "Kaneo limits how often it may be asked, and that was too often. It asks to wait 600 seconds.",
  });
});

test.for<[string, string, string]>([
  ["an HTTP date", "Thu, 31 Dec 2099 23:59:59 GMT", " It asks to wait a day or longer."],
  ["a negative number", "-5", ""],
  ["a number beyond all reason", "1e305", " It asks to wait a day or longer."],
])("a limit whose Retry-After is %s is told in reason", async ([, retryAfter, told]) => {
  await using board = await startSmallBoard();
  const headers = { "retry-after": retryAfter };
  board.sandbox.fail({ method: "PUT" }, { kind: "answer", status: 429, body: "Slow.", headers });

  const call = board.kaneo.put(endpoint`/api/task/title/${ID}`, z.unknown(), {});

  await expect(call).rejects.toMatchObject({
    kind: "rate_limited",
    message: `Kaneo limits how often it may be asked, and that was too often.${told}`,
  });
});

test("a web page is a success of no route, whatever is expected of its answer", async () => {
  await using board = await startSmallBoard();
  board.sandbox.fail({ times: 2 }, { kind: "html" });

  const read = board.kaneo.get(endpoint`/api/task/${ID}`, z.unknown());
  const write = board.kaneo.delete(endpoint`/api/task/${ID}`, z.unknown());

  const outcomes = await Promise.allSettled([read, write]);

  expect(outcomes).toMatchObject([
    { reason: { kind: "unexpected" } },
    { reason: { kind: "outcome_unknown" } },
  ]);
});

test("a read that fails on the server is unavailable: nothing was changed", async () => {
  await using board = await startSmallBoard();
  board.sandbox.fail(
    { times: Infinity },
    { kind: "answer", status: 500, body: { message: "Internal Server Error" } },
  );

  const call = board.kaneo.get(endpoint`/api/task/${ID}`, z.unknown());

  await expect(call).rejects.toMatchObject({ kind: "unavailable" });
});

test("a very long reason is cut and stands on one line", async () => {
  await using board = await startSmallBoard();
  board.sandbox.fail({}, { kind: "answer", status: 400, body: `a\n\nb ${"x".repeat(2_000)}` });

  const failure = await board.kaneo.get(endpoint`/api/task/${ID}`, z.string()).catch(String);

  expect(failure).toContain("a b xxx");
  expect(failure.length).toBeLessThan(400);
});

test("Kaneo's own words for the real thing are those of the table", async () => {
  await using board = await startSmallBoard({ person: "carol" });

  const foreign = board.kaneo.get(endpoint`/api/task/${board.taskId(1)}`, z.unknown());

  await expect(foreign).rejects.toMatchObject({
    kind: "forbidden",
    message: "Kaneo refused: You don't have access to this workspace.",
  });
  await expect(findTask(board.kaneo, ID)).rejects.toMatchObject({ kind: "not_found" });
});

test("a 401 that the sign-in itself does not explain points at what stands in between", () => {
  const route = { method: "GET", path: `/api/task/${ID}` } as const;

  const failure = failureOfAnswer(route, { status: 401, headers: {}, body: "Unauthorized" });

  expect(failure).toMatchObject({
    kind: "forbidden",
    message: "Kaneo refused to read the task: 401 Unauthorized, although the sign-in is valid.",
  });
});
