/** /api/task: reading, creating, replacing, deleting. */
import {
  columnsOf,
  created,
  createId,
  now,
  type SandboxData,
  type Task,
  userName,
} from "../data.ts";
import { noteCreated, noteStatus } from "../events.ts";
import { crash, Refusal, requireRow } from "../refusal.ts";
import { route } from "../router.ts";
import { number, numberInQuery, oneOf, optional, text } from "../shape.ts";
import { listTasks } from "../task-list.ts";

export const PRIORITIES = ["no-priority", "low", "medium", "high", "urgent"] as const;
const SORTS = ["createdAt", "priority", "dueDate", "position", "title", "number"] as const;
const access = { from: "task", key: "id" } as const;
const shape = {
  title: text(),
  description: text(),
  startDate: optional(text()),
  dueDate: optional(text()),
  priority: oneOf(...PRIORITIES),
  status: text(),
  userId: optional(text()),
};

const list = route({
  method: "GET",
  path: "/api/task/tasks/:projectId",
  access: { from: "project", key: "projectId" },
  query: {
    status: optional(text()),
    priority: optional(text()),
    assigneeId: optional(text()),
    page: optional(numberInQuery()),
    limit: optional(numberInQuery()),
    sortBy: optional(oneOf(...SORTS)),
    sortOrder: optional(oneOf("asc", "desc")),
    dueBefore: optional(text()),
    dueAfter: optional(text()),
  },
  run: ({ data, param, query }) => listTasks(data, param("projectId"), query),
});

const create = route({
  method: "POST",
  path: "/api/task/:projectId",
  access: { from: "project", key: "projectId" },
  needs: { task: ["create"] },
  body: shape,
  run: ({ data, caller, param, body }) => {
    const projectId = param("projectId");
    const dates = parseDates(body);
    const status = body.status || "to-do";
    requireStatus(data, projectId, status);
    const userId = body.userId || null;
    const assigneeName = userName(data, userId);
    if (userId && assigneeName === null) throw new Refusal(404, "Assignee not found");
    const { title, description, priority } = body;
    const task = addTask(data, projectId, {
      title,
      description,
      priority,
      status,
      userId,
      ...dates,
    });
    noteCreated(data, task, caller.userId);
    return assigneeName === null ? task : { ...task, assigneeName };
  },
});

const read = route({
  method: "GET",
  path: "/api/task/:id",
  access,
  run: ({ data, param }) => shown(data, requireRow(data.tasks, param("id"), "Task")),
});

const replace = route({
  method: "PUT",
  path: "/api/task/:id",
  access,
  body: { ...shape, projectId: text(), position: number() },
  needs: ({ data, param, body }) => {
    const task = data.tasks.get(param("id"));
    const assigns = task !== undefined && task.userId !== (body.userId || null);
    return { task: assigns ? ["update", "assign"] : ["update"] };
  },
  run: ({ data, caller, param, body }) => {
    const dates = parseDates(body);
    const task = requireRow(data.tasks, param("id"), "Task");
    if (body.projectId !== task.projectId) {
      throw new Refusal(400, "Use the task move endpoint to move tasks between projects");
    }
    requireStatus(data, task.projectId, body.status);
    const userId = body.userId || null;
    if (!isInteger32(body.position) || !isUser(data, userId)) throw crash();
    const oldStatus = task.status;
    const { title, description, priority, position, status } = body;
    update(task, { title, description, priority, position, userId, ...dates });
    update(task, { status, columnId: columnId(data, task.projectId, status) });
    if (oldStatus !== status) noteStatus(data, task, { oldStatus, userId: caller.userId });
    return task;
  },
});

const remove = route({
  method: "DELETE",
  path: "/api/task/:id",
  access,
  needs: { task: ["delete"] },
  run: ({ data, param }) => {
    const answer = shown(data, requireRow(data.tasks, param("id"), "Task"));
    deleteTask(data, answer.id);
    return answer;
  },
});

/** `/api/task/:id` must come after the routes with a fixed second part. */
export const taskRoutes = [list, create, read, replace, remove];

/** The shape of single reads: no labels, no columnId, no updatedAt. */
function shown(data: SandboxData, task: Task) {
  const { columnId: _columnId, updatedAt: _updatedAt, ...rest } = task;
  return { ...rest, assigneeName: userName(data, task.userId), assigneeId: task.userId };
}

/** What a new task needs besides its place; the rest is empty. */
export type NewTask = Partial<Task> & { title: string; status: string };

/** Adds a task at the end of its column, with the project's next number. */
export function addTask(data: SandboxData, projectId: string, fields: NewTask): Task {
  const column = columnId(data, projectId, fields.status);
  const task: Task = {
    id: createId(),
    projectId,
    position: fields.position ?? nextPosition(data, projectId, fields.status),
    number: nextNumber(data, projectId),
    userId: null,
    description: "",
    columnId: column,
    priority: "no-priority",
    startDate: null,
    dueDate: null,
    ...created(),
    ...fields,
  };
  data.tasks.set(task.id, task);
  return task;
}

/** Removes the task with all that hangs on it. */
export function deleteTask(data: SandboxData, taskId: string): void {
  data.tasks.delete(taskId);
  const hanging = [data.labels, data.activities, data.timeEntries, data.externalLinks];
  for (const rows of hanging) {
    for (const [id, row] of rows) if (row.taskId === taskId) rows.delete(id);
  }
  for (const [id, { sourceTaskId, targetTaskId }] of data.relations) {
    if (sourceTaskId === taskId || targetTaskId === taskId) data.relations.delete(id);
  }
}

export function update(task: Task, changes: Partial<Task>): Task {
  return Object.assign(task, changes, { updatedAt: now() });
}

/** @throws Refusal 400 unless `status` is the slug of a column, planned or archived. */
export function requireStatus(data: SandboxData, projectId: string, status: string): void {
  const slugs = columnsOf(data, projectId).map(({ slug }) => slug);
  const valid = [...slugs, "planned", "archived"];
  if (valid.includes(status)) return;
  const names = valid.join(", ");
  throw new Refusal(400, `Invalid status "${status}". Valid statuses for this project: ${names}`);
}

/** Planned and archived tasks are in no column. */
export function columnId(data: SandboxData, projectId: string, status: string): string | null {
  return columnsOf(data, projectId).find(({ slug }) => slug === status)?.id ?? null;
}

function nextPosition(data: SandboxData, projectId: string, status: string): number {
  let highest = 0;
  for (const task of data.tasks.values()) {
    if (task.projectId !== projectId || task.status !== status) continue;
    highest = Math.max(highest, task.position);
  }
  return highest + 1;
}

export function nextNumber(data: SandboxData, projectId: string): number {
  const project = requireRow(data.projects, projectId, "Project");
  project.lastTaskNumber += 1;
  return project.lastTaskNumber;
}

/** Whether a foreign key to a user holds; null always does. */
export function isUser(data: SandboxData, userId: string | null): boolean {
  return userId === null || data.users.some(({ id }) => id === userId);
}

function isInteger32(value: number): boolean {
  return Number.isInteger(value) && Math.abs(value) < 2 ** 31;
}

function parseDates(body: { startDate?: string | undefined; dueDate?: string | undefined }) {
  const startDate = body.startDate === undefined ? null : parseDate(body.startDate, "startDate");
  const dueDate = body.dueDate === undefined ? null : parseDate(body.dueDate, "dueDate");
  if (startDate !== null && dueDate !== null && startDate > dueDate) {
    throw new Refusal(400, "Start date cannot be after due date. Please adjust the date range.");
  }
  return { startDate, dueDate };
}

/** @throws Refusal 400 for what `new Date()` does not take. */
export function parseDate(value: string, field: string): string {
  if (value.trim() === "") {
    const advice = "Please provide a valid date or omit the field.";
    throw new Refusal(400, `${field} cannot be an empty string. ${advice}`);
  }
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) {
    const examples = '(e.g. "2025-01-15" or "2025-01-15T10:30:00Z")';
    const advice = `Please provide a valid date string ${examples}.`;
    throw new Refusal(400, `Invalid ${field} "${value}". ${advice}`);
  }
  if (date.getUTCFullYear() > 9999 || date.getUTCFullYear() < 0) throw crash();
  return date.toISOString();
}
