/** Invitations to a workspace: those that wait for an answer, sent and received. */
import { z } from "zod";
import { type Endpoint, endpoint, type Kaneo, withQuery } from "./api/kaneo.ts";
import { kaneoId, list, moment, optional, type Workspace, word } from "./api/schemas.ts";
import { ambiguous, fold, type Naming, noMatch } from "./names/matching.ts";

/** An invitation as every route under `/api/auth/organization` gives it. */
export const invitationSchema = z.object({
  id: kaneoId,
  organizationId: kaneoId,
  email: word,
  // Nothing keeps a row of Kaneo's from having none.
  role: optional(word).transform((role = "?") => role),
  status: word,
  expiresAt: moment,
});
export type Invitation = z.infer<typeof invitationSchema>;
const invitationListSchema = list(invitationSchema);

/** The invitations to a workspace that wait for an answer (`GET /api/auth/organization/list-invitations`, of every state). */
export function openInvitations(
  kaneo: Kaneo,
  { id: organizationId }: Pick<Workspace, "id">,
  now: number,
): Promise<Invitation[]> {
  const route = endpoint`/api/auth/organization/list-invitations`;
  return openIn(kaneo, withQuery(route, { organizationId }), now);
}

/**
 * Those that the account itself received. `GET /api/invitation/pending` would tell an API key of none.
 *
 * @throws KaneoMcpError "forbidden" for an account whose e-mail is not confirmed, as after a sign-up by password.
 */
export function receivedInvitations(kaneo: Kaneo, now: number): Promise<Invitation[]> {
  return openIn(kaneo, endpoint`/api/auth/organization/list-user-invitations`, now);
}

async function openIn(kaneo: Kaneo, route: Endpoint, now: number): Promise<Invitation[]> {
  const all = await kaneo.get(route, invitationListSchema);
  return all.filter(({ status, expiresAt }) => status === "pending" && Date.parse(expiresAt) > now);
}

/**
 * The open invitation of a workspace that `reference` (e-mail, id or link) names.
 *
 * @throws KaneoMcpError "not_found", listing them; "ambiguous" where two people invited the same e-mail at once.
 */
export function matchInvitation(invitations: readonly Invitation[], reference: string): Invitation {
  const wanted = invitationIn(reference) ?? reference;
  const fitting = invitations.filter(
    ({ id, email }) => id === wanted || fold(email) === fold(wanted),
  );
  const [found, another] = fitting;
  if (found !== undefined && another === undefined) return found;
  if (found !== undefined) throw ambiguous(reference, fitting, naming);
  throw noMatch(reference, invitations, {
    ...naming,
    hint: "list_members shows the invitations that wait for an answer, and who has accepted.",
  });
}

const naming: Naming<Invitation> = {
  noun: "open invitation",
  names: [({ id }) => id, ({ email }) => email],
  show: ({ id, email, role }) => `${email} as ${role} (invitation ${id})`,
};

/** The id in an invitation's link (Kaneo auth.ts: `<web>/invitation/accept/<id>`); undefined when it is none. */
export function invitationIn(reference: string): string | undefined {
  return /\/invitation\/(?:accept\/|public\/)?([A-Za-z0-9_-]{1,128})(?![\w-])/.exec(reference)?.[1];
}
