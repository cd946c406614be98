import { expect, test } from "vitest";
import { operations } from "../../../src/kaneo/operations/operations.ts";
import { startApi } from "../../support/api-calls.ts";

test("reads by names that people use, and gives Kaneo's answer between fences", async () => {
  await using api = await startApi();

  const answer = await api.call("read_operation", {
    operation: "getcolumns",
    path: { projectId: "WEB" },
  });

  expect(answer).toMatch(
    /^getColumns \(GET \/column\/\{projectId\}\) answered:\nBetween the two lines marked/,
  );
  expect(answer).toContain('"slug": "in-progress"');
});

test("writes, with ids in the body by name too", async () => {
  await using api = await startApi();

  await api.call("call_operation", {
    operation: "createTaskRelation",
    body: { sourceTaskId: "WEB-1", targetTaskId: "WEB-4", relationType: "related" },
  });

  const { data } = api.sandbox;
  const [relation] = [...data.relations.values()].slice(-1);
  expect(data.tasks.get(relation?.sourceTaskId ?? "")?.number).toBe(1);
  expect(data.tasks.get(relation?.targetTaskId ?? "")?.number).toBe(4);
});

test("lists of ids in the body may be names, too", async () => {
  await using api = await startApi();
  const body = { taskIds: ["WEB-1", "WEB-4"], operation: "delete" };
  const call = { operation: "bulkUpdateTasks", body, confirm: "bulkUpdateTasks" };
  const { tasks } = api.sandbox.data;
  const before = tasks.size;

  await api.call("call_operation", call);

  expect(tasks.size).toBe(before - 2);
});

test("the ids of listed objects may be names, and what the objects hold is told", async () => {
  await using api = await startApi();
  const item = { type: "object", properties: { id: {}, position: {} } };
  const schema = { properties: { projects: { type: "array", items: item } } };
  const requestBody = { content: { "application/json": { schema } } };
  const put = { operationId: "reorder", requestBody };

  const [told] = operations.schema.parse({ paths: { "/project/reorder": { put } } });
  await api.call("call_operation", {
    operation: "reorderProjects",
    query: { workspaceId: "acme" },
    body: { projects: ["OPS", "WEB"].map((id, position) => ({ id, position })) },
  });

  const all = [...api.sandbox.data.projects.values()];
  const placeOf = (slug: string) => all.find((one) => one.slug === slug)?.position ?? -1;
  expect(told?.body).toMatchObject([{ type: "list of object {id, position}" }]);
  expect(placeOf("WEB")).toBeGreaterThan(placeOf("OPS"));
});

test("a body reaches an operation that deletes, too", async () => {
  await using api = await startApi();
  const [comment] = [...api.sandbox.data.activities.values()].filter(
    ({ type }) => type === "comment",
  );
  const gone = { kind: "answer", status: 200, body: "{}" } as const;
  api.sandbox.fail({ method: "DELETE", path: "/api/activity/comment" }, gone);

  await api.call("call_operation", {
    operation: "deleteComment",
    body: { activityId: comment?.id },
    confirm: "deleteComment",
  });

  const { body = "" } = api.sandbox.requests.at(-1) ?? {};
  expect(JSON.parse(body)).toEqual({ activityId: comment?.id });
});

test("null in a body reaches Kaneo, where it clears", async () => {
  await using api = await startApi();
  const [project] = [...api.sandbox.data.projects.values()].filter(({ slug }) => slug === "WEB");
  const task = [...api.sandbox.data.tasks.values()].find(
    ({ projectId, userId }) => projectId === project?.id && userId !== null,
  );

  await api.call("call_operation", {
    operation: "updateTaskAssignee",
    path: { id: `WEB-${task?.number}` },
    body: { userId: null },
  });

  expect(task).toMatchObject({ userId: null });
});

test("what deletes wants its id once more, by whichever route it deletes", async () => {
  await using api = await startApi();
  const before = api.sandbox.data.tasks.size;
  const id = [...api.sandbox.data.tasks.keys()][0];
  const deletion = { operation: "deleteTask", path: { id } };
  const bulk = { operation: "bulkUpdateTasks", body: { taskIds: [id], operation: "delete" } };

  await expect(api.call("call_operation", deletion)).rejects.toMatchObject({
    message: expect.stringContaining("can lose something for good"),
    hint: expect.stringContaining("confirm deleteTask"),
  });
  await expect(api.call("call_operation", bulk)).rejects.toThrow("can lose something for good");
  await expect(api.call("call_operation", { ...bulk, confirm: "deleteTask" })).rejects.toThrow();
  await expect(
    api.call("call_operation", {
      operation: "leaveOrganization",
      body: { organizationId: "acme" },
    }),
  ).rejects.toThrow("can lose something for good");
  expect(api.sandbox.data.tasks.size).toBe(before);
  await api.call("call_operation", { ...deletion, confirm: "deleteTask" });
  expect(api.sandbox.data.tasks.size).toBe(before - 1);
});

test.each([
  ["read_operation", { operation: "updateTask", path: { id: "WEB-1" } }, "updateTask writes (PUT)"],
  ["read_operation", { operation: "getTsk", path: {} }, 'No operation "getTsk"'],
  ["read_operation", { operation: "getTask", path: {} }, "path needs id"],
  [
    "read_operation",
    { operation: "getTask", path: { id: "WEB-1", other: "x" } },
    "path has no other",
  ],
  [
    "read_operation",
    { operation: "listTasks", path: { projectId: "WEB" }, query: { sort: "due" } },
    "query has no sort",
  ],
  [
    "call_operation",
    { operation: "updateTaskTitle", path: { id: "WEB-1" }, body: { tilte: "x" } },
    "body has no tilte",
  ],
  [
    "call_operation",
    { operation: "getTask", path: { id: "WEB-1" }, body: { title: "x" } },
    "body has no title",
  ],
  [
    "call_operation",
    { operation: "listOrganizationMembers", body: { organizationId: "acme" } },
    "body has no organizationId",
  ],
  ["read_operation", { operation: "getLabel", path: { id: "../session" } }, "is not an id"],
  ["read_operation", { operation: "getLabel", path: { id: "a/b" } }, "is not an id"],
  ["read_operation", { operation: "getLabel", path: { id: "%2e%2e" } }, "is not an id"],
  [
    "call_operation",
    { operation: "createProject", body: { name: "x", meta: { apiKey: "hunter2" } } },
    "is a secret",
  ],
])("%s of %j is refused before anything is sent: %s", async (name, args, reason) => {
  await using api = await startApi();
  await api.call("find_operations", { query: "warm" });
  api.sandbox.clearRequests();

  const failure = await api.call(name, args).catch((error: Error) => error);

  expect(String(failure)).toContain(reason);
  expect(String(failure)).not.toContain("hunter2");
  expect(
    api.sandbox.requests.filter(({ path }) => !/organization\/list|project\?/.test(path)),
  ).toEqual([]);
});

test("secrets in an answer are hidden, whichever route has them, and long answers are cut", async () => {
  await using api = await startApi();
  const body = JSON.stringify({
    name: "seen",
    webhookUrl: "https://hooks.example.org/x",
    tokens: ["t0ken-1", { value: "t0ken-2", uses: 3 }],
    deep: [{ accessToken: "t0ken", isTokenSet: true, note: "n".repeat(30_000) }],
  });
  api.sandbox.fail({ path: /^\/api\/label\//, times: 1 }, { kind: "answer", status: 200, body });

  const answer = await api.call("read_operation", { operation: "getLabel", path: { id: "abc" } });

  expect(answer).toContain(
    '"name": "seen", "webhookUrl": "[hidden]", "tokens": [ "[hidden]", { "value": "[hidden]", "uses": 3 } ], "deep": [ { "accessToken": "[hidden]", "isTokenSet": true',
  );
  expect(answer).toMatch(/\nCut: \d+ more characters are not shown/);
  expect(answer).not.toMatch(/hooks\.example|t0ken/);
});

test("secrets are hidden in a text that is JSON, as a Kaneo before 2.13 gives them beside an external link", async () => {
  await using api = await startApi();
  const config = JSON.stringify({ baseUrl: "https://git.example", accessToken: "t0ken" });
  const body = [
    { integration: { type: "gitea", config } },
    { note: '{"a": [1]}', other: "[draft] {words}" },
  ];
  const links = { path: /^\/api\/external-link\//, times: 1 };
  api.sandbox.fail(links, { kind: "answer", status: 200, body });

  const answer = await api.call("read_operation", {
    operation: "getExternalLinksByTask",
    path: { taskId: "WEB-4" },
  });

  const shown = JSON.stringify(
    JSON.stringify({ baseUrl: "https://git.example", accessToken: "[hidden]" }),
  );
  expect(answer).toContain(`"config": ${shown}`);
  expect(answer).toContain(String.raw`"note": "{\"a\": [1]}", "other": "[draft] {words}"`);
  expect(answer).not.toContain("t0ken");
});
