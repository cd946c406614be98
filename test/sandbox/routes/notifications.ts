/** /api/notification, and the members of a workspace. */
import { now, type SandboxData, where } from "../data.ts";
import { addNotification } from "../events.ts";
import { Refusal } from "../refusal.ts";
import { route } from "../router.ts";
import { nullable, optional, text } from "../shape.ts";

/** The newest 50. */
const list = route({
  method: "GET",
  path: "/api/notification",
  run: ({ data, caller }) =>
    ownOf(data, caller.userId)
      .reverse()
      .sort((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt))
      .slice(0, 50),
});

const create = route({
  method: "POST",
  path: "/api/notification",
  body: {
    title: optional(nullable(text())),
    message: optional(nullable(text())),
    type: text(),
    relatedEntityId: optional(text()),
    relatedEntityType: optional(text()),
  },
  run: ({ data, caller, body }) =>
    addNotification(data, {
      userId: caller.userId,
      type: body.type,
      title: body.title ?? null,
      content: body.message ?? null,
      resourceId: body.relatedEntityId ?? null,
      resourceType: body.relatedEntityType ?? null,
    }),
});

const readAll = route({
  method: "PATCH",
  path: "/api/notification/read-all",
  run: ({ data, caller }) => {
    for (const notification of ownOf(data, caller.userId)) notification.isRead = true;
    return { success: true };
  },
});

const readOne = route({
  method: "PATCH",
  path: "/api/notification/:id/read",
  run: ({ data, caller, param }) => {
    const notification = data.notifications.get(param("id"));
    if (notification?.userId !== caller.userId) throw new Refusal(404, "Notification not found");
    return Object.assign(notification, { isRead: true, updatedAt: now() });
  },
});

const clear = route({
  method: "DELETE",
  path: "/api/notification/clear-all",
  run: ({ data, caller }) => {
    for (const { id } of ownOf(data, caller.userId)) data.notifications.delete(id);
    return { success: true };
  },
});

const members = route({
  method: "GET",
  path: "/api/workspace/:workspaceId/members",
  access: { from: "path" },
  run: ({ data, workspaceId }) => {
    const inWorkspace = data.members.filter((row) => row.organizationId === workspaceId);
    return inWorkspace.flatMap(({ userId, role }) => {
      const user = data.users.find(({ id }) => id === userId);
      if (!user) return [];
      const { id, name, email, image } = user;
      return [{ id, name, email, image, role }];
    });
  },
});

export const notificationRoutes = [list, create, readAll, readOne, clear, members];

function ownOf(data: SandboxData, userId: string) {
  return where(data.notifications, (notification) => notification.userId === userId);
}
