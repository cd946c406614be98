import { z } from "zod";
import { KaneoMcpError } from "../errors.ts";
import {
  latestNotifications,
  MOST_NOTIFICATIONS,
  markAllRead,
  markRead,
  withTaskKeys,
} from "../kaneo/notifications.ts";
import { renderNotifications } from "../text/notifications.ts";
import { count } from "../text/text.ts";
import * as fields from "./fields.ts";
import { defineTool } from "./tool.ts";

const list = defineTool({
  name: "list_notifications",
  toolset: "notifications",
  title: "List notifications",
  description: "Lists this account's latest notifications, newest first.",
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true },
  input: z.object({
    unread_only: z.boolean().default(false),
    limit: z.int().min(1).max(MOST_NOTIFICATIONS).default(20),
  }),
  example: {},
  run: async ({ unread_only, limit }, { kaneo }) => {
    const latest = await latestNotifications(kaneo);
    const matching = unread_only ? latest.filter(({ isRead }) => !isRead) : latest;
    return {
      shown: await withTaskKeys(kaneo, matching.slice(0, limit)),
      matching: matching.length,
      unread: latest.filter(({ isRead }) => !isRead).length,
      isCapped: latest.length >= MOST_NOTIFICATIONS,
      noun: unread_only ? "unread notification" : "notification",
    };
  },
  text: ({ shown, matching, unread, isCapped, noun }, { timeZone }) => {
    const facts = [
      count(matching, noun),
      noun === "notification" ? `${unread} unread` : undefined,
      shown.length < matching ? `the newest ${shown.length} shown` : undefined,
      isCapped ? `among the last ${MOST_NOTIFICATIONS}; Kaneo gives no older ones` : undefined,
    ];
    const head = facts.filter((fact) => fact !== undefined).join(", ");
    return shown.length === 0 ? head : `${head}\n${renderNotifications(shown, timeZone)}`;
  },
});

const markAsRead = defineTool({
  name: "mark_notifications_read",
  toolset: "notifications",
  title: "Mark notifications read",
  description: "Marks the given notifications as read, or all of them.",
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true },
  input: z.object({
    notifications: z
      .array(fields.text)
      .min(1)
      .max(MOST_NOTIFICATIONS)
      .describe("Ids, from list_notifications")
      .optional(),
    all: z.boolean().optional(),
  }),
  example: {},
  run: async ({ notifications, all }, { kaneo }) => {
    if ((notifications !== undefined) === (all === true)) {
      throw new KaneoMcpError("invalid_input", "Give either notifications or all: true.");
    }
    if (notifications === undefined) {
      await markAllRead(kaneo);
      return undefined;
    }
    const ids = [...new Set(notifications)];
    const unknown = await markRead(kaneo, ids);
    return { marked: ids.length - unknown.length, unknown };
  },
  text: (result) => {
    if (result === undefined) return "All notifications are read now.";
    const { marked, unknown } = result;
    const missing = unknown.length === 0 ? "" : `\nNot found: ${unknown.join(", ")}.`;
    return `Marked ${count(marked, "notification")} as read.${missing}`;
  },
});

export const notificationTools = [list, markAsRead];
