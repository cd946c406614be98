/** Many tasks at once, found by one read of their project. */
import { KaneoMcpError } from "../errors.ts";
import type { Kaneo } from "./client.ts";
import { mapConcurrently } from "./concurrency.ts";
import { endpoint } from "./endpoint.ts";
import { fold, splitNames } from "./matching.ts";
import { projectsWithSlug } from "./references.ts";
import { boardSchema, type Project } from "./schemas.ts";
import {
  findTask,
  isTaskReference,
  type LocatedTask,
  noSuchTask,
  type PlacedTask,
  readKey,
  taskById,
} from "./task-finder.ts";
import { taskOf, tasksOf } from "./tasks.ts";

/** From how many keys on one read of the whole project is cheaper than a look-up for each. */
const WORTH_A_READ = 4;
const LOOK_UPS_AT_ONCE = 4;

/** What a reference led to: the task, or why there is none. */
export type Finding = LocatedTask | KaneoMcpError;

/** Finds many tasks, in the order of their references; a reference that fits none does not stop the others. */
export async function findTasks(kaneo: Kaneo, references: readonly string[]): Promise<Finding[]> {
  const slugs = references.map((reference) => fold(readKey(reference)?.slug ?? ""));
  const boards = new Map(
    await mapConcurrently(
      frequent(slugs.filter((slug) => slug !== "")),
      LOOK_UPS_AT_ONCE,
      async (slug) => [slug, await readSoleProject(kaneo, slug)] as const,
    ),
  );
  return mapConcurrently(references, LOOK_UPS_AT_ONCE, async (reference, index) => {
    const key = readKey(reference);
    const board = boards.get(slugs[index] ?? "");
    if (key === undefined || board === undefined) {
      return findTask(kaneo, reference).catch(asFinding);
    }
    const located = board.tasks.find(({ task }) => task.number === key.number);
    return located ?? noSuchTask(key, [board.project]);
  });
}

/** The references of a list that may hold several in one, such as `WEB-1, WEB-2`. */
export function splitKeys(references: readonly string[]): string[] {
  const isOne = (reference: string) => !/[,;\n]/.test(reference) && isTaskReference(reference);
  const isKey = (reference: string) => /^\S+-\d+$/.test(reference);
  return splitNames(splitNames(references, isOne), isKey, /\s+/);
}

/** Reads tasks once more; undefined for those that are gone. */
export async function readAgain(
  kaneo: Kaneo,
  tasks: readonly PlacedTask[],
): Promise<(LocatedTask | undefined)[]> {
  const projects = new Map(tasks.map(({ project }) => [project.id, project]));
  const many = frequent(tasks.map(({ project }) => project.id));
  const boards = await mapConcurrently(many, LOOK_UPS_AT_ONCE, async (id) => {
    const project = projects.get(id);
    return project === undefined ? [] : tasksIn(kaneo, project);
  });
  const read = new Map(boards.flat().map((located) => [located.task.id, located]));
  return mapConcurrently(tasks, LOOK_UPS_AT_ONCE, async ({ task, project }) => {
    if (many.includes(project.id)) return read.get(task.id);
    const finding = await taskById(kaneo, task.id).catch(asFinding);
    return finding instanceof KaneoMcpError ? undefined : finding;
  });
}

/** The values that occur so often that one read for all of them is worth it. */
function frequent(values: readonly string[]): string[] {
  return [...new Set(values)].filter(
    (value) => values.filter((other) => other === value).length >= WORTH_A_READ,
  );
}

interface ReadProject {
  project: Project;
  tasks: LocatedTask[];
}

/** The one project with this slug; undefined when several share it or none has it. */
async function readSoleProject(kaneo: Kaneo, slug: string): Promise<ReadProject | undefined> {
  const projects = await projectsWithSlug(kaneo, slug).catch(asNothing);
  const [project] = projects;
  if (project === undefined || projects.length > 1) return undefined;
  return { project, tasks: await tasksIn(kaneo, project) };
}

/** Every task of a project, in no particular order. */
export async function tasksIn(kaneo: Kaneo, project: Project): Promise<LocatedTask[]> {
  const board = await kaneo.get(endpoint`/api/task/tasks/${project.id}`, boardSchema);
  const { columns } = board.data;
  return tasksOf(board).map((row) => ({ task: taskOf(row, project), project, columns }));
}

function asFinding(error: unknown): KaneoMcpError {
  if (error instanceof KaneoMcpError && isAboutTheReference(error)) return error;
  throw error;
}

function asNothing(error: unknown): Project[] {
  if (error instanceof KaneoMcpError && isAboutTheReference(error)) return [];
  throw error;
}

function isAboutTheReference({ kind }: KaneoMcpError): boolean {
  return ["not_found", "ambiguous", "invalid_input", "forbidden"].includes(kind);
}
