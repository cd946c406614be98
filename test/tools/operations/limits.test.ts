import { expect, test } from "vitest";
import { recordedOperations } from "../../sandbox/openapi.ts";
import { startApi } from "../../support/api-calls.ts";

/** What no tool calls, with a word of the reason. */
const FORBIDDEN: Record<string, RegExp> = {
  getSession: /sessions/,
  getDeviceAuthorizationPage: /sessions/,
  registerMcpOAuthClient: /sessions/,
  authorizeMcpOAuthClient: /sessions/,
  getMcpAuthorizationRequest: /sessions/,
  decideMcpAuthorizationRequest: /sessions/,
  getOAuthIdToken: /sessions/,
  setOrganizationActive: /session/,
  setOrganizationActiveTeam: /session/,
  getWorkspaceBilling: /costs money/,
  createBillingCheckout: /costs money/,
  createBillingPortalSession: /costs money/,
  getAsset: /bytes/,
  getUserAvatar: /bytes/,
  createTaskImageUpload: /signed address/,
  finalizeTaskImageUpload: /signed address/,
  createActivity: /in the name of anybody/,
};
const isOfIntegration = (path: string) => /^\/(?!github)[\w-]+-integration\//.test(path);
const isOfPreferences = (path: string) => path.startsWith("/notification-preferences");

test("each of the 153 operations is answered, or refused with its reason, and then nothing leaves", async () => {
  await using api = await startApi();
  const operations = recordedOperations();
  const answer = { kind: "answer", status: 200, body: '{"answered":true}' } as const;
  await api.call("find_operations", { query: "warm" });
  api.sandbox.fail({ path: /^\/api\/(?!openapi)/, times: Number.POSITIVE_INFINITY }, answer);

  const outcomes = new Map<string, string>();
  const sent = new Map<string, number>();
  for (const { id, path } of operations) {
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => [name, "a".repeat(24)]);
    api.sandbox.clearRequests();
    const args = { operation: id, path: Object.fromEntries(names), body: {}, confirm: id };
    const told = await api.call("call_operation", args).catch(({ message }: Error) => message);
    outcomes.set(id, told);
    sent.set(id, api.sandbox.requests.length);
  }

  expect(operations).toHaveLength(153);
  for (const { id, path, method } of operations) {
    const reason =
      FORBIDDEN[id] ?? (isOfIntegration(path) || isOfPreferences(path) ? /secrets/ : undefined);
    if (reason === undefined) {
      expect(outcomes.get(id), id).toContain(`${id} (${method} ${path}) answered:`);
      expect(sent.get(id), id).toBe(1);
    } else {
      expect(outcomes.get(id), id).toMatch(/is not called by any tool: .*Nothing was sent\.$/);
      expect(outcomes.get(id), id).toMatch(reason);
      expect(sent.get(id), id).toBe(0);
    }
  }
});

/** What a document could call a forbidden route. */
const SPELLINGS = [
  "/auth/get-session",
  "/AUTH/Get-Session",
  "/auth//get-session",
  "//auth/get-session",
  "/task/../auth/get-session",
  "/auth/./get-session",
  "/auth/organization/../get-session",
  "/%61uth/get-session",
  "/auth%2Fget-session",
  "/auth/get-session/",
  "/auth/get-session?x=1",
  "/auth/get-session#x",
  "\\auth\\get-session",
  "/auth;x/get-session",
  "/Api-Key/list",
  "/auth/api-key/list",
  "/x/sessions",
  "/oauth/token",
  "/billing/{id}",
  "/{first}/get-session",
  "/{first}/{second}",
  "/auth/organization/set-active",
  "/Gitea-Integration/project/{id}",
  "https://evil.example.org/auth",
  "/auth/get-session\u0000",
];

test.each(SPELLINGS)(
  "a document that calls a forbidden route %s does not get it called",
  async (path) => {
    await using api = await startApi();
    const document = { paths: { [path]: { get: { operationId: "wanted", summary: "wanted" } } } };
    const body = JSON.stringify(document);
    api.sandbox.fail({ path: "/api/openapi", times: 9 }, { kind: "answer", status: 200, body });
    const names = { first: "auth", second: "get-session", id: "a".repeat(24) };
    const inPath = Object.entries(names).filter(([name]) => path.includes(`{${name}}`));

    const call = api.call("call_operation", {
      operation: "wanted",
      path: Object.fromEntries(inPath),
    });

    await expect(call).rejects.toMatchObject({
      kind: expect.stringMatching(/forbidden|not_found/),
    });
    const others = api.sandbox.requests.filter((request) => request.path !== "/api/openapi");
    expect(others).toEqual([]);
  },
);

test("a document without bounds is read within bounds", async () => {
  await using api = await startApi();
  const operation = (id: string) => ({
    get: {
      operationId: id,
      summary: "s".repeat(5_000),
      tags: [{ a: 1 }],
      parameters: Array.from({ length: 500 }, (_, at) => ({ in: "query", name: `q${at}` })),
      requestBody: JSON.parse(`${'{"a":'.repeat(500)}1${"}".repeat(500)}`),
    },
  });
  const paths = Object.fromEntries(
    Array.from({ length: 1_500 }, (_, at) => [
      `/p${at}`,
      at < 3 ? operation(`op${at}`) : { get: { operationId: `op${at}` } },
    ]),
  );
  const body = JSON.stringify({ paths: { ...paths, "/odd": 5, "/null": null, "/list": [] } });
  api.sandbox.fail({ path: "/api/openapi", times: 9 }, { kind: "answer", status: 200, body });

  const answer = await api.call("find_operations", { query: "op1", limit: 30 });

  expect(answer).toContain("Of 1000 operations of this Kaneo");
  expect(answer.length).toBeLessThan(24_000);
});

test("a document of words that programs have a meaning for is read as words", async () => {
  await using api = await startApi();
  const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
  const choices = (text: string) => `{"in":"query","name":"q","schema":{"enum":[${text},"plain"]}}`;
  const operation = (id: string, text: string) =>
    `{"get":{"operationId":"${id}","parameters":[${choices(text)}]}}`;
  const body = `{"paths":{"/x/{constructor}":${operation("odd", '{"toString":1}')},"/deep":${operation("deep", deep)}}}`;
  api.sandbox.fail({ path: "/api/openapi", times: 9 }, { kind: "answer", status: 200, body });

  const found = await api.call("find_operations", { query: "odd" });
  const call = api.call("read_operation", { operation: "odd" });

  expect(found).toContain("q plain");
  await expect(call).rejects.toThrow("path needs constructor");
});

test("a secret in a body is found however deep it stands, or the body is refused", async () => {
  await using api = await startApi();
  const deep = JSON.parse(`${'{"a":'.repeat(40)}{"password":"x"}${"}".repeat(40)}`);

  const call = api.call("call_operation", {
    operation: "updateTaskTitle",
    path: { id: "WEB-4" },
    body: deep,
  });

  await expect(call).rejects.toThrow("nested too deep. Nothing was sent");
});

test("an instance without such a document says so", async () => {
  await using api = await startApi();
  api.sandbox.fail(
    { path: "/api/openapi", times: 9 },
    { kind: "answer", status: 404, body: "404 Not Found" },
  );

  const call = api.call("find_operations", { query: "anything" });

  await expect(call).rejects.toThrow("This Kaneo has no way to read the openapi (404)");
});
