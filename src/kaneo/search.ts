/** Kaneo's search: a run of characters within titles, descriptions and comments, capped without pages. */
import type { Kaneo } from "./client.ts";
import { endpoint, withQuery } from "./endpoint.ts";
import { projectsOf } from "./lists.ts";
import { fold } from "./matching.ts";
import { type Project, type SearchResult, searchSchema } from "./schemas.ts";

export const SEARCH_KINDS = ["tasks", "projects", "comments", "all"] as const;
export type SearchKind = (typeof SEARCH_KINDS)[number];

export interface Search {
  query: string;
  kind: SearchKind;
  workspaceIds: readonly string[];
  /** Restricts the hits to those of one project. */
  projectId: string | undefined;
  /** The most hits of each kind. */
  limit: number;
}

export interface Found {
  tasks: FoundTask[];
  projects: Project[];
  comments: FoundComment[];
  /** Whether there are, or may be, more hits than these. */
  mayHaveMore: boolean;
}

export interface FoundTask {
  /** Such as `WEB-12`. */
  key: string;
  title: string;
  status: string | undefined;
  priority: string | undefined;
  assignee: string | undefined;
  /** Whether the title or key has what was searched for, rather than the description. */
  isInTitle: boolean;
}

export interface FoundComment {
  id: string;
  /** Such as `WEB-12`. */
  taskKey: string;
  author: string | undefined;
  /** ISO 8601 in UTC. */
  createdAt: string | undefined;
  content: string;
}

interface Hits {
  results: SearchResult[];
  isCut: boolean;
}

/** The most that Kaneo gives of one kind (search/index.ts). */
export const MOST_HITS = 50;

/** Finds what contains `query`, in any case, the most relevant first within each workspace. */
export async function searchKaneo(kaneo: Kaneo, search: Search): Promise<Found> {
  const wants = (kind: SearchKind) => search.kind === kind || search.kind === "all";
  const [tasks, comments, projects] = await Promise.all([
    wants("tasks") ? hitsOf(kaneo, search, "tasks") : NO_HITS,
    wants("comments") ? hitsOf(kaneo, search, "comments") : NO_HITS,
    wants("projects") ? matchingProjects(kaneo, search) : [],
  ]);
  return {
    tasks: tasks.results.slice(0, search.limit).map((hit) => foundTask(hit, search.query)),
    comments: comments.results.slice(0, search.limit).map(foundComment),
    projects: projects.slice(0, search.limit),
    mayHaveMore: tasks.isCut || comments.isCut || projects.length > search.limit,
  };
}

const WILDCARDS = /[%_\\]/;
const NO_HITS: Hits = { results: [], isCut: false };

async function hitsOf(kaneo: Kaneo, search: Search, type: "tasks" | "comments"): Promise<Hits> {
  const { query, projectId, limit } = search;
  // To Postgres a backslash escapes what follows it; as a wildcard for one character it finds itself.
  const q = query.replaceAll("\\", "_");
  // Hits are dropped afterwards (isTrueHit); else one more than wanted tells whether there are more.
  const asked =
    type === "tasks" && !WILDCARDS.test(query) ? Math.min(limit + 1, MOST_HITS) : MOST_HITS;
  const answers = await Promise.all(
    search.workspaceIds.map((workspaceId) => {
      const scope = { q, type, workspaceId, projectId, limit: asked };
      return kaneo.get(withQuery(endpoint`/api/search`, scope), searchSchema);
    }),
  );
  const results = answers.flatMap((answer) =>
    answer.results.filter((hit) => isTrueHit(hit, search)),
  );
  const isCapped = answers.some((answer) => answer.results.length >= MOST_HITS);
  return { results, isCut: isCapped || results.length > limit };
}

/**
 * Kaneo takes `%` and `_` in a query for wildcards, and finds every comment on a task whose title matches. What it
 * finds without those is left as it is: its notion of case may be wider than ours.
 */
function isTrueHit(hit: SearchResult, { query, projectId }: Search): boolean {
  if (projectId !== undefined && hit.projectId !== projectId) return false;
  if (hit.type === "comment") return contains(hit.content, query);
  if (hit.type !== "task") return false;
  if (!WILDCARDS.test(query)) return true;
  return [keyOf(hit), hit.title, hit.description].some((text) => contains(text, query));
}

/** Kaneo does not search slugs, and the list of projects is at hand. */
async function matchingProjects(
  kaneo: Kaneo,
  { query, workspaceIds, projectId }: Search,
): Promise<Project[]> {
  const lists = await Promise.all(workspaceIds.map((id) => kaneo.kept(projectsOf(id))));
  return lists
    .flat()
    .filter(({ id }) => projectId === undefined || id === projectId)
    .filter(({ slug, name, description }) =>
      [slug, name, description].some((text) => contains(text, query)),
    );
}

function foundTask(hit: SearchResult, query: string): FoundTask {
  const { title, status, priority, userName } = hit;
  const key = keyOf(hit);
  const isInTitle = contains(title, query) || fold(key) === fold(query);
  return { key, title, status, priority, assignee: userName, isInTitle };
}

function foundComment(hit: SearchResult): FoundComment {
  const { id, userName, createdAt, content = "" } = hit;
  return { id, taskKey: keyOf(hit), author: userName, createdAt, content };
}

function keyOf({ projectSlug, taskNumber, id }: SearchResult): string {
  return projectSlug === undefined || taskNumber === undefined
    ? id
    : `${projectSlug}-${taskNumber}`;
}

function contains(text: string | undefined, query: string): boolean {
  return text !== undefined && fold(text).includes(fold(query));
}
