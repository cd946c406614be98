import { z } from "zod";
import { isFailure, KaneoMcpError, prefixed } from "../errors.ts";
import { mapConcurrently } from "../kaneo/api/concurrency.ts";
import { endpoint, type Kaneo } from "../kaneo/api/kaneo.ts";
import { asHelp, confirmed, onFailure } from "../kaneo/api/outcomes.ts";
import { doneSchema, kaneoId, list, moment, optional, word } from "../kaneo/api/schemas.ts";
import { readMentions } from "../kaneo/mentions.ts";
import { eachOnce, partsOf } from "../kaneo/names/matching.ts";
import { tellApart } from "../kaneo/names/twins.ts";
import { projectById } from "../kaneo/projects/find.ts";
import { rowNow } from "../kaneo/tasks/task.ts";
import { renderMoment } from "../text/dates.ts";
import { count, spaced, stacked } from "../text/text.ts";
import { fence, inline, quoted, renderPerson } from "../untrusted.ts";
import { type Comment, commentsOf } from "./comments.ts";
import * as fields from "./fields.ts";
import { defineTool } from "./tool.ts";

/** `GET /api/notification`. */
const notificationSchema = z
  .object({
    id: kaneoId,
    /** Such as `task_assignee_changed`; Kaneo may add more. */
    type: word,
    /** Absent in the notifications that Kaneo makes by itself. */
    title: optional(z.string()),
    content: optional(z.string()),
    isRead: optional(z.boolean()),
    createdAt: moment,
    /** What the type is about, such as `taskTitle` and `newStatus`. */
    eventData: optional(z.record(z.string(), z.unknown())),
    resourceId: optional(z.string()),
    resourceType: optional(z.string()),
  })
  .transform(({ isRead = false, eventData = {}, resourceId, resourceType, ...row }) => {
    const taskId = resourceType === "task" ? resourceId : undefined;
    return { ...row, kind: row.type.replace(/^task_/, ""), isRead, details: eventData, taskId };
  });
const notificationListSchema = list(notificationSchema);

export interface Notification extends z.infer<typeof notificationSchema> {
  /** Such as `WEB-12`; undefined when the task is gone or out of sight. */
  taskKey?: string | undefined;
}

/** As many as Kaneo gives of them (get-notifications.ts). */
export const MOST_NOTIFICATIONS = 50;

/** Kaneo's types, without the word task in front (schemas.ts). */
const KINDS = [
  "mention",
  "comment",
  "assignee_changed",
  "status_changed",
  "created",
  "overdue",
  "due_date_reminder",
  "time_entry_created",
  "workspace_created",
  "info",
] as const;
const kinds = z.array(z.enum(KINDS)).min(1);

const listNotifications = defineTool({
  name: "list_notifications",
  toolset: "notifications",
  description: "Lists this account's notifications, newest first.",
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true },
  foundBy: "inbox, mentions, unread",
  input: z.object({
    unread_only: z.boolean().default(false),
    kinds: kinds.optional(),
    limit: z.int().min(1).max(MOST_NOTIFICATIONS).default(20),
  }),
  run: async ({ unread_only, kinds, limit }, { kaneo }) => {
    const all = await latest(kaneo);
    const fitting = kinds === undefined ? all : all.filter(isOneOf(kinds));
    const unread = fitting.filter(({ isRead }) => !isRead);
    const matching = unread_only ? unread : fitting;
    return {
      shown: await withWords(kaneo, await withTaskKeys(kaneo, matching.slice(0, limit))),
      matching: matching.length,
      unread: unread.length,
      isCapped: all.length >= MOST_NOTIFICATIONS,
      unread_only,
    };
  },
  text: ({ shown, matching, unread, isCapped, unread_only }, { timeZone }) => {
    const facts = [
      count(matching, unread_only ? "unread notification" : "notification"),
      !unread_only && `${unread} unread`,
      shown.length < matching && `the newest ${shown.length} shown`,
      isCapped && `among the last ${MOST_NOTIFICATIONS}; Kaneo gives no older ones`,
    ];
    const head = facts.filter(Boolean).join(", ");
    const rows = shown.map((notification) => renderNotification(notification, timeZone));
    return stacked([head, rows.length > 0 && fence(rows.join("\n"))]);
  },
});

const markAsRead = defineTool({
  name: "mark_notifications_read",
  toolset: "notifications",
  description: "Marks the given notifications as read, or all, or all but some kinds.",
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true },
  input: z.object({
    notifications: z
      .array(fields.id)
      .min(1)
      .max(MOST_NOTIFICATIONS)
      .describe("Ids, from list_notifications")
      .optional(),
    all: z.boolean().optional(),
    except_kinds: kinds.describe("With all").optional(),
  }),
  run: async ({ notifications, all, except_kinds }, { kaneo }): Promise<Marks> => {
    if ((notifications !== undefined) === (all === true) || (!all && except_kinds)) {
      const message = "Give either notifications or all: true, perhaps with except_kinds.";
      throw new KaneoMcpError("invalid_input", message);
    }
    if (notifications !== undefined) {
      const ids = notifications.flatMap((text) => partsOf(text, /[\s,;]+/));
      return markRead(kaneo, eachOnce(ids, MOST_NOTIFICATIONS, "ids"));
    }
    const last = await latest(kaneo);
    const isCapped = last.length >= MOST_NOTIFICATIONS;
    const unread = last.filter(({ isRead }) => !isRead);
    if (except_kinds === undefined) {
      await markAllRead(kaneo);
      return { marked: unread.length, unknown: [], left: 0, older: isCapped && "are marked, too" };
    }
    const kept = unread.filter(isOneOf(except_kinds));
    const ids = unread.filter((row) => !kept.includes(row)).map(({ id }) => id);
    const older = isCapped && "stay as they were";
    return { ...(await markRead(kaneo, ids)), left: kept.length, older };
  },
  text: ({ marked, unknown, left, older }) => {
    const rest = left === undefined ? "" : `; ${left === 0 ? "none" : left} left unread`;
    return stacked([
      `Marked ${unknown.length > 0 ? `${marked} of ` : ""}${count(marked + unknown.length, "notification")} as read${rest}.`,
      older && `Kaneo lists only the last ${MOST_NOTIFICATIONS}; older ones ${older}.`,
      unknown.length > 0 && `Not found: ${unknown.join(", ")}.`,
    ]);
  },
});

interface Marks {
  marked: number;
  /** Those that are none of the account's. */
  unknown: string[];
  /** How many were to stay unread. */
  left?: number;
  /** What becomes of those that Kaneo does not list, where there may be any. */
  older?: string | false;
}

export const notificationTools = [listNotifications, markAsRead];

/** The last notifications of the account in use, the newest first. */
export function latest(kaneo: Kaneo): Promise<Notification[]> {
  return kaneo.get(endpoint`/api/notification`, notificationListSchema);
}

/** Adds the keys of the tasks that notifications are about: Kaneo gives only the ids. */
export async function withTaskKeys(
  kaneo: Kaneo,
  notifications: readonly Notification[],
): Promise<Notification[]> {
  const ids = [...new Set(notifications.flatMap(({ taskId }) => taskId ?? []))];
  // A task may be deleted, or in a workspace that the account has left.
  const none = onFailure(["not_found", "forbidden"], () => []);
  const places = (await mapConcurrently(ids, (id) => placeOf(kaneo, id).catch(none))).flat();
  const tell = await tellApart(kaneo, places);
  const keys = new Map(
    places.map(({ id, project, number }) => [id, tell(project.id, `${project.slug}-${number}`)]),
  );
  return notifications.map((one) => ({ ...one, taskKey: keys.get(one.taskId ?? "") }));
}

/** Adds what was said where somebody is mentioned, from the comments of the task: Kaneo gives no text there. */
async function withWords(kaneo: Kaneo, notifications: readonly Notification[]) {
  const mentions = notifications.filter(({ kind, taskKey }) => kind === "mention" && taskKey);
  const ids = [...new Set(mentions.flatMap(({ taskId }) => taskId ?? []))];
  const read = await mapConcurrently(
    ids,
    async (id) => (await asHelp(commentsOf(kaneo, id))) ?? [],
  );
  const comments = read.flat();
  return notifications.map((one): Notification => {
    const said = mentions.includes(one) && comments.find((comment) => isWhereMade(comment, one));
    return said ? { ...one, details: { ...one.details, commentPreview: said.content } } : one;
  });
}

/** Kaneo notifies of a mention right after it has kept the comment; of one in a description there is none. */
function isWhereMade(comment: Comment, { taskId, createdAt, details }: Notification): boolean {
  const laterMs = Date.parse(createdAt) - Date.parse(comment.createdAt);
  const isByThem = comment.author !== undefined && comment.author === details["mentionerName"];
  return comment.taskId === taskId && isByThem && Math.abs(laterMs) < 5_000;
}

async function placeOf(kaneo: Kaneo, id: string) {
  const { projectId, number } = await rowNow(kaneo, id);
  const project = await projectById(kaneo, projectId);
  return project === undefined ? [] : [{ id, project, number }];
}

function isOneOf(kinds: readonly string[]): (notification: Notification) => boolean {
  return ({ kind }) => kinds.includes(kind);
}

async function markAllRead(kaneo: Kaneo): Promise<void> {
  const answer = await kaneo.patch(endpoint`/api/notification/read-all`, doneSchema);
  await confirmed(answer, {
    what: "All notifications",
    done: "marked as read",
    fields: { success: true },
    look: async () => ({ success: (await latest(kaneo)).every(({ isRead }) => isRead) }),
  });
}

async function markRead(kaneo: Kaneo, ids: readonly string[]): Promise<Marks> {
  const unknown: string[] = [];
  let marked = 0;
  await mapConcurrently(ids, async (id) => {
    try {
      await markOne(kaneo, id);
      marked += 1;
    } catch (error) {
      if (isFailure(error, "not_found")) unknown.push(id);
      else if (marked === 0) throw error;
      else throw prefixed(error, `At least ${marked} of ${ids.length} are marked.`, AGAIN);
    }
  });
  if (marked > 0 || ids.length === 0) return { marked, unknown };
  throw new KaneoMcpError("not_found", `No notification has the id ${ids.join(" or ")}.`, {
    hint: "list_notifications gives the ids.",
  });
}

const AGAIN = "Call again: marking twice does no harm.";

async function markOne(kaneo: Kaneo, id: string): Promise<void> {
  const answer = await kaneo.patch(endpoint`/api/notification/${id}/read`, notificationSchema);
  await confirmed(answer, {
    what: `Notification ${id}`,
    done: "marked as read",
    fields: { id, isRead: true },
    rows: () => latest(kaneo),
  });
}

/** `unread  assignee_changed  2026-03-01 14:30 +01:00  to you  WEB-12  "Fix login"  notification mq3i…`. */
export function renderNotification(notification: Notification, timeZone: string): string {
  return spaced([
    notification.isRead ? "read" : "unread",
    inline(notification.kind, 40),
    renderMoment(notification.createdAt, timeZone),
    ...(notification.title === undefined ? told(notification) : written(notification)),
    `notification ${notification.id}`,
  ]);
}

function written({ title = "", content }: Notification): string[] {
  return [content === undefined ? inline(title) : `${inline(title)}: ${inline(content)}`];
}

/** Kaneo writes titles only for notifications that a person made; of its own it gives the parts. */
function told({ kind, details, taskKey }: Notification): (string | false)[] {
  const detail = (name: string) => {
    const value = details[name];
    return typeof value === "string" ? value : "";
  };
  const about = detail("taskTitle") || detail("workspaceName");
  const status = detail("newStatus");
  const person = detail("mentionerName") || detail("commenterName");
  return [
    (kind === "assignee_changed" || kind === "created") && "to you",
    taskKey !== undefined && inline(taskKey, 60),
    about !== "" && quoted(about),
    status !== "" && `${inline(detail("oldStatus")) || "?"} → ${inline(status)}`,
    person !== "" && renderPerson(person),
    beginningOf(details["commentPreview"]),
  ];
}

/** Kaneo cuts a comment anywhere, in a mention too. */
function beginningOf(comment: unknown): string {
  if (typeof comment !== "string" || comment === "") return "";
  const begun = readMentions(comment.slice(0, 1_000));
  return `saying ${quoted(begun.replace(/<kaneo-mention\b[^>]*$/, "…"), 160)}`;
}
