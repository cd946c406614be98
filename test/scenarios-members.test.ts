/** What people do with a workspace's people, by two who each have an assistant. */
import { expect, test } from "vitest";
import type { People } from "./sandbox/people.ts";
import { type Sandbox, startSandbox } from "./sandbox/start-sandbox.ts";
import { connectClient } from "./support/connect-client.ts";

function connectAs(sandbox: Sandbox, person: keyof People) {
  const { apiKey } = sandbox.people[person];
  const account = { KANEO_API_URL: sandbox.url, KANEO_API_KEY: apiKey };
  return connectClient({ env: { ...account, KANEO_TOOLSETS: "default,members" } });
}

function rolesIn({ data, people }: Sandbox, slug: string): Record<string, string> {
  const workspace = data.workspaces.find((row) => row.slug === slug);
  const names = new Map(Object.entries(people).map(([name, { id }]) => [id, name]));
  const members = data.members.filter(({ organizationId }) => organizationId === workspace?.id);
  return Object.fromEntries(members.map(({ userId, role }) => [names.get(userId) ?? "?", role]));
}

test("one invites, the other accepts by the link, gets another role, and is removed", async () => {
  await using sandbox = await startSandbox();
  sandbox.fail({ method: "GET", path: "/", times: Number.POSITIVE_INFINITY }, { kind: "html" });
  await using alice = await connectAs(sandbox, "alice");
  await using bob = await connectAs(sandbox, "bob");

  const invited = await alice.call("invite_member", {
    email: "bob@example.com",
    workspace: "cabin",
  });
  const [link] = /http\S+\/invitation\/accept\/\w+/.exec(invited.text) ?? [];
  const accepted = await bob.call("answer_invitation", { invitation: link, answer: "accept" });
  const seen = await alice.call("list_members", { workspace: "cabin" });
  const board = await bob.call("list_tasks", { project: "CABIN" });
  const promoted = await alice.call("change_role", {
    member: "bob",
    role: "admin",
    workspace: "cabin",
  });
  const roles = rolesIn(sandbox, "cabin");
  const removed = await alice.call("remove_member", {
    member: "bob",
    confirm_email: "bob@example.com",
    workspace: "cabin",
  });
  const gone = await bob.call("list_tasks", { project: "CABIN" });

  expect(accepted.text).toBe("This account now belongs to Alice's cabin as member.");
  expect(seen.text).toContain("2 members, 0 open invitations");
  expect(board.text).toContain("CABIN-1");
  expect(promoted.text).toContain("in Alice's cabin: member → admin");
  expect(roles).toEqual({ alice: "owner", bob: "admin" });
  expect(removed.isError, removed.text).toBe(false);
  expect(gone.isError).toBe(true);
  expect(rolesIn(sandbox, "cabin")).toEqual({ alice: "owner" });
});

test("who lacks the right neither invites nor removes, and reads which permission it is", async () => {
  await using sandbox = await startSandbox();
  await using bob = await connectAs(sandbox, "bob");
  const before = rolesIn(sandbox, "acme");

  const invited = await bob.call("invite_member", { email: "eve@example.com" });
  const removed = await bob.call("remove_member", {
    member: "carol",
    confirm_email: "carol@example.com",
  });

  for (const [{ text, isError }, permission] of [
    [invited, "invitation: create"],
    [removed, "member: delete"],
  ] as const) {
    expect(isError).toBe(true);
    expect(text).toContain(
      `role member of this account in Acme lacks the permission ${permission}`,
    );
  }
  expect(rolesIn(sandbox, "acme")).toEqual(before);
  expect(sandbox.data.auth.invitation).toEqual([]);
});

test("with KANEO_TOOLSETS left alone, the instructions say which toolset invites people", async () => {
  await using sandbox = await startSandbox();
  const { apiKey } = sandbox.people.alice;
  await using server = await connectClient({
    env: { KANEO_API_URL: sandbox.url, KANEO_API_KEY: apiKey },
  });

  const { tools } = await server.client.listTools();
  const instructions = server.client.getInstructions();

  expect(tools.map(({ name }) => name)).not.toContain("invite_member");
  expect(instructions).toMatch(/KANEO_TOOLSETS .*members has inviting people/);
});
