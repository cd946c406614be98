import { expect, test } from "vitest";
import { allTools } from "../../src/tools/index.ts";
import { createId } from "../sandbox/data.ts";
import type { People } from "../sandbox/people.ts";
import { startToolHarness, type ToolHarness } from "../support/tool-harness.ts";
import { toolNamed } from "../support/tool-named.ts";

/** Calls of one person of the demo. */
async function startAs(person: keyof People) {
  const harness = await startToolHarness({ seed: "demo", person });
  const call = (name: string, args = {}) => harness.call(toolNamed(allTools, name), args);
  return { ...harness, call, [Symbol.asyncDispose]: () => harness[Symbol.asyncDispose]() };
}

test("an invitation that is cancelled can no longer be accepted", async () => {
  await using harness = await startAs("alice");
  const invited = await harness.call("invite_member", {
    email: "eve@example.com",
    workspace: "acme",
  });
  const [link = ""] = /\/invitation\/accept\/\w+/.exec(invited) ?? [];

  const answer = await harness.call("cancel_invitation", {
    invitation: "eve@example.com",
    workspace: "acme",
  });
  const late = harness.call("answer_invitation", { invitation: link, answer: "accept" });

  expect(answer).toBe("Cancelled the invitation of eve@example.com to Acme as member.");
  await expect(late).rejects.toThrow(
    "Kaneo does not accept an answer: This invitation has been canceled",
  );
  expect(harness.sandbox.data.auth.invitation).toMatchObject([{ status: "canceled" }]);
});

test("an invitation for which Kaneo gives no role is named without one", async () => {
  await using harness = await startAs("alice");
  await harness.call("invite_member", { email: "eve@example.com", workspace: "acme" });
  const [invitation] = harness.sandbox.data.auth.invitation;
  Object.assign(invitation ?? {}, { role: null });
  const cancel = (email: string) =>
    harness.call("cancel_invitation", { invitation: email, workspace: "acme" });

  const refusal = cancel("ewe@example.com");

  await expect(refusal).rejects.toThrow("There are: eve@example.com as ? (invitation ");
  const members = await harness.call("list_members", { workspace: "acme" });
  expect(members).toContain("invited  eve@example.com  ?  ");
  expect(await cancel("eve@example.com")).toMatch(/^Cancelled .* as \?\.$/);
});

test("of two open invitations of one e-mail none is taken for the other", async () => {
  await using harness = await startAs("alice");
  const args = { email: "eve@example.com", workspace: "acme" };
  await harness.call("invite_member", args);
  const { invitation } = harness.sandbox.data.auth;
  const second = { ...invitation[0], id: createId(), role: "admin" };
  // As when another person invites at the same moment.
  Object.assign(invitation, { 1: second });

  const again = harness.call("invite_member", args);
  await expect(again).rejects.toThrow("eve@example.com is invited as admin already");
  const cancelled = harness.call("cancel_invitation", { invitation: args.email });
  await expect(cancelled).rejects.toMatchObject({
    kind: "ambiguous",
    message: expect.stringMatching(/ as member \(invitation \w+\), .* as admin \(invitation \w+\)/),
  });
  const answer = await harness.call("cancel_invitation", { invitation: second.id });

  expect(answer).toBe("Cancelled the invitation of eve@example.com to Acme as admin.");
  expect(invitation.map(({ status }) => status)).toEqual(["pending", "canceled"]);
});

test("an account with an unconfirmed e-mail is told that the link works all the same", async () => {
  await using harness = await startAs("bob");

  const answer = await harness.call("list_invitations");

  expect(answer).toMatch(
    /^Kaneo lists an account's invitations only once its e-mail address is confirmed\./,
  );
});

test("lists to an API key, too, what was received and can still be answered", async () => {
  await using harness = await startAs("dan");
  const { data, people } = harness.sandbox;
  const user = data.users.find(({ id }) => id === people.dan.id);
  Object.assign(user ?? {}, { emailVerified: true });
  for (const role of ["viewer", "member"]) invited(harness, { role });
  Object.assign(data.auth.invitation[0] ?? {}, { expiresAt: new Date(Date.now() - 60_000) });

  const answer = await harness.call("list_invitations");

  expect(answer).toMatch(
    /^1 invitation\nAlice's cabin {2}member {2}by Alice Doe {2}until .+ {2}invitation \w+$/,
  );
});

test("an invitation of which Kaneo tells no more is listed all the same", async () => {
  await using harness = await startAs("dan");
  const { data, people } = harness.sandbox;
  const user = data.users.find(({ id }) => id === people.dan.id);
  Object.assign(user ?? {}, { emailVerified: true });
  const id = invited(harness, { role: "viewer" });
  harness.sandbox.fail({ path: /^\/api\/invitation\//, times: Infinity }, { kind: "html" });

  const answer = await harness.call("list_invitations");

  expect(answer).toMatch(/^1 invitation\nviewer {2}by someone {2}until .+ {2}invitation \w+$/);
  expect(answer).toContain(id);
});

/** An invitation of dan to alice's cabin; gives its id. */
function invited(
  { sandbox: { data, people } }: Pick<ToolHarness, "sandbox">,
  { role }: { role: string },
): string {
  const id = createId();
  const cabin = data.workspaces.find(({ slug }) => slug === "cabin")?.id ?? "";
  const [createdAt, expiresAt] = [new Date(), new Date(Date.now() + 60_000)];
  const state = { role, teamId: null, status: "pending", createdAt, expiresAt };
  const parties = { email: people.dan.email, inviterId: people.alice.id, organizationId: cabin };
  data.auth.invitation.push({ id, ...state, ...parties });
  return id;
}

test("an invitation of somebody else is not taken, with what to do", async () => {
  await using harness = await startAs("bob");
  const id = invited(harness, { role: "member" });

  const call = harness.call("answer_invitation", { invitation: id, answer: "accept" });

  await expect(call).rejects.toMatchObject({
    message: expect.stringContaining("You are not the recipient of the invitation"),
    hint: "Use the account of the e-mail that was invited.",
  });
});

test("declining an invitation leaves the workspace without a new member", async () => {
  await using harness = await startAs("dan");
  const { data } = harness.sandbox;
  const id = invited(harness, { role: "member" });
  const cabin = data.auth.invitation[0]?.organizationId;

  const answer = await harness.call("answer_invitation", { invitation: id, answer: "decline" });

  expect(answer).toBe("Declined the invitation of Alice Doe to Alice's cabin.");
  expect(data.auth.invitation[0]?.status).toBe("rejected");
  expect(data.members.filter(({ organizationId }) => organizationId === cabin)).toHaveLength(1);
});

test("an invitation that was accepted before is told as that", async () => {
  await using harness = await startAs("dan");
  const invitation = invited(harness, { role: "member" });
  const accept = { invitation, answer: "accept" };
  await harness.call("answer_invitation", accept);

  const [again, late] = await Promise.allSettled([
    harness.call("answer_invitation", accept),
    harness.call("cancel_invitation", { invitation }),
  ]);

  expect(again).toMatchObject({
    reason: {
      message: expect.stringContaining("has already been accepted"),
      hint: expect.stringContaining("whoami lists the workspace"),
    },
  });
  expect(late).toMatchObject({
    reason: {
      message: `Acme: No open invitation "${invitation}". There are none.\nAlice's cabin: No open invitation "${invitation}". There are none.`,
      hint: expect.stringContaining("who has accepted"),
    },
  });
});
