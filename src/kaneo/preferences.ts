/** How an account is told of things: by which channels, of what, in which workspaces. */
import { z } from "zod";
import { KaneoMcpError } from "../errors.ts";
import type { Kaneo } from "./client.ts";
import { endpoint } from "./endpoint.ts";
import { oneLine } from "./matching.ts";
import { confirmed } from "./outcomes.ts";
import { findProject, findWorkspace } from "./references.ts";
import { kaneoId, list, optional, type Workspace, whole } from "./schemas.ts";

/** Of `GET /api/notification-preferences` what is no secret: not the addresses and topics, which let anybody listen or write. */
const preferencesSchema = z.object({
  emailAddress: optional(z.string()),
  emailEnabled: z.boolean(),
  ntfyEnabled: z.boolean(),
  ntfyConfigured: z.boolean(),
  gotifyEnabled: z.boolean(),
  gotifyConfigured: z.boolean(),
  webhookEnabled: z.boolean(),
  webhookConfigured: z.boolean(),
  taskAssignmentEnabled: z.boolean(),
  taskCommentEnabled: z.boolean(),
  taskStatusChangeEnabled: z.boolean(),
  dueDateReminderEnabled: z.boolean(),
  dueDateReminderLeadTimeMinutes: whole,
  workspaces: list(
    z.object({
      workspaceId: kaneoId,
      workspaceName: z.string(),
      isActive: z.boolean(),
      emailEnabled: z.boolean(),
      ntfyEnabled: z.boolean(),
      gotifyEnabled: z.boolean(),
      webhookEnabled: z.boolean(),
      projectMode: z.enum(["all", "selected"]),
      selectedProjectIds: list(kaneoId),
    }),
  ),
});
export type Preferences = z.infer<typeof preferencesSchema>;
export type Rule = Preferences["workspaces"][number];

export const CHANNELS = ["email", "ntfy", "gotify", "webhook"] as const;
type Channels = Partial<Record<(typeof CHANNELS)[number], boolean | undefined>>;

const route = endpoint`/api/notification-preferences`;

export function readPreferences(kaneo: Kaneo): Promise<Preferences> {
  return kaneo.get(route, preferencesSchema);
}

interface Wanted extends Channels {
  assignments?: boolean | undefined;
  comments?: boolean | undefined;
  status_changes?: boolean | undefined;
  due_reminders?: boolean | undefined;
  remind_minutes?: number | undefined;
  workspace?: string | undefined;
  active?: boolean | undefined;
  projects?: string[] | undefined;
  remove_rule?: boolean | undefined;
}

/**
 * Changes what is named, of the account or of a workspace's rule; `before` is what is there.
 *
 * @throws KaneoMcpError "invalid_input" when nothing is named, or what does not belong together.
 */
export async function changePreferences(
  kaneo: Kaneo,
  before: Preferences,
  wanted: Wanted,
): Promise<Preferences> {
  const general = {
    taskAssignmentEnabled: wanted.assignments,
    taskCommentEnabled: wanted.comments,
    taskStatusChangeEnabled: wanted.status_changes,
    dueDateReminderEnabled: wanted.due_reminders,
    dueDateReminderLeadTimeMinutes: wanted.remind_minutes,
  };
  const isGeneral = Object.values(general).some((value) => value !== undefined);
  if (wanted.workspace !== undefined) {
    if (isGeneral)
      throw wrong(
        "What one is told of is the same in every workspace: leave workspace out for that.",
      );
    return changeRule(kaneo, before, { ...wanted, workspace: wanted.workspace });
  }
  if ((wanted.active ?? wanted.projects ?? wanted.remove_rule) !== undefined) {
    throw wrong(
      "active, projects and remove_rule belong to a workspace's rule: name the workspace.",
    );
  }
  const body = { ...channelFields(wanted), ...general };
  if (Object.values(body).every((value) => value === undefined)) {
    throw wrong("Nothing to change: name at least one preference.");
  }
  return confirmed(await kaneo.put(route, preferencesSchema, body), {
    what: "The preferences",
    fields: body,
    look: () => readPreferences(kaneo),
  });
}

interface RuleWanted extends Channels {
  workspace: string;
  active?: boolean | undefined;
  projects?: string[] | undefined;
  remove_rule?: boolean | undefined;
}

async function changeRule(
  kaneo: Kaneo,
  before: Preferences,
  wanted: RuleWanted,
): Promise<Preferences> {
  const workspace = await findWorkspace(kaneo, wanted.workspace);
  const ofWorkspace = endpoint`/api/notification-preferences/workspaces/${workspace.id}`;
  const ruleIn = ({ workspaces }: Preferences) =>
    workspaces.find(({ workspaceId }) => workspaceId === workspace.id);
  const current = ruleIn(before);
  const look = () => readPreferences(kaneo);
  if (wanted.remove_rule === true) {
    if (current === undefined) return before;
    return confirmed(await kaneo.delete(ofWorkspace, preferencesSchema), {
      what: `The rule of ${oneLine(workspace.name, 60)}`,
      done: "removed",
      isSo: (row) => ruleIn(row) === undefined,
      look,
    });
  }
  const body = await ruleBody(kaneo, { workspace, wanted, current });
  return confirmed(await kaneo.put(ofWorkspace, preferencesSchema, body), {
    what: `The rule of ${oneLine(workspace.name, 60)}`,
    isSo: (row) =>
      CHANNELS.every((name) => ruleIn(row)?.[`${name}Enabled`] === body[`${name}Enabled`]),
    look,
  });
}

interface RuleChange {
  workspace: Workspace;
  wanted: RuleWanted;
  current: Rule | undefined;
}

/** Kaneo wants the whole rule. */
async function ruleBody(kaneo: Kaneo, { workspace, wanted, current }: RuleChange) {
  const { email, ntfy, gotify, webhook, active, projects } = wanted;
  const isAll = projects?.length === 1 && projects[0]?.trim().toLowerCase() === "all";
  const found =
    projects === undefined || isAll
      ? undefined
      : await Promise.all(
          projects.map((project) => findProject(kaneo, { project, workspace: workspace.id })),
        );
  const kept = isAll ? [] : (current?.selectedProjectIds ?? []);
  const selectedProjectIds = found?.map(({ id }) => id) ?? kept;
  return {
    isActive: active ?? current?.isActive ?? true,
    emailEnabled: email ?? current?.emailEnabled ?? false,
    ntfyEnabled: ntfy ?? current?.ntfyEnabled ?? false,
    gotifyEnabled: gotify ?? current?.gotifyEnabled ?? false,
    webhookEnabled: webhook ?? current?.webhookEnabled ?? false,
    projectMode: selectedProjectIds.length > 0 ? "selected" : "all",
    selectedProjectIds,
  };
}

function channelFields({ email, ntfy, gotify, webhook }: Channels) {
  return {
    emailEnabled: email,
    ntfyEnabled: ntfy,
    gotifyEnabled: gotify,
    webhookEnabled: webhook,
  };
}

function wrong(message: string): KaneoMcpError {
  return new KaneoMcpError("invalid_input", `${message} Nothing was changed.`);
}
