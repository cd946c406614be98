/** How an account is told of things: by which channels, of what, in which workspaces. */
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { KaneoMcpError } from "../errors.ts";
import { inline } from "../untrusted.ts";
import { endpoint, type Kaneo } from "./api/kaneo.ts";
import { confirmed } from "./api/outcomes.ts";
import { kaneoId, list, projectsOf, type Workspace, whole } from "./api/schemas.ts";
import { fold, matchesOf, splitNames } from "./names/matching.ts";
import { findProject, projectNaming } from "./projects/find.ts";
import { findWorkspace } from "./workspaces.ts";

/** Of `GET /api/notification-preferences` what is no secret: not the addresses and topics, which let anybody listen or write. */
const preferencesSchema = z.object({
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

/** By which Kaneo can notify somebody outside its own page. */
export const CHANNELS = ["email", "ntfy", "gotify", "webhook"] as const;

const route = endpoint`/api/notification-preferences`;

/** What this account is notified of, and where (`GET /api/notification-preferences`). */
export function readPreferences(kaneo: Kaneo): Promise<Preferences> {
  return kaneo.get(route, preferencesSchema);
}

interface Wanted extends Partial<Record<(typeof CHANNELS)[number], boolean | undefined>> {
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
  const { workspace: reference, email, ntfy, gotify, webhook, active, projects } = wanted;
  const channels = {
    emailEnabled: email,
    ntfyEnabled: ntfy,
    gotifyEnabled: gotify,
    webhookEnabled: webhook,
  };
  const ofAccount = {
    taskAssignmentEnabled: wanted.assignments,
    taskCommentEnabled: wanted.comments,
    taskStatusChangeEnabled: wanted.status_changes,
    dueDateReminderEnabled: wanted.due_reminders,
    dueDateReminderLeadTimeMinutes: wanted.remind_minutes,
  };
  const removed = wanted.remove_rule || undefined;
  if (reference === undefined) {
    if (isAny({ active, projects, removed })) throw wrong(MISPLACED);
    return changeAccount(kaneo, { ...channels, ...ofAccount });
  }
  const changesRule = isAny({ ...channels, active, projects });
  if (isAny(ofAccount) || (removed && changesRule)) throw wrong(MISPLACED);
  if (!removed && !changesRule) throw wrong(NOTHING);
  return changeRule(kaneo, { before, workspace: await findWorkspace(kaneo, reference) }, wanted);
}

const NOTHING = "Nothing to change: name at least one preference.";
const MISPLACED =
  "With workspace, that workspace's rule is changed: its channels, active and projects, or remove_rule alone. What one is told of is the same in every workspace: leave workspace out for that.";

function isAny(some: object): boolean {
  return Object.values(some).some((value) => value !== undefined);
}

async function changeAccount(
  kaneo: Kaneo,
  body: { [Name in keyof Preferences]?: Preferences[Name] | undefined },
): Promise<Preferences> {
  if (!isAny(body)) throw wrong(NOTHING);
  return confirmed(await kaneo.put(route, preferencesSchema, body), {
    what: "The preferences",
    fields: body,
    look: () => readPreferences(kaneo),
  });
}

async function changeRule(
  kaneo: Kaneo,
  { before, workspace }: { before: Preferences; workspace: Workspace },
  wanted: Wanted,
): Promise<Preferences> {
  const ofWorkspace = endpoint`/api/notification-preferences/workspaces/${workspace.id}`;
  const ruleIn = ({ workspaces }: Preferences) =>
    workspaces.find(({ workspaceId }) => workspaceId === workspace.id);
  const current = ruleIn(before);
  const what = `The rule of ${inline(workspace.name, 60)}`;
  const look = () => readPreferences(kaneo);
  if (wanted.remove_rule === true) {
    if (current === undefined) return before;
    const isSo = (row: Preferences) => ruleIn(row) === undefined;
    const answer = await kaneo.delete(ofWorkspace, preferencesSchema);
    return confirmed(answer, { what, done: "removed", isSo, look });
  }
  const body = await ruleBody(kaneo, { workspace, current }, wanted);
  return confirmed(await kaneo.put(ofWorkspace, preferencesSchema, body), {
    what,
    isSo: (row) => {
      const rule = ruleIn(row);
      return (
        rule !== undefined && isDeepStrictEqual(inAnyOrder({ ...rule, ...body }), inAnyOrder(rule))
      );
    },
    look,
  });
}

function inAnyOrder({ selectedProjectIds, ...rule }: Rule) {
  return { ...rule, selectedProjectIds: new Set(selectedProjectIds) };
}

/**
 * Kaneo wants the whole rule.
 *
 * @throws KaneoMcpError "conflict" where its projects are gone: Kaneo keeps no rule for none, and all are not what was chosen.
 */
async function ruleBody(
  kaneo: Kaneo,
  { workspace, current }: { workspace: Workspace; current: Rule | undefined },
  { email, ntfy, gotify, webhook, active, projects }: Wanted,
): Promise<Omit<Rule, "workspaceId" | "workspaceName">> {
  const selectedProjectIds =
    projects === undefined
      ? (current?.selectedProjectIds ?? [])
      : await idsOf(kaneo, projects, workspace);
  const isEmptied = current?.projectMode === "selected" && selectedProjectIds.length === 0;
  if (isEmptied && projects === undefined) throw emptied(workspace);
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

/** Each once; none of them stands for all. */
async function idsOf(kaneo: Kaneo, projects: readonly string[], { id: workspace }: Workspace) {
  const [only = "", ...others] = projects;
  if (others.length === 0 && fold(only) === "all") return [];
  const present = await kaneo.fresh(projectsOf(workspace));
  const isOne = (project: string) => matchesOf(present, project, projectNaming).length > 0;
  const found = splitNames(projects, isOne).map((project) =>
    findProject(kaneo, { project, workspace }),
  );
  return [...new Set((await Promise.all(found)).map(({ id }) => id))];
}

function emptied({ name }: Workspace): KaneoMcpError {
  const why = `The projects that the rule of ${inline(name, 60)} was for are gone. Nothing was changed.`;
  return new KaneoMcpError("conflict", why, {
    hint: "Call again with projects: those that are meant now, or all. remove_rule removes it.",
  });
}

function wrong(message: string): KaneoMcpError {
  return new KaneoMcpError("invalid_input", `${message} Nothing was changed.`);
}
