import { z } from "zod";
import { KaneoMcpError } from "../../errors.ts";
import { endpoint, type Kaneo } from "../../kaneo/api/kaneo.ts";
import { confirmed, onFailure, saying } from "../../kaneo/api/outcomes.ts";
import { doneSchema, list, optional, type Project, whole } from "../../kaneo/api/schemas.ts";
import {
  INTEGRATION_EVENTS,
  INTEGRATION_KINDS,
  type Integration,
  type IntegrationKind,
  integrationOf,
  integrationRoute,
} from "../../kaneo/integrations.ts";
import { findProject } from "../../kaneo/projects/find.ts";
import { count, spaced, stacked } from "../../text/text.ts";
import { inline } from "../../untrusted.ts";
import * as fields from "../fields.ts";
import { defineTool } from "../tool.ts";
import { changeConnection, connect, integrationsPage } from "./bodies.ts";

const kind = z.enum(INTEGRATION_KINDS);
const events = z.array(z.enum(INTEGRATION_EVENTS)).min(1).describe("Exactly these").optional();
const secret = fields.text.describe(
  "Name of a variable KANEO_SECRET_<name>, never a secret itself: the person sets it where this server is configured. It holds the webhook's address (discord, slack, webhook), the bot's token (telegram), or https://<token>@<host> (gitea)",
);

const listIntegrations = defineTool({
  name: "list_integrations",
  toolset: "integrations",
  description:
    "Lists what a project is connected to: GitHub, Gitea, Discord, Slack, Telegram, a webhook. Secrets are never shown.",
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true },
  input: z.object(fields.inProject),
  example: { project: "WEB" },
  run: async (reference, { kaneo }) => {
    const project = await findProject(kaneo, reference);
    // A Kaneo that does not have a kind yet has the others all the same: why nobody knows stands in its place.
    const unknown = onFailure(["unexpected", "not_found"], ({ message }) => inline(message, 200));
    const rows = INTEGRATION_KINDS.map(async (kind) => {
      return { kind, found: await integrationOf(kaneo, kind, project).catch(unknown) };
    });
    return { project, rows: await Promise.all(rows) };
  },
  text: ({ project, rows }) => {
    const lines = rows.flatMap(({ kind, found }) => {
      if (found === undefined) return [];
      return typeof found === "string" ? `${kind}: ${found}` : renderIntegration(kind, found);
    });
    const off = rows.flatMap(({ kind, found }) => (found === undefined ? kind : []));
    return stacked([
      `${project.slug}: ${count(lines.length, "integration")}`,
      ...lines,
      off.length > 0 && `Not connected: ${off.join(", ")}`,
    ]);
  },
});

const connectIntegration = defineTool({
  name: "connect_integration",
  toolset: "integrations",
  description:
    "Connects a project. github needs repository, where Kaneo's GitHub app is installed; gitea repository and secret; discord, slack and webhook secret; telegram secret and chat. Without a secret, the answer has the page of Kaneo on which the person can connect it.",
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true },
  input: z.object({
    ...fields.inProject,
    kind,
    repository: fields.text.describe("owner/name").optional(),
    secret: secret.optional(),
    signing_secret: fields.text
      .describe("webhook: name of the variable whose value signs what Kaneo sends")
      .optional(),
    chat: fields.text.describe("telegram: id of the chat").optional(),
    thread: z.int().min(1).describe("telegram: of a topic").optional(),
    channel: fields.text.describe("Name to show").optional(),
    events,
  }),
  example: { project: "WEB", kind: "webhook", secret: "HOOK", events: ["created", "deleted"] },
  run: async (args, context) => {
    const project = await findProject(context.kaneo, args);
    const integration = await connect(project, args, context);
    const page = args.kind === "gitea" && (await integrationsPage(context.kaneo, project));
    return { project, kind: args.kind, integration, page };
  },
  text: ({ project, kind, integration, page }) =>
    stacked([
      `Connected ${project.slug}: ${renderIntegration(kind, integration)}`,
      page && `What Gitea's own webhook needs is on ${page}`,
    ]),
});

const updateIntegration = defineTool({
  name: "update_integration",
  toolset: "integrations",
  description: "Changes only the named fields of what a project is connected to.",
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
  input: z.object({
    ...fields.inProject,
    kind,
    active: z.boolean().describe("false pauses it").optional(),
    events,
    comment_on_issues: z
      .boolean()
      .describe("github, gitea: whether issues get a comment with the task's link")
      .optional(),
    channel: fields.text.describe("Name to show; none clears it").optional(),
    remind_minutes: z
      .int()
      .min(5)
      .max(43_200)
      .describe("webhook: how long before a due date")
      .optional(),
    secret: secret.optional(),
  }),
  example: { project: "WEB", kind: "discord", active: false, events: ["created"] },
  run: async (args, context) => {
    const { kaneo } = context;
    const { kind, project: reference, workspace, ...changes } = args;
    fields.assertAnyGiven(changes);
    const project = await findProject(kaneo, { project: reference, workspace });
    const before = await connectedNow(kaneo, kind, project);
    const after = await changeConnection(project, args, context);
    return { project, kind, before, after, isNewSecret: args.secret !== undefined };
  },
  text: ({ project, kind, before, after, isNewSecret }) =>
    stacked([
      `${project.slug} was: ${renderIntegration(kind, before)}`,
      `Now: ${renderIntegration(kind, after)}`,
      isNewSecret && "Its secret is replaced.",
    ]),
});

const disconnectIntegration = defineTool({
  name: "disconnect_integration",
  toolset: "integrations",
  description:
    "Ends what a project is connected to. Kaneo forgets its secret, and which issues its tasks are of: import_issues would make them again. update_integration with active false only pauses it.",
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
  input: z.object({ ...fields.inProject, kind }),
  example: { project: "WEB", kind: "discord" },
  run: async ({ kind, ...reference }, { kaneo }) => {
    const project = await findProject(kaneo, reference);
    const before = await connectedNow(kaneo, kind, project);
    const answer = await kaneo.delete(integrationRoute(kind, project), doneSchema);
    await confirmed(answer, {
      what: `The ${kind} integration of ${project.slug}`,
      done: "ended",
      fields: { success: true },
      look: async () => ({ success: (await integrationOf(kaneo, kind, project)) === undefined }),
    });
    return { project, kind, before };
  },
  text: ({ project, kind, before }) =>
    `Disconnected from ${project.slug}: ${renderIntegration(kind, before)}`,
});

const importedSchema = z.object({
  imported: whole,
  updated: optional(whole),
  skipped: whole,
  errors: optional(list(z.string())),
});

const importIssues = defineTool({
  name: "import_issues",
  toolset: "integrations",
  description:
    "Makes tasks from the issues of the repository that a project is connected to; those imported before are updated or left.",
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true },
  input: z.object({ ...fields.inProject, kind: z.enum(["github", "gitea"]) }),
  example: { project: "WEB", kind: "gitea" },
  run: async ({ kind, ...reference }, { kaneo }) => {
    const project = await findProject(kaneo, reference);
    await connectedNow(kaneo, kind, project);
    const route = endpoint`/api/${kind}-integration/import-issues`;
    const hint = "Call again: what was imported already does no harm.";
    const again = saying(["outcome_unknown", "unexpected"], { hint });
    const body = { projectId: project.id };
    const result = await kaneo.post(route, importedSchema, body).catch(again);
    return { project, kind, ...result };
  },
  text: ({ project, kind, imported, updated = 0, skipped, errors = [] }) =>
    stacked([
      `From ${kind} into ${project.slug}: ${count(imported, "issue")} imported, ${updated} updated, ${skipped} left as they were${errors.length > 0 ? `, ${count(errors.length, "problem")}` : ""}.`,
      ...errors.slice(0, 10).map((error) => `- ${inline(error, 200)}`),
      errors.length > 10 && `and ${errors.length - 10} more problems`,
    ]),
});

export const integrationTools = [
  listIntegrations,
  connectIntegration,
  updateIntegration,
  disconnectIntegration,
  importIssues,
];

/** @throws KaneoMcpError "not_found" when the project has none of this kind. */
async function connectedNow(kaneo: Kaneo, kind: IntegrationKind, project: Project) {
  const integration = await integrationOf(kaneo, kind, project);
  if (integration !== undefined) return integration;
  throw new KaneoMcpError("not_found", `${project.slug} is not connected to ${kind}.`, {
    hint: "list_integrations shows what it is connected to, connect_integration connects it.",
  });
}

/** `discord  active  channel #web  events created, moved`. */
function renderIntegration(kind: IntegrationKind, integration: Integration): string {
  const { isActive, repository, address, channel, chat, thread, events } = integration;
  const { comments, isSigned, remindMinutes } = integration;
  const named = (name: string, value: string | undefined) =>
    value && `${name} ${inline(value, 120)}`;
  const reminds = events?.includes("due_date_reminder") ? `${remindMinutes} minutes before` : "";
  return spaced([
    kind,
    isActive ? "active" : "paused",
    repository && inline(repository, 120),
    named("at", address),
    named("channel", channel),
    named("chat", chat),
    named("thread", thread?.toString()),
    events && `events ${events.join(", ") || "none"}`,
    comments !== undefined && `comments on issues ${comments ? "on" : "off"}`,
    isSigned !== undefined && (isSigned ? "signed" : "not signed"),
    named("reminds", reminds),
  ]);
}
