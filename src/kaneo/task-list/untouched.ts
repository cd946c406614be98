/** What nobody has worked on for a while, as far as Kaneo tells. */
import type { Kaneo } from "../client.ts";
import { type EventGap, findEvents } from "../events/events.ts";
import { tasksByChange } from "../project-tasks.ts";
import type { Project } from "../schemas.ts";

export interface Untouched {
  /** When a field of each was changed last (ISO 8601), by the task's id. */
  changes: ReadonlyMap<string, string>;
  /** Where newer comments may have been overlooked. */
  gap: EventGap | undefined;
}

/**
 * The tasks of `projects` without a change of a field and without a comment since then (ISO 8601). Kaneo dates changes of
 * labels and relations nowhere, and logged time task by task only, so that these do not count.
 */
export async function untouchedSince(
  kaneo: Kaneo,
  projects: readonly Project[],
  since: string,
): Promise<Untouched> {
  const [project, ...others] = projects;
  const query = {
    workspaceIds: [...new Set(projects.map(({ workspaceId }) => workspaceId))],
    project: others.length === 0 ? project : undefined,
    kinds: ["comment"] as const,
    since,
  };
  const [tasks, { events, gap }] = await Promise.all([
    tasksByChange(kaneo, projects),
    findEvents(kaneo, query),
  ]);
  const keyIn = (projectId: string, key: string) => `${projectId} ${key}`;
  const recent = events.filter(({ at }) => at >= since);
  const commented = new Set(recent.map(({ projectId, key }) => keyIn(projectId, key)));
  const untouched = tasks.filter(
    ({ updatedAt, project: { id }, key }) => updatedAt < since && !commented.has(keyIn(id, key)),
  );
  return { changes: new Map(untouched.map(({ id, updatedAt }) => [id, updatedAt])), gap };
}
