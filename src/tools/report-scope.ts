/** Where, of whom and from when to when: what the tools that look back have in common. */
import { isFailure, KaneoMcpError } from "../errors.ts";
import type { Kaneo } from "../kaneo/client.ts";
import { endOf, startOf } from "../kaneo/dates.ts";
import { findMember, type ProjectReference, scopeOf } from "../kaneo/references.ts";
import type { Member, Project } from "../kaneo/schemas.ts";
import { renderDate, renderDay, renderMoment } from "../text/dates.ts";
import { renderPerson } from "../text/untrusted.ts";
import * as fields from "./fields.ts";
import type { ToolContext } from "./tool.ts";

/** The arguments of the same names. */
export const reportFields = {
  project: fields.project.optional(),
  workspace: fields.workspace.describe("Slug, name or id; all if left out"),
  person: fields.text.describe("me, name, e-mail or id").optional(),
  since: fields.date.describe("A day, also monday or -2w").optional(),
  until: fields.date.describe("That day included").optional(),
};

export interface ReportScope {
  workspaceIds: string[];
  /** Undefined for all projects. */
  project: Project | undefined;
  /** Undefined for everybody. */
  person: Member | undefined;
  /** For the answer, such as `Website (WEB), by @Bob Stone`. */
  words: string;
}

/** Resolves project, workspace and person. @throws KaneoMcpError "not_found" or "ambiguous", listing what there is. */
export async function readScope(
  kaneo: Kaneo,
  { person: reference, ...where }: ProjectReference & { person?: string | undefined },
): Promise<ReportScope> {
  const { name, ...scope } = await scopeOf(kaneo, where);
  if (reference === undefined) return { ...scope, person: undefined, words: name };
  const person = await findMember(kaneo, scope.workspaceIds, reference).catch((error: unknown) => {
    if (!isFailure(error, "not_found")) throw error;
    const hint = "Call again with one of the members, by name or e-mail, or with me.";
    throw new KaneoMcpError("not_found", error.message, { hint, cause: error });
  });
  return { ...scope, person, words: `${name}, by ${renderPerson(person.name)}` };
}

/** ISO 8601 in UTC, both included. */
export interface Period {
  since: string | undefined;
  /** Undefined means now. */
  until: string | undefined;
}

/** Reads since and until, whose weekdays are past ones. @throws KaneoMcpError "invalid_input". */
export function readPeriod(
  args: { since?: string | undefined; until?: string | undefined },
  context: ToolContext,
): Period {
  const calendar = { ...context, isPast: true };
  const since = args.since === undefined ? undefined : startOf(args.since, calendar);
  const until = args.until === undefined ? undefined : endOf(args.until, calendar);
  if (since === undefined || until === undefined || since <= until) return { since, until };
  const { timeZone } = context;
  throw new KaneoMcpError(
    "invalid_input",
    `The period would end ${renderDate(until, timeZone)}, before it begins ${renderDate(since, timeZone)}.`,
    { hint: "Give since and until in order, or leave until out for now." },
  );
}

/** `since 2026-03-02 until 2026-03-08`; "" for all time. */
export function renderPeriod({ since, until }: Period, timeZone: string): string {
  const bounds = [
    since && `since ${renderDate(since, timeZone)}`,
    until && `until ${renderEnd(until, timeZone)}`,
  ];
  return bounds.filter((bound) => bound !== undefined).join(" ");
}

/** The day whose last moment it is, or the moment. */
export function renderEnd(until: string, timeZone: string): string {
  const behind = renderDate(new Date(Date.parse(until) + 1).toISOString(), timeZone);
  return behind.includes(":") ? renderMoment(until, timeZone) : renderDay(until, timeZone);
}
