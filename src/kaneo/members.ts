/** Who belongs to a workspace, in which role, and who is invited; in better-auth's words an organization. */
import { z } from "zod";
import { isFailure, KaneoMcpError, prefixed } from "../errors.ts";
import type { Kaneo } from "./api/client.ts";
import { endpoint, withQuery } from "./api/endpoint.ts";
import { membersOf } from "./api/lists.ts";
import { asHelp } from "./api/outcomes.ts";
import {
  doneSchema,
  kaneoId,
  list,
  type Member,
  moment,
  optional,
  type Workspace,
  word,
} from "./api/schemas.ts";
import { fold, matchOne, type Naming, noMatch, oneLine } from "./names/matching.ts";
import { currentUserId } from "./references.ts";

/** An invitation as every route under `/api/auth/organization` gives it. */
export const invitationSchema = z.object({
  id: kaneoId,
  organizationId: kaneoId,
  email: word,
  role: optional(word),
  status: word,
  expiresAt: moment,
});
export type Invitation = z.infer<typeof invitationSchema>;
const invitationListSchema = list(invitationSchema);

/** The invitations to a workspace that wait for an answer (`GET /api/auth/organization/list-invitations`, of every state). */
export async function openInvitations(
  kaneo: Kaneo,
  { id: organizationId }: Pick<Workspace, "id">,
  now: number,
): Promise<Invitation[]> {
  const route = endpoint`/api/auth/organization/list-invitations`;
  const all = await kaneo.get(withQuery(route, { organizationId }), invitationListSchema);
  return all.filter(({ status, expiresAt }) => status === "pending" && Date.parse(expiresAt) > now);
}

const permissionSchema = z.record(z.string(), list(z.string()));
const roleListSchema = list(z.object({ role: word, permission: permissionSchema }));

export interface Role {
  name: string;
  /** Such as `task` to `create`, `update`; undefined for the owner, who may do everything. */
  permissions?: z.infer<typeof permissionSchema> | undefined;
}

/** Fixed by Kaneo; all others are rows of the workspace, which its admins may add to and edit. */
const OWNER: Role = { name: "owner" };

/** The roles of a workspace (`GET /api/auth/organization/list-roles`). */
export async function rolesOf(
  kaneo: Kaneo,
  { id: organizationId }: Pick<Workspace, "id">,
): Promise<Role[]> {
  const route = endpoint`/api/auth/organization/list-roles`;
  const rows = await kaneo.get(withQuery(route, { organizationId }), roleListSchema);
  return [OWNER, ...rows.map(({ role, permission }) => ({ name: role, permissions: permission }))];
}

const roleNaming: Naming<Role> = {
  noun: "role",
  names: [({ name }) => name],
  show: ({ name }) => name,
};

/** The name of the role that `reference` names. @throws KaneoMcpError "not_found" or "ambiguous", listing the roles. */
export async function findRole(
  kaneo: Kaneo,
  workspace: Workspace,
  reference: string,
): Promise<string> {
  const roles = await rolesOf(kaneo, workspace);
  const role = matchOne(roles, reference, roleNaming);
  if (role !== undefined) return role.name;
  throw noMatch(reference, roles, { ...roleNaming, where: workspace.name });
}

const membershipsSchema = z.object({ members: list(z.object({ id: kaneoId, userId: kaneoId })) });

/** The id of a membership, which some routes want instead of the person's. */
export async function membershipId(
  kaneo: Kaneo,
  { id: organizationId }: Workspace,
  member: Member,
): Promise<string> {
  const ofMember = { organizationId, filterField: "userId", filterValue: member.id };
  const route = withQuery(endpoint`/api/auth/organization/list-members`, ofMember);
  const { members } = await kaneo.get(route, membershipsSchema);
  const found = members.find(({ userId }) => userId === member.id);
  if (found !== undefined) return found.id;
  throw new KaneoMcpError("not_found", `${oneLine(member.name, 60)} is no longer a member.`, {
    hint: "list_members shows who is.",
  });
}

/** A resource and what is to be done with it, such as `member` and `update`. */
export type Permission = readonly [resource: string, action: string];

/**
 * Runs `work`; where Kaneo refuses it, the failure says which permission the account's role lacks.
 *
 * @throws KaneoMcpError of `work`.
 */
export async function explainingRefusal<T>(
  kaneo: Kaneo,
  { workspace, needs }: { workspace: Workspace; needs: Permission },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isFailure(error, "forbidden")) throw error;
    const reason = await asHelp(whyRefused(kaneo, workspace, needs));
    throw reason === undefined ? error : prefixed(error, reason);
  }
}

async function whyRefused(
  kaneo: Kaneo,
  { id: organizationId, name }: Workspace,
  [resource, action]: Permission,
): Promise<string> {
  const [me, members] = await Promise.all([
    currentUserId(kaneo),
    kaneo.fresh(membersOf(organizationId)),
  ]);
  const role = members.find(({ id }) => id === me)?.role;
  const where = oneLine(name, 60);
  if (role === undefined) return `This account is no member of ${where}.`;
  const { success } = await kaneo.post(
    endpoint`/api/auth/organization/has-permission`,
    doneSchema,
    { organizationId, permissions: { [resource]: [action] } },
  );
  return success
    ? `The role ${role} of this account in ${where} has the permission for that (${resource}: ${action}), but not for this person.`
    : `The role ${role} of this account in ${where} lacks the permission ${resource}: ${action}.`;
}

/** The open invitation that `reference` (e-mail, id or link) names. @throws KaneoMcpError "not_found", listing them. */
export function matchInvitation(
  invitations: readonly Invitation[],
  reference: string,
  where: string,
): Invitation {
  const wanted = invitationIn(reference) ?? reference.trim();
  const found = invitations.find(({ id, email }) => id === wanted || fold(email) === fold(wanted));
  if (found !== undefined) return found;
  throw noMatch(reference, invitations, {
    noun: "open invitation",
    names: [({ id }) => id, ({ email }) => email],
    show: ({ email }) => email,
    where,
    hint: "list_members shows the invitations that wait for an answer.",
  });
}

/** The id in an invitation's link (Kaneo auth.ts: `<web>/invitation/accept/<id>`); undefined when it is none. */
export function invitationIn(reference: string): string | undefined {
  return /\/invitation\/(?:accept\/|public\/)?([A-Za-z0-9_-]{1,128})(?![\w-])/.exec(reference)?.[1];
}
