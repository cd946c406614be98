/** Kaneo's search: it finds one run of characters, and gives the newest or most relevant without pages. */

import { z } from "zod";
import type { Kaneo } from "./api/client.ts";
import { endpoint, withQuery } from "./api/endpoint.ts";
import { columnsOf } from "./api/lists.ts";
import { kaneoId, list, moment, optional, whole, word } from "./api/schemas.ts";
import { readMentions } from "./mentions.ts";
import { containsWords, likenessOfNames, queryWords } from "./names/matching.ts";
import type { Scope } from "./projects/find.ts";
import type { NewTask } from "./tasks/create.ts";
import { ARCHIVED, isClosed, type Task } from "./tasks/task.ts";

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

/** What there is where no task has all words of a query. */
export interface NearMiss {
  /** Its longest words, and the tasks that each of them stands in. */
  words: { word: string; hits: SearchResult[] }[];
  /** Tasks that have several of the words, the most of them first, or whose titles are like the query. */
  near: SearchResult[];
}

/** A report in somebody's own words has about so many that tell, and the one that finds its twin may be any of them. */
const MOST_WORDS_ASKED = 4;
const MOST_WORDS_COMPARED = 8;

/**
 * Asks for the first half of each of the longest words, where a slip is less likely than behind it, of one or two
 * for the other half where nothing has that, and looks for whole words and like titles in what is found.
 */
export async function nearMiss(
  kaneo: Kaneo,
  query: string,
  { workspaceIds, project }: Pick<Scope, "workspaceIds" | "project">,
): Promise<NearMiss> {
  const words = queryWords(query)
    .toSorted((one, other) => other.length - one.length)
    .slice(0, MOST_WORDS_COMPARED);
  const ask = async (word: string) => {
    const letters = Array.from(word.slice(0, 40));
    const half = Math.max(SHORTEST_WORD, Math.ceil(letters.length / 2));
    const find = async (part: string[]) => {
      const q = part.join("").replaceAll("\\", "_");
      const terms = { q, type: "tasks", projectId: project?.id } as const;
      const lists = workspaceIds.map((workspaceId) => searchFor(kaneo, { ...terms, workspaceId }));
      return (await Promise.all(lists)).flat();
    };
    const first = await find(letters.slice(0, half));
    const isAll = half >= letters.length || words.length > MOST_WORDS_ASKED / 2;
    return { word, found: first.length > 0 || isAll ? first : await find(letters.slice(-half)) };
  };
  const asked = await Promise.all(words.slice(0, MOST_WORDS_ASKED).map(ask));
  const byId = new Map(asked.flatMap(({ found }) => found).map((hit) => [hit.id, hit]));
  const has = ({ title, description = "" }: SearchResult, word: string) =>
    containsWords(`${title}\n${description}`, word);
  const ranked = [...byId.values()]
    .map((hit) => ({
      hit,
      shared: asked.filter(({ word }) => has(hit, word)).length,
      likeness: likenessOfTitle(hit.title, words),
    }))
    .filter(({ shared, likeness }) => shared > 1 || likeness >= NEAR)
    .toSorted(
      (one, other) =>
        other.shared - one.shared ||
        Number(isArchived(one.hit)) - Number(isArchived(other.hit)) ||
        other.likeness - one.likeness,
    );
  return {
    words: asked.map(({ word, found }) => ({ word, hits: found.filter((hit) => has(hit, word)) })),
    near: ranked.slice(0, MOST_NAMED).map(({ hit }) => hit),
  };
}

function isArchived({ status }: SearchResult): boolean {
  return status === ARCHIVED.slug;
}

/** Whether half of each word's letters, on average, stand in one of the title's. */
const NEAR = 0.5;

function likenessOfTitle(title: string, words: readonly string[]): number {
  const parts = queryWords(title.slice(0, 200));
  const best = words.map((word) =>
    Math.max(0, ...parts.map((part) => likenessOfNames(part, word))),
  );
  return best.reduce((sum, one) => sum + one, 0) / best.length;
}

const ALIKE = 0.75;

/** Week 3 is another one than week 4, however alike they are written. */
function isAlike(one: string, other: string): boolean {
  const [left, right] = [one, other].map((title) => title.match(/\d+/g)?.join());
  return left === right && likenessOfNames(one, other) >= ALIKE;
}

const MOST_NAMED = 3;
const SHORTEST_WORD = 3;

/** A task that may be the same. */
export type SimilarTask = Pick<Task, "key" | "title">;

/**
 * Open tasks of the workspace with nearly the same title as a new one, by one search for its longest word.
 */
export async function similarTasks(
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
    if (!isAlike(other, title)) continue;
    if (isClosed(status, await kaneo.kept(columnsOf(projectId)))) continue;
    open.push({ key: `${projectSlug}-${taskNumber}`, title: other });
    if (open.length === MOST_NAMED) break;
  }
  return open;
}
