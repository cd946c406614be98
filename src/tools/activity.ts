/** What get_task shows beside a task: what happened to it, and what integrations tied to it. */
import { z } from "zod";
import type { Kaneo } from "../kaneo/client.ts";
import { endpoint } from "../kaneo/endpoint.ts";
import { membersOf } from "../kaneo/lists.ts";
import { kaneoId, list, moment, optional, word } from "../kaneo/schemas.ts";
import type { LocatedTask } from "../kaneo/task-finder.ts";
import { renderDate, renderMoment } from "../text/dates.ts";
import { renderPerson } from "../text/events.ts";
import { inline } from "../text/untrusted.ts";

export interface Activity {
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
const activityListSchema = list(
  z.object({
    id: kaneoId,
    type: word,
    createdAt: moment,
    userId: optional(z.string()),
    eventData: optional(z.record(z.string(), z.unknown())),
    externalUserName: optional(z.string()),
  }),
);

/**
 * Everything that Kaneo records of a task, the newest first, with the names of who did it. It records no change of
 * descriptions, labels, relations and times.
 */
export async function activityOf(
  kaneo: Kaneo,
  { task, project }: LocatedTask,
): Promise<Activity[]> {
  const [rows, members] = await Promise.all([
    kaneo.get(endpoint`/api/activity/${task.id}`, activityListSchema),
    kaneo.kept(membersOf(project.workspaceId)),
  ]);
  const names = new Map(members.map(({ id, name }) => [id, name]));
  return rows.map(({ type, createdAt: at, userId = "", externalUserName, eventData = {} }) => {
    return { type, at, actor: externalUserName ?? names.get(userId), details: eventData };
  });
}

/** What happened, a line each: `2026-03-01 14:30 +01:00  @Bob Stone  changed the status from to-do to done`. */
export function renderActivity(activities: readonly Activity[], timeZone: string): string {
  return activities
    .map((activity) => {
      const who = renderPerson(activity.actor);
      return `${renderMoment(activity.at, timeZone)}  ${who}  ${deed(activity, timeZone)}`;
    })
    .join("\n");
}

function deed({ type, details }: Activity, timeZone: string): string {
  const text = (name: string): string | undefined => {
    const value = details[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const date = (name: string) => {
    const iso = text(name);
    return iso === undefined ? "none" : renderDate(iso, timeZone);
  };
  switch (type) {
    case "created":
      return "created the task";
    case "create":
      return "imported the task";
    case "comment":
      return "commented";
    case "status_changed":
      return `changed the status${change(text("oldStatus"), text("newStatus"))}`;
    case "priority_changed":
      return `changed the priority${change(text("oldPriority"), text("newPriority"))}`;
    case "assignee_changed":
      return details["isSelfAssigned"] === true
        ? "took the task"
        : `assigned it to ${inline(text("newAssignee") ?? "someone", 60)}`;
    case "unassigned":
      return "removed the assignee";
    case "due_date_changed":
      return `changed the due date${change(date("oldDueDate"), date("newDueDate"))}`;
    case "title_changed":
      return `changed the title${change(quoted(text("oldTitle")), quoted(text("newTitle")))}`;
    case "moved":
      return `moved it${change(text("fromProjectName"), text("toProjectName"))}`;
    default:
      return inline(type.replaceAll("_", " "), 60);
  }
}

/** Bulk changes of the status are recorded without the old one. */
function change(before: string | undefined, after: string | undefined): string {
  return [
    before === undefined ? "" : ` from ${inline(before)}`,
    after === undefined ? "" : ` to ${inline(after)}`,
  ].join("");
}

function quoted(title: string | undefined): string {
  return title === undefined ? "nothing" : `"${title}"`;
}

const linkListSchema = list(
  z.object({ resourceType: z.string(), url: z.string(), title: optional(z.string()) }),
);

/** Things on another platform that an integration tied to a task; the type is such as `pull_request`. */
export type ExternalLink = z.infer<typeof linkListSchema>[number];

/** The external links of a task (`GET /api/external-link/task/:taskId`). */
export function externalLinksOf(kaneo: Kaneo, taskId: string): Promise<ExternalLink[]> {
  return kaneo.get(endpoint`/api/external-link/task/${taskId}`, linkListSchema);
}

/** External links, a line each: `pull request  Fix login  https://github.com/…`; "" when there are none. */
export function renderExternalLinks(links: readonly ExternalLink[]): string {
  return links
    .map(({ resourceType, title, url }) =>
      [inline(resourceType.replaceAll("_", " "), 40), title && inline(title), inline(url, 500)]
        .filter((part) => part !== undefined && part !== "")
        .join("  "),
    )
    .join("\n");
}
