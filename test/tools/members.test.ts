import { expect, test } from "vitest";
import { allTools } from "../../src/tools/index.ts";
import { createId } from "../sandbox/data.ts";
import type { People } from "../sandbox/people.ts";
import { startToolHarness, type ToolHarness } from "../support/tool-harness.ts";
import { toolNamed } from "../support/tool-named.ts";

/** Calls of one person; the demo's Acme has alice as owner, dan as admin, bob as member and carol as viewer. */
async function startAs(person: keyof People = "alice") {
  const harness = await startToolHarness({ seed: "demo", person });
  const call = (name: string, args = {}) => harness.call(toolNamed(allTools, name), args);
  return { ...harness, call, [Symbol.asyncDispose]: () => harness[Symbol.asyncDispose]() };
}

type InSandbox = Pick<ToolHarness, "sandbox">;

function roleOf({ sandbox: { data, people } }: InSandbox, person: keyof People) {
  const acme = data.workspaces.find(({ slug }) => slug === "acme");
  const { id } = people[person];
  return data.members.find((row) => row.userId === id && row.organizationId === acme?.id)?.role;
}

function invitationsIn({ sandbox }: InSandbox) {
  return sandbox.data.auth.invitation.map(({ email, role, status }) => ({ email, role, status }));
}

test("lists members with role, open invitations, and what each role of the workspace may do", async () => {
  await using harness = await startAs();
  await harness.call("invite_member", {
    email: "eve@example.com",
    role: "viewer",
    workspace: "acme",
  });

  const answer = await harness.call("list_members", { workspace: "acme" });

  expect(answer).toContain("Acme (acme): 4 members, 1 open invitation\n");
  expect(answer).toContain("\nAlice Doe <alice@example.com>  owner\n");
  expect(answer).toMatch(/\ninvited {2}eve@example\.com {2}viewer {2}until .+ {2}invitation \w+\n/);
  expect(answer).toContain("\n- owner: everything\n");
  expect(answer).toContain("task create, read, update; label");
});

test("without a workspace, the members of every one are listed, each under its name", async () => {
  await using harness = await startAs();

  const answer = await harness.call("list_members");

  expect(answer).toMatch(
    /^Acme \(acme\): 4 members, [\s\S]*\n\nAlice's cabin \(cabin\): 1 member, /,
  );
  expect(answer.match(/\nAlice Doe <alice@example\.com> {2}owner\n/g)).toHaveLength(2);
  expect(answer.match(/\n- owner: everything\n/g)).toHaveLength(2);
});

test("invites with a role of the workspace's own, and gives the link to pass on", async () => {
  await using harness = await startAs();
  const { auth, workspaces } = harness.sandbox.data;
  const organizationId = workspaces.find(({ slug }) => slug === "acme")?.id ?? "";
  const permission = JSON.stringify({ task: ["read"] });
  Object.assign(auth.organizationRole, {
    [auth.organizationRole.length]: {
      id: createId(),
      organizationId,
      role: "reviewer",
      permission,
    },
  });

  const answer = await harness.call("invite_member", {
    email: "Eve@Example.com",
    role: "Reviewer",
    workspace: "acme",
  });

  const { id } = auth.invitation[0] ?? {};
  expect(answer).toContain("Invited eve@example.com to Acme as reviewer, until ");
  expect(answer).toContain(
    `: /invitation/accept/${id} (to be added to the address at which people open this Kaneo, which is not known here)`,
  );
  expect(invitationsIn(harness)).toEqual([
    { email: "eve@example.com", role: "reviewer", status: "pending" },
  ]);
});

test("an open invitation is renewed; one with another role is not changed silently", async () => {
  await using harness = await startAs();
  await harness.call("invite_member", { email: "eve@example.com", workspace: "acme" });

  const again = await harness.call("invite_member", {
    email: "eve@example.com",
    workspace: "acme",
  });
  const other = harness.call("invite_member", {
    email: "eve@example.com",
    role: "admin",
    workspace: "acme",
  });

  expect(again).toContain("Renewed the invitation of eve@example.com");
  await expect(other).rejects.toThrow("is invited as member already; nothing was changed");
  expect(invitationsIn(harness)).toHaveLength(1);
});

test("a role that the workspace does not have is refused with those that it has", async () => {
  await using harness = await startAs();

  const call = harness.call("invite_member", { email: "e@x.org", role: "boss", workspace: "acme" });

  await expect(call).rejects.toThrow(
    'No role "boss" in Acme. There are: owner, viewer, member, admin.',
  );
  expect(invitationsIn(harness)).toEqual([]);
});

test("somebody who belongs to the workspace is not invited again", async () => {
  await using harness = await startAs();

  const call = harness.call("invite_member", { email: "bob@example.com", workspace: "acme" });

  await expect(call).rejects.toThrow("User is already a member");
});

test.each([
  ["invite_member", { email: "eve@example.com" }, "invitation: create"],
  ["cancel_invitation", { invitation: "zoe@example.com" }, "invitation: cancel"],
  ["change_role", { member: "carol", role: "member" }, "member: update"],
  ["remove_member", { member: "carol", confirm_email: "carol@example.com" }, "member: delete"],
  ["update_workspace", { name: "Mine" }, "organization: update"],
])(
  "%s without the right names the permission that the role lacks, and changes nothing",
  async (name, args, permission) => {
    await using harness = await startAs("bob");
    const { data, people } = harness.sandbox;
    const acme = data.workspaces.find(({ slug }) => slug === "acme")?.id ?? "";
    data.auth.invitation.push({
      id: createId(),
      organizationId: acme,
      email: "zoe@example.com",
      role: "member",
      teamId: null,
      status: "pending",
      expiresAt: new Date(Date.now() + 60_000),
      createdAt: new Date(),
      inviterId: people.alice.id,
    });
    const before = JSON.stringify([data.members, data.auth.invitation, data.workspaces]);

    const call = harness.call(name, args);

    await expect(call).rejects.toMatchObject({
      kind: "forbidden",
      message: expect.stringMatching(
        `^The role member of this account in Acme lacks the permission ${permission}\\. Kaneo refused: You are not allowed to `,
      ),
    });
    expect(JSON.stringify([data.members, data.auth.invitation, data.workspaces])).toBe(before);
  },
);

test("changes a role and says old and new; the same role again changes nothing", async () => {
  await using harness = await startAs("dan");

  const answer = await harness.call("change_role", { member: "Bob", role: "admin" });
  const again = await harness.call("change_role", { member: "bob@example.com", role: "admin" });

  expect(answer).toMatch(/^Bob .* <bob@example\.com> in Acme: member → admin$/);
  expect(again).toContain("is admin already; nothing was changed.");
  expect(roleOf(harness, "bob")).toBe("admin");
});

test("an admin cannot change an owner, and is told so in Kaneo's words, not that the role lacks it", async () => {
  await using harness = await startAs("dan");

  const call = harness.call("change_role", { member: "alice", role: "member" });

  await expect(call).rejects.toThrow(/^Kaneo refused: You are not allowed to update this member/);
  expect(roleOf(harness, "alice")).toBe("owner");
});

test("removes only who is meant: the e-mail has to be theirs", async () => {
  await using harness = await startAs("dan");

  const wrong = harness.call("remove_member", {
    member: "bob",
    confirm_email: "carol@example.com",
  });
  await expect(wrong).rejects.toThrow("Nobody was removed: the e-mail of Bob");
  const answer = await harness.call("remove_member", {
    member: "carol",
    confirm_email: "Carol@example.com",
  });

  expect(answer).toBe(
    'Removed Carol Jones <carol@example.com>, viewer, from Acme (acme).\nIf tasks are assigned to them, they stay so: list_tasks with assignee "Carol Jones" has them.',
  );
  expect(roleOf(harness, "carol")).toBeUndefined();
  expect(roleOf(harness, "bob")).toBe("member");
});

test("me leaves the workspace, also without the right to remove others", async () => {
  await using harness = await startAs("bob");

  const answer = await harness.call("remove_member", {
    member: "me",
    confirm_email: "bob@example.com",
  });

  expect(answer).toBe("This account left Acme (acme).");
  expect(roleOf(harness, "bob")).toBeUndefined();
});

test("the only owner cannot leave, in Kaneo's words", async () => {
  await using harness = await startAs("alice");

  const call = harness.call("remove_member", {
    member: "me",
    confirm_email: "alice@example.com",
    workspace: "acme",
  });

  await expect(call).rejects.toMatchObject({
    message: expect.stringContaining("You cannot leave the workspace as the only owner"),
    hint: "First give another member the role owner.",
  });
});

test("creates a workspace with a slug made from its name, and changes only what is named", async () => {
  await using harness = await startAs("alice");

  const created = await harness.call("create_workspace", {
    name: "Büro & Lab",
    description: "Ours",
  });
  const updated = await harness.call("update_workspace", {
    workspace: "buro-lab",
    name: "Lab",
    description: "none",
  });

  expect(created).toContain("Created workspace Büro & Lab (buro-lab).");
  expect(updated).toBe(
    "Workspace Lab (buro-lab)\nname: Büro & Lab → Lab\ndescription: Ours → none",
  );
  expect(harness.sandbox.data.workspaces.at(-1)).toMatchObject({ name: "Lab", slug: "buro-lab" });
});

test("a slug that is taken is refused with Kaneo's reason", async () => {
  await using harness = await startAs("alice");

  const call = harness.call("create_workspace", { name: "Another", slug: "acme" });

  await expect(call).rejects.toThrow(
    "Kaneo refused to create the workspace: Workspace already exists",
  );
});

test.each(["lab\n2", "lab\u202E", "x".repeat(1_001)])(
  "a slug that no answer could show as it is creates nothing",
  async (slug) => {
    await using harness = await startAs("alice");
    const { length } = harness.sandbox.data.workspaces;

    const call = harness.call("create_workspace", { name: "Lab", slug });

    await expect(call).rejects.toThrow('"slug" must be one word of at most 1,000 characters.');
    expect(harness.sandbox.data.workspaces).toHaveLength(length);
  },
);

test("who is invited and has not accepted yet is told apart from who is unknown", async () => {
  await using harness = await startAs();
  await harness.call("invite_member", {
    email: "kat.dumlao@example.com",
    workspace: "acme",
  });
  await harness.call("invite_member", { email: "kit@example.com", workspace: "acme" });
  await harness.call("cancel_invitation", { invitation: "kit@example.com", workspace: "acme" });
  const listed = () =>
    harness.requests().filter((request) => request.includes("list-invitations")).length;
  const before = listed();

  const names = ["Kat", "@Kat Dumlao", "kat.dumlao@example.com", "Kit", "Com"];
  const tasks = names.map((assignee) => ({ title: `For ${assignee}`, assignee }));
  const answer = await harness.call("create_tasks", { project: "WEB", tasks }).catch(String);

  for (const name of names.slice(0, 3)) {
    expect(answer).toContain(
      `No member "${name}" in this workspace yet: kat.dumlao@example.com is invited, and has not accepted. There are: Alice`,
    );
  }
  for (const name of names.slice(3))
    expect(answer).toContain(`No member "${name}" in this workspace. There are: Alice`);
  expect(listed() - before).toBe(1);
});
