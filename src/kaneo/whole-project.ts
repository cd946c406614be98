/** All tasks of a project, in the order in which a person sees them, with their relations. */
import { isFailure, KaneoMcpError } from "../errors.ts";
import type { Kaneo } from "./client.ts";
import { mapConcurrently, TASKS_AT_ONCE } from "./concurrency.ts";
import { columnsOf } from "./lists.ts";
import { relationsOf, type TaskRelation } from "./relations.ts";
import type { Column, Project } from "./schemas.ts";
import { tasksIn } from "./task-bulk.ts";
import type { PlacedTask } from "./task-finder.ts";
import { byPlace, statusesOf } from "./tasks.ts";

export interface RelatedTaskRow extends PlacedTask {
  /** Empty where they were not asked for. */
  relations: readonly TaskRelation[];
}

export interface WholeProject {
  columns: readonly Column[];
  tasks: RelatedTaskRow[];
}

/** Kaneo gives relations task by task: about so long it may take, within the time of a call. */
const MOST_MS = 19_000;

/** @throws KaneoMcpError "out_of_time" when there are more tasks than can be asked for their relations in one call. */
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
