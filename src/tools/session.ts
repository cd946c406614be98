import { z } from "zod";
import type { Kaneo } from "../kaneo/api/kaneo.ts";
import { asHelp } from "../kaneo/api/outcomes.ts";
import { currentSession, membersOf, workspaces } from "../kaneo/api/schemas.ts";
import { todayIn } from "../kaneo/dates/read-dates.ts";
import type { SessionState, SignOutResult } from "../session.ts";
import { renderMinute, renderMoment } from "../text/dates.ts";
import { renderFailure } from "../text/failure.ts";
import { renderMember, renderPlace } from "../untrusted.ts";
import { defineTool, type ToolContext } from "./tool.ts";

export const whoami = defineTool({
  name: "whoami",
  toolset: "session",
  title: "Who am I",
  description:
    "Says who is signed in to which Kaneo and until when, with the account's workspaces, its role in each, and what day it is. Works signed out too, without starting a sign-in.",
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true },
  foundBy: "account, user, signed in, today",
  input: z.object({}),
  run: async (_args, { kaneo, session }) => {
    const state = await session.state();
    const isKnown = state.kind === "api_key" || state.kind === "signed_in";
    const account = isKnown ? await accountOf(kaneo) : undefined;
    return { instance: session.instance, state, account };
  },
  text: ({ instance, state, account }, context) => {
    // A sign-in that waits ends with what to do next: nothing may stand behind it.
    if (state.kind === "pending") return renderState(state);
    const where = [`Instance: ${instance}`, ...(state.problems ?? [])];
    const warnings = context.configWarnings.map((warning) => `Configuration: ${warning}`);
    return [
      account === undefined ? renderState(state) : renderMember(account.user),
      ...where,
      ...(account === undefined ? [] : renderAccount(state, account, context)),
      renderToday(context),
      ...warnings,
    ].join("\n");
  },
});

/** Who it is as of now: what is kept for references may be of a sign-in that has ended. */
async function accountOf(kaneo: Kaneo) {
  const [current, all] = await Promise.all([kaneo.fresh(currentSession), kaneo.fresh(workspaces)]);
  if (current === null) return undefined;
  const places = all.map(async (workspace) => {
    const members = await kaneo.fresh(membersOf(workspace.id));
    return { workspace, role: members.find(({ id }) => id === current.user.id)?.role ?? "none" };
  });
  return { ...current, places: await Promise.all(places) };
}

function renderAccount(
  state: SessionState,
  { session, places }: NonNullable<Awaited<ReturnType<typeof accountOf>>>,
  { timeZone }: ToolContext,
): string[] {
  const until = renderMoment(session.expiresAt, timeZone);
  const how =
    state.kind === "signed_in"
      ? `Signed in until ${until}; use extends that. ${keptSentence(state)}`
      : "Signed in with the configured API key";
  const lines = places.map(({ workspace, role }) => `- ${renderPlace(workspace)}: ${role}`);
  return [how, lines.length === 0 ? "Workspaces: none" : "Workspaces:", ...lines];
}

/** `Today is Sunday, 2026-03-01, 14:30; days are meant in Europe/Berlin.` */
function renderToday(context: ToolContext): string {
  const { timeZone, assumedZone } = context;
  const why = assumedZone && ", this machine's zone, since KANEO_TIMEZONE is not set";
  if (assumedZone !== undefined) assumedZone.isSaid = true;
  const [, time] = renderMinute(new Date(context.now()).toISOString(), timeZone).split(" ");
  return `Today is ${todayIn(context)}, ${time}; days are meant in ${timeZone}${why ?? ""}.`;
}

const MOST_SECONDS = 20;

const signIn = defineTool({
  name: "sign_in",
  toolset: "session",
  description:
    "Gives the link where the person approves access to Kaneo, or says that they are signed in; called again with wait_seconds it waits for the approval. Other tools start the sign-in by themselves.",
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true },
  input: z.object({
    wait_seconds: z.int().min(0).describe(`At most ${MOST_SECONDS}`).default(0),
  }),
  run: async ({ wait_seconds }, { kaneo, session, signal }) => {
    const state = await session.signIn(Math.min(wait_seconds, MOST_SECONDS), signal);
    // As any other tool: there are clients that open the link themselves.
    if (state.kind === "pending") throw state.question;
    // Whoever approved may have been signed in to Kaneo's page as somebody else.
    const current = await asHelp(kaneo.fresh(currentSession));
    return { state, user: current?.user };
  },
  text: ({ state, user }) => {
    const said = renderState(state);
    return user === undefined ? said : `${said}\nThis is ${renderMember(user)}.`;
  },
});

const signOut = defineTool({
  name: "sign_out",
  toolset: "session",
  description:
    "Revokes access at Kaneo and forgets the token on this machine, for every client here.",
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
  input: z.object({}),
  run: async (_args, { kaneo, session, signal }) => {
    const result = await session.signOut(signal);
    // Whoever signs in next may see other workspaces.
    kaneo.forget();
    return result;
  },
  text: renderSignOut,
});

export const sessionTools = [whoami, signIn, signOut];

function renderState(state: SessionState): string {
  switch (state.kind) {
    case "api_key":
      return "An API key is configured, so there is nothing to sign in to.";
    case "signed_in":
      return `Signed in. ${keptSentence(state)}`;
    case "signed_out":
      return "Not signed in. Call sign_in, or any other tool, to get the link.";
    case "pending":
      return renderFailure(state.question);
  }
}

function keptSentence({ kept }: Extract<SessionState, { kind: "signed_in" }>): string {
  return `The token is kept ${kept.startsWith("in memory") ? kept : `in ${kept}`}.`;
}

/** A sentence on what came of signing out, also for a terminal. */
export function renderSignOut({ outcome, detail }: SignOutResult): string {
  const why = detail === undefined ? "" : ` (${detail})`;
  switch (outcome) {
    case "revoked":
      return detail === undefined
        ? "Signed out: the access is revoked at Kaneo and the token is removed."
        : `Signed out: the access is revoked at Kaneo${why}.`;
    case "neither":
      return `Kaneo could not be told, nor could the token be removed${why}. This server no longer uses it, but one started later would: remove the file, and end the session in Kaneo's account settings.`;
    case "forgotten_only":
      return `The token is removed from this machine, but Kaneo could not be told${why}: the session may live there for up to 7 days. It can be ended in Kaneo's account settings.`;
    case "nothing":
      return `Nobody was signed in${why}.`;
    case "api_key":
      return "There is nothing to sign out: an API key is configured. Remove it from the client's configuration, or delete it in Kaneo.";
  }
}
