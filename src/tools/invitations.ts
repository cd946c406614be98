/** Invitations to a workspace: those that this account sends, and those that it receives. */
import { z } from "zod";
import { KaneoMcpError } from "../errors.ts";
import { mapConcurrently } from "../kaneo/api/concurrency.ts";
import { addressOnPage, endpoint, type Kaneo } from "../kaneo/api/kaneo.ts";
import { asHelp, confirmed, confirmGone, onFailure, saying } from "../kaneo/api/outcomes.ts";
import { kaneoId, optional, type Workspace, word } from "../kaneo/api/schemas.ts";
import {
  type Invitation,
  invitationIn,
  invitationSchema,
  matchInvitation,
  openInvitations,
  receivedInvitations,
} from "../kaneo/invitations.ts";
import { explainingRefusal, findRole } from "../kaneo/members.ts";
import { fold } from "../kaneo/names/matching.ts";
import { findInOne, findWorkspace } from "../kaneo/workspaces.ts";
import { renderMoment } from "../text/dates.ts";
import { count, spaced, stacked } from "../text/text.ts";
import { inline } from "../untrusted.ts";
import * as fields from "./fields.ts";
import { defineTool } from "./tool.ts";

const inviteMember = defineTool({
  name: "invite_member",
  toolset: "members",
  description:
    "Invites a person to a workspace. Give them the link in the answer: Kaneo sends mail only where that is set up. An open invitation is renewed.",
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true },
  input: z.object({
    email: fields.text.describe("E-mail of the person"),
    role: fields.text.describe("Role of the workspace, see list_members").default("member"),
    workspace: fields.workspace,
  }),
  example: { email: "new.person@example.com", role: "member", workspace: "acme" },
  run: async (args, { kaneo, now }) => {
    const workspace = await findWorkspace(kaneo, args.workspace);
    const email = args.email.toLowerCase();
    const role = await findRole(kaneo, workspace, args.role);
    const open = await openInvitations(kaneo, workspace, now());
    const theirs = open.filter((one) => fold(one.email) === fold(email));
    // Where two people invited them at once, Kaneo renews either.
    const other = theirs.find((one) => one.role !== role);
    if (other !== undefined) {
      const why = `${email} is invited as ${other.role} already; nothing was changed.`;
      throw new KaneoMcpError("conflict", why, {
        hint: `To invite as ${role}, call cancel_invitation first.`,
      });
    }
    const isRenewed = theirs.length > 0;
    const body = { organizationId: workspace.id, email, role, ...(isRenewed && { resend: true }) };
    const answer = await kaneo
      .post(endpoint`/api/auth/organization/invite-member`, invitationSchema, body)
      .catch(explainingRefusal(kaneo, workspace, ["invitation", "create"]));
    const invitation = await confirmed(answer, {
      what: `The invitation of ${email}`,
      done: "sent",
      fields: { organizationId: workspace.id, email, role, status: "pending" },
      rows: () => openInvitations(kaneo, workspace, now()),
    });
    const link = await addressOnPage(kaneo, `/invitation/accept/${invitation.id}`);
    return { workspace, invitation, link, isRenewed };
  },
  text: ({ workspace, invitation, link, isRenewed }, { timeZone }) => {
    const { email, role, expiresAt } = invitation;
    return [
      `${isRenewed ? "Renewed the invitation of" : "Invited"} ${email} to ${inline(workspace.name, 60)} as ${role}, until ${renderMoment(expiresAt, timeZone)}.`,
      `Link for them, to open signed in as ${email}: ${link}`,
    ].join("\n");
  },
});

const cancelInvitation = defineTool({
  name: "cancel_invitation",
  toolset: "members",
  description: "Takes back an invitation that was not answered yet; its link stops working.",
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
  input: z.object({
    invitation: fields.text.describe("E-mail, id or link"),
    workspace: fields.workspaceOfOne,
  }),
  example: { invitation: "eve@example.com", workspace: "acme" },
  run: async (args, { kaneo, now }) => {
    const find = async (one: Workspace) =>
      matchInvitation(await openInvitations(kaneo, one, now()), args.invitation);
    const { workspace, found: invitation } = await findInOne(kaneo, args.workspace, find);
    const { id } = invitation;
    const answer = await kaneo
      .post(endpoint`/api/auth/organization/cancel-invitation`, invitationSchema, {
        invitationId: id,
      })
      .catch(explainingRefusal(kaneo, workspace, ["invitation", "cancel"]));
    await confirmGone(answer.status === "canceled" ? answer : { id: "" }, {
      what: `The invitation of ${invitation.email}`,
      done: "cancelled",
      id,
      rows: () => openInvitations(kaneo, workspace, now()),
    });
    return { workspace, invitation };
  },
  text: ({ workspace, invitation: { email, role } }) =>
    `Cancelled the invitation of ${email} to ${inline(workspace.name, 60)} as ${role}.`,
});

const listInvitations = defineTool({
  name: "list_invitations",
  toolset: "members",
  description:
    "Lists the invitations that this account received; those that it sent are in list_members.",
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true },
  input: z.object({}),
  run: async (_args, { kaneo, now }) => {
    const unconfirmed = onFailure("forbidden", () => undefined);
    const received = await receivedInvitations(kaneo, now()).catch(unconfirmed);
    const described = async (one: Invitation) => {
      const details = await asHelp(detailsOf(kaneo, one.id));
      return { ...one, ...details?.invitation };
    };
    return received && mapConcurrently(received, described);
  },
  text: (received, { timeZone }) => {
    if (received === undefined) return UNCONFIRMED;
    const lines = received.map(({ id, role, workspaceName = "", inviterName, expiresAt }) =>
      spaced([
        inline(workspaceName, 60),
        role,
        `by ${inline(inviterName ?? "someone", 60)}`,
        `until ${renderMoment(expiresAt, timeZone)}`,
        `invitation ${id}`,
      ]),
    );
    return stacked([count(received.length, "invitation"), ...lines]);
  },
});

const UNCONFIRMED =
  "Kaneo lists an account's invitations only once its e-mail address is confirmed. The link that the inviting person has can be given to answer_invitation all the same.";

/** `GET /api/invitation/:id`. */
const detailsSchema = z.object({
  valid: z.boolean(),
  error: optional(z.string()),
  invitation: optional(z.object({ workspaceName: z.string(), inviterName: z.string() })),
});

function detailsOf(kaneo: Kaneo, id: string): Promise<z.infer<typeof detailsSchema>> {
  return kaneo.get(endpoint`/api/invitation/${id}`, detailsSchema);
}

const answerSchema = z.object({
  invitation: z.object({ id: kaneoId, status: word, role: optional(word) }),
});

const answerInvitation = defineTool({
  name: "answer_invitation",
  toolset: "members",
  description: "Accepts or declines an invitation to a workspace.",
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
  input: z.object({
    invitation: fields.text.describe("Link or id"),
    answer: z.enum(["accept", "decline"]),
  }),
  example: { answer: "accept" },
  run: async ({ invitation, answer }, { kaneo }) => {
    const id = invitationIn(invitation) ?? invitation.trim();
    const details = await detailsOf(kaneo, id);
    if (!details.valid || details.invitation === undefined) {
      const why = inline(details.error ?? "It is not valid", 200).replace(/\.$/, "");
      throw new KaneoMcpError("not_found", `Kaneo does not accept an answer: ${why}.`, {
        hint: "If this account has accepted it, whoami lists the workspace; otherwise ask the person who sent it for a new one.",
      });
    }
    const { invitation: answered } = await send(kaneo, id, answer);
    kaneo.forget();
    return { ...details.invitation, answer, role: answered.role };
  },
  text: ({ workspaceName, inviterName, answer, role }) =>
    answer === "accept"
      ? `This account now belongs to ${inline(workspaceName, 60)}${role === undefined ? "" : ` as ${role}`}.`
      : `Declined the invitation of ${inline(inviterName, 60)} to ${inline(workspaceName, 60)}.`,
});

export const invitationTools = [inviteMember, cancelInvitation, listInvitations, answerInvitation];

async function send(kaneo: Kaneo, id: string, answer: "accept" | "decline") {
  const isYes = answer === "accept";
  const route = isYes
    ? endpoint`/api/auth/organization/accept-invitation`
    : endpoint`/api/auth/organization/reject-invitation`;
  const notOurs = { hint: "Use the account of the e-mail that was invited." };
  const sent = await kaneo
    .post(route, answerSchema, { invitationId: id })
    .catch(saying("forbidden", notOurs));
  const status = isYes ? "accepted" : "rejected";
  return confirmed(sent, {
    what: "The answer to the invitation",
    isSo: (row) => row.invitation.id === id && row.invitation.status === status,
  });
}
