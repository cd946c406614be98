/** /api/invitation: what Kaneo itself tells of the invitations that better-auth keeps. */
import { type SandboxData, userName } from "../data.ts";
import { route } from "../router.ts";

const pending = route({
  method: "GET",
  path: "/api/invitation/pending",
  run: ({ data, caller }) => {
    const me = data.users.find(({ id }) => id === caller.userId);
    // An API key brings no user along: Kaneo then sees an unconfirmed e-mail.
    if (!me?.emailVerified || caller.email === undefined) return [];
    return data.auth.invitation
      .filter(({ email, status }) => email === me.email && status === "pending")
      .filter(({ expiresAt }) => expiresAt.getTime() > Date.now())
      .map((row) => ({
        ...described(data, row),
        workspaceId: row.organizationId,
        createdAt: row.createdAt.toISOString(),
      }));
  },
});

const details = route({
  method: "GET",
  path: "/api/invitation/:id",
  run: ({ data, param }) => {
    const row = data.auth.invitation.find(({ id }) => id === param("id"));
    if (!row) return { valid: false, error: "Invitation not found" };
    if (row.status === "accepted") {
      return { valid: false, error: "This invitation has already been accepted" };
    }
    if (row.status === "canceled") {
      return { valid: false, error: "This invitation has been canceled" };
    }
    if (row.expiresAt.getTime() < Date.now()) {
      const invitation = { ...described(data, row), expired: true };
      return { valid: false, invitation, error: "This invitation has expired" };
    }
    return { valid: true, invitation: { ...described(data, row), expired: false } };
  },
});

export const invitationRoutes = [pending, details];

function described(data: SandboxData, row: SandboxData["auth"]["invitation"][number]) {
  const workspace = data.workspaces.find(({ id }) => id === row.organizationId);
  return {
    id: row.id,
    email: row.email,
    workspaceName: workspace?.name ?? "",
    inviterName: userName(data, row.inviterId) ?? "",
    expiresAt: row.expiresAt.toISOString(),
    status: row.status,
  };
}
