/** From the words in a call's arguments to what Kaneo takes. */
import { KaneoMcpError } from "../errors.ts";
import type { Kaneo } from "../kaneo/client.ts";
import { readDate } from "../kaneo/dates.ts";
import { columnsOf, healing } from "../kaneo/lists.ts";
import { findLabels, findMember } from "../kaneo/references.ts";
import type { Label, Member, Project } from "../kaneo/schemas.ts";
import { matchStatus, type Status, unknownStatus } from "../kaneo/tasks.ts";
import { renderDate } from "../text/dates.ts";
import { isNone } from "./fields.ts";

/** The arguments that create and update share. */
export interface TaskArguments {
  status?: string | undefined;
  assignee?: string | undefined;
  due?: string | undefined;
  start?: string | undefined;
}

/** The same resolved; null means none, undefined not named. */
export interface ResolvedArguments {
  status: string | undefined;
  assignee: Member | null | undefined;
  due: string | null | undefined;
  start: string | null | undefined;
}

/** Where the names are looked up. */
export interface TaskScope {
  project: Project;
  /** The project's columns where they were just read; without them they are looked up. */
  columns?: readonly Status[] | undefined;
  timeZone: string;
}

/**
 * Resolves status, assignee and dates, concurrently.
 *
 * @throws KaneoMcpError "not_found", "ambiguous" or "invalid_input", with what would be valid.
 */
export async function resolveArguments(
  kaneo: Kaneo,
  { status, assignee, due, start }: TaskArguments,
  scope: TaskScope,
): Promise<ResolvedArguments> {
  const { project, timeZone } = scope;
  const dates = { due: resolveDate(due, timeZone), start: resolveDate(start, timeZone) };
  const [statusSlug, member] = await Promise.all([
    status === undefined ? undefined : findStatus(kaneo, scope, status),
    assignee === undefined ? undefined : resolveAssignee(kaneo, project, assignee),
  ]);
  return { ...dates, status: statusSlug, assignee: member };
}

/**
 * Kaneo refuses a start behind the due date on some routes and stores it on others.
 *
 * @throws KaneoMcpError "invalid_input"; nothing was changed.
 */
export function assertDatesInOrder(
  { start, due }: { start: string | null | undefined; due: string | null | undefined },
  timeZone: string,
): void {
  if (!start || !due || start <= due) return;
  throw new KaneoMcpError(
    "invalid_input",
    `The task would start ${renderDate(start, timeZone)}, after it is due ${renderDate(due, timeZone)}. Nothing was saved.`,
    { hint: "Give both start and due in order, or none for one of them." },
  );
}

/** The slug of the status that `reference` names in a project. */
async function findStatus(
  kaneo: Kaneo,
  { project, columns = [] }: TaskScope,
  reference: string,
): Promise<string> {
  const known = matchStatus(columns, reference);
  if (known !== undefined) return known.slug;
  const list = columnsOf(project.id);
  const found = await healing(kaneo, async (since) =>
    matchStatus(await kaneo.kept(list, since), reference),
  );
  if (found === undefined) throw unknownStatus(await kaneo.kept(list), reference, project.name);
  return found.slug;
}

async function resolveAssignee(
  kaneo: Kaneo,
  { workspaceId }: Project,
  reference: string,
): Promise<Member | null> {
  return isNone(reference) ? null : findMember(kaneo, workspaceId, reference);
}

function resolveDate(text: string | undefined, timeZone: string): string | null | undefined {
  if (text === undefined) return undefined;
  return isNone(text) ? null : readDate(text, timeZone);
}

/** The workspace labels that are named; none when `references` is undefined. */
export async function resolveLabels(
  kaneo: Kaneo,
  { workspaceId }: Project,
  references: readonly string[] | undefined,
): Promise<Label[]> {
  return references === undefined ? [] : findLabels(kaneo, workspaceId, references);
}

/** The text to store; the word none clears it. */
export function resolveText(text: string | undefined): string | undefined {
  return text !== undefined && isNone(text) ? "" : text;
}
