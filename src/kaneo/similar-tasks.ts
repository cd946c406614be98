import { KaneoMcpError } from "../errors.ts";
import type { Kaneo } from "./client.ts";
import { endpoint, withQuery } from "./endpoint.ts";
import { columnsOf } from "./lists.ts";
import { likenessOfNames } from "./matching.ts";
import { searchSchema } from "./schemas.ts";
import type { NewTask } from "./task-creation.ts";
import { ARCHIVED, type Task } from "./tasks.ts";

const ALIKE = 0.75;
const MOST_NAMED = 3;
const MOST_HITS = 50;
const SHORTEST_WORD = 3;

/** A task that may be the same. */
export type SimilarTask = Pick<Task, "key" | "title">;

/**
 * Open tasks of the workspace with nearly the same title as a new one, by one search for its longest word. None when the
 * search fails: it is only a help.
 */
export function similarTasks(kaneo: Kaneo, newTask: NewTask): Promise<SimilarTask[]> {
  return openTasksLike(kaneo, newTask).catch((error: unknown) => {
    if (error instanceof KaneoMcpError && error.kind !== "cancelled") return [];
    throw error;
  });
}

async function openTasksLike(
  kaneo: Kaneo,
  { title, project: { workspaceId } }: NewTask,
): Promise<SimilarTask[]> {
  const words = title.match(/[\p{L}\p{N}]+/gu) ?? [];
  const [longest = ""] = words.toSorted((one, other) => other.length - one.length);
  if (longest.length < SHORTEST_WORD) return [];
  const query = { q: longest.slice(0, 40), type: "tasks", workspaceId, limit: MOST_HITS };
  const { results } = await kaneo.get(withQuery(endpoint`/api/search`, query), searchSchema);
  const open: SimilarTask[] = [];
  for (const { projectId, projectSlug, taskNumber, status, title: other } of results) {
    if (projectId === undefined || taskNumber === undefined || status === ARCHIVED.slug) continue;
    if (likenessOfNames(other, title) < ALIKE) continue;
    const columns = await kaneo.kept(columnsOf(projectId));
    const isDone = columns.some(({ slug, isFinal }) => isFinal && slug === status);
    if (!isDone) open.push({ key: `${projectSlug}-${taskNumber}`, title: other });
    if (open.length === MOST_NAMED) break;
  }
  return open;
}
