/** What is known of members, after it has changed behind the memory of this process, or by it. */
import { expect, test } from "vitest";
import { allTools } from "../../src/tools/index.ts";
import { startToolHarness } from "../support/tool-harness.ts";
import { toolNamed } from "../support/tool-named.ts";

test("a role is changed from what it is now, not from what it was a moment ago", async () => {
  await using harness = await startToolHarness({ seed: "demo" });
  const { data, people } = harness.sandbox;
  const args = { member: "bob", role: "admin", workspace: "acme" };
  await harness.call(toolNamed(allTools, "list_members"), { workspace: "acme" });
  for (const row of data.members) if (row.userId === people.bob.id) row.role = "admin";

  const answer = await harness.call(toolNamed(allTools, "change_role"), args);

  expect(answer).toContain("is admin already; nothing was changed.");
});

test("who has left a workspace finds none of its projects by a memory of them", async () => {
  await using harness = await startToolHarness({ seed: "demo", person: "bob" });
  const getProject = toolNamed(allTools, "get_project");
  await harness.call(getProject, { project: "WEB" });
  const me = { member: "me", confirm_email: "bob@example.com" };

  await harness.call(toolNamed(allTools, "remove_member"), me);
  const call = harness.call(getProject, { project: "WEB" });

  await expect(call).rejects.toThrow('No project "WEB". There are none.');
});
