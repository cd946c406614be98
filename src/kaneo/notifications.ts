import { z } from "zod";
import { isFailure, KaneoMcpError } from "../errors.ts";
import { kaneoId, moment, optional, word } from "./answer-fields.ts";
import type { Kaneo } from "./client.ts";
import { mapConcurrently } from "./concurrency.ts";
import { endpoint } from "./endpoint.ts";
import { projectById } from "./references.ts";
import { taskSchema } from "./schemas.ts";

export interface Notification {
  id: string;
  /** Such as `task_assignee_changed`; Kaneo may add more. */
  type: string;
  /** Absent in the notifications that Kaneo makes by itself. */
  title: string | undefined;
  content: string | undefined;
  isRead: boolean;
  /** ISO 8601 in UTC. */
  createdAt: string;
  /** What the type is about, such as `taskTitle` and `newStatus`. */
  details: Readonly<Record<string, unknown>>;
  taskId: string | undefined;
  /** Such as `WEB-12`; undefined when the task is gone or out of sight. */
  taskKey?: string | undefined;
}

const notificationSchema = z
  .object({
    id: kaneoId,
    type: word,
    title: optional(z.string()),
    content: optional(z.string()),
    isRead: optional(z.boolean()),
    createdAt: moment,
    eventData: optional(z.record(z.string(), z.unknown())),
    resourceId: optional(z.string()),
    resourceType: optional(z.string()),
  })
  .transform(
    (row): Notification => ({
      id: row.id,
      type: row.type,
      title: row.title,
      content: row.content,
      isRead: row.isRead ?? false,
      createdAt: row.createdAt,
      details: row.eventData ?? {},
      taskId: row.resourceType === "task" ? row.resourceId : undefined,
    }),
  );

/** As many as Kaneo gives of them (get-notifications.ts). */
export const MOST_NOTIFICATIONS = 50;

/** The last notifications of the account in use, the newest first (`GET /api/notification`). */
export function latestNotifications(kaneo: Kaneo): Promise<Notification[]> {
  return kaneo.get(endpoint`/api/notification`, z.array(notificationSchema));
}

const TASKS_AT_ONCE = 4;

/** Adds the keys of the tasks that notifications are about: Kaneo gives only the ids. */
export async function withTaskKeys(
  kaneo: Kaneo,
  notifications: readonly Notification[],
): Promise<Notification[]> {
  const ids = [...new Set(notifications.flatMap(({ taskId }) => taskId ?? []))];
  const keys = await mapConcurrently(ids, TASKS_AT_ONCE, (id) => keyOf(kaneo, id));
  const keysById = new Map(ids.map((id, index) => [id, keys[index]]));
  return notifications.map((notification) => ({
    ...notification,
    taskKey: keysById.get(notification.taskId ?? ""),
  }));
}

/** Marks notifications as read and gives the ids that are none of the account's. */
export async function markRead(kaneo: Kaneo, ids: readonly string[]): Promise<string[]> {
  const unknown: string[] = [];
  await mapConcurrently(ids, TASKS_AT_ONCE, async (id) => {
    try {
      await kaneo.patch(endpoint`/api/notification/${id}/read`, notificationSchema);
    } catch (error) {
      if (!isFailure(error, "not_found")) throw error;
      unknown.push(id);
    }
  });
  if (unknown.length < ids.length) return unknown;
  throw new KaneoMcpError("not_found", `No notification has the id ${unknown.join(" or ")}.`, {
    hint: "list_notifications gives the ids.",
  });
}

/** Marks every notification of the account as read. */
export async function markAllRead(kaneo: Kaneo): Promise<void> {
  await kaneo.patch(endpoint`/api/notification/read-all`, z.object({ success: z.boolean() }));
}

async function keyOf(kaneo: Kaneo, id: string): Promise<string | undefined> {
  try {
    const { projectId, number } = await kaneo.get(endpoint`/api/task/${id}`, taskSchema);
    const project = await projectById(kaneo, projectId);
    return project && `${project.slug}-${number}`;
  } catch (error) {
    // The task was deleted, or the account left its workspace.
    if (isFailure(error, "not_found", "forbidden")) return undefined;
    throw error;
  }
}
