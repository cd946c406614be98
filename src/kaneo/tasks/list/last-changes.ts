/** When tasks were changed last, and which of them nobody has touched for a while, as far as Kaneo tells. */
import type { Kaneo } from "../../api/kaneo.ts";
import type { Project } from "../../api/schemas.ts";
import { findEvents } from "../../events/events.ts";
import { tasksByChange } from "../project-tasks.ts";

/**
 * When a field of each task was changed last (ISO 8601), by its id: of all, or of those without such a change and without a
 * comment since then. Kaneo dates changes of labels and relations nowhere, and logged time task by task only, so that these
 * do not count. The gap is where newer comments may have been overlooked.
 */
export async function updatesOf(
  kaneo: Kaneo,
  projects: readonly Project[],
  since: string | undefined,
) {
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
    since === undefined ? { events: [], gap: undefined } : findEvents(kaneo, query),
  ]);
  const keyIn = (projectId: string, key: string) => `${projectId} ${key}`;
  const recent = events.filter(({ at }) => since !== undefined && at >= since);
  const commented = new Set(recent.map(({ projectId, key }) => keyIn(projectId, key)));
  const isUntouched = ({ updatedAt, project: { id }, key }: (typeof tasks)[number]) =>
    since === undefined || (updatedAt < since && !commented.has(keyIn(id, key)));
  const moments = new Map(
    tasks.filter(isUntouched).map(({ id, updatedAt }) => [id, updatedAt] as const),
  );
  return { moments, gap };
}
