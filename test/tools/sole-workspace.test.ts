/** What is looked for in every workspace, when none is named. */
import { expect, test } from "vitest";
import { invitationTools } from "../../src/tools/invitations.ts";
import { labelTools } from "../../src/tools/labels.ts";
import { memberTools } from "../../src/tools/members.ts";
import { addLabel } from "../sandbox/routes/labels.ts";
import { addWorkspace, type SmallBoard, startSmallBoard } from "../support/small-board.ts";
import { toolNamed } from "../support/tool-named.ts";

const updateLabel = toolNamed(labelTools, "update_label");
const deleteLabel = toolNamed(labelTools, "delete_label");
const changeRole = toolNamed(memberTools, "change_role");
const inviteMember = toolNamed(invitationTools, "invite_member");
const cancelInvitation = toolNamed(invitationTools, "cancel_invitation");

/** The labels bug of Acme and chore of Side, and later of both. */
async function startTwoWorkspaces(): Promise<SmallBoard & { side: string }> {
  const board = await startSmallBoard();
  const side = addWorkspace(board, "Side");
  label(board, board.workspaceId, "bug");
  label(board, side, "chore");
  for (const workspaceId of [board.workspaceId, side]) label(board, workspaceId, "later");
  return { ...board, side };
}

function label({ sandbox: { data } }: SmallBoard, workspaceId: string, name: string) {
  addLabel(data, { name, color: "red", workspaceId, taskId: null });
}

test("a label that one workspace has is found there, and the answer says where", async () => {
  await using board = await startTwoWorkspaces();

  const changed = await board.call(updateLabel, { label: "chore", name: "errand" });
  const merged = await board.call(updateLabel, { label: "errand", into: "later" });
  const deleted = await board.call(deleteLabel, { label: "bug" });

  expect(changed).toBe("Label chore (red) of Side is now errand (red).");
  expect(merged).toMatch(/^Merged label errand \(red\) of Side, which is deleted, into later/);
  expect(deleted).toBe("Deleted label bug (red) of Acme: 0 tasks had it.");
});

test("a label that two workspaces have is asked about, and one that none has is told for each", async () => {
  await using board = await startTwoWorkspaces();

  const two = board.call(deleteLabel, { label: "later" });
  await expect(two).rejects.toMatchObject({
    kind: "ambiguous",
    message: expect.stringMatching(/^Which workspace\? .*Acme \(acme\).*Side \(side\)/),
  });
  const none = board.call(deleteLabel, { label: "nothing" });
  await expect(none).rejects.toMatchObject({
    kind: "not_found",
    message: expect.stringMatching(/^Acme: No label "nothing".*\nSide: No label "nothing".*chore/),
    hint: expect.stringContaining("create_label"),
  });
});

test("a member or an invitation that one workspace has is found there", async () => {
  await using board = await startTwoWorkspaces();
  await board.call(inviteMember, { email: "eve@example.com", role: "owner", workspace: "side" });

  const changed = await board.call(changeRole, { member: "bob", role: "admin" });
  const cancelled = await board.call(cancelInvitation, { invitation: "eve@example.com" });

  expect(changed).toMatch(/in Acme: member → admin$/);
  expect(cancelled).toBe("Cancelled the invitation of eve@example.com to Side as owner.");
});
