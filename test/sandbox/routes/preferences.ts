/** /api/notification-preferences: channels, what one is told of, and rules of workspaces. */
import { requireMember } from "../access.ts";
import { created, createId, now, type Preference, type SandboxData } from "../data.ts";
import { Refusal } from "../refusal.ts";
import { type Call, route } from "../router.ts";
import { flag, list, nullable, number, oneOf, optional, text } from "../shape.ts";
import { masked } from "./integration-kinds.ts";

const path = "/api/notification-preferences";
type Asking = Pick<Call<unknown, unknown>, "data" | "caller">;

const address = optional(nullable(text()));
const isOn = optional(flag());

const get = route({ method: "GET", path, run: (call) => show(call) });

const put = route({
  method: "PUT",
  path,
  body: {
    emailEnabled: isOn,
    ntfyEnabled: isOn,
    ntfyServerUrl: address,
    ntfyTopic: address,
    ntfyToken: address,
    gotifyEnabled: isOn,
    gotifyServerUrl: address,
    gotifyToken: address,
    webhookEnabled: isOn,
    webhookUrl: address,
    webhookSecret: address,
    taskAssignmentEnabled: isOn,
    taskCommentEnabled: isOn,
    taskStatusChangeEnabled: isOn,
    dueDateReminderEnabled: isOn,
    dueDateReminderLeadTimeMinutes: optional(number({ lowest: 5 })),
  },
  run: (call) => {
    const current = ownPreference(call);
    const given = Object.entries(call.body).filter(([, value]) => value !== undefined);
    const next = { ...current, ...Object.fromEntries(given) };
    const touches = (name: string) => given.some(([field]) => field.startsWith(name));
    // An API key brings no address along, and then nothing can be changed while e-mail is on.
    if (next.emailEnabled && call.caller.email === undefined) {
      throw new Refusal(400, "Email notifications require an account email address");
    }
    if ((next.ntfyEnabled || touches("ntfy")) && !(next.ntfyServerUrl && next.ntfyTopic)) {
      throw new Refusal(400, "ntfy requires a server URL and topic");
    }
    if ((next.gotifyEnabled || touches("gotify")) && !(next.gotifyServerUrl && next.gotifyToken)) {
      throw new Refusal(400, "Gotify requires a server URL and app token");
    }
    if ((next.webhookEnabled || touches("webhook")) && !next.webhookUrl) {
      throw new Refusal(400, "Webhook notifications require an endpoint URL");
    }
    cascade(current, next);
    Object.assign(current, next, { updatedAt: now() });
    return show(call);
  },
});

const CHANNELS = ["emailEnabled", "ntfyEnabled", "gotifyEnabled", "webhookEnabled"] as const;

/** What is switched off everywhere is off in every rule, and what is switched on is on in each that has a channel. */
function cascade(before: Preference, after: Preference): void {
  for (const rule of before.rules.filter((one) => one.isActive)) {
    if (!CHANNELS.some((name) => rule[name])) continue;
    for (const name of CHANNELS) {
      if (!after[name]) rule[name] = false;
      else if (!before[name]) rule[name] = true;
    }
  }
}

const ofWorkspace = `${path}/workspaces/:workspaceId`;

const putRule = route({
  method: "PUT",
  path: ofWorkspace,
  body: {
    isActive: flag(),
    emailEnabled: flag(),
    ntfyEnabled: flag(),
    gotifyEnabled: flag(),
    webhookEnabled: flag(),
    projectMode: oneOf("all", "selected"),
    selectedProjectIds: optional(list(text())),
  },
  run: (call) => {
    const workspaceId = call.param("workspaceId");
    requireMember(call.data, workspaceId, call.caller.userId);
    const { selectedProjectIds = [], ...body } = call.body;
    if (body.projectMode === "selected") checkProjects(call.data, workspaceId, selectedProjectIds);
    const preference = ownPreference(call);
    const off = CHANNELS.find((name) => body[name] && !preference[name]);
    if (off) {
      const channel = off.replace("Enabled", "");
      throw new Refusal(400, `Enable ${channel} notifications globally before using them here`);
    }
    const rule = { ...body, workspaceId, selectedProjectIds, id: createId(), ...created() };
    const others = preference.rules.filter((one) => one.workspaceId !== workspaceId);
    preference.rules = [...others, rule];
    return show(call);
  },
});

const deleteRule = route({
  method: "DELETE",
  path: ofWorkspace,
  run: (call) => {
    const workspaceId = call.param("workspaceId");
    requireMember(call.data, workspaceId, call.caller.userId);
    const preference = ownPreference(call);
    const left = preference.rules.filter((rule) => rule.workspaceId !== workspaceId);
    if (left.length === preference.rules.length) {
      throw new Refusal(404, "Workspace notification rule not found");
    }
    preference.rules = left;
    return show(call);
  },
});

export const preferenceRoutes = [get, put, putRule, deleteRule];

function checkProjects(data: SandboxData, workspaceId: string, ids: readonly string[]): void {
  if (ids.length === 0) {
    throw new Refusal(400, "Select at least one project for selected project mode");
  }
  if (ids.some((id) => data.projects.get(id)?.workspaceId !== workspaceId)) {
    throw new Refusal(400, "One or more selected projects are invalid");
  }
}

/** The row to be changed: Kaneo makes it at the first change. */
function ownPreference(call: Asking): Preference {
  const preference = preferenceOf(call);
  call.data.preferences.set(call.caller.userId, preference);
  return preference;
}

function preferenceOf({ data, caller: { userId } }: Asking): Preference {
  const existing = data.preferences.get(userId);
  if (existing) return existing;
  return {
    emailEnabled: false,
    ntfyEnabled: false,
    ntfyServerUrl: null,
    ntfyTopic: null,
    ntfyToken: null,
    gotifyEnabled: false,
    gotifyServerUrl: null,
    gotifyToken: null,
    webhookEnabled: false,
    webhookUrl: null,
    webhookSecret: null,
    taskAssignmentEnabled: true,
    taskCommentEnabled: true,
    taskStatusChangeEnabled: true,
    dueDateReminderEnabled: true,
    dueDateReminderLeadTimeMinutes: 1_440,
    rules: [],
    ...created(),
  };
}

function show(call: Asking) {
  const preference = preferenceOf(call);
  const { rules, ntfyToken, gotifyToken, webhookSecret, ...rest } = preference;
  const nameOf = (id: string) => call.data.workspaces.find((row) => row.id === id)?.name ?? "";
  return {
    ...rest,
    emailAddress: call.caller.email ?? null,
    ntfyConfigured: Boolean(rest.ntfyServerUrl && rest.ntfyTopic),
    ntfyTokenConfigured: Boolean(ntfyToken),
    maskedNtfyToken: ntfyToken && masked(ntfyToken),
    gotifyConfigured: Boolean(rest.gotifyServerUrl && gotifyToken),
    gotifyTokenConfigured: Boolean(gotifyToken),
    maskedGotifyToken: gotifyToken && masked(gotifyToken),
    webhookConfigured: Boolean(rest.webhookUrl),
    webhookSecretConfigured: Boolean(webhookSecret),
    maskedWebhookSecret: webhookSecret && masked(webhookSecret),
    workspaces: rules.map((rule) => ({ ...rule, workspaceName: nameOf(rule.workspaceId) })),
  };
}
