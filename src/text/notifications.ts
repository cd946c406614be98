import type { Notification } from "../kaneo/notifications.ts";
import { renderMoment } from "./dates.ts";
import { inline } from "./untrusted.ts";

/** Notifications, a line each: `unread  2026-03-01 14:30 +01:00  WEB-12 was assigned to you: Fix login  notification mq3i…`. */
export function renderNotifications(
  notifications: readonly Notification[],
  timeZone: string,
): string {
  return notifications
    .map((notification) =>
      [
        notification.isRead ? "read" : "unread",
        renderMoment(notification.createdAt, timeZone),
        sentence(notification),
        `notification ${notification.id}`,
      ].join("  "),
    )
    .join("\n");
}

/** Kaneo writes titles only for notifications that a person made; its own are put into words by each client. */
function sentence(notification: Notification): string {
  const { title, content, type } = notification;
  if (title !== undefined) {
    return [title, content]
      .filter((text) => text !== undefined)
      .map((text) => inline(text))
      .join(": ");
  }
  const detail = detailsOf(notification);
  const taskTitle = detail("taskTitle");
  const taskKey = notification.taskKey === undefined ? undefined : inline(notification.taskKey, 60);
  const task = taskKey ?? "a task";
  const about = taskTitle === undefined ? "" : `: ${taskTitle}`;
  switch (type) {
    case "task_created":
      return `${task} was created for you${about}`;
    case "task_status_changed":
      return `${task} went from ${detail("oldStatus") ?? "?"} to ${detail("newStatus") ?? "?"}${about}`;
    case "task_assignee_changed":
      return `${task} was assigned to you${about}`;
    case "time_entry_created":
      return `time was logged on ${task}${about}`;
    case "due_date_reminder":
      return `${task} is due soon${about}`;
    case "task_overdue":
      return `${task} is overdue${about}`;
    case "task_mention":
      return `${detail("mentionerName") ?? "someone"} mentioned you in ${task}${about}`;
    case "task_comment":
      return `${detail("commenterName") ?? "someone"} commented on ${task}${about}`;
    case "workspace_created":
      return `the workspace ${detail("workspaceName") ?? ""} was created`;
    default:
      return `${inline(type.replaceAll("_", " "), 60)}${taskKey === undefined ? "" : ` ${taskKey}`}${about}`;
  }
}

function detailsOf({ details }: Notification): (name: string) => string | undefined {
  return (name) => {
    const value = details[name];
    return typeof value === "string" && value !== "" ? inline(value) : undefined;
  };
}
