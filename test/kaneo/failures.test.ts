import { expect, test } from "vitest";
import { z } from "zod";
import type { FailureKind } from "../../src/errors.ts";
import { type Endpoint, endpoint, withQuery } from "../../src/kaneo/endpoint.ts";
import { failureOfAnswer } from "../../src/kaneo/failures.ts";
import { findTask } from "../../src/kaneo/task-finder.ts";
import { renderFailure } from "../../src/text/failure.ts";
import type { Fault } from "../sandbox/faults.ts";
import { startSmallBoard } from "../support/small-board.ts";

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
    'Kaneo refused PUT /api/task/title/ID: Invalid status "nope". Valid statuses for this project: to-do.',
  ],
  [
    "a schema error: fields and reasons, not the input",
    { status: 400, body: SCHEMA_ERROR },
    "invalid_input",
    "Kaneo refused PUT /api/task/title/ID: priority: Invalid type: Expected string but received undefined; Too odd.",
  ],
  [
    "a missing id",
    { status: 400, body: "Workspace ID could not be determined" },
    "not_found",
    'Kaneo has no task with the id "ID", or this account cannot see it.',
  ],
  [
    "the JSON family of /api/auth",
    { status: 400, body: { message: "Organization not found", code: "ORGANIZATION_NOT_FOUND" } },
    "invalid_input",
    "Kaneo refused PUT /api/task/title/ID: Organization not found.",
  ],
  [
    "no reason",
    { status: 400, body: "" },
    "invalid_input",
    "Kaneo refused PUT /api/task/title/ID: no reason was given.",
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
    "a proxy's refusal",
    { status: 403, body: HTML },
    "forbidden",
    "The request was refused with a web page, so not by Kaneo itself.",
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
    "Kaneo has no route PUT /api/task/title/ID here.",
  ],
  [
    "a web server's 404",
    { status: 404, body: HTML },
    "unexpected",
    "Kaneo has no route PUT /api/task/title/ID here.",
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
    "PUT /api/task/title/ID was too large for this instance.",
  ],
  [
    "another 4xx",
    { status: 418, body: "Teapot" },
    "unexpected",
    "PUT /api/task/title/ID was answered with status 418: Teapot.",
  ],
  [
    "a crash",
    { status: 500, body: { message: "Internal Server Error" } },
    "outcome_unknown",
    "Kaneo failed on PUT /api/task/title/ID with status 500: Internal Server Error. Whether the change was saved is not certain.",
  ],
  [
    "a proxy without Kaneo behind it",
    { status: 502, body: HTML },
    "outcome_unknown",
    "Kaneo failed on PUT /api/task/title/ID with status 502: a web page (HTML). Whether the change was saved is not certain.",
  ],
  [
    "a web page instead of JSON",
    { status: 200, body: HTML },
    "unexpected",
    "PUT /api/task/title/ID was answered with a web page (HTML) instead of JSON. Whether the change was saved is not certain.",
  ],
  [
    "nothing instead of JSON",
    { status: 200, body: "" },
    "unexpected",
    "PUT /api/task/title/ID was answered with an empty body instead of JSON. Whether the change was saved is not certain.",
  ],
  [
    "another shape",
    { status: 200, body: { id: 5 } },
    "unexpected",
    "PUT /api/task/title/ID was answered in a shape that this server does not know (id). The change was probably saved; check before repeating it.",
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

test("a read that fails on the server is unavailable: nothing was changed", async () => {
  await using board = await startSmallBoard();
  board.sandbox.fail(
    { times: Infinity },
    { kind: "answer", status: 500, body: { message: "Internal Server Error" } },
  );

  const call = board.kaneo.get(endpoint`/api/task/${ID}`, z.unknown());

  await expect(call).rejects.toMatchObject({ kind: "unavailable" });
});

test.for<[string, Endpoint, "get" | "post", string]>([
  ["a project", endpoint`/api/task/tasks/${ID}`, "get", "project"],
  ["the project of a new task", endpoint`/api/task/${ID}`, "post", "project"],
  ["the project of columns", endpoint`/api/column/${ID}`, "get", "project"],
  ["the task of comments", endpoint`/api/comment/${ID}`, "get", "task"],
  ["the task of labels", endpoint`/api/label/task/${ID}`, "get", "task"],
  ["the task of time entries", endpoint`/api/time-entry/task/${ID}`, "get", "task"],
  ["a label", endpoint`/api/label/${ID}`, "get", "label"],
  ["a time entry", endpoint`/api/time-entry/${ID}`, "get", "time entry"],
])("a missing id is named as what it is: %s", async ([, path, method, noun]) => {
  await using board = await startSmallBoard();
  const body = "Workspace ID could not be determined";
  board.sandbox.fail({}, { kind: "answer", status: 400, body });

  const call = board.kaneo[method](withQuery(path, { q: 1 }), z.unknown());

  await expect(call).rejects.toMatchObject({
    kind: "not_found",
    message: `Kaneo has no ${noun} with the id "${ID}", or this account cannot see it.`,
  });
});

test("a very long reason is cut and stands on one line", async () => {
  await using board = await startSmallBoard();
  board.sandbox.fail({}, { kind: "answer", status: 400, body: `a\n\nb ${"x".repeat(2_000)}` });

  const failure = await board.kaneo.get(endpoint`/api/task/${ID}`, z.string()).catch(String);

  expect(failure).toContain("a b xxx");
  expect(failure.length).toBeLessThan(400);
});

test.for([".", "..", "a/b", "", "a?b", "%2e", "x".repeat(129)])(
  "%j can be no id in a path",
  (id) => {
    expect(() => endpoint`/api/task/${id}`).toThrow("is not an id that Kaneo could have given.");
  },
);

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
    message: `GET /api/task/${ID} was answered with 401 Unauthorized although the sign-in is valid.`,
  });
});
