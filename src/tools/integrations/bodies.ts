/** What Kaneo is sent to connect a project, and to change that: the one place where a tool holds a secret. */
import { unescape as percentDecoded } from "node:querystring";
import { z } from "zod";
import { KaneoMcpError } from "../../errors.ts";
import { addressOnPage, endpoint, type Kaneo } from "../../kaneo/api/kaneo.ts";
import { confirmed, saying } from "../../kaneo/api/outcomes.ts";
import { optional, type Project } from "../../kaneo/api/schemas.ts";
import {
  type Integration,
  type IntegrationEvent,
  type IntegrationKind,
  integrationOf,
  integrationRoute,
  integrationSchema,
  wireEvents,
} from "../../kaneo/integrations.ts";
import { inline } from "../../untrusted.ts";
import * as fields from "../fields.ts";
import type { ToolContext } from "../tool.ts";

/** What a call says of a connection, of whatever kind. */
export interface IntegrationFields {
  kind: IntegrationKind;
  repository?: string | undefined;
  secret?: string | undefined;
  signing_secret?: string | undefined;
  chat?: string | undefined;
  thread?: number | undefined;
  channel?: string | undefined;
  events?: IntegrationEvent[] | undefined;
  active?: boolean | undefined;
  comment_on_issues?: boolean | undefined;
  remind_minutes?: number | undefined;
}

type Argument = Exclude<keyof IntegrationFields, "kind">;
/** Arguments by their names in Kaneo. */
type Names = Partial<Record<Argument, string>>;

const OF_CHAT = { events: "events", channel: "channelName", secret: "webhookUrl" };
/** What each kind is connected by. Of code platforms it has a form of its own: {@link connectBody}. */
const CONNECTS: Record<IntegrationKind, Names> = {
  github: { repository: "repository" },
  gitea: { repository: "repository", secret: "accessToken" },
  discord: OF_CHAT,
  slack: OF_CHAT,
  telegram: {
    secret: "botToken",
    chat: "chatId",
    thread: "threadId",
    channel: "chatLabel",
    events: "events",
  },
  webhook: { secret: "webhookUrl", signing_secret: "secret", events: "events" },
};
/** Those that must be given where a kind takes them. */
const NEEDED: readonly Argument[] = ["repository", "chat"];

const CHANGES: Record<IntegrationKind, Names> = {
  github: { active: "isActive", comment_on_issues: "commentTaskLinkOnGitHubIssue" },
  gitea: { active: "isActive", comment_on_issues: "commentTaskLinkOnGiteaIssue" },
  discord: { active: "isActive", ...OF_CHAT },
  slack: { active: "isActive", ...OF_CHAT },
  telegram: { active: "isActive", events: "events", channel: "chatLabel", secret: "botToken" },
  webhook: {
    active: "isActive",
    events: "events",
    secret: "webhookUrl",
    remind_minutes: "dueDateReminderLeadTimeMinutes",
  },
};

async function bodyOf(names: Names, given: IntegrationFields, { readSecret }: ToolContext) {
  const { kind, events, channel, secret, signing_secret: signing } = given;
  const values: Partial<Record<Argument, unknown>> = {
    ...given,
    events: events && wireEvents(kind, events),
    channel: channel !== undefined && fields.isNone(channel) ? null : channel,
    secret: secret && (await readSecret(secret)),
    signing_secret: signing && (await readSecret(signing)),
  };
  const named = argumentsIn(names).filter((name) => given[name] !== undefined);
  return Object.fromEntries(named.map((name) => [names[name], values[name]]));
}

function argumentsIn(names: Names): Argument[] {
  // The keys of these objects are their names, which the compiler forgets.
  return Object.keys(names) as Argument[];
}

const ALL = [
  ...new Set([CONNECTS, CHANGES].flatMap((of) => Object.values(of)).flatMap(argumentsIn)),
];

/** @throws KaneoMcpError "invalid_input" for what is missing, and for what this kind does not take. */
function assertFitting(given: IntegrationFields, names: Names) {
  const { kind } = given;
  const odd = ALL.filter((name) => given[name] !== undefined && names[name] === undefined);
  const missing = NEEDED.filter((name) => name in names && given[name] === undefined);
  if (odd.length === 0 && missing.length === 0) return;
  const problems = [
    ...(missing.length > 0 ? [`${kind} needs ${missing.join(", ")}`] : []),
    ...(odd.length > 0 ? [`${kind} takes no ${odd.join(", ")} here`] : []),
  ];
  throw new KaneoMcpError("invalid_input", `${problems.join(", and ")}. Nothing was changed.`, {
    hint: `${kind} takes: ${argumentsIn(names).join(", ")}.`,
  });
}

/**
 * Connects a project that is not connected yet.
 *
 * @throws KaneoMcpError "conflict" when it is: another connection would be lost with its secret.
 */
export async function connect(
  project: Project,
  wanted: IntegrationFields,
  context: ToolContext,
): Promise<Integration> {
  const { kaneo } = context;
  const { kind } = wanted;
  assertFitting(wanted, CONNECTS[kind]);
  if (wanted.secret === undefined && kind !== "github") throw await byHand(kaneo, project, kind);
  if ((await integrationOf(kaneo, kind, project)) !== undefined) {
    throw new KaneoMcpError("conflict", `${project.slug} is connected to ${kind} already.`, {
      hint: "update_integration changes that; disconnect_integration ends it.",
    });
  }
  const body = await connectBody(wanted, context);
  const route = integrationRoute(kind, project);
  return save(kaneo.post(route, integrationSchema, body), project, { wanted, kaneo });
}

/** Changes what a project is connected to. */
export async function changeConnection(
  project: Project,
  wanted: IntegrationFields,
  context: ToolContext,
): Promise<Integration> {
  const { kaneo } = context;
  const names = CHANGES[wanted.kind];
  assertFitting(wanted, names);
  const body = await bodyOf(names, wanted, context);
  const route = integrationRoute(wanted.kind, project);
  return save(kaneo.patch(route, integrationSchema, body), project, { wanted, kaneo });
}

async function save(
  sent: Promise<Integration>,
  project: Project,
  { wanted, kaneo }: { wanted: IntegrationFields; kaneo: Kaneo },
): Promise<Integration> {
  const { kind, secret } = wanted;
  // What Kaneo refuses may stand in the secret, which no other argument corrects.
  const hint =
    secret &&
    "It may stand in the secret: the person then corrects it where this server is configured.";
  return confirmed(await sent.catch(saying("invalid_input", { hint })), {
    what: `The ${kind} integration of ${project.slug}`,
    isSo: (row) => row.projectId === project.id && shows(row, wanted),
    look: () => integrationOf(kaneo, kind, project),
  });
}

/** Where a person sees and changes a project's integrations in Kaneo. */
export function integrationsPage(kaneo: Kaneo, { id }: Project): Promise<string> {
  return addressOnPage(kaneo, `/dashboard/settings/projects/${id}/integrations`);
}

/** What is left when nobody gave this server the secret: Kaneo's own page, which takes it from the person. */
async function byHand(kaneo: Kaneo, project: Project, kind: IntegrationKind) {
  const page = await integrationsPage(kaneo, project);
  const why = `${kind} has a secret, which must not be written into the chat. Nothing was connected.`;
  return new KaneoMcpError("invalid_input", why, {
    hint: `The person connects ${project.slug} on ${page}; or sets KANEO_SECRET_${kind.toUpperCase()} where this server is configured, and secret ${kind.toUpperCase()} names it.`,
  });
}

async function connectBody(given: IntegrationFields, context: ToolContext): Promise<object> {
  const { kind, repository = "", secret = "" } = given;
  if (kind !== "github" && kind !== "gitea") return bodyOf(CONNECTS[kind], given, context);
  const place = repositoryIn(repository);
  if (kind === "gitea") return { ...place, ...addressWithToken(await context.readSecret(secret)) };
  await assertInstalled(context.kaneo, place);
  return place;
}

/** At the end of an address, too. GitHub's names have at most 100 characters. */
const REPOSITORY = /(?<![\w.-])([\w.-]{1,100})\/([\w.-]{1,100}?)(?:\.git)?\/?$/;

function repositoryIn(reference: string) {
  const [, owner, name] = REPOSITORY.exec(reference.trim()) ?? [];
  if (owner !== undefined && name !== undefined) {
    return { repositoryOwner: owner, repositoryName: name };
  }
  const why = `"${inline(reference, 60)}" is not a repository: give it as owner/name.`;
  throw new KaneoMcpError("invalid_input", why);
}

/**
 * Where a token belongs stands with it: as an argument of its own, the address could be one that only wants to have the
 * token sent to it.
 */
function addressWithToken(secret: string): { baseUrl: string; accessToken: string } {
  const url = URL.canParse(secret) ? new URL(secret) : undefined;
  // What is no encoding of anything is a sign of its own here, and no token.
  const token = percentDecoded(url?.password || url?.username || "");
  if (url === undefined || !/^[^\uFFFD]+$/.test(token) || !/^https?:$/.test(url.protocol)) {
    const why =
      "The secret for gitea must have the form https://<token>@<host of Gitea>, so that the token goes to that host only. Nothing was sent.";
    throw new KaneoMcpError("invalid_input", why);
  }
  const baseUrl = `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
  return { baseUrl, accessToken: token };
}

const appSchema = z.object({ appName: optional(z.string()) });
const verifiedSchema = z.object({
  isInstalled: z.boolean(),
  message: z.string(),
  installationUrl: optional(z.string()),
});

/** Kaneo would connect to a repository that it cannot reach, and fail with a 500 when it has no app at all. */
async function assertInstalled(kaneo: Kaneo, place: ReturnType<typeof repositoryIn>) {
  const { appName } = await kaneo.get(endpoint`/api/github-integration/app-info`, appSchema);
  if (appName === undefined) {
    throw new KaneoMcpError("conflict", "This Kaneo has no GitHub app. Nothing was connected.", {
      hint: "Whoever runs the instance can set one up: Kaneo's documentation, GitHub integration.",
    });
  }
  const route = endpoint`/api/github-integration/verify`;
  const { isInstalled, message, installationUrl } = await kaneo.post(route, verifiedSchema, place);
  if (isInstalled) return;
  throw new KaneoMcpError("conflict", `${inline(message, 200)}. Nothing was connected.`, {
    hint: `The person installs it on the repository${installationUrl === undefined ? "" : `: ${inline(installationUrl, 200)}`}, then call again.`,
  });
}

/** Whether an integration is as it was to be, as far as Kaneo shows that. */
function shows(row: Integration, wanted: IntegrationFields): boolean {
  const { active, events, channel, chat, comment_on_issues, remind_minutes } = wanted;
  const pairs = [
    [active, row.isActive],
    [events && sorted(events), sorted(row.events ?? [])],
    [channel && (fields.isNone(channel) ? "" : channel.trim()), row.channel ?? ""],
    [chat?.trim(), row.chat],
    [comment_on_issues, row.comments],
    [remind_minutes, row.remindMinutes],
  ] as const;
  return pairs.every(([wish, is]) => wish === undefined || wish === is);
}

function sorted(events: readonly IntegrationEvent[]): string {
  return [...new Set(events)].toSorted().join();
}
