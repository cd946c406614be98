/** Finds what a query matches among tasks, projects, workspaces and activities. */
import type { WorkspaceRow } from "./auth-tables.ts";
import {
  type Activity,
  type Project,
  type SandboxData,
  type Task,
  userName,
  where,
} from "./data.ts";
import { activityText } from "./search-activity.ts";

export interface Search {
  readonly query: string;
  readonly kind: "all" | "tasks" | "projects" | "workspaces" | "comments" | "activities";
  readonly workspaceId: string;
  readonly projectId: string | undefined;
  readonly userId: string;
  readonly limit: number;
}

export interface Hit {
  readonly id: string;
  readonly type: "task" | "project" | "workspace" | "comment" | "activity";
  readonly createdAt: string;
  readonly relevanceScore: number;
  readonly [field: string]: unknown;
}

/** Best first. Every kind of hit is capped by itself, so that there may be more than `limit`. */
export function searchEverything(data: SandboxData, search: Search): Hit[] {
  const { kind } = search;
  const wants = (...kinds: Search["kind"][]) => kind === "all" || kinds.includes(kind);
  const hits = [
    ...(wants("tasks") ? taskHits(data, search) : []),
    ...(wants("projects") ? projectHits(data, search) : []),
    ...(wants("workspaces") ? workspaceHits(data, search) : []),
    ...(wants("comments", "activities") ? activityHits(data, search) : []),
  ];
  return hits.sort(byRelevance);
}

function byRelevance(a: Hit, b: Hit): number {
  if (a.relevanceScore !== b.relevanceScore) return b.relevanceScore - a.relevanceScore;
  return Date.parse(b.createdAt) - Date.parse(a.createdAt);
}

function best(hits: Hit[], limit: number): Hit[] {
  return hits.reverse().sort(byRelevance).slice(0, limit);
}

function taskHits(data: SandboxData, search: Search): Hit[] {
  const matches = like(search.query);
  const inPlace = where(data.tasks, (task) => isInPlace(data, task, search));
  const [named] = inPlace.filter((task) => isNamed(data, task, search.query));
  const hits = inPlace.flatMap((task) => {
    const score = matches(task.title) ? 3 : matches(task.description) ? 2 : 0;
    return score === 0 ? [] : [taskHit(data, task, score)];
  });
  const others = best(hits, search.limit).filter(({ id }) => id !== named?.id);
  return named ? [taskHit(data, named, 10), ...others] : others;
}

/** Whether `query` is the task's key, such as WEB-12. */
function isNamed(data: SandboxData, task: Task, query: string): boolean {
  const [, slug, number] =
    /^(\p{L}[\p{L}\p{N}\p{M}_-]*)-(\d+)$/u.exec(query.normalize("NFKC")) ?? [];
  const project = data.projects.get(task.projectId);
  return task.number === Number(number) && project?.slug.toLowerCase() === slug?.toLowerCase();
}

function isInPlace(data: SandboxData, { projectId }: Task, search: Search): boolean {
  if (search.projectId !== undefined && projectId !== search.projectId) return false;
  return data.projects.get(projectId)?.workspaceId === search.workspaceId;
}

function taskHit(data: SandboxData, task: Task, relevanceScore: number): Hit {
  return withoutEmpty({
    id: task.id,
    type: "task",
    title: task.title,
    description: task.description,
    ...placeOf(data, task.projectId),
    userId: task.userId,
    userName: userName(data, task.userId),
    createdAt: task.createdAt,
    relevanceScore,
    taskNumber: task.number,
    priority: task.priority,
    status: task.status,
  });
}

function projectHits(data: SandboxData, search: Search): Hit[] {
  const matches = like(search.query);
  const projects = where(data.projects, (row) => row.workspaceId === search.workspaceId);
  const hits = projects.flatMap((project) => {
    const score = matches(project.name) ? 3 : matches(project.description ?? "") ? 2 : 0;
    return score === 0 ? [] : [projectHit(data, project, score)];
  });
  return best(hits, search.limit);
}

function projectHit(data: SandboxData, project: Project, relevanceScore: number): Hit {
  const { projectName: _projectName, ...place } = placeOf(data, project.id);
  const { id, name, description, createdAt } = project;
  const hit = { id, type: "project", title: name, description, ...place } as const;
  return withoutEmpty({ ...hit, createdAt, relevanceScore });
}

/** Kaneo joins the members, so a workspace is found once for each. */
function workspaceHits(data: SandboxData, search: Search): Hit[] {
  const matches = like(search.query);
  const own = data.members.filter(({ userId }) => userId === search.userId);
  const ids = new Set(own.map(({ organizationId }) => organizationId));
  const hits = data.members.flatMap(({ organizationId }) => {
    const workspace = data.workspaces.find(({ id }) => id === organizationId);
    if (!workspace || !ids.has(organizationId)) return [];
    const score = matches(workspace.name) ? 3 : matches(workspace.description ?? "") ? 2 : 0;
    return score === 0 ? [] : [workspaceHit(workspace, score)];
  });
  return best(hits, search.limit);
}

function workspaceHit({ id, name, description, createdAt }: WorkspaceRow, score: number): Hit {
  return withoutEmpty({
    id,
    type: "workspace",
    title: name,
    description,
    workspaceId: id,
    workspaceName: name,
    createdAt: createdAt.toISOString(),
    relevanceScore: score,
  });
}

/** An activity is also found by the title of its task. */
function activityHits(data: SandboxData, search: Search): Hit[] {
  const matches = like(search.query);
  const hits = [...data.activities.values()].flatMap((activity) => {
    const task = data.tasks.get(activity.taskId);
    if (!task || !isInPlace(data, task, search)) return [];
    if (search.kind === "comments" && activity.type !== "comment") return [];
    const own =
      activity.content ?? (activity.eventData && JSON.stringify(activity.eventData)) ?? "";
    const score = matches(own) ? 2 : matches(task.title) ? 1 : 0;
    return score === 0 ? [] : [activityHit(data, { activity, task, score })];
  });
  return best(hits, search.limit);
}

function activityHit(
  data: SandboxData,
  { activity, task, score }: { activity: Activity; task: Task; score: number },
): Hit {
  const isComment = activity.type === "comment";
  return withoutEmpty({
    id: activity.id,
    type: isComment ? "comment" : "activity",
    title: isComment ? `Comment on ${task.title}` : `${activity.type} on ${task.title}`,
    content: activityText(activity),
    ...placeOf(data, task.projectId),
    userId: activity.userId,
    userName: userName(data, activity.userId),
    createdAt: activity.createdAt,
    relevanceScore: score,
    taskNumber: task.number,
  });
}

function placeOf(data: SandboxData, projectId: string) {
  const project = data.projects.get(projectId);
  const workspace = data.workspaces.find(({ id }) => id === project?.workspaceId);
  return {
    projectId,
    projectName: project?.name,
    projectSlug: project?.slug,
    workspaceId: project?.workspaceId,
    workspaceName: workspace?.name,
  };
}

/** Kaneo leaves out what is empty. */
function withoutEmpty(hit: Hit): Hit {
  const emptied: Record<string, undefined> = {};
  for (const [field, value] of Object.entries(hit)) {
    if (field !== "title" && (value === null || value === "")) emptied[field] = undefined;
  }
  return { ...hit, ...emptied };
}

/** Postgres ILIKE '%query%': % and _ are wildcards, a backslash takes the next character literally. */
function like(query: string): (text: string) => boolean {
  const parts = [...`%${query}%`.matchAll(/\\?[\s\S]/gu)].map(([part]) => {
    if (part === "%") return "[\\s\\S]*";
    if (part === "_") return "[\\s\\S]";
    return part.replace(/^\\(?=.)/su, "").replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  });
  const expression = new RegExp(`^${parts.join("")}$`, "iu");
  return (text) => expression.test(text);
}
