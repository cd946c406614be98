/** Invitations to a workspace: those that wait for an answer, sent and received. */
import { z } from "zod";
import { type Endpoint, endpoint, type Kaneo, type KeptList, withQuery } from "./api/kaneo.ts";
import { asHelp } from "./api/outcomes.ts";
import { kaneoId, list, moment, optional, type Workspace, word } from "./api/schemas.ts";
import { ambiguous, fold, type Naming, noMatch, wordsOf } from "./names/matching.ts";

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

/**
 * The addresses that `reference` (an e-mail, or names as in one) may mean among those who are invited and have not answered. It
 * only helps: none where this account may not know.
 */
export async function invitedAs(
  kaneo: Kaneo,
  workspaceIds: readonly string[],
  reference: string,
): Promise<string[]> {
  const wanted = wordsOf(reference);
  const isBegun = (words: readonly string[], by: string) => words.some((one) => one.startsWith(by));
  // Kept, since a call may name many people, and Kaneo counts what is asked below /api/auth.
  const reading = workspaceIds.map((id) => asHelp(kaneo.kept(invitationsOf(id))));
  const all = (await Promise.all(reading)).flatMap((found) => found ?? []);
  const open = all.filter((one) => isOpen(one, kaneo.madeAt()));
  const emails = new Set(open.map(({ email }) => email));
  return [...emails].filter((email) => {
    const [words, own] = [wordsOf(email), wordsOf(email.replace(/@.*/s, ""))];
    // Ed is nobody in particular at mit.edu.
    return wanted.every((one) => isBegun(words, one)) && wanted.some((one) => isBegun(own, one));
  });
}

/** The invitations to a workspace that wait for an answer. */
export function openInvitations(
  kaneo: Kaneo,
  { id }: Pick<Workspace, "id">,
  now: number,
): Promise<Invitation[]> {
  return openIn(kaneo, invitationsOf(id).endpoint, now);
}

/** `GET /api/auth/organization/list-invitations`, of every state. */
function invitationsOf(organizationId: string): KeptList<Invitation[]> {
  const route = endpoint`/api/auth/organization/list-invitations`;
  return { endpoint: withQuery(route, { organizationId }), schema: invitationListSchema };
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
  return all.filter((one) => isOpen(one, now));
}

function isOpen({ status, expiresAt }: Invitation, now: number): boolean {
  return status === "pending" && Date.parse(expiresAt) > now;
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
