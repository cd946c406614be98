/** What a project is connected to. Secrets go in only: no schema here has a field for one. */
import { z } from "zod";
import { KaneoMcpError } from "../errors.ts";
import { type Endpoint, endpoint, type Kaneo } from "./api/kaneo.ts";
import { kaneoId, optional, type Project, whole, word } from "./api/schemas.ts";

export const INTEGRATION_KINDS = [
  "github",
  "gitea",
  "discord",
  "slack",
  "telegram",
  "webhook",
] as const;
export type IntegrationKind = (typeof INTEGRATION_KINDS)[number];

/** What Kaneo tells of a project's events to a chat or webhook; those from `deleted` on to a webhook only. */
export const INTEGRATION_EVENTS = [
  "created",
  "status_changed",
  "priority_changed",
  "title_changed",
  "description_changed",
  "comment_created",
  "deleted",
  "moved",
  "due_date_changed",
  "assignee_changed",
  "unassigned",
  "due_date_reminder",
] as const;
export type IntegrationEvent = (typeof INTEGRATION_EVENTS)[number];
const CHAT_EVENTS = INTEGRATION_EVENTS.slice(0, INTEGRATION_EVENTS.indexOf("deleted"));

/** `taskStatusChanged` of `status_changed`. */
function wireName(event: IntegrationEvent): string {
  const name = event === "due_date_reminder" ? event : `task_${event}`;
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Exactly these events and no others. @throws KaneoMcpError "invalid_input" for events that only a webhook is told of. */
export function wireEvents(
  kind: IntegrationKind,
  wanted: readonly IntegrationEvent[],
): Record<string, boolean> {
  const possible = kind === "webhook" ? INTEGRATION_EVENTS : CHAT_EVENTS;
  const odd = wanted.filter((event) => !possible.includes(event));
  if (odd.length > 0) {
    const why = `Kaneo does not tell ${kind} of ${odd.join(", ")}. It tells of: ${possible.join(", ")}.`;
    throw new KaneoMcpError("invalid_input", why);
  }
  return Object.fromEntries(possible.map((event) => [wireName(event), wanted.includes(event)]));
}

/** What the routes of an integration answer, but the one that ends it. */
export const integrationSchema = z
  .object({
    id: kaneoId,
    projectId: kaneoId,
    isActive: optional(z.boolean()),
    repositoryOwner: optional(word),
    repositoryName: optional(word),
    baseUrl: optional(word),
    commentTaskLinkOnGitHubIssue: optional(z.boolean()),
    commentTaskLinkOnGiteaIssue: optional(z.boolean()),
    channelName: optional(z.string()),
    chatId: optional(z.string()),
    threadId: optional(whole),
    chatLabel: optional(z.string()),
    events: optional(z.record(z.string(), z.boolean())),
    secretConfigured: optional(z.boolean()),
    dueDateReminderLeadTimeMinutes: optional(whole),
  })
  .transform((row) => ({
    id: row.id,
    projectId: row.projectId,
    isActive: row.isActive ?? true,
    repository:
      row.repositoryOwner === undefined
        ? undefined
        : `${row.repositoryOwner}/${row.repositoryName}`,
    // Somebody may have given it with a name and a password in it.
    address: row.baseUrl?.replace(/^(\w+:\/\/)[^/?#]*@/, "$1").replace(/[?#].*/s, ""),
    comments: row.commentTaskLinkOnGitHubIssue ?? row.commentTaskLinkOnGiteaIssue,
    channel: row.channelName ?? row.chatLabel,
    chat: row.chatId,
    thread: row.threadId,
    events:
      row.events && INTEGRATION_EVENTS.filter((event) => row.events?.[wireName(event)] === true),
    isSigned: row.secretConfigured,
    remindMinutes: row.dueDateReminderLeadTimeMinutes,
  }));
export type Integration = z.infer<typeof integrationSchema>;

/** `/api/<kind>-integration/project/:projectId`: to be read, connected anew by POST, changed by PATCH, and ended. */
export function integrationRoute(kind: IntegrationKind, { id }: Pick<Project, "id">): Endpoint {
  const called = kind === "webhook" ? "generic-webhook" : kind;
  return endpoint`/api/${called}-integration/project/${id}`;
}

/** The project's integration of this kind; undefined when there is none. */
export function integrationOf(
  kaneo: Kaneo,
  kind: IntegrationKind,
  project: Pick<Project, "id">,
): Promise<Integration | undefined> {
  return kaneo.get(integrationRoute(kind, project), optional(integrationSchema));
}
