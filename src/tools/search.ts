import { z } from "zod";
import type { Kaneo } from "../kaneo/api/kaneo.ts";
import { onFailure } from "../kaneo/api/outcomes.ts";
import type { Project } from "../kaneo/api/schemas.ts";
import {
  containsWords,
  fold,
  foldAccents,
  queryWords,
  STROKED,
  withoutMarks,
} from "../kaneo/names/matching.ts";
import { tellApart } from "../kaneo/names/twins.ts";
import { projectsIn, type Scope, scopeOf } from "../kaneo/projects/find.ts";
import { MOST_HITS, type SearchResult, searchFor } from "../kaneo/search.ts";
import { findTask, readKey } from "../kaneo/tasks/find.ts";
import { renderMoment } from "../text/dates.ts";
import { spaced, stacked } from "../text/text.ts";
import { cleanText, fence, indent, inline, quoted, renderPerson, sliceText } from "../untrusted.ts";
import * as fields from "./fields.ts";
import { defineTool, type ToolContext } from "./tool.ts";

const KINDS = ["tasks", "projects", "comments"] as const;

const input = z.object({
  query: fields.text,
  kind: z.enum([...KINDS, "all"]).default("all"),
  project: fields.project.optional(),
  workspace: fields.workspaceOrAll,
  limit: z.int().min(1).max(MOST_HITS).default(20).describe("Of each kind"),
});

export const search = defineTool({
  name: "search",
  toolset: "tasks",
  description:
    "Finds tasks, projects and comments that contain all words of the query, in any order.",
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true },
  foundBy: "find a task by words of its title",
  input,
  alsoRead: { text: "query", q: "query" },
  example: { query: "login", workspace: "acme" },
  run: find,
  text: renderFound,
});

async function find(
  { query: asked, kind, limit, ...references }: z.output<typeof input>,
  { kaneo }: ToolContext,
) {
  const query = withoutMarks(asked);
  const scope = await scopeOf(kaneo, references);
  const kinds = KINDS.filter((one) => kind === one || kind === "all");
  const hitsOf = (type: "tasks" | "comments") =>
    kinds.includes(type) ? hitsInAll(kaneo, { query, scope, type }) : NO_HITS;
  const [tasks, comments, known] = await Promise.all([
    hitsOf("tasks"),
    hitsOf("comments"),
    projectsIn(kaneo, scope),
  ]);
  // Kaneo does not search slugs, and the list of projects is at hand.
  const projects = known.filter(
    ({ slug, name, description = "" }) =>
      kinds.includes("projects") && containsWords([slug, name, description].join("\n"), query),
  );
  if (kinds.includes("tasks") && tasks.results.length === 0)
    tasks.results.push(...(await taskCalled(kaneo, query, known)));
  const hits = [...tasks.results, ...comments.results];
  const places = hits.map(({ projectId: id = "", projectSlug: slug = "" }) => ({ id, slug }));
  // A key that another project of the scope has, too, is none to call again with.
  const tell = await tellApart(kaneo, [...known, ...places.filter(({ id }) => id !== "")]);
  const putAway = known.filter(({ archivedAt }) => archivedAt !== undefined);
  const archived = new Set<string | undefined>(putAway.map(({ id }) => id));
  return { query, scope, kinds, limit, tasks, comments, projects, tell, archived };
}

type Found = Awaited<ReturnType<typeof find>>;

/** The task whose key is searched for, where the search of a Kaneo before 2.19 knows it only in Latin letters (global-search.ts). */
async function taskCalled(
  kaneo: Kaneo,
  query: string,
  projects: readonly Project[],
): Promise<SearchResult[]> {
  const { slug } = readKey(query) ?? {};
  if (!slug || /^\w+$/.test(slug)) return [];
  if (!projects.some((project) => fold(project.slug) === fold(slug))) return [];
  const noTask = onFailure(["not_found", "ambiguous"], () => undefined);
  const found = await findTask(kaneo, query).catch(noTask);
  if (!projects.some(({ id }) => id === found?.project.id) || found === undefined) return [];
  const { task, project } = found;
  const { id: projectId, slug: projectSlug } = project;
  const place = { projectId, projectSlug, taskNumber: task.number };
  return [
    {
      ...task,
      type: "task",
      ...place,
      content: undefined,
      userId: undefined,
      userName: task.assignee?.name,
    },
  ];
}

interface Search {
  query: string;
  scope: Scope;
  type: "tasks" | "comments";
}

interface Hits {
  /** What is called just so, then the most relevant first within each workspace. */
  results: SearchResult[];
  /** The words for which Kaneo gave as many as it gives of one kind, so that something may be missing. */
  cappedWords: string[];
}

const NO_HITS: Hits = { results: [], cappedWords: [] };

/** For what Kaneo is asked in another way, so that it finds more. */
const WIDENED = /[%_\\]|^@./;
/** Of one kind in one workspace. */
const MOST_QUESTIONS = 3;

async function hitsInAll(kaneo: Kaneo, search: Search): Promise<Hits> {
  const { workspaceIds } = search.scope;
  const all = await Promise.all(workspaceIds.map((id) => hitsIn(kaneo, search, id)));
  const asked = foldAccents(search.query);
  const isCalledSo = ({ title }: SearchResult) => foldAccents(title) === asked;
  const results = all.flatMap((one) => one.results);
  return {
    results: [...results.filter(isCalledSo), ...results.filter((hit) => !isCalledSo(hit))],
    cappedWords: [...new Set(all.flatMap(({ cappedWords }) => cappedWords))],
  };
}

/**
 * Kaneo finds one run of characters. So it is asked for the longest word, which is likely the rarest, then for the next ones
 * as long as it has more than it gives, and what it finds is narrowed to what has all words.
 */
async function hitsIn(kaneo: Kaneo, search: Search, workspaceId: string): Promise<Hits> {
  const { query, scope, type } = search;
  const where = { type, workspaceId, projectId: scope.project?.id };
  const found = new Map<string, SearchResult>();
  const ask = async (q: string) => {
    const results = await searchFor(kaneo, { q, ...where });
    for (const hit of results) if (isTrueHit(hit, search, q)) found.set(hit.id, hit);
    return results.length;
  };
  const words = query.split(/\s+/).sort((a, b) => b.length - a.length);
  const cappedWords: string[] = [];
  for (const word of words.slice(0, MOST_QUESTIONS)) {
    // To Postgres a backslash escapes what follows it; as a wildcard for one character it finds itself.
    // A comment mentions people without the sign that everybody sees before their names.
    const bare = word.replace(/^@(?=.)/, "");
    const literal = bare.replaceAll("\\", "_");
    const accented = withAnyAccents(bare);
    // A Kaneo that knows no wildcards finds nothing.
    const loosely = accented === undefined ? 0 : await ask(accented);
    const isAll = (loosely > 0 && loosely < MOST_HITS) || (await ask(literal)) < MOST_HITS;
    if (isAll) return { results: [...found.values()], cappedWords: [] };
    cappedWords.push(word);
  }
  return { results: [...found.values()], cappedWords };
}

/**
 * Finds a word whatever accents and apostrophes it has: Kaneo tells them apart, and people leave them out. A key has none.
 * Other letters have accents less often than their wildcards would find what is not meant; but such as `ł` and `œ`, which are
 * others to Kaneo than what they are folded to, are found as they are written.
 */
function withAnyAccents(word: string): string | undefined {
  const bare = foldAccents(word);
  const wildcard = (letter: string) => (foldAccents(letter).length === 1 ? "_" : "%");
  const letters = foldAccents(word.replaceAll(STROKED, wildcard));
  const pattern = letters.replaceAll("ss", "%").replaceAll(/[acdeinosuyzαεηιουωеиуا'"]/g, "_");
  return pattern === bare || WIDENED.test(word) || /\d/.test(word) ? undefined : pattern;
}

/**
 * Kaneo takes `%` and `_` in a query for wildcards, and finds every comment on a task whose title matches. What it
 * finds for one word without those is left as it is: its notion of case may be wider than ours.
 */
function isTrueHit(hit: SearchResult, { query, scope: { project } }: Search, q: string): boolean {
  if (project !== undefined && hit.projectId !== project.id) return false;
  if (hit.type === "comment") return containsWords(hit.content ?? "", query);
  if (hit.type !== "task") return false;
  if (!WIDENED.test(query) && !WIDENED.test(q) && queryWords(query).length === 1) return true;
  return containsWords([keyOf(hit), hit.title, hit.description ?? ""].join("\n"), query);
}

function keyOf({ projectSlug, taskNumber, id }: SearchResult): string {
  const hasKey = projectSlug !== undefined && taskNumber !== undefined;
  return inline(hasKey ? `${projectSlug}-${taskNumber}` : id, 60);
}

/** Hits by kind, or that there are none: tasks and projects a line each, comments with the place that matches, fenced. */
function renderFound(found: Found, { timeZone }: ToolContext): string {
  const { query, scope, kinds, limit } = found;
  const lines = {
    tasks: found.tasks.results.map((hit) => renderTask(hit, found)),
    projects: found.projects.map((project) => renderProject(project, found)),
    comments: found.comments.results.map((hit) => renderComment(hit, found, timeZone)),
  };
  if (kinds.every((kind) => lines[kind].length === 0)) {
    const what = queryWords(query).length > 1 ? "all words of " : "";
    // Made when it is needed: a first format takes a tenth of a first call.
    const either = new Intl.ListFormat("en", { type: "disjunction" });
    const nouns = either.format(kinds.map((kind) => kind.slice(0, -1)));
    const nothing = `Kaneo finds no ${nouns} in ${scope.name} with ${what}"${inline(query)}".`;
    return stacked([nothing, ADVICE, renderCap(found)]);
  }
  const parts = kinds.flatMap((kind) => {
    const heading = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}:`;
    const total = lines[kind].length;
    if (total === 0) return [`${heading} none`];
    const rest = total > limit ? ` ${limit} of ${total} shown, raise limit for more` : "";
    const body = lines[kind].slice(0, limit).join("\n");
    // What takes more than a line was written at length.
    const isProse = lines[kind].slice(0, limit).some((one) => one.includes("\n"));
    return [`${heading}${rest}`, isProse ? fence(body) : body];
  });
  return stacked([...parts, renderCap(found)]);
}

const ADVICE =
  "Fewer words find more. list_tasks with text looks at every task, and also finds other spellings, such as half width or no accents.";

function renderCap({ tasks, comments }: Found): string | undefined {
  const words = new Set([...tasks.cappedWords, ...comments.cappedWords]);
  if (words.size === 0) return undefined;
  const named = [...words].map((word) => `"${inline(word, 60)}"`).join(" and of ");
  const others = [
    tasks.cappedWords.length > 0 && "list_tasks with text looks at every task",
    comments.cappedWords.length > 0 && "Rarer words, or a project, find more comments",
  ].filter(Boolean);
  return `There may be more: only the first ${MOST_HITS} hits of ${named} in each workspace were looked at, as Kaneo gives no more. ${others.join(". ")}.`;
}

function toldKey(hit: SearchResult, { tell }: Found): string {
  return inline(tell(hit.projectId ?? "", keyOf(hit)), 60);
}

function renderTask(hit: SearchResult, found: Found): string {
  const { status, priority, userName, title } = hit;
  const isInTitle = containsWords(`${keyOf(hit)}\n${title}`, found.query);
  return spaced([
    toldKey(hit, found),
    status,
    priority !== "no-priority" && priority,
    userName && renderPerson(userName),
    quoted(title),
    !isInTitle && "(in its description)",
    found.archived.has(hit.projectId) && "(project archived)",
  ]);
}

/** With the place of its description that matches, where its name does not. */
function renderProject(project: Project, found: Found): string {
  const { id, slug, name, description = "", archivedAt } = project;
  const key = inline(found.tell(id, slug), 60);
  const line = spaced([key, quoted(name), archivedAt && "archived"]);
  if (containsWords(`${slug}\n${name}`, found.query)) return line;
  return `${line}\n${indent(excerpt(description, found.query))}`;
}

function renderComment(hit: SearchResult, found: Found, timeZone: string): string {
  const { id, userName, createdAt, content = "" } = hit;
  const head = spaced([
    toldKey(hit, found),
    userName && renderPerson(userName),
    createdAt && renderMoment(createdAt, timeZone),
    `comment ${id}`,
  ]);
  return `${head}\n${indent(excerpt(content, found.query))}`;
}

const EXCERPT_LENGTH = 240;

/** The part of `text` around the first place where the query or its first word stands, on one line. */
function excerpt(text: string, query: string): string {
  const line = cleanText(text).replaceAll(/\s+/g, " ").trim();
  if (line.length <= EXCERPT_LENGTH) return line;
  const lower = line.toLowerCase();
  const places = [query.toLowerCase(), ...queryWords(query)].map((word) => lower.indexOf(word));
  const at = places.find((place) => place >= 0) ?? placeNear(line, query);
  const start = Math.max(0, Math.min(at - 60, line.length - EXCERPT_LENGTH));
  const part = sliceText(line.slice(start), EXCERPT_LENGTH).replace(/^[\uDC00-\uDFFF]/, "");
  return `${start > 0 ? "…" : ""}${part}${start + EXCERPT_LENGTH < line.length ? "…" : ""}`;
}

/** Where about the first word of the query stands, with other accents. */
function placeNear(line: string, query: string): number {
  const [word = ""] = queryWords(query);
  let at = 0;
  while (at < line.length && !containsWords(line.slice(at, at + 120), word)) at += 60;
  return at < line.length ? at : 0;
}
