/** Kaneo's search: it finds one run of characters, and gives the newest or most relevant without pages. */

import { z } from "zod";
import { endpoint, type Kaneo, withQuery } from "./api/kaneo.ts";
import { columnsOf, kaneoId, list, moment, optional, whole, word } from "./api/schemas.ts";
import { readMentions } from "./mentions.ts";
import { likeness } from "./names/matching.ts";
import type { NewTask } from "./tasks/create.ts";
import { isClosed, type Task } from "./tasks/task.ts";

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

/** Week 3 is another one than week 4, however alike they are written. */
function isAlike(one: string, other: string): boolean {
  const [left, right] = [one, other].map((title) => title.match(/\d+/g)?.join());
  return left === right && likeness(one, other) >= ALIKE;
}

const SHORTEST_WORD = 2;
const MOST_NAMED = 3;

/**
 * Open tasks of the workspace with nearly the same title as a new one, by one search for its longest word: first those of its
 * project, as plans that are made alike all have its title.
 */
export async function similarTasks(
  kaneo: Kaneo,
  { title, project: { id, workspaceId } }: NewTask,
): Promise<Pick<Task, "key" | "title">[]> {
  // It knows words where no blanks part them, too, but takes signs into them.
  const words = [...new Intl.Segmenter("en", { granularity: "word" }).segment(title.slice(0, 400))];
  const named = words.flatMap(({ segment }) => segment.match(/[\p{L}\p{N}\p{M}]+/gu) ?? []);
  const [longest = ""] = named.toSorted((one, other) => other.length - one.length);
  if (longest.length < SHORTEST_WORD) return [];
  const hits = await searchFor(kaneo, { q: longest.slice(0, 40), type: "tasks", workspaceId });
  const isHere = ({ projectId }: SearchResult) => Number(projectId === id);
  const ordered = hits.toSorted((one, other) => isHere(other) - isHere(one));
  const open: Pick<Task, "key" | "title">[] = [];
  for (const { projectId, projectSlug, taskNumber, status = "", title: other } of ordered) {
    if (projectId === undefined || !projectSlug || taskNumber === undefined) continue;
    if (!isAlike(other, title)) continue;
    if (isClosed(status, await kaneo.kept(columnsOf(projectId)))) continue;
    open.push({ key: `${projectSlug}-${taskNumber}`, title: other });
    if (open.length === MOST_NAMED) break;
  }
  return open;
}
