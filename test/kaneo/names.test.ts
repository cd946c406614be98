import { expect, test } from "vitest";
import { findMember, findProject, findWorkspace } from "../../src/kaneo/references.ts";
import { addProject } from "../sandbox/routes/projects.ts";
import { startSmallBoard } from "../support/small-board.ts";

test("a name is found as an answer shows it: without what nobody sees, with single blanks", async () => {
  await using board = await startSmallBoard();
  const fields = { icon: "X", workspaceId: board.workspaceId };
  const { id } = addProject(board.sandbox.data, {
    ...fields,
    name: "Old\n \u202Esite\u200B",
    slug: "O",
  });

  const found = await findProject(board.kaneo, { project: "old site" });

  expect(found.id).toBe(id);
});

test("a default that names nothing is told apart from a wrong argument", async () => {
  const defaults = { workspace: "gone", project: "GONE" };
  await using board = await startSmallBoard({ defaults });

  await expect(findWorkspace(board.kaneo)).rejects.toMatchObject({
    kind: "not_found",
    hint: "KANEO_WORKSPACE is set to that: correct it in the client's configuration.",
  });
  await expect(findProject(board.kaneo, { workspace: "acme" })).rejects.toMatchObject({
    kind: "not_found",
    hint: "KANEO_PROJECT is set to that: correct it in the client's configuration.",
  });
});

test("a name of which nobody sees anything fits no member", async () => {
  await using board = await startSmallBoard();

  const search = findMember(board.kaneo, board.workspaceId, "\u200b");

  await expect(search).rejects.toMatchObject({ kind: "not_found" });
});
