import { expect, test } from "vitest";
import { readOnlyHttp } from "../../src/http/http-client.ts";
import { answerJson, client, startServer } from "./servers.ts";

test("lets reads and the sign-in through", async () => {
  await using server = await startServer((response) => answerJson(response, {}));
  await using http = client(server.url);
  const readOnly = readOnlyHttp(http);

  await readOnly({ method: "GET", path: "/api/project?workspaceId=w1" });
  await readOnly({ method: "POST", path: "/api/auth/device/code", body: {} });
  await readOnly({ method: "POST", path: "/api/auth/device/token", body: {} });
  await readOnly({ method: "POST", path: "/api/auth/sign-out", body: {} });

  expect(server.seen).toHaveLength(4);
});

test.each([
  ["POST", "/api/task/p1"],
  ["PUT", "/api/task/t1"],
  ["PATCH", "/api/task/bulk"],
  ["DELETE", "/api/task/t1"],
  ["DELETE", "/api/auth/sign-out"],
  ["POST", "/api/auth/sign-out/../../task/p1"],
  ["POST", "/api/auth/organization/create"],
] as const)("refuses %s %s before it leaves", async (method, path) => {
  await using server = await startServer((response) => answerJson(response, {}));
  await using http = client(server.url);

  const answer = readOnlyHttp(http)({ method, path, body: {} });

  await expect(answer).rejects.toMatchObject({
    kind: "forbidden",
    message: expect.stringContaining("KANEO_READ_ONLY"),
  });
  expect(server.sockets).toHaveLength(0);
});
