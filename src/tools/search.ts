import { z } from "zod";
import type { Kaneo } from "../kaneo/client.ts";
import { endpoint, withQuery } from "../kaneo/endpoint.ts";
import { projectsOf } from "../kaneo/lists.ts";
import { fold } from "../kaneo/matching.ts";
import { type Scope, scopeOf } from "../kaneo/references.ts";
import { type Project, type SearchResult, searchSchema } from "../kaneo/schemas.ts";
import { renderMoment } from "../text/dates.ts";
import { sliceText } from "../text/text.ts";
import { cleanText, fence, indent, inline } from "../text/untrusted.ts";
import * as fields from "./fields.ts";
import { defineTool, type ToolContext } from "./tool.ts";

const SEARCH_KINDS = ["tasks", "projects", "comments", "all"] as const;

/** The most that Kaneo gives of one kind (search/index.ts). */
const MOST_HITS = 50;

const input = z.object({
  query: fields.text,
  kind: z.enum(SEARCH_KINDS).default("all"),
  project: fields.project.optional(),
  workspace: fields.workspace.describe("Slug, name or id; all workspaces if left out").optional(),
  limit: z.int().min(1).max(MOST_HITS).default(20).describe("Of each kind"),
});

const search = defineTool({
  name: "search",
  toolset: "tasks",
  title: "Search",
  description:
    "Finds tasks, projects and comments that contain the query as one run of characters (any case, no separate words): prefer one telling word. A key such as WEB-12 finds its task.",
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true },
  input,
  example: { query: "login", workspace: "acme" },
  run: async ({ query, kind, limit, ...references }, { kaneo }): Promise<Found> => {
    const scope = await scopeOf(kaneo, references);
    const wanted: Search = { query, limit, scope };
    const wants = (one: typeof kind) => kind === one || kind === "all";
    const [tasks, comments, projects] = await Promise.all([
      wants("tasks") ? hitsOf(kaneo, wanted, "tasks") : NO_HITS,
      wants("comments") ? hitsOf(kaneo, wanted, "comments") : NO_HITS,
      wants("projects") ? matchingProjects(kaneo, wanted) : [],
    ]);
    return {
      ...wanted,
      tasks: tasks.results.slice(0, limit),
      comments: comments.results.slice(0, limit),
      projects: projects.slice(0, limit),
      mayHaveMore: tasks.isCut || comments.isCut || projects.length > limit,
    };
  },
  text: renderFound,
});

export const searchTools = [search];

interface Search {
  query: string;
  scope: Scope;
  /** The most hits of each kind. */
  limit: number;
}

/** The most relevant first within each workspace. */
interface Found extends Search {
  tasks: SearchResult[];
  projects: Project[];
  comments: SearchResult[];
  /** Whether there are, or may be, more hits than these. */
  mayHaveMore: boolean;
}

interface Hits {
  results: SearchResult[];
  isCut: boolean;
}

const WILDCARDS = /[%_\\]/;
const NO_HITS: Hits = { results: [], isCut: false };

async function hitsOf(kaneo: Kaneo, search: Search, type: "tasks" | "comments"): Promise<Hits> {
  const { query, scope, limit } = search;
  // To Postgres a backslash escapes what follows it; as a wildcard for one character it finds itself.
  const q = query.replaceAll("\\", "_");
  // Hits are dropped afterwards (isTrueHit); else one more than wanted tells whether there are more.
  const asked =
    type === "tasks" && !WILDCARDS.test(query) ? Math.min(limit + 1, MOST_HITS) : MOST_HITS;
  const answers = await Promise.all(
    scope.workspaceIds.map((workspaceId) => {
      const terms = { q, type, workspaceId, projectId: scope.project?.id, limit: asked };
      return kaneo.get(withQuery(endpoint`/api/search`, terms), searchSchema);
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
function isTrueHit(hit: SearchResult, { query, scope: { project } }: Search): boolean {
  if (project !== undefined && hit.projectId !== project.id) return false;
  if (hit.type === "comment") return contains(hit.content, query);
  if (hit.type !== "task") return false;
  if (!WILDCARDS.test(query)) return true;
  return [keyOf(hit), hit.title, hit.description].some((text) => contains(text, query));
}

/** Kaneo does not search slugs, and the list of projects is at hand. */
async function matchingProjects(
  kaneo: Kaneo,
  { query, scope: { workspaceIds, project } }: Search,
): Promise<Project[]> {
  const lists = await Promise.all(workspaceIds.map((id) => kaneo.kept(projectsOf(id))));
  return lists
    .flat()
    .filter(({ id }) => project === undefined || id === project.id)
    .filter(({ slug, name, description }) =>
      [slug, name, description].some((text) => contains(text, query)),
    );
}

function keyOf({ projectSlug, taskNumber, id }: SearchResult): string {
  const hasKey = projectSlug !== undefined && taskNumber !== undefined;
  return inline(hasKey ? `${projectSlug}-${taskNumber}` : id, 60);
}

function contains(text: string | undefined, query: string): boolean {
  return text !== undefined && fold(text).includes(fold(query));
}

/** Hits by kind: tasks and projects a line each, comments with the place that matches, fenced. */
function renderFound(found: Found, { timeZone }: ToolContext): string {
  const { query, scope, tasks, projects, comments, mayHaveMore } = found;
  if (tasks.length + projects.length + comments.length === 0) {
    const advice =
      "The search knows no separate words: it looks for exactly these characters in a row. Try one shorter word, or list_tasks.";
    const cap = mayHaveMore
      ? " Kaneo's search stopped at its cap, so something may be hidden."
      : "";
    return `Nothing in ${scope.name} contains "${inline(query)}". ${advice}${cap}`;
  }
  const names = projects.map(({ slug, name }) => `${inline(slug, 60)}  ${inline(name)}`);
  const texts = comments.map((hit) => renderComment(hit, query, timeZone));
  return [
    ...(tasks.length === 0 ? [] : ["Tasks:", ...tasks.map((hit) => renderTask(hit, query))]),
    ...(names.length === 0 ? [] : ["Projects:", ...names]),
    ...(texts.length === 0 ? [] : ["Comments:", fence(texts.join("\n"))]),
    ...(mayHaveMore
      ? [
          "There may be more: Kaneo's search has no pages. Use a longer query, one kind or a project, or list_tasks with text.",
        ]
      : []),
  ].join("\n");
}

function renderTask(hit: SearchResult, query: string): string {
  const { status, priority, userName, title } = hit;
  const isInTitle = contains(title, query) || fold(keyOf(hit)) === fold(query);
  const parts = [
    keyOf(hit),
    status,
    priority === "no-priority" ? undefined : priority,
    userName && inline(userName, 60),
    inline(title),
    isInTitle ? undefined : "(in its description)",
  ];
  return parts.filter((part) => part !== undefined).join("  ");
}

function renderComment(hit: SearchResult, query: string, timeZone: string): string {
  const { id, userName, createdAt, content = "" } = hit;
  const head = [
    keyOf(hit),
    userName && inline(userName, 60),
    createdAt && renderMoment(createdAt, timeZone),
    `comment ${id}`,
  ];
  const shownHead = head.filter((part) => part !== undefined).join("  ");
  return `${shownHead}\n${indent(excerpt(content, query))}`;
}

const EXCERPT_LENGTH = 240;

/** The part of `text` around the first place where `query` stands, on one line. */
function excerpt(text: string, query: string): string {
  const line = cleanText(text).replaceAll(/\s+/g, " ").trim();
  if (line.length <= EXCERPT_LENGTH) return line;
  const at = Math.max(0, line.toLowerCase().indexOf(query.toLowerCase()));
  const start = Math.max(0, Math.min(at - 60, line.length - EXCERPT_LENGTH));
  const part = sliceText(line.slice(start), EXCERPT_LENGTH).replace(/^[\uDC00-\uDFFF]/, "");
  return `${start > 0 ? "…" : ""}${part}${start + EXCERPT_LENGTH < line.length ? "…" : ""}`;
}
