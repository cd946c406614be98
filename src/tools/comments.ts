import { z } from "zod";
import { isFailure, KaneoMcpError, prefixed } from "../errors.ts";
import { endpoint, type Kaneo } from "../kaneo/api/kaneo.ts";
import { asHelp, confirmed, fateOf, onFailure } from "../kaneo/api/outcomes.ts";
import { kaneoId, list, moment, optional } from "../kaneo/api/schemas.ts";
import { type TaskEvent, withNames } from "../kaneo/events/events.ts";
import { type Mentioned, mayMention, readMentions, withMentions } from "../kaneo/mentions.ts";
import type { Change } from "../kaneo/tasks/changes.ts";
import { findTask, type PlacedTask, taskById } from "../kaneo/tasks/find.ts";
import { renderMinute } from "../text/dates.ts";
import { spaced } from "../text/text.ts";
import { fence, indent, quoted, renderPerson } from "../untrusted.ts";
import * as fields from "./fields.ts";
import { defineTool } from "./tool.ts";

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
  .transform(({ content = "", updatedAt, user, ...row }) => {
    const isEdited = (updatedAt ?? row.createdAt) !== row.createdAt;
    return { ...row, content, text: readMentions(content), isEdited, author: user?.name };
  });
const commentListSchema = list(commentSchema);

/** `text` is the `content` as a person reads it; `author` is undefined for people whose account is gone, and in the answers of writes. */
export type Comment = z.infer<typeof commentSchema>;

/** Every comment on a task by an account that there is, the oldest first (`GET /api/comment/:taskId`). */
export function commentsOf(kaneo: Kaneo, taskId: string): Promise<Comment[]> {
  return kaneo.get(endpoint`/api/comment/${taskId}`, commentListSchema);
}

/**
 * All comments on a task, the oldest first: also those that Kaneo keeps among its events alone, from GitHub or Gitea and by
 * accounts that were deleted (get-comments.ts), with their line breaks collapsed.
 */
export function withForeign(
  taskId: string,
  comments: readonly Comment[],
  events: readonly TaskEvent[],
): Comment[] {
  const own = new Set(comments.map(({ id }) => id));
  const foreign = events.filter(({ kind, id }) => kind === "comment" && !own.has(id));
  const read = foreign.map(({ id, at: createdAt, text: content = "", person: author }) => {
    return { id, taskId, createdAt, content, text: readMentions(content), isEdited: false, author };
  });
  return [...comments, ...read].sort((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt));
}

/**
 * Comments as they stand below each other: who, when and the id on a line, then the text, indented so that none of its
 * lines can pass for the head of another comment. Not fenced: an answer has one fence around all its texts.
 */
export function renderComments(comments: readonly Comment[], timeZone: string): string {
  return comments
    .map((comment) => `${renderHead(comment, timeZone)}\n${indent(comment.text)}`)
    .join("\n");
}

/** The same events, with the names of people who left the workspace, as far as their comments on the task tell them. */
export async function withAuthors(
  kaneo: Kaneo,
  taskId: string,
  events: TaskEvent[],
): Promise<TaskEvent[]> {
  if (events.every(({ person, personId }) => person ?? personId === undefined)) return events;
  const comments = (await asHelp(commentsOf(kaneo, taskId))) ?? [];
  const authors = new Map(comments.map(({ id, author }) => [id, author]));
  return withNames(events.map((one) => ({ ...one, person: one.person ?? authors.get(one.id) })));
}

/** Of what was deleted, in a fence, and where the rest of it is. */
export const MOST_DELETED = 20_000;
export const GONE = "nobody can read them any more";

/** `@Bob Stone  2026-03-01 14:30  edited  comment m78vspeuftr5czk2j0tnljii`. */
function renderHead({ author, createdAt, isEdited, id }: Comment, timeZone: string): string {
  return spaced([
    author && renderPerson(author),
    renderMinute(createdAt, timeZone),
    isEdited && "edited",
    `comment ${id}`,
  ]);
}

type Written = Omit<Mentioned, "text"> & { comment: Comment };

/** Comments on a task in the name of the account in use, and mentions whom the text names. */
export async function addComment(kaneo: Kaneo, placed: PlacedTask, said: string): Promise<Written> {
  const { text, ...mentioned } = await withMentions(kaneo, placed.project.workspaceId, said);
  return { comment: await postComment(kaneo, placed, text), ...mentioned };
}

/** Comments on a task with just this text. */
export async function postComment(
  kaneo: Kaneo,
  { task: { id: taskId, key } }: PlacedTask,
  content: string,
): Promise<Comment> {
  const answer = await kaneo.post(endpoint`/api/comment/${taskId}`, commentSchema, { content });
  return confirmed(answer, {
    what: `The comment on ${key}`,
    fields: { id: answer.id, taskId, content },
    rows: () => commentsOf(kaneo, taskId),
  });
}

/** The comment that comes along with a change of a task. */
export function changeByComment({ text, ...mentioned }: Mentioned): Change {
  return {
    field: "comment",
    isSo: () => false,
    told: "comment",
    send: async (kaneo, placed) => {
      const comment = await postComment(kaneo, placed, text);
      const told = `added comment ${textOf(comment)}${renderMentions(mentioned)}`;
      return { task: placed.task, told, made: `comment ${comment.id}` };
    },
  };
}

/** `, which mentions @Bob Stone; not a mention, since no member has that name: @dave`. */
function renderMentions({ people, unknown }: Omit<Mentioned, "text">): string {
  const told = people.map(({ name }) => renderPerson(name)).join(", ");
  const untold = unknown.map(renderPerson).join(", ");
  return [
    told === "" ? "" : `, which mentions ${told}`,
    untold === "" ? "" : `; not a mention, since no member has that name: ${untold}`,
  ].join("");
}

const content = fields.prose.describe("Markdown");
const comment = fields.id.describe("Id, from get_task");

const add = defineTool({
  name: "add_comment",
  toolset: "comments",
  description: "Comments on a task; @name mentions a member.",
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false },
  foundBy: "reply, mention, discuss",
  input: z.object({ task: fields.task, content }),
  example: { task: "WEB-4", content: "Fresh comment" },
  run: async ({ task: reference, content }, { kaneo }) => {
    const located = await findTask(kaneo, reference);
    return { ...located, written: await addComment(kaneo, located, content) };
  },
  page: ({ task, project }) => ({ task, project, mayAsk: false }),
  text: ({ task, written }) =>
    `Commented on ${task.key}  ${quoted(task.title)}: ${said(written.comment)}${renderMentions(written)}`,
});

const edit = defineTool({
  name: "edit_comment",
  toolset: "comments",
  description: "Replaces the text of a comment that this account wrote.",
  // The old text is gone for good.
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
  input: z.object({ comment, content }),
  example: { content: "Changed comment" },
  run: ({ comment, content }, { kaneo }) => editComment(kaneo, comment, content),
  text: (written) => {
    const untold = written.people.length > 0 ? ". Kaneo tells nobody of that in an edit." : "";
    return `Changed ${said(written.comment)}${renderMentions(written)}${untold}`;
  },
});

/** Which workspace a comment is in, and so whom it can mention, is known when it was changed: Kaneo has no route that reads one. */
async function editComment(kaneo: Kaneo, id: string, content: string): Promise<Written> {
  const comment = await putComment(kaneo, id, content);
  if (!mayMention(content)) return { comment, people: [], unknown: [] };
  try {
    const { project } = await taskById(kaneo, comment.taskId);
    const { text, ...mentioned } = await withMentions(kaneo, project.workspaceId, content);
    if (text === content) return { comment, ...mentioned };
    return { comment: await putComment(kaneo, id, text), ...mentioned };
  } catch (error) {
    const fate = fateOf(error) === "uncertain" ? "perhaps not" : "not";
    const done = `The text of comment ${id} was changed, its mentions were ${fate} made:`;
    const again = "Call again: changing it twice does no harm.";
    throw prefixed(error, done, isFailure(error, "ambiguous") ? undefined : again);
  }
}

async function putComment(kaneo: Kaneo, id: string, content: string): Promise<Comment> {
  const route = endpoint`/api/comment/${id}`;
  const answer = await kaneo.put(route, commentSchema, { content }).catch(explaining(id));
  return confirmed(answer, {
    what: `The change of comment ${id}`,
    fields: { id, content },
    rows: () => commentsOf(kaneo, answer.taskId),
  });
}

const remove = defineTool({
  name: "delete_comment",
  toolset: "comments",
  description: "Deletes a comment that this account wrote.",
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
  input: z.object({ comment }),
  run: async ({ comment: id }, { kaneo }) => {
    const route = endpoint`/api/comment/${id}`;
    const answer = await kaneo.delete(route, commentSchema).catch(explaining(id));
    // Kaneo has no route that would tell whether a comment is gone when its task is not known.
    return confirmed(answer, { what: `Comment ${id}`, done: "deleted", fields: { id } });
  },
  text: ({ id, text }) => `Deleted comment ${id}.\n${fence(text, MOST_DELETED, GONE)}`,
});

export const commentTools = [add, edit, remove];

function said(comment: Comment): string {
  return `comment ${comment.id}, ${textOf(comment)}`;
}

/** Enough of the text to recognise it: who called has just written it. */
function textOf({ text }: Comment): string {
  return quoted(text, 80);
}

/** Kaneo has one answer for another's comment and one that is gone, and another for one that never was. */
function explaining(id: string) {
  return onFailure("not_found", (cause): never => {
    if (cause.message.includes("not the author")) {
      const why = `Comment ${id} was written by someone else; Kaneo lets people change and delete only their own comments.`;
      const hint = "Add a comment of your own with add_comment instead.";
      throw new KaneoMcpError("forbidden", why, { hint, cause });
    }
    const why = `There is no comment with the id "${id}", or this account cannot see it.`;
    const hint = "get_task with include comments shows the ids of a task's comments.";
    throw new KaneoMcpError("not_found", why, { hint, cause });
  });
}
