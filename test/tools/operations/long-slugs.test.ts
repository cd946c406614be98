import { expect, test } from "vitest";
import { startApi } from "../../support/api-calls.ts";

test("a long slug is a name, however much it looks like an id", async () => {
  await using api = await startApi();
  const workspace = api.sandbox.data.auth.organization.find(({ slug }) => slug === "acme");
  Object.assign(workspace ?? {}, { slug: "nordwind-software-hamburg" });

  const answer = await api.call("read_operation", {
    operation: "getWorkspaceMembers",
    path: { workspaceId: "nordwind-software-hamburg" },
  });

  expect(answer).toContain("alice@example.com");
});
