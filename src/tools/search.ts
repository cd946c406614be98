import { z } from "zod";
import type { Kaneo } from "../kaneo/client.ts";
import { endpoint, withQuery } from "../kaneo/endpoint.ts";
import { projectsOf } from "../kaneo/lists.ts";
import { fold } from "../kaneo/matching.ts";
import { scopeOf } from "../kaneo/references.ts";
import { type Project, type SearchResult, searchSchema } from "../kaneo/schemas.ts";
import { renderMoment } from "../text/dates.ts";
import { sliceText } from "../text/text.ts";
import { cleanText, fence, indent, inline } from "../text/untrusted.ts";
import * as fields from "./fields.ts";
import { defineTool, type ToolContext } from "./tool.ts";

const SEARCH_KINDS = ["tasks", "projects", "comments", "all"] as const;
type SearchKind = (typeof SEARCH_KINDS)[number];

/** The most that Kaneo gives of one kind (search/index.ts). */
const MOST_HITS = 50;

const input = z.object({
  query: fields.text,
  kind: z.enum(SEARCH_KINDS).default("all"),
  project: fields.project.optional(),
  workspace: fields.workspace.describe("Slug, name or id; all workspaces if left out").optional(),
  limit: z.int().min(1).max(MOST_HITS).default(20).describe("Of each kind"),
});

interface Answer extends Found {
  query: string;
  scope: string;
}

const search = defineTool({
  name: "search",
  toolset: "tasks",
  title: "Search",
  description:
    "Finds tasks, projects and comments that contain the query as one run of characters (any case, no separate words): prefer one telling word. A key such as WEB-12 finds its task.",
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true },
  input,
  example: { query: "login", workspace: "acme" },
  run: async ({ query, kind, limit, ...references }, { kaneo }): Promise<Answer> => {
    const { workspaceIds, project, name } = await scopeOf(kaneo, references);
    const where = { workspaceIds, projectId: project?.id };
    return { ...(await searchKaneo(kaneo, { query, kind, limit, ...where })), query, scope: name };
  },
  text: renderAnswer,
});

export const searchTools = [search];

function renderAnswer(answer: Answer, { timeZone }: ToolContext): string {
  const { query, scope, tasks, projects, comments, mayHaveMore } = answer;
  const hits = tasks.length + projects.length + comments.length;
  if (hits === 0) {
    const advice =
      "The search knows no separate words: it looks for exactly these characters in a row. Try one shorter word, or list_tasks.";
    const cap = mayHaveMore
      ? " Kaneo's search stopped at its cap, so something may be hidden."
      : "";
    return `Nothing in ${scope} contains "${inline(query)}". ${advice}${cap}`;
  }
  const more = mayHaveMore
    ? "\nThere may be more: Kaneo's search has no pages. Use a longer query, one kind or a project, or list_tasks with text."
    : "";
  return `${renderFound(answer, { query, timeZone })}${more}`;
}

interface Search {
  query: string;
  kind: SearchKind;
  workspaceIds: readonly string[];
  /** Restricts the hits to those of one project. */
  projectId: string | undefined;
  /** The most hits of each kind. */
  limit: number;
}

interface Found {
  tasks: FoundTask[];
  projects: Project[];
  comments: FoundComment[];
  /** Whether there are, or may be, more hits than these. */
  mayHaveMore: boolean;
}

interface FoundTask {
  /** Such as `WEB-12`. */
  key: string;
  title: string;
  status: string | undefined;
  priority: string | undefined;
  assignee: string | undefined;
  /** Whether the title or key has what was searched for, rather than the description. */
  isInTitle: boolean;
}

interface FoundComment {
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

/** Finds what contains `query`, in any case, the most relevant first within each workspace. */
async function searchKaneo(kaneo: Kaneo, search: Search): Promise<Found> {
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

const EXCERPT_LENGTH = 240;

/** Hits by kind: tasks and projects a line each, comments with the place that matches, fenced. */
function renderFound(
  { tasks, projects, comments }: Found,
  { query, timeZone }: { query: string; timeZone: string },
): string {
  const texts = comments.map((comment) => renderComment(comment, { query, timeZone }));
  const sections = [
    tasks.length === 0 ? [] : ["Tasks:", ...tasks.map(renderTask)],
    projects.length === 0
      ? []
      : ["Projects:", ...projects.map(({ slug, name }) => `${inline(slug, 60)}  ${inline(name)}`)],
    texts.length === 0 ? [] : ["Comments:", fence(texts.join("\n"))],
  ];
  return sections.flat().join("\n");
}

function renderTask({ key, status, priority, assignee, title, isInTitle }: FoundTask): string {
  const parts = [
    inline(key, 60),
    status,
    priority === "no-priority" ? undefined : priority,
    assignee && inline(assignee, 60),
    inline(title),
    isInTitle ? undefined : "(in its description)",
  ];
  return parts.filter((part) => part !== undefined).join("  ");
}

function renderComment(
  { taskKey, author, createdAt, id, content }: FoundComment,
  { query, timeZone }: { query: string; timeZone: string },
): string {
  const head = [
    inline(taskKey, 60),
    author && inline(author, 60),
    createdAt && renderMoment(createdAt, timeZone),
    `comment ${id}`,
  ];
  const shownHead = head.filter((part) => part !== undefined).join("  ");
  return `${shownHead}\n${indent(excerpt(content, query))}`;
}

/** The part of `text` around the first place where `query` stands, on one line. */
function excerpt(text: string, query: string): string {
  const line = cleanText(text).replaceAll(/\s+/g, " ").trim();
  if (line.length <= EXCERPT_LENGTH) return line;
  const at = Math.max(0, line.toLowerCase().indexOf(query.toLowerCase()));
  const start = Math.max(0, Math.min(at - 60, line.length - EXCERPT_LENGTH));
  const part = sliceText(line.slice(start), EXCERPT_LENGTH).replace(/^[\uDC00-\uDFFF]/, "");
  return `${start > 0 ? "…" : ""}${part}${start + EXCERPT_LENGTH < line.length ? "…" : ""}`;
}
