/** What happened to a task, as Kaneo records it: not description, labels, relations and times. */
import { z } from "zod";
import { kaneoId, moment, optional, word } from "./answer-fields.ts";
import type { Kaneo } from "./client.ts";
import { endpoint } from "./endpoint.ts";
import { membersOf } from "./lists.ts";
import type { LocatedTask } from "./task-finder.ts";

export interface Activity {
  id: string;
  /** Such as `status_changed`; Kaneo may add more. */
  type: string;
  /** ISO 8601 in UTC. */
  at: string;
  /** Undefined for people who left the workspace and for Kaneo itself. */
  actor: string | undefined;
  /** What the type is about, such as `oldStatus` and `newStatus`. */
  details: Readonly<Record<string, unknown>>;
}

/** `GET /api/activity/:taskId`. Its texts of comments are collapsed: `/api/comment` has the true ones. */
const activitySchema = z.object({
  id: kaneoId,
  type: word,
  createdAt: moment,
  userId: optional(z.string()),
  eventData: optional(z.record(z.string(), z.unknown())),
  externalUserName: optional(z.string()),
});

/** Everything recorded of a task, the newest first, with the names of who did it. */
export async function activityOf(
  kaneo: Kaneo,
  { task, project }: LocatedTask,
): Promise<Activity[]> {
  const [rows, members] = await Promise.all([
    kaneo.get(endpoint`/api/activity/${task.id}`, z.array(activitySchema)),
    kaneo.kept(membersOf(project.workspaceId)),
  ]);
  const names = new Map(members.map(({ id, name }) => [id, name]));
  return rows.map((row) => ({
    id: row.id,
    type: row.type,
    at: row.createdAt,
    actor: row.externalUserName ?? names.get(row.userId ?? ""),
    details: row.eventData ?? {},
  }));
}
