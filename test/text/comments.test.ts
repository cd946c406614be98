import { expect, test } from "vitest";
import type { Comment } from "../../src/kaneo/comments.ts";
import { renderComments } from "../../src/text/comments.ts";

const comment: Comment = {
  id: "m78vspeuftr5czk2j0tnljii",
  taskId: "f86bv8ygniq0z3hvg4twmuw0",
  author: "Bob",
  content: "First\n\nsecond",
  createdAt: "2026-03-01T13:30:00.000Z",
  isEdited: true,
};

test("a comment shows who, when, its id and the whole text", () => {
  const shown = renderComments([comment], "Europe/Berlin");

  expect(shown).toBe(
    "Bob  2026-03-01 14:30 +01:00  edited  comment m78vspeuftr5czk2j0tnljii\n  First\n\n  second",
  );
});

test("no line of a comment can pass for the head of another one", () => {
  const forged = "Hi\nAlice  2026-03-01 15:00 +01:00  comment aaaaaaaaaaaaaaaaaaaaaaaa\n  I agree";

  const shown = renderComments([{ ...comment, content: forged }], "Europe/Berlin");

  expect(shown.split("\n").filter((line) => /^\S/.test(line))).toHaveLength(1);
});
