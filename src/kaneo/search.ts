/** Kaneo's search: it finds one run of characters, and gives the newest or most relevant without pages. */

import { z } from "zod";
import { endpoint, type Kaneo, withQuery } from "./api/kaneo.ts";
import { asHelp } from "./api/outcomes.ts";
import {
  columnsOf,
  kaneoId,
  labelsOf,
  list,
  moment,
  optional,
  whole,
  word,
} from "./api/schemas.ts";
import { readMentions } from "./mentions.ts";
import { containsWords, likeness, queryWords } from "./names/matching.ts";
import type { Scope } from "./projects/find.ts";
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

/** What there is where no task has all words of a query. */
export interface NearMiss {
  /** Its longest words, and the tasks that each of them stands in. */
  words: { word: string; hits: SearchResult[] }[];
  /** Tasks that have several of the words, the most of them first. */
  near: SearchResult[];
  /** Names of labels that the query has, which the search does not look at. */
  labels: string[];
}

/** A report in somebody's own words has about so many that tell, and the one that finds its twin may be any of them. */
const MOST_WORDS_ASKED = 4;
const MOST_NAMED = 3;

/** Asks for the longest words of a query, one by one. */
export async function nearMiss(
  kaneo: Kaneo,
  query: string,
  { workspaceIds, project }: Pick<Scope, "workspaceIds" | "project">,
): Promise<NearMiss> {
  const longest = longestFirst(queryWords(query)).slice(0, MOST_WORDS_ASKED);
  const ask = async (word: string) => {
    const q = word.replaceAll("\\", "_");
    const terms = { q, type: "tasks", projectId: project?.id } as const;
    const lists = workspaceIds.map((workspaceId) => searchFor(kaneo, { ...terms, workspaceId }));
    const hits = (await Promise.all(lists)).flat();
    const isHit = ({ title, description = "" }: SearchResult) =>
      containsWords(`${title}\n${description}`, word);
    return { word, hits: hits.filter(isHit) };
  };
  const [words, labels = []] = await Promise.all([
    longest.length > 1 ? Promise.all(longest.map(ask)) : [],
    // They come with every task's copies, and of many tasks are more than is read.
    asHelp(labelsIn(kaneo, query, workspaceIds)),
  ]);
  const byId = new Map(words.flatMap(({ hits }) => hits).map((hit) => [hit.id, hit]));
  const shared = (hit: SearchResult) =>
    words.filter(({ hits }) => hits.some(({ id }) => id === hit.id)).length;
  const near = [...byId.values()]
    .filter((hit) => shared(hit) > 1)
    .toSorted((one, other) => shared(other) - shared(one));
  return { words, near: near.slice(0, MOST_NAMED), labels };
}

async function labelsIn(
  kaneo: Kaneo,
  query: string,
  workspaceIds: readonly string[],
): Promise<string[]> {
  const said = new Set(queryWords(query));
  const lists = await Promise.all(workspaceIds.map((id) => kaneo.kept(labelsOf(id))));
  const names = lists.flat().map(({ name }) => name);
  return [...new Set(names)].filter((name) => queryWords(name).every((one) => said.has(one)));
}

function longestFirst(words: readonly string[]): string[] {
  return words.toSorted((one, other) => other.length - one.length);
}

const ALIKE = 0.75;

/** Week 3 is another one than week 4, however alike they are written. */
function isAlike(one: string, other: string): boolean {
  const [left, right] = [one, other].map((title) => title.match(/\d+/g)?.join());
  return left === right && likeness(one, other) >= ALIKE;
}

const SHORTEST_WORD = 3;

/** Open tasks of the workspace with nearly the same title as a new one, by one search for its longest word. */
export async function similarTasks(
  kaneo: Kaneo,
  { title, project: { workspaceId } }: NewTask,
): Promise<Pick<Task, "key" | "title">[]> {
  const [longest = ""] = longestFirst(title.match(/[\p{L}\p{N}]+/gu) ?? []);
  if (longest.length < SHORTEST_WORD) return [];
  const hits = await searchFor(kaneo, { q: longest.slice(0, 40), type: "tasks", workspaceId });
  const open: Pick<Task, "key" | "title">[] = [];
  for (const { projectId, projectSlug, taskNumber, status = "", title: other } of hits) {
    if (projectId === undefined || !projectSlug || taskNumber === undefined) continue;
    if (!isAlike(other, title)) continue;
    if (isClosed(status, await kaneo.kept(columnsOf(projectId)))) continue;
    open.push({ key: `${projectSlug}-${taskNumber}`, title: other });
    if (open.length === MOST_NAMED) break;
  }
  return open;
}
