import { z } from "zod";
import { isFailure, KaneoMcpError } from "../errors.ts";
import { kaneoId, moment, optional } from "./answer-fields.ts";
import type { Kaneo } from "./client.ts";
import { endpoint } from "./endpoint.ts";

export interface Comment {
  id: string;
  taskId: string;
  /** Undefined for people whose account is gone, and in the answers of writes. */
  author: string | undefined;
  content: string;
  /** ISO 8601 in UTC. */
  createdAt: string;
  isEdited: boolean;
}

/** `GET /api/comment/:taskId`; writes answer the activity that a comment is, without `user`. */
const commentSchema = z
  .object({
    id: kaneoId,
    taskId: kaneoId,
    content: optional(z.string()),
    createdAt: moment,
    updatedAt: optional(moment),
    user: optional(z.object({ name: optional(z.string()) })),
  })
  .transform(
    (row): Comment => ({
      id: row.id,
      taskId: row.taskId,
      author: row.user?.name,
      content: row.content ?? "",
      createdAt: row.createdAt,
      isEdited: (row.updatedAt ?? row.createdAt) !== row.createdAt,
    }),
  );

/** Every comment on a task, the oldest first (`GET /api/comment/:taskId`). */
export function commentsOf(kaneo: Kaneo, taskId: string): Promise<Comment[]> {
  return kaneo.get(endpoint`/api/comment/${taskId}`, z.array(commentSchema));
}

/** Adds a comment of the account in use. */
export function addComment(kaneo: Kaneo, taskId: string, content: string): Promise<Comment> {
  return kaneo.post(endpoint`/api/comment/${taskId}`, commentSchema, { content });
}

/** Replaces the text of one of the account's own comments. @throws KaneoMcpError "not_found", "forbidden". */
export function editComment(kaneo: Kaneo, id: string, content: string): Promise<Comment> {
  return kaneo
    .put(endpoint`/api/comment/${id}`, commentSchema, { content })
    .catch((error: unknown) => explain(error, id));
}

/** Deletes one of the account's own comments and gives what it said. @throws KaneoMcpError "not_found", "forbidden". */
export function deleteComment(kaneo: Kaneo, id: string): Promise<Comment> {
  return kaneo
    .delete(endpoint`/api/comment/${id}`, commentSchema)
    .catch((error: unknown) => explain(error, id));
}

/** Kaneo has one answer for another's comment and one that is gone, and another for one that never was. */
function explain(error: unknown, id: string): never {
  if (!isFailure(error, "not_found")) throw error;
  const hint = "get_task with include comments shows the ids of a task's comments.";
  if (!error.message.includes("not the author")) {
    throw new KaneoMcpError(
      "not_found",
      `There is no comment with the id "${id}", or this account cannot see it.`,
      { hint, cause: error },
    );
  }
  throw new KaneoMcpError(
    "forbidden",
    `Comment ${id} was written by someone else; Kaneo lets people change and delete only their own comments.`,
    { hint: "Add a comment of your own with add_comment instead.", cause: error },
  );
}
