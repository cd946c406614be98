import type { Comment } from "../kaneo/comments.ts";
import { renderMoment } from "./dates.ts";
import { indent, inline } from "./untrusted.ts";

/**
 * Comments as they stand below each other: who, when and the id on a line, then the text, indented so that none of its
 * lines can pass for the head of another comment. Not fenced: an answer has one fence around all its texts.
 */
export function renderComments(comments: readonly Comment[], timeZone: string): string {
  return comments
    .map((comment) => `${renderCommentHead(comment, timeZone)}\n${indent(comment.content)}`)
    .join("\n");
}

/** `Bob Stone  2026-03-01 14:30 +01:00  edited  comment m78vspeuftr5czk2j0tnljii`. */
function renderCommentHead({ author, createdAt, isEdited, id }: Comment, timeZone: string): string {
  const parts = [
    author === undefined ? undefined : inline(author, 60),
    renderMoment(createdAt, timeZone),
    isEdited ? "edited" : undefined,
    `comment ${id}`,
  ];
  return parts.filter((part) => part !== undefined).join("  ");
}
