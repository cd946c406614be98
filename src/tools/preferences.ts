import { z } from "zod";
import { KaneoMcpError, prefixed } from "../errors.ts";
import { addressOnPage, endpoint, type Kaneo } from "../kaneo/api/kaneo.ts";
import { confirmed, onFailure } from "../kaneo/api/outcomes.ts";
import { doneSchema, projectsOf } from "../kaneo/api/schemas.ts";
import {
  CHANNELS,
  changePreferences,
  type Preferences,
  type Rule,
  readPreferences,
} from "../kaneo/preferences.ts";
import { inline } from "../untrusted.ts";
import * as fields from "./fields.ts";
import { latest, MOST_NOTIFICATIONS } from "./notifications.ts";
import { defineTool } from "./tool.ts";

const getPreferences = defineTool({
  name: "get_preferences",
  toolset: "preferences",
  description:
    "Shows through which channels this account is notified (e-mail, ntfy, Gotify, webhook), about what, and the rules of workspaces. Addresses and tokens are not shown.",
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true },
  input: z.object({}),
  run: async (_args, { kaneo }) => withSlugs(kaneo, await readPreferences(kaneo)),
  text: (shown) => render(shown).join("\n"),
});

const setPreferences = defineTool({
  name: "set_preferences",
  toolset: "preferences",
  description:
    "Changes only the named preferences of this account; with workspace, that workspace's rule, without which Kaneo sends nothing about it. A channel is set up with its address and token on Kaneo's own page first.",
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
  input: z.object({
    email: z.boolean().optional(),
    ntfy: z.boolean().optional(),
    gotify: z.boolean().optional(),
    webhook: z.boolean().optional(),
    assignments: z.boolean().describe("Of being assigned").optional(),
    comments: z.boolean().optional(),
    status_changes: z.boolean().optional(),
    due_reminders: z.boolean().optional(),
    remind_minutes: z.int().min(5).max(43_200).describe("Before a due date").optional(),
    workspace: fields.workspace.describe("Whose rule is meant"),
    active: z.boolean().describe("Of the workspace's rule").optional(),
    projects: fields.names.describe("Only of these; all for every one").optional(),
    remove_rule: z.boolean().describe("Of the workspace").optional(),
  }),
  example: { comments: false, remind_minutes: 60 },
  // In turn, since a rule is written as a whole.
  run: (args, { kaneo }) =>
    kaneo.inTurn("preferences", async () => {
      const before = await withSlugs(kaneo, await readPreferences(kaneo));
      const preferences = await changePreferences(kaneo, before.preferences, args).catch(
        explainingChannel(kaneo),
      );
      return { before, after: await withSlugs(kaneo, preferences) };
    }),
  text: ({ before, after }) => {
    const [old, now] = [render(before), render(after)];
    const gone = old.filter((line) => !now.includes(line)).map((line) => `was: ${line}`);
    const fresh = now.filter((line) => !old.includes(line)).map((line) => `now: ${line}`);
    if (gone.length + fresh.length === 0) return "It was so already.";
    return [...gone, ...fresh].join("\n");
  },
});

/** For `catch`: Kaneo's words name what is missing, and not where it is entered. */
function explainingChannel(kaneo: Kaneo) {
  return onFailure("invalid_input", async (failure): Promise<never> => {
    if (!/requires? an?|globally/.test(failure.message)) throw failure;
    const page = await addressOnPage(kaneo, "/dashboard/settings/account/notifications");
    const hint = `The person sets the channel up on ${page}; then turn it on for the account, by a call without workspace. E-mail needs a sign-in instead of an API key, with which Kaneo does not see the address.`;
    throw prefixed(failure, "Nothing was changed.", hint);
  });
}

async function withSlugs(kaneo: Kaneo, preferences: Preferences) {
  const named = preferences.workspaces.filter(({ projectMode }) => projectMode === "selected");
  const none = onFailure("forbidden", () => []);
  const projects = await Promise.all(
    // The rule of a workspace that this account has left stays, and its projects are told to nobody.
    named.map(({ workspaceId }) => kaneo.kept(projectsOf(workspaceId)).catch(none)),
  );
  return { preferences, slugs: new Map(projects.flat().map(({ id, slug }) => [id, slug])) };
}

function render({ preferences, slugs }: Awaited<ReturnType<typeof withSlugs>>): string[] {
  const { workspaces } = preferences;
  const channels = CHANNELS.map((name) => {
    const isOn = preferences[`${name}Enabled`];
    const isSetUp = name === "email" || preferences[`${name}Configured`];
    const called = name === "email" ? "e-mail" : name;
    return `${called}: ${onOff(isOn)}${isSetUp ? "" : " (not set up)"}`;
  });
  return [
    ...channels,
    `assignments: ${onOff(preferences.taskAssignmentEnabled)}`,
    `comments: ${onOff(preferences.taskCommentEnabled)}`,
    `status changes: ${onOff(preferences.taskStatusChangeEnabled)}`,
    `due reminders: ${onOff(preferences.dueDateReminderEnabled)}, ${preferences.dueDateReminderLeadTimeMinutes} minutes before`,
    // Kaneo sends only of workspaces that have an active rule (delivery.ts).
    ...(workspaces.some(({ isActive }) => isActive)
      ? []
      : ["No workspace has an active rule, so Kaneo sends nothing by these channels."]),
    ...workspaces.map((rule) => renderRule(rule, slugs)),
  ];
}

function renderRule(rule: Rule, slugs: ReadonlyMap<string, string>): string {
  const on = CHANNELS.filter((name) => rule[`${name}Enabled`]).join(", ") || "no channel";
  const projects =
    rule.projectMode === "all"
      ? "all projects"
      : `only ${rule.selectedProjectIds.map((id) => slugs.get(id) ?? id).join(", ") || "projects that are gone"}`;
  const state = rule.isActive ? "active" : "paused";
  return `${inline(rule.workspaceName, 60)}: ${state}, by ${on}, ${projects}`;
}

function onOff(isOn: boolean): string {
  return isOn ? "on" : "off";
}

const clearNotifications = defineTool({
  name: "clear_notifications",
  toolset: "preferences",
  description:
    "Deletes all notifications of this account for good; mark_notifications_read keeps them.",
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
  input: z.object({ confirm: z.boolean().describe("true, to be sure") }),
  example: { confirm: true },
  run: async ({ confirm }, { kaneo }) => {
    if (!confirm) {
      throw new KaneoMcpError("invalid_input", "Nothing was deleted: confirm is not true.", {
        hint: "Ask the person whether all notifications may go for good.",
      });
    }
    const before = await latest(kaneo);
    const answer = await kaneo.delete(endpoint`/api/notification/clear-all`, doneSchema);
    await confirmed(answer, {
      what: "The notifications",
      done: "deleted",
      fields: { success: true },
      look: async () => ({ success: (await latest(kaneo)).length === 0 }),
    });
    return before.length;
  },
  text: (before) => {
    const number = before < MOST_NOTIFICATIONS ? ` (${before})` : `, ${MOST_NOTIFICATIONS} or more`;
    return `Deleted all notifications${number} of this account.`;
  },
});

export const preferenceTools = [getPreferences, setPreferences, clearNotifications];
