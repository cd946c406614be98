/** Who belongs to a workspace, and in which role; in better-auth's words an organization. */
import { z } from "zod";
import { isFailure, KaneoMcpError, prefixed, reworded } from "../errors.ts";
import { inline } from "../untrusted.ts";
import { mapConcurrently } from "./api/concurrency.ts";
import { allKept, endpoint, type Kaneo, keptOrFresh, withQuery } from "./api/kaneo.ts";
import { asHelp, onFailure } from "./api/outcomes.ts";
import {
  currentSession,
  doneSchema,
  kaneoId,
  list,
  type Member,
  membersOf,
  type Workspace,
  word,
} from "./api/schemas.ts";
import { invitedAs } from "./invitations.ts";
import {
  ambiguous,
  fold,
  foldAccents,
  matchOne,
  type Naming,
  noMatch,
  shortenedOf,
} from "./names/matching.ts";
import { projectsWithTasks, type Scope } from "./projects/find.ts";
import { boardOf } from "./tasks/project-tasks.ts";

/** How people name the members of one workspace. */
export const memberNaming: Naming<Member> = {
  noun: "member",
  // In any letters: who writes bob may mean Bob, and whoever calls himself bob is not to be told of it instead.
  names: [({ id }) => id, ({ email }) => email, ({ name }) => fold(name)],
  // Of who left nobody knows the address.
  show: ({ name, email }) => (email === "" ? name : `${name} <${email}>`),
};

/**
 * The member of any of these workspaces whom `reference` names: `me`, e-mail, id, name, or a part of the name that only one
 * has. Kaneo itself would accept people outside the workspace as assignees.
 *
 * @throws KaneoMcpError "not_found" or "ambiguous", listing the members.
 */
export async function findMember(
  kaneo: Kaneo,
  workspaceIds: readonly string[],
  reference: string,
): Promise<Member> {
  const bare = reference.replace(/^@/, "");
  const wanted = fold(bare) === "me" ? await currentUserId(kaneo) : bare;
  const read = async (now: Kaneo) => {
    const all = await allKept(now, workspaceIds, membersOf);
    return [...new Map(all.map((member) => [member.id, member])).values()];
  };
  const found = await keptOrFresh(kaneo, async (now) => matchMember(await read(now), wanted));
  if (found !== undefined) return found;
  const place = workspaceIds.length === 1 ? "this workspace" : "these workspaces";
  const [invited] = await invitedAs(kaneo, workspaceIds, bare);
  throw noMatch(reference, await read(kaneo), {
    ...memberNaming,
    where: invited ? `${place} yet: ${invited} is invited, and has not accepted` : place,
    hint: "Name one member of the workspace, or me; none means nobody where that is possible.",
  });
}

/** The member of a list whom `wanted` names, but for `me`. @throws KaneoMcpError "ambiguous", listing the members. */
export function matchMember(members: Member[], wanted: string): Member | undefined {
  // Anybody may take somebody's address for a name.
  const addressed = members.find(({ email }) => email !== "" && fold(email) === fold(wanted));
  const exact = addressed ?? matchOne(members, wanted, memberNaming);
  if (exact !== undefined) return exact;
  const part = foldAccents(wanted);
  const partial = part === "" ? [] : members.filter(({ name }) => foldAccents(name).includes(part));
  const called = shortenedOf(members, wanted, ({ name }) => `${name} ${withoutUmlauts(name)}`);
  const near = called.length > 0 ? called : partial;
  if (near.length > 1) throw ambiguous(wanted, near, memberNaming);
  // Ana is another one than Susana.
  const words = (text: string) => ` ${foldAccents(text).replaceAll(/[^\p{L}\p{N}\p{M}]+/gu, " ")}`;
  const isMeant = (name: string) =>
    WITHOUT_BLANKS.test(wanted) || words(name).includes(words(wanted));
  const found = called[0] ?? near.find(({ name }) => isMeant(name));
  const bare = wanted.replace(RESPECTED, "");
  return found ?? (bare === wanted ? undefined : matchMember(members, bare));
}

/** What stands behind a name in Japanese and Korean: `田中さん`, `김민수님`. */
export const RESPECT = "(?:さん|さま|様|くん|ちゃん|氏|님|씨)";
const RESPECTED = new RegExp(String.raw`(?<=\S)${RESPECT}$`, "u");

/** As people write `Müller` where there are no umlauts: `Mueller`. */
function withoutUmlauts(name: string): string {
  return name.normalize("NFC").replaceAll(/[äöü]/giu, "$&e");
}

/** Chinese, Japanese and Korean names have none before the given name. */
const WITHOUT_BLANKS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/** The id of the account in use. */
export async function currentUserId(kaneo: Kaneo): Promise<string> {
  const session = await kaneo.kept(currentSession);
  if (session === null) {
    throw new KaneoMcpError("unexpected", "Kaneo does not say whose account this is.", {
      hint: "Name the person by e-mail instead of me.",
    });
  }
  return session.user.id;
}

/**
 * The member whom `reference` names, or who left the workspace and still has tasks: Kaneo leaves them assigned, archived ones
 * too, and shows the name.
 *
 * @throws KaneoMcpError as {@link findMember}.
 */
export async function findPerson(
  kaneo: Kaneo,
  scope: Pick<Scope, "workspaceIds" | "project">,
  reference: string,
): Promise<Pick<Member, "id" | "name">> {
  try {
    return await findMember(kaneo, scope.workspaceIds, reference);
  } catch (error) {
    if (!isFailure(error, "not_found")) throw error;
    // It only helps: who is not there is no member, however much of the boards can be read.
    const people = (await asHelp(assigneesIn(kaneo, scope))) ?? [];
    const gone = matchMember(people, reference.replace(/^@/, ""));
    if (gone === undefined) throw reworded(error, error.message, WHO_LEFT);
    return gone;
  }
}

const WHO_LEFT =
  "Name one member of the workspace, or me. Somebody who left is found by name while tasks are still theirs; otherwise leave the person out, and look for the name in the answer.";

/** Whoever has tasks there, also who left. */
export async function assigneesIn(
  kaneo: Kaneo,
  scope: Pick<Scope, "workspaceIds" | "project">,
): Promise<Member[]> {
  const projects = await projectsWithTasks(kaneo, scope);
  const boards = await mapConcurrently(projects, ({ id }) => kaneo.kept(boardOf(id)));
  const people = new Map<string, Member>();
  for (const { userId: id, assigneeName: name } of boards.flatMap(({ rows }) => rows)) {
    if (id && name) people.set(id, { id, name, email: "", role: "" });
  }
  return [...people.values()];
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

/**
 * The roles of a workspace (`GET /api/auth/organization/list-roles`). Undefined where Kaneo does not tell this account: one
 * that was made on Kaneo's page has no permission to list roles, which that page does not offer.
 */
export async function rolesOf(
  kaneo: Kaneo,
  { id: organizationId }: Workspace,
): Promise<Role[] | undefined> {
  const route = withQuery(endpoint`/api/auth/organization/list-roles`, { organizationId });
  const untold = onFailure("forbidden", () => undefined);
  const rows = await kaneo.get(route, roleListSchema).catch(untold);
  const named = rows?.map(({ role, permission }) => ({ name: role, permissions: permission }));
  return named && [OWNER, ...named];
}

const roleNaming: Naming<Role> = {
  noun: "role",
  names: [({ name }) => name],
  show: ({ name }) => name,
};

/**
 * The name of the role that `reference` names. Where the roles are not told, Kaneo judges it, whose names are in small
 * letters.
 *
 * @throws KaneoMcpError "not_found" or "ambiguous", listing the roles.
 */
export async function findRole(
  kaneo: Kaneo,
  workspace: Workspace,
  reference: string,
): Promise<string> {
  const roles = await rolesOf(kaneo, workspace);
  if (roles === undefined) return reference.toLowerCase();
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
  throw new KaneoMcpError("not_found", `${inline(member.name, 60)} is no longer a member.`, {
    hint: "list_members shows who is.",
  });
}

/** A resource and what is to be done with it, such as `member` and `update`. */
type Permission = readonly [resource: string, action: string];

/** For `catch`: where Kaneo refuses it, the failure says which permission the account's role lacks. */
export function explainingRefusal(kaneo: Kaneo, workspace: Workspace, needs: Permission) {
  return onFailure("forbidden", async (error): Promise<never> => {
    const reason = await asHelp(whyRefused(kaneo, workspace, needs));
    throw reason === undefined ? error : prefixed(error, reason);
  });
}

/** For `catch`: what to do where Kaneo refuses since a workspace keeps an owner. */
export const keepingOwner = onFailure("invalid_input", (error): never => {
  if (!/\bowner\b/.test(error.message)) throw error;
  throw reworded(error, error.message, "First give another member the role owner.");
});

async function whyRefused(
  kaneo: Kaneo,
  { id: organizationId, name }: Workspace,
  [resource, action]: Permission,
): Promise<string | undefined> {
  const [me, members, { success }] = await Promise.all([
    currentUserId(kaneo),
    kaneo.fresh(membersOf(organizationId)),
    kaneo.post(endpoint`/api/auth/organization/has-permission`, doneSchema, {
      organizationId,
      permissions: { [resource]: [action] },
    }),
  ]);
  const role = members.find(({ id }) => id === me)?.role;
  if (role === undefined || success) return undefined;
  return `The role ${role} of this account in ${inline(name, 60)} lacks the permission ${resource}: ${action}.`;
}
