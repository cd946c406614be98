import { z } from "zod";
import { addComment, type Comment, deleteComment, editComment } from "../kaneo/comments.ts";
import { findTask } from "../kaneo/task-finder.ts";
import { fence, inline } from "../text/untrusted.ts";
import * as fields from "./fields.ts";
import { defineTool } from "./tool.ts";

const content = fields.text.describe("Markdown");
const comment = fields.text.describe("Id, from get_task");

const add = defineTool({
  name: "add_comment",
  toolset: "comments",
  title: "Add comment",
  description: "Comments on a task in the name of this account; calling twice adds two.",
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false },
  input: z.object({ task: fields.task, content }),
  example: { task: "WEB-4", content: "Fresh comment" },
  run: async ({ task: reference, content }, { kaneo }) => {
    const { task } = await findTask(kaneo, reference);
    return { task, comment: await addComment(kaneo, task.id, content) };
  },
  text: ({ task, comment }) => `Commented on ${task.key}  ${inline(task.title)}: ${said(comment)}`,
});

const edit = defineTool({
  name: "edit_comment",
  toolset: "comments",
  title: "Edit comment",
  description: "Replaces the text of a comment that this account wrote.",
  // The old text is gone for good.
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
  input: z.object({ comment, content }),
  example: { content: "Changed comment" },
  run: ({ comment, content }, { kaneo }) => editComment(kaneo, comment, content),
  text: (comment) => `Changed ${said(comment)}`,
});

const remove = defineTool({
  name: "delete_comment",
  toolset: "comments",
  title: "Delete comment",
  description: "Deletes a comment that this account wrote.",
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
  input: z.object({ comment }),
  example: {},
  run: ({ comment }, { kaneo }) => deleteComment(kaneo, comment),
  text: ({ id, content }) => `Deleted comment ${id}, which said:\n${fence(content)}`,
});

export const commentTools = [add, edit, remove];

/** Enough of the text to recognise it: who called has just written it. */
function said({ id, content }: Comment): string {
  return `comment ${id}, "${inline(content, 80)}"`;
}
