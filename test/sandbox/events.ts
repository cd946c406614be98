/** What Kaneo notes down by itself when something changes: the activity of a task, notifications. */
import {
  type Activity,
  created,
  createId,
  type Notification,
  type SandboxData,
  type Task,
  userName,
} from "./data.ts";

interface Happening {
  readonly taskId: string;
  readonly userId: string;
  readonly type: string;
  readonly content?: string | null;
  readonly eventData?: Record<string, unknown> | null;
}

export function addActivity(data: SandboxData, happening: Happening): Activity {
  const activity: Activity = {
    id: createId(),
    taskId: happening.taskId,
    type: happening.type,
    ...created(),
    userId: happening.userId,
    content: happening.content ?? null,
    eventData: happening.eventData ?? null,
    externalUserName: null,
    externalUserAvatar: null,
    externalSource: null,
    externalUrl: null,
  };
  data.activities.set(activity.id, activity);
  return activity;
}

export function addNotification(
  data: SandboxData,
  content: Partial<Notification> & { userId: string; type: string },
): Notification {
  const notification: Notification = {
    id: createId(),
    title: null,
    content: null,
    eventData: null,
    isRead: false,
    resourceId: null,
    resourceType: null,
    ...created(),
    ...content,
  };
  data.notifications.set(notification.id, notification);
  return notification;
}

export function noteCreated(data: SandboxData, task: Task, userId: string): void {
  addActivity(data, { taskId: task.id, userId, type: "created", eventData: {} });
  if (task.userId && task.userId !== userId) {
    notifyAbout(data, task, { userId: task.userId, type: "task_created" });
  }
}

/** `oldStatus` is undefined for bulk changes, which notify nobody. */
export function noteStatus(
  data: SandboxData,
  task: Task,
  { oldStatus, userId }: { oldStatus: string | undefined; userId: string },
): void {
  const statuses = { ...(oldStatus === undefined ? {} : { oldStatus }), newStatus: task.status };
  addActivity(data, { taskId: task.id, userId, type: "status_changed", eventData: statuses });
  if (oldStatus === undefined || !task.userId || task.userId === userId) return;
  notifyAbout(data, task, { userId: task.userId, type: "task_status_changed", details: statuses });
}

export function noteAssignee(data: SandboxData, task: Task, userId: string): void {
  const newAssigneeId = task.userId;
  if (newAssigneeId === null) {
    addActivity(data, { taskId: task.id, userId, type: "unassigned", eventData: {} });
    return;
  }
  const newAssignee = userName(data, newAssigneeId);
  const isSelfAssigned = newAssigneeId === userId;
  const eventData = { newAssignee, newAssigneeId, isSelfAssigned };
  addActivity(data, { taskId: task.id, userId, type: "assignee_changed", eventData });
  notifyAbout(data, task, { userId: newAssigneeId, type: "task_assignee_changed" });
}

export function notifyAbout(
  data: SandboxData,
  task: Task,
  { userId, type, details = {} }: { userId: string; type: string; details?: object },
): void {
  const workspaceId = data.projects.get(task.projectId)?.workspaceId ?? null;
  const place = { taskTitle: task.title, projectId: task.projectId, workspaceId };
  const eventData = { ...details, ...place };
  addNotification(data, { userId, type, eventData, resourceId: task.id, resourceType: "task" });
}
