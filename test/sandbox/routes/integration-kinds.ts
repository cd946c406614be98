/** The kinds of integrations, as read in the sources of Kaneo 2.22: what each takes, and what it shows of a secret. */
import { Refusal } from "../refusal.ts";
import { flag, nullable, number, optional, record, type Shape, text } from "../shape.ts";

export type Config = Record<string, unknown>;

export interface Kind {
  type: string;
  /** As its 404 names it. */
  name: string;
  create: Shape;
  update: Shape;
  /** The new config, of the body and the config of before. @throws Refusal */
  read(body: Config, before: Config | undefined): Config;
  show(config: Config): Config;
}

const EVENTS = ["Created", "StatusChanged", "PriorityChanged", "TitleChanged"]
  .concat(["DescriptionChanged", "CommentCreated"])
  .map((name) => `task${name}`);
const MORE_EVENTS = ["Deleted", "Moved", "DueDateChanged", "AssigneeChanged", "Unassigned"]
  .map((name) => `task${name}`)
  .concat("dueDateReminder");
const ON_BY_DEFAULT = ["taskCreated", "taskStatusChanged", "taskCommentCreated"];

const flags = (names: readonly string[]): Shape =>
  Object.fromEntries(names.map((name) => [name, optional(flag())]));
const events = optional(record(flags(EVENTS)));
const moreEvents = optional(record(flags([...EVENTS, ...MORE_EVENTS])));
const isActive = optional(flag());

/** Discord and Slack differ in the form of their address only. */
function chat(type: string, name: string, pattern: RegExp): Kind {
  return {
    type,
    name,
    create: { webhookUrl: text({ atLeast: 1 }), channelName: optional(text()), events },
    update: {
      webhookUrl: optional(text()),
      channelName: optional(nullable(text())),
      isActive,
      events,
    },
    read: (body, before = {}) => {
      const webhookUrl = textOf(body["webhookUrl"]) || textOf(before["webhookUrl"]);
      if (!pattern.test(webhookUrl)) throw new Refusal(400, `Enter a valid ${name} webhook URL`);
      const given = body["channelName"];
      const channelName = given === undefined ? before["channelName"] : given;
      return { webhookUrl, channelName, events: merged(before, body) };
    },
    show: ({ webhookUrl, channelName }) => ({
      channelName: channelName ?? null,
      webhookConfigured: true,
      maskedWebhookUrl: `https://…/${masked(textOf(webhookUrl))}`,
    }),
  };
}

const telegram: Kind = {
  type: "telegram",
  name: "Telegram",
  create: {
    botToken: text({ atLeast: 1 }),
    chatId: text({ atLeast: 1 }),
    threadId: optional(number()),
    chatLabel: optional(text()),
    events,
  },
  update: {
    botToken: optional(text()),
    chatId: optional(text()),
    threadId: optional(nullable(number())),
    chatLabel: optional(nullable(text())),
    isActive,
    events,
  },
  read: (body, before = {}) => {
    const { botToken, chatId, threadId, chatLabel } = { ...before, ...body };
    if (!/^\d{8,10}:[A-Za-z0-9_-]{35}$/.test(textOf(botToken))) {
      throw new Refusal(400, "Enter a valid Telegram bot token");
    }
    return { botToken, chatId, threadId, chatLabel, events: merged(before, body) };
  },
  show: ({ botToken, chatId, threadId, chatLabel }) => ({
    chatId,
    threadId: threadId ?? null,
    chatLabel: chatLabel ?? null,
    botTokenConfigured: true,
    maskedBotToken: masked(textOf(botToken)),
  }),
};

const webhook: Kind = {
  type: "generic-webhook",
  name: "Generic webhook",
  create: {
    webhookUrl: text({ atLeast: 1 }),
    secret: optional(text()),
    events: moreEvents,
    dueDateReminderLeadTimeMinutes: optional(number()),
  },
  update: {
    webhookUrl: optional(text()),
    secret: optional(nullable(text())),
    isActive,
    events: moreEvents,
    dueDateReminderLeadTimeMinutes: optional(number()),
  },
  read: (body, before = {}) => {
    const webhookUrl = textOf(body["webhookUrl"]) || textOf(before["webhookUrl"]);
    if (!URL.canParse(webhookUrl)) throw new Refusal(400, "Invalid URL");
    if (/^https?:\/\/(localhost|127\.|10\.)/.test(webhookUrl)) {
      throw new Refusal(400, "Generic webhook destination is not allowed");
    }
    const secret = body["secret"] === undefined ? before["secret"] : body["secret"];
    const lead = body["dueDateReminderLeadTimeMinutes"] ?? before["lead"] ?? 1_440;
    return { webhookUrl, secret, lead, events: merged(before, body) };
  },
  show: ({ webhookUrl, secret, lead }) => ({
    webhookConfigured: true,
    maskedWebhookUrl: masked(textOf(webhookUrl)),
    secretConfigured: Boolean(secret),
    maskedSecret: secret ? masked(textOf(secret)) : null,
    dueDateReminderLeadTimeMinutes: lead,
  }),
};

export const repository = {
  repositoryOwner: text({ atLeast: 1 }),
  repositoryName: text({ atLeast: 1 }),
};

export const github: Kind = {
  type: "github",
  name: "GitHub",
  create: repository,
  update: { isActive, commentTaskLinkOnGitHubIssue: optional(flag()) },
  read: (body, before) => ({ commentTaskLinkOnGitHubIssue: true, ...before, ...body }),
  show: (config) => ({ installationId: 1, branchPattern: "{slug}-{number}", ...config }),
};

const gitea: Kind = {
  type: "gitea",
  name: "Gitea",
  create: { baseUrl: text({ atLeast: 1 }), accessToken: optional(text()), ...repository },
  update: { isActive, commentTaskLinkOnGiteaIssue: optional(flag()) },
  read: (body, before) => {
    const config: Config = { commentTaskLinkOnGiteaIssue: true, ...before, ...body };
    if (!config["accessToken"]) throw new Refusal(400, "Personal access token is required");
    // What Gitea says of a wrong token Kaneo passes on, with Gitea's status (gitea-api.ts).
    if (config["accessToken"] === "wrong-token") throw new Refusal(401, "Gitea API error 401");
    return { webhookSecret: "s3cr3t-of-kaneo-for-gitea", ...config };
  },
  // Whoever may manage settings gets the webhook's secret as it is.
  show: ({ accessToken, ...config }) => ({
    ...config,
    maskedAccessToken: masked(textOf(accessToken)),
    webhookUrl: "http://localhost:1337/api/gitea-integration/webhook/1",
    branchPattern: "{slug}-{number}",
  }),
};

export const kinds = [
  github,
  gitea,
  chat(
    "discord",
    "Discord",
    /^https:\/\/(?:discord|discordapp)\.com\/api\/webhooks\/[^/]+\/[^/\s]+$/i,
  ),
  chat("slack", "Slack", /^https:\/\/hooks\.slack(?:-gov)?\.com\/services\//),
  telegram,
  webhook,
];

function merged(before: Config, body: Config): Config {
  const all = Object.fromEntries(EVENTS.map((name) => [name, ON_BY_DEFAULT.includes(name)]));
  return { ...all, ...(before["events"] ?? {}), ...(body["events"] ?? {}) };
}

/** What is shown of a secret. */
export function masked(secret: string): string {
  return secret.length > 8 ? `${secret.slice(0, 4)}…${secret.slice(-4)}` : "••••";
}

export function textOf(value: unknown): string {
  return typeof value === "string" ? value.trim() : "";
}
