/** Every task of some projects, for what Kaneo gives task by task only. */
import { z } from "zod";
import { isFailure, KaneoMcpError } from "../errors.ts";
import type { Kaneo } from "./client.ts";
import { mapConcurrently, TASKS_AT_ONCE } from "./concurrency.ts";
import { endpoint } from "./endpoint.ts";
import { columnsOf, projectsOf } from "./lists.ts";
import { tasksIn } from "./many-tasks.ts";
import { relationsOf, type TaskRelation } from "./relations.ts";
import { type Column, kaneoId, list, moment, type Project, whole } from "./schemas.ts";
import type { PlacedTask } from "./task-finder.ts";
import { byPlace, statusesOf } from "./tasks.ts";

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

interface WholeProject {
  columns: readonly Column[];
  /** In the order in which a person sees them; without relations where these were not asked for. */
  tasks: (PlacedTask & { relations: readonly TaskRelation[] })[];
}

/** Kaneo gives relations task by task: about so long it may take, within the time of a call. */
const MOST_MS = 19_000;

/** The tasks of a project. @throws KaneoMcpError "out_of_time" when there are more tasks than can be asked for their relations in one call. */
export async function readWholeProject(
  kaneo: Kaneo,
  project: Project,
  { withRelations }: { withRelations: boolean },
): Promise<WholeProject> {
  const startedAt = kaneo.elapsed();
  const [columns, unordered] = await Promise.all([
    kaneo.kept(columnsOf(project.id), startedAt),
    tasksIn(kaneo, project),
  ]);
  const places = new Map(statusesOf(columns).map(({ slug }, index) => [slug, index]));
  const placeOf = ({ task }: PlacedTask) => places.get(task.status) ?? places.size;
  const tasks = unordered.toSorted(
    (one, other) => placeOf(one) - placeOf(other) || byPlace(one.task, other.task),
  );
  const related = await relationsOfAll(kaneo, withRelations ? tasks : [], startedAt + MOST_MS);
  return {
    columns,
    tasks: tasks.map((one, index) => ({ ...one, relations: related[index] ?? [] })),
  };
}

/** The relations of each of these tasks; of one that is gone meanwhile, none. */
export function relationsOfAll(
  kaneo: Kaneo,
  tasks: readonly PlacedTask[],
  deadline: number,
): Promise<TaskRelation[][]> {
  const read = async (placed: PlacedTask, index: number) => {
    if (kaneo.elapsed() > deadline) {
      const why = `Kaneo gives relations task by task, and in one call only ${index} of ${tasks.length} tasks could be asked. Nothing was done.`;
      throw new KaneoMcpError("out_of_time", why, {
        hint: "Leave the relations out (relations false), or take fewer tasks.",
      });
    }
    return relationsOf(kaneo, placed).catch((error: unknown) => {
      if (isFailure(error, "not_found")) return [];
      throw error;
    });
  };
  return mapConcurrently(tasks, read, TASKS_AT_ONCE);
}
