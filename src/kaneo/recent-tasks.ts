/** Every task of some projects in the order of its last change, for what Kaneo gives task by task only. */
import { z } from "zod";
import type { Kaneo } from "./client.ts";
import { mapConcurrently } from "./concurrency.ts";
import { endpoint } from "./endpoint.ts";
import { projectsOf } from "./lists.ts";
import { kaneoId, list, moment, type Project, whole } from "./schemas.ts";

/** The most tasks that one call reads one by one. */
export const MOST_TASKS_READ = 200;

export interface RecentTask {
  id: string;
  /** Such as `WEB-12`. */
  key: string;
  title: string;
  project: Project;
  /** ISO 8601 in UTC: the last change of a field; comments, labels, relations and logged time do not count. */
  updatedAt: string;
}

/** The projects of `workspaceIds` that have tasks, archived projects too, as they are now. */
export async function projectsWithTasks(
  kaneo: Kaneo,
  workspaceIds: readonly string[],
): Promise<Project[]> {
  const startedAt = kaneo.elapsed();
  const lists = await Promise.all(workspaceIds.map((id) => kaneo.kept(projectsOf(id), startedAt)));
  return lists.flat().filter(({ statistics }) => statistics.totalTasks > 0);
}

const projectWithTasks = z.object({
  tasks: list(z.object({ id: kaneoId, number: whole, title: z.string(), updatedAt: moment })),
});

/**
 * The tasks of `projects`, planned and archived ones too, the last changed first. `GET /api/project/:id` is the only route
 * that tells when a task changed; like the list of tasks it has no pages, and is no longer than that.
 */
export async function tasksByChange(
  kaneo: Kaneo,
  projects: readonly Project[],
): Promise<RecentTask[]> {
  const perProject = await mapConcurrently(projects, async (project) => {
    const { tasks } = await kaneo.get(endpoint`/api/project/${project.id}`, projectWithTasks);
    return tasks.map(({ number, ...task }) => ({
      ...task,
      key: `${project.slug}-${number}`,
      project,
    }));
  });
  return perProject.flat().sort((a, b) => Date.parse(b.updatedAt) - Date.parse(a.updatedAt));
}
