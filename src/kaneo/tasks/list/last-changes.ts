/** When tasks were changed last, and which of them nobody has touched for a while, as far as Kaneo tells. */
import type { Kaneo } from "../../api/kaneo.ts";
import { findEvents } from "../../events/events.ts";
import type { RecentTask } from "../project-tasks.ts";

/**
 * The ids of those of `tasks`, none of which has changed since then, that were commented on since. Kaneo dates changes of
 * labels and relations nowhere, and logged time task by task only, so that these do not count. The gap is where comments
 * may have been overlooked.
 */
export async function commentedSince(
  kaneo: Kaneo,
  tasks: readonly RecentTask[],
  since: string | undefined,
) {
  const projects = new Map(tasks.map(({ project }) => [project.id, project]));
  const [project, ...others] = projects.values();
  const { events, gap } = await findEvents(kaneo, {
    workspaceIds: [...new Set([...projects.values()].map(({ workspaceId }) => workspaceId))],
    project: others.length === 0 ? project : undefined,
    kinds: ["comment"],
    since,
    ofUnchanged: tasks,
    isForAll: true,
  });
  const nameIn = (projectId: string, key: string) => `${projectId} ${key}`;
  const recent = events.filter(({ at }) => since !== undefined && at >= since);
  const commented = new Set(recent.map(({ projectId, key }) => nameIn(projectId, key)));
  const touched = tasks.filter((task) => commented.has(nameIn(task.project.id, task.key)));
  return { ids: new Set(touched.map(({ id }) => id)), gap };
}
