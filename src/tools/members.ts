import { z } from "zod";
import { mapConcurrently } from "../kaneo/api/concurrency.ts";
import { endpoint, type Kaneo } from "../kaneo/api/kaneo.ts";
import { confirmed, confirmGone } from "../kaneo/api/outcomes.ts";
import {
  kaneoId,
  type Member,
  membersOf,
  type Workspace,
  word,
  workspaces,
} from "../kaneo/api/schemas.ts";
import { type Invitation, openInvitations } from "../kaneo/invitations.ts";
import {
  currentUserId,
  explainingRefusal,
  findMember,
  findRole,
  keepingOwner,
  membershipId,
  type Role,
  rolesOf,
} from "../kaneo/members.ts";
import { findInOne, workspacesMeant } from "../kaneo/workspaces.ts";
import { renderMoment } from "../text/dates.ts";
import { count, namedApart, spaced, stacked } from "../text/text.ts";
import { inline, quoted, renderMember, renderPlace } from "../untrusted.ts";
import * as fields from "./fields.ts";
import { defineTool } from "./tool.ts";

const member = fields.text.describe("me, name, e-mail or id");

const listMembers = defineTool({
  name: "list_members",
  toolset: "members",
  description:
    "Lists the people of a workspace with e-mail and role, the invitations that wait for an answer, and the roles with what each may do.",
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true },
  input: z.object({ workspace: fields.workspaceOrAll }),
  example: { workspace: "acme" },
  run: async ({ workspace }, { kaneo, now }) => {
    const fresh = kaneo.asOf("now");
    const meant = await workspacesMeant(fresh, workspace);
    return mapConcurrently(meant, async (workspace) => {
      const [members, invitations, roles] = await Promise.all([
        fresh.kept(membersOf(workspace.id)),
        openInvitations(kaneo, workspace, now()),
        rolesOf(kaneo, workspace),
      ]);
      return { workspace, members, invitations, roles };
    });
  },
  text: (all, { timeZone }) => {
    const parts = all.map(({ workspace, members, invitations, roles }) =>
      stacked([
        `${renderPlace(workspace)}: ${count(members.length, "member")}, ${count(invitations.length, "open invitation")}`,
        ...namedApart(members, ({ id }) => id).map((one) => `${renderMember(one)}  ${one.role}`),
        ...invitations.map((invitation) => renderInvitation(invitation, timeZone)),
        roles === undefined && "This account's role may not see what each role may do.",
        roles && `Roles:\n${roles.map(renderRole).join("\n")}`,
      ]),
    );
    const none =
      "This account belongs to no workspace. create_workspace creates one, answer_invitation joins one.";
    return parts.join("\n\n") || none;
  },
});

/** `invited  eve@example.com  member  until 2026-03-01 14:30  invitation GR0N…`. */
function renderInvitation(invitation: Invitation, timeZone: string): string {
  const { email, role, expiresAt, id } = invitation;
  const until = `until ${renderMoment(expiresAt, timeZone)}`;
  return spaced(["invited", email, role, until, `invitation ${id}`]);
}

/** `- member: project create, read; task create, read, update`. */
function renderRole({ name, permissions }: Role): string {
  if (permissions === undefined) return `- ${name}: everything`;
  const granted = Object.entries(permissions)
    .filter(([, actions]) => actions.length > 0)
    .map(([resource, actions]) => `${resource} ${actions.join(", ")}`);
  return `- ${inline(name, 40)}: ${inline(granted.join("; "), 400) || "nothing"}`;
}

const roleChangeSchema = z.object({ userId: kaneoId, role: word });

const changeRole = defineTool({
  name: "change_role",
  toolset: "members",
  description: "Gives a member of a workspace another role; list_members shows the roles.",
  // What the old role allowed may be lost.
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
  input: z.object({
    member,
    role: fields.text.describe("Role of the workspace"),
    workspace: fields.workspaceOfOne,
  }),
  example: { member: "bob", role: "admin", workspace: "acme" },
  run: async (args, { kaneo }) => {
    const { workspace, found: before } = await memberNow(kaneo, args);
    const role = await findRole(kaneo, workspace, args.role);
    if (role === before.role) return { workspace, before, role };
    const memberId = await membershipId(kaneo, workspace, before);
    const answer = await kaneo
      .post(endpoint`/api/auth/organization/update-member-role`, roleChangeSchema, {
        organizationId: workspace.id,
        memberId,
        role,
      })
      .catch(explainingRefusal(kaneo, workspace, ["member", "update"]))
      .catch(keepingOwner);
    const roles = (all: Member[]) => all.map(({ id, role }) => ({ userId: id, role }));
    await confirmed(answer, {
      what: `The role of ${inline(before.name, 60)}`,
      fields: { userId: before.id, role },
      rows: async () => roles(await kaneo.fresh(membersOf(workspace.id))),
    });
    return { workspace, before, role };
  },
  text: ({ workspace, before, role }) => {
    const who = `${renderMember(before)} in ${inline(workspace.name, 60)}`;
    return role === before.role
      ? `${who} is ${role} already; nothing was changed.`
      : `${who}: ${before.role} → ${role}`;
  },
});

const removedSchema = z
  .object({ member: z.object({ userId: kaneoId }) })
  .transform(({ member }) => ({ id: member.userId }));
const leftSchema = z.object({ userId: kaneoId });

const removeMember = defineTool({
  name: "remove_member",
  toolset: "members",
  description:
    "Removes a person from a workspace; with me, this account leaves it. Their tasks stay assigned to them.",
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
  input: z.object({
    member,
    confirm_email: fields.text.describe("The person's e-mail, to be sure"),
    workspace: fields.workspaceOfOne,
  }),
  example: { member: "carol", confirm_email: "carol@example.com", workspace: "acme" },
  run: async (args, { kaneo }) => {
    const { workspace, found: member } = await memberNow(kaneo, args);
    fields.assertConfirmed(args.confirm_email, member.email, {
      why: `Nobody was removed: the e-mail of ${inline(member.name, 60)} is ${member.email}, not "${inline(args.confirm_email, 60)}".`,
      hint: "Ask the person whether this member is meant, then repeat with that e-mail.",
    });
    const isSelf = member.id === (await currentUserId(kaneo));
    const remove = isSelf ? leave : removeOther;
    await remove(kaneo, workspace, member).catch(keepingOwner);
    kaneo.forget();
    return { workspace, member, isSelf };
  },
  text: ({ workspace, member, isSelf }) =>
    isSelf
      ? `This account left ${renderPlace(workspace)}.`
      : `Removed ${renderMember(member)}, ${member.role}, from ${renderPlace(workspace)}.\nIf tasks are assigned to them, they stay so: list_tasks with assignee ${quoted(member.name)} has them.`,
});

export const memberTools = [listMembers, changeRole, removeMember];

async function removeOther(kaneo: Kaneo, workspace: Workspace, member: Member): Promise<void> {
  const memberIdOrEmail = await membershipId(kaneo, workspace, member);
  const body = { organizationId: workspace.id, memberIdOrEmail };
  const removed = await kaneo
    .post(endpoint`/api/auth/organization/remove-member`, removedSchema, body)
    .catch(explainingRefusal(kaneo, workspace, ["member", "delete"]));
  await confirmGone(removed, {
    what: inline(member.name, 60),
    done: "removed",
    id: member.id,
    rows: () => kaneo.fresh(membersOf(workspace.id)),
  });
}

async function leave(kaneo: Kaneo, { id, name }: Workspace, member: Member): Promise<void> {
  const route = endpoint`/api/auth/organization/leave`;
  await confirmed(await kaneo.post(route, leftSchema, { organizationId: id }), {
    what: `This account's place in ${inline(name, 60)}`,
    done: "given up",
    fields: { userId: member.id },
    look: async () => {
      const all = await kaneo.fresh(workspaces);
      return all.some((workspace) => workspace.id === id) ? undefined : { userId: member.id };
    },
  });
}

/** The named member, and where, as Kaneo has them now: what is kept may hold an old role. */
function memberNow(
  kaneo: Kaneo,
  { workspace, member: reference }: { workspace?: string | undefined; member: string },
): Promise<{ workspace: Workspace; found: Member }> {
  return findInOne(kaneo, workspace, async ({ id }) => {
    await kaneo.fresh(membersOf(id));
    return findMember(kaneo, [id], reference);
  });
}
