/** Preferences, and operations without a tool of their own. */
import { expect, test } from "vitest";
import { type Sandbox, startSandbox } from "./sandbox/start-sandbox.ts";
import { connectClient } from "./support/connect-client.ts";

function connectAlice({ url, people }: Sandbox, env: Record<string, string>) {
  const account = { KANEO_API_URL: url, KANEO_API_KEY: people.alice.apiKey };
  return connectClient({ env: { ...account, ...env } });
}

test("preferences are shown, changed, and there when they are looked at again", async () => {
  await using sandbox = await startSandbox();
  await using server = await connectAlice(sandbox, { KANEO_TOOLSETS: "preferences" });

  const before = await server.call("get_preferences");
  const changed = await server.call("set_preferences", { comments: "no", remind_minutes: "30" });
  const after = await server.call("get_preferences");

  expect(before.text).toContain("comments: on\n");
  expect(changed.text).toContain("was: comments: on\n");
  expect(after.text).toContain("comments: off\n");
  expect(sandbox.data.preferences.get(sandbox.people.alice.id)).toMatchObject({
    taskCommentEnabled: false,
    dueDateReminderLeadTimeMinutes: 30,
  });
});

test("an operation is found by words and called; in read-only mode only those that read are", async () => {
  await using sandbox = await startSandbox();
  await using server = await connectAlice(sandbox, { KANEO_TOOLSETS: "api" });
  await using reader = await connectAlice(sandbox, { KANEO_TOOLSETS: "api", KANEO_READ_ONLY: "1" });
  const team = {
    operation: "createOrganizationTeam",
    body: { name: "Blue", organizationId: "acme" },
  };

  const found = await server.call("find_operations", { query: "make a team" });
  const created = await server.call("call_operation", team);
  const { tools } = await reader.client.listTools();
  const read = await reader.call("read_operation", {
    operation: "listOrganizationTeams",
    query: { organizationId: "acme" },
  });
  const write = await reader.call("read_operation", { operation: "createOrganizationTeam" });

  expect(found.text).toContain("createOrganizationTeam  POST");
  expect(created).toMatchObject({ isError: false, text: expect.stringContaining('"Blue"') });
  expect(tools.map(({ name }) => name)).not.toContain("call_operation");
  expect(read.text).toContain('"Blue"');
  expect(write).toMatchObject({ isError: true, text: expect.stringContaining("writes (POST)") });
});
