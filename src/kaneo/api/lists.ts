/** The lists that names are looked up in. */
import type { z } from "zod";
import type { Kaneo, KeptList } from "./client.ts";
import { endpoint, withQuery } from "./endpoint.ts";
import {
  type Column,
  columnListSchema,
  type Label,
  labelSchema,
  list,
  listedProjectSchema,
  type Member,
  memberSchema,
  type Project,
  sessionSchema,
  type Workspace,
  workspaceSchema,
} from "./schemas.ts";

// Made once: to make a schema takes longer than to use it.
const projectList = list(listedProjectSchema);
const memberList = list(memberSchema);
const ownLabelList = list(labelSchema).transform((labels) =>
  labels.filter((label) => label.taskId === undefined),
);

/** Who the credential belongs to; null when it is dead. */
export const currentSession: KeptList<z.infer<typeof sessionSchema>> = {
  endpoint: endpoint`/api/auth/get-session`,
  schema: sessionSchema,
};

/** The workspaces of the account. */
export const workspaces: KeptList<Workspace[]> = {
  endpoint: endpoint`/api/auth/organization/list`,
  schema: list(workspaceSchema),
};

/** Every project of a workspace, archived ones too, in the order of the sidebar. */
export function projectsOf(workspaceId: string): KeptList<Project[]> {
  return {
    endpoint: withQuery(endpoint`/api/project`, { workspaceId, includeArchived: true }),
    schema: projectList,
  };
}

/** The people of a workspace. */
export function membersOf(workspaceId: string): KeptList<Member[]> {
  return {
    endpoint: endpoint`/api/workspace/${workspaceId}/members`,
    schema: memberList,
  };
}

/** A project's columns in board order, without `planned` and `archived`. */
export function columnsOf(projectId: string): KeptList<Column[]> {
  return { endpoint: endpoint`/api/column/${projectId}`, schema: columnListSchema };
}

/** A workspace's own labels; the answer also holds every task's copies (docs/kaneo.md, "Labels"). */
export function labelsOf(workspaceId: string): KeptList<Label[]> {
  return {
    endpoint: endpoint`/api/label/workspace/${workspaceId}`,
    schema: ownLabelList,
  };
}

/** So old a list may be for what a write takes from it and Kaneo does not check; many such writes then cost one request. */
export const NEW_MS = 2_000;

/** The same call, for which lists are new. */
export function upToDate(kaneo: Kaneo): Kaneo {
  return kaneo.asOf(kaneo.elapsed() - NEW_MS);
}

/**
 * Runs a look-up on what is kept, and when it misses, once more on lists that are newer than its start: a miss may only
 * mean that a list is stale.
 */
export async function healing<T>(
  kaneo: Kaneo,
  lookUp: (kaneo: Kaneo) => Promise<T | undefined>,
): Promise<T | undefined> {
  const anew = kaneo.asOf(kaneo.elapsed());
  return (await lookUp(kaneo)) ?? lookUp(anew);
}
