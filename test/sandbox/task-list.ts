/** GET /api/task/tasks/:projectId: filters, sorts and pages as Kaneo's get-tasks.ts does. */
import { columnsOf, type SandboxData, type Task, where } from "./data.ts";
import { crash, instant, requireRow } from "./refusal.ts";

export interface TaskQuery {
  readonly status?: string | undefined;
  readonly priority?: string | undefined;
  readonly assigneeId?: string | undefined;
  readonly page?: number | undefined;
  readonly limit?: number | undefined;
  readonly sortBy?:
    | "createdAt"
    | "priority"
    | "dueDate"
    | "position"
    | "title"
    | "number"
    | undefined;
  readonly sortOrder?: "asc" | "desc" | undefined;
  readonly dueBefore?: string | undefined;
  readonly dueAfter?: string | undefined;
}

/** Without page and limit everything is one page. */
export function listTasks(data: SandboxData, projectId: string, query: TaskQuery) {
  const project = requireRow(data.projects, projectId, "Project");
  const matching = filter(data, projectId, query);
  const pagination = paginate(matching.length, query);
  const sorted = sort(matching, query, pagination.page);
  const offset = (pagination.page - 1) * pagination.pageSize;
  const items = present(data, sorted.slice(offset, offset + pagination.pageSize));
  const ofStatus = (status: string) => items.filter((item) => item.status === status);
  const columns = columnsOf(data, projectId).map(({ slug, name, icon, isFinal }) => {
    return { id: slug, slug, name, icon, isFinal, tasks: ofStatus(slug) };
  });
  const { id, name, slug, icon, description, isPublic, workspaceId } = project;
  const archivedTasks = ofStatus("archived");
  const plannedTasks = ofStatus("planned");
  const head = { id, name, slug, icon, description, isPublic, workspaceId };
  return { data: { ...head, columns, archivedTasks, plannedTasks }, pagination };
}

function filter(data: SandboxData, projectId: string, query: TaskQuery): Task[] {
  const dueBefore = query.dueBefore && instant(query.dueBefore);
  const dueAfter = query.dueAfter && instant(query.dueAfter);
  return where(data.tasks, (task) => {
    if (task.projectId !== projectId) return false;
    if (query.status && task.status !== query.status) return false;
    if (query.priority && task.priority !== query.priority) return false;
    if (query.assigneeId && task.userId !== query.assigneeId) return false;
    if (dueBefore && (task.dueDate === null || task.dueDate > dueBefore)) return false;
    return !(dueAfter && (task.dueDate === null || task.dueDate < dueAfter));
  });
}

function paginate(total: number, { page, limit }: TaskQuery) {
  if (page === undefined && limit === undefined) {
    return { total, page: 1, pageSize: total, totalPages: 1 };
  }
  const number = page && page > 0 ? page : 1;
  const pageSize = limit && limit > 0 ? Math.min(limit, 100) : 50;
  if (!Number.isInteger(number) || !Number.isInteger(pageSize)) throw crash();
  return { total, page: number, pageSize, totalPages: Math.max(1, Math.ceil(total / pageSize)) };
}

type Key = string | number | null;

function sort(tasks: Task[], { sortBy, sortOrder }: TaskQuery, page: number): Task[] {
  const key = SORT_KEYS[sortBy ?? "position"];
  const direction = sortOrder === "desc" ? -1 : 1;
  const tied = tasks.map((task, index) => ({ task, key: key(task), rank: tieRank(index, page) }));
  tied.sort((a, b) => a.rank - b.rank).sort((a, b) => direction * compare(a.key, b.key));
  return tied.map(({ task }) => task);
}

/**
 * Postgres may order equal rows anew for each page, so that walking them loses some and repeats others.
 * Here every fourth row moves back and forth by ten places from one page to the next.
 */
function tieRank(index: number, page: number): number {
  if (page === 1 || index % 4 !== 0) return index;
  return page % 2 === 0 ? index + 10.5 : index - 10.5;
}

const RANKS: Readonly<Record<string, number>> = { urgent: 4, high: 3, medium: 2, low: 1 };

const SORT_KEYS: Readonly<Record<NonNullable<TaskQuery["sortBy"]>, (task: Task) => Key>> = {
  createdAt: (task) => task.createdAt,
  priority: (task) => RANKS[task.priority ?? ""] ?? 0,
  dueDate: (task) => task.dueDate,
  position: (task) => task.position,
  title: (task) => task.title,
  number: (task) => task.number,
};

/** Null sorts as the largest value, as in Postgres. */
function compare(a: Key, b: Key): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return a < b ? -1 : 1;
}

function present(data: SandboxData, tasks: Task[]) {
  const labels = labelsByTask(data);
  const users = new Map(data.users.map((user) => [user.id, user]));
  return tasks.map(({ columnId: _columnId, updatedAt: _updatedAt, ...task }) => {
    const assignee = task.userId === null ? undefined : users.get(task.userId);
    return {
      ...task,
      assigneeName: assignee?.name ?? null,
      assigneeId: assignee?.id ?? null,
      assigneeImage: assignee?.image ?? null,
      labels: labels.get(task.id) ?? [],
      externalLinks: where(data.externalLinks, (link) => link.taskId === task.id),
    };
  });
}

function labelsByTask(data: SandboxData) {
  const byTask = new Map<string, { id: string; name: string; color: string }[]>();
  for (const { id, name, color, taskId } of data.labels.values()) {
    if (taskId === null) continue;
    const labels = byTask.get(taskId) ?? [];
    labels.push({ id, name, color });
    byTask.set(taskId, labels);
  }
  return byTask;
}
