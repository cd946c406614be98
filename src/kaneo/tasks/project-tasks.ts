/** Every task of a project, or of some: as they are, as a board shows them, by when they changed, with their relations. */
import { z } from "zod";
import { KaneoMcpError } from "../../errors.ts";
import { mapConcurrently, TASKS_AT_ONCE } from "../api/concurrency.ts";
import { fingerprint } from "../api/cursors.ts";
import { endpoint, type Kaneo, type KeptList, withQuery } from "../api/kaneo.ts";
import { onFailure } from "../api/outcomes.ts";
import {
  boardSchema,
  columnsOf,
  kaneoId,
  lightBoardSchema,
  list,
  moment,
  type Project,
  whole,
} from "../api/schemas.ts";
import { relationsOf, type TaskRelation } from "../relations/relations.ts";
import type { LocatedTask, PlacedTask } from "./find.ts";
import { byPlace, type Status, statusesOf, type Task, taskOf } from "./task.ts";

/** Every task of a project, in no particular order. */
export function tasksIn(kaneo: Kaneo, project: Project): Promise<LocatedTask[]> {
  return readTasks(kaneo, project, {});
}

/** The last hundred tasks that were made in a project: one page, which costs the same in a project of thousands. */
export function newestTasksIn(kaneo: Kaneo, project: Project): Promise<LocatedTask[]> {
  return readTasks(kaneo, project, { sortBy: "number", sortOrder: "desc", limit: 100 });
}

async function readTasks(
  kaneo: Kaneo,
  known: Project,
  query: Record<string, string | number>,
): Promise<LocatedTask[]> {
  const path = withQuery(endpoint`/api/task/tasks/${known.id}`, query);
  const { slug, columns, rows } = await kaneo.get(path, boardSchema);
  const project = { ...known, slug };
  return rows.map((row) => ({ task: taskOf(row, project), project, columns }));
}

/**
 * A project's board as it is shown, without what only an open task shows: its columns and, in no particular order, all rows,
 * planned and archived ones too, which stand on no board. Its print is another one when anything here is another.
 */
const keptBoardSchema = lightBoardSchema.transform(({ columns, rows }) => {
  return { columns, rows, print: fingerprint([columns, rows]) };
});

type KeptBoard = z.infer<typeof keptBoardSchema>;

/** The board of a project; every answer of the same route that is kept has to be made by this. */
export function boardOf(projectId: string): KeptList<KeptBoard> {
  const path = endpoint`/api/task/tasks/${projectId}`;
  return { endpoint: withQuery(path, { sortBy: "position" }), schema: keptBoardSchema };
}

/** Tells which labels a task of one of these projects has now, by the project's id and its key. */
export async function labelsOfTasks(kaneo: Kaneo, projectIds: readonly string[]) {
  const ids = [...new Set(projectIds)];
  const boards = await mapConcurrently(ids, (id) => kaneo.fresh(boardOf(id)));
  const rows = boards.flatMap((board) => board.rows);
  const labels = new Map(rows.map((row) => [`${row.projectId} ${row.number}`, row.labels]));
  return (id: string, key: string) => labels.get(`${id} ${key.replace(/^.*-/, "")}`) ?? [];
}

/** The tasks in each column, from top to bottom. */
export function columnsWithTasks(
  { columns, rows }: KeptBoard,
  project: Project,
): { column: Status; tasks: Task[] }[] {
  const tasks = rows.map((row) => taskOf(row, project));
  return columns.map((column) => ({
    column,
    tasks: tasks.filter(({ status }) => status === column.slug).sort(byPlace),
  }));
}

/** The most tasks that are read one by one for what is no sum: of so many the latest tell most. */
export const MOST_TASKS_READ = 200;
/** What Kaneo gives task by task is read up to so long after the call began, so that there is time left to tell it. */
const MOST_MS = 19_000;

/** What `read` gives of as many of the first of these tasks as there is time for. Nothing of one that was deleted since it was listed. */
export async function readEach<T, Found>(
  kaneo: Kaneo,
  tasks: readonly T[],
  read: (task: T) => Promise<Found[]>,
) {
  const gone = onFailure("not_found", (): Found[] => []);
  let tasksRead = 0;
  const readInTime = async (task: T) => {
    if (kaneo.elapsed() > kaneo.startedAt + MOST_MS) return [];
    tasksRead += 1;
    return read(task).catch(gone);
  };
  const found = await mapConcurrently(tasks, readInTime, TASKS_AT_ONCE);
  return { found: found.flat(), tasksRead, tasksInAll: tasks.length };
}

export interface RecentTask {
  id: string;
  key: string;
  title: string;
  project: Project;
  /** ISO 8601 in UTC. */
  createdAt: string;
  /** ISO 8601 in UTC: the last change of a field; comments, labels, relations and logged time do not count. */
  updatedAt: string;
}

const projectWithTasks = z.object({
  tasks: list(
    z.object({
      id: kaneoId,
      number: whole,
      title: z.string(),
      createdAt: moment,
      updatedAt: moment,
    }),
  ),
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

/**
 * The columns and tasks of a project, in the order in which a person sees them; without relations where these were not asked for.
 *
 * @throws KaneoMcpError "out_of_time" when there are more tasks than can be asked for their relations in one call.
 */
export async function readWholeProject(
  kaneo: Kaneo,
  project: Project,
  { withRelations }: { withRelations: boolean },
) {
  const [columns, unordered] = await Promise.all([
    kaneo.fresh(columnsOf(project.id)),
    tasksIn(kaneo, project),
  ]);
  const places = new Map(statusesOf(columns).map(({ slug }, index) => [slug, index]));
  const placeOf = ({ task }: PlacedTask) => places.get(task.status) ?? places.size;
  const tasks = unordered.toSorted(
    (one, other) => placeOf(one) - placeOf(other) || byPlace(one.task, other.task),
  );
  const related = await relationsOfAll(kaneo, withRelations ? tasks : []);
  return {
    columns,
    tasks: tasks.map((one, index) => ({ ...one, relations: related[index] ?? [] })),
  };
}

/** The relations of each of these tasks, read up to `mostMs` after the call began; of one that is gone meanwhile, none. */
export function relationsOfAll(
  kaneo: Kaneo,
  tasks: readonly PlacedTask[],
  mostMs = MOST_MS,
): Promise<TaskRelation[][]> {
  const read = async (placed: PlacedTask, index: number) => {
    if (kaneo.elapsed() > kaneo.startedAt + mostMs) {
      const why = `Kaneo gives relations task by task, and in one call only ${index} of ${tasks.length} tasks could be asked. Nothing was done.`;
      throw new KaneoMcpError("out_of_time", why, {
        hint: "Leave the relations out (relations false), or take fewer tasks.",
      });
    }
    return relationsOf(kaneo, placed).catch(onFailure("not_found", () => []));
  };
  return mapConcurrently(tasks, read, TASKS_AT_ONCE);
}
