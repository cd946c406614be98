/** When tasks were changed last, and which of them nobody has touched for a while, as far as Kaneo tells. */
import type { Kaneo } from "../../api/kaneo.ts";
import type { Project } from "../../api/schemas.ts";
import { type EventGap, findEvents } from "../../events/events.ts";
import { tasksByChange } from "../project-tasks.ts";

export interface Updates {
  /** When a field of each was changed last (ISO 8601), by the task's id. */
  moments: ReadonlyMap<string, string>;
  /** Where newer comments may have been overlooked. */
  gap?: EventGap | undefined;
}

/** Of all tasks of `projects`. */
export async function updatesOf(kaneo: Kaneo, projects: readonly Project[]): Promise<Updates> {
  const tasks = await tasksByChange(kaneo, projects);
  return { moments: new Map(tasks.map(({ id, updatedAt }) => [id, updatedAt])) };
}

/**
 * Of those without a change of a field and without a comment since then (ISO 8601). Kaneo dates changes of labels and
 * relations nowhere, and logged time task by task only, so that these do not count.
 */
export async function updatesOfUntouched(
  kaneo: Kaneo,
  projects: readonly Project[],
  since: string,
): Promise<Updates> {
  const [project, ...others] = projects;
  const query = {
    workspaceIds: [...new Set(projects.map(({ workspaceId }) => workspaceId))],
    project: others.length === 0 ? project : undefined,
    kinds: ["comment"] as const,
    since,
    isOfUnchanged: true,
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
  return { moments: new Map(untouched.map(({ id, updatedAt }) => [id, updatedAt])), gap };
}
