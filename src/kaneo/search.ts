/** Kaneo's search: it finds one run of characters, and gives the newest or most relevant without pages. */
import { z } from "zod";
import { KaneoMcpError } from "../errors.ts";
import type { NewTask } from "./changes/task-creation.ts";
import type { Kaneo } from "./client.ts";
import { endpoint, withQuery } from "./endpoint.ts";
import { columnsOf } from "./lists.ts";
import { likenessOfNames } from "./matching.ts";
import { readMentions } from "./mentions.ts";
import { kaneoId, list, moment, optional, whole, word } from "./schemas.ts";
import { isClosed, type Task } from "./tasks.ts";

const searchSchema = z.object({
  results: list(
    z.object({
      id: kaneoId,
      type: word,
      title: z.string(),
      description: optional(z.string()),
      content: optional(z.string().transform(readMentions)),
      projectId: optional(kaneoId),
      projectSlug: optional(word),
      taskNumber: optional(whole),
      userId: optional(z.string()),
      userName: optional(z.string()),
      createdAt: moment,
      priority: optional(word),
      status: optional(word),
    }),
  ),
});
export type SearchResult = z.infer<typeof searchSchema>["results"][number];

/** The most that Kaneo gives of one kind (search/index.ts). */
export const MOST_HITS = 50;

interface Search {
  /** `%` and `_` are wildcards, and a backslash takes what follows it literally. */
  q: string;
  type: "tasks" | "comments" | "activities";
  workspaceId: string;
  projectId?: string | undefined;
  limit?: number;
}

/** `GET /api/search`. */
export async function searchFor(kaneo: Kaneo, terms: Search): Promise<SearchResult[]> {
  const path = withQuery(endpoint`/api/search`, { limit: MOST_HITS, ...terms });
  return (await kaneo.get(path, searchSchema)).results;
}

const ALIKE = 0.75;
const MOST_NAMED = 3;
const SHORTEST_WORD = 3;

/** A task that may be the same. */
type SimilarTask = Pick<Task, "key" | "title">;

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
  const hits = await searchFor(kaneo, { q: longest.slice(0, 40), type: "tasks", workspaceId });
  const open: SimilarTask[] = [];
  for (const { projectId, projectSlug, taskNumber, status = "", title: other } of hits) {
    if (projectId === undefined || !projectSlug || taskNumber === undefined) continue;
    if (likenessOfNames(other, title) < ALIKE) continue;
    if (isClosed(status, await kaneo.kept(columnsOf(projectId)))) continue;
    open.push({ key: `${projectSlug}-${taskNumber}`, title: other });
    if (open.length === MOST_NAMED) break;
  }
  return open;
}
