/** /api/task: changing single fields, and moving to another project. */
import { columnsOf, type SandboxData, where } from "../data.ts";
import { addActivity, noteAssignee, noteStatus } from "../events.ts";
import { crash, Refusal, requireRow } from "../refusal.ts";
import { route } from "../router.ts";
import { nullable, oneOf, optional, text } from "../shape.ts";
import {
  columnId,
  isUser,
  nextNumber,
  PRIORITIES,
  parseDate,
  requireStatus,
  update,
} from "./tasks.ts";

const access = { from: "task", key: "id" } as const;
const mayUpdate = { task: ["update"] };

const status = route({
  method: "PUT",
  path: "/api/task/status/:id",
  access,
  needs: mayUpdate,
  body: { status: text() },
  run: ({ data, caller, param, body }) => {
    const task = requireRow(data.tasks, param("id"), "Task");
    requireStatus(data, task.projectId, body.status);
    const oldStatus = task.status;
    const column = columnId(data, task.projectId, body.status);
    update(task, { status: body.status, columnId: column });
    noteStatus(data, task, { oldStatus, userId: caller.userId });
    return task;
  },
});

const priority = route({
  method: "PUT",
  path: "/api/task/priority/:id",
  access,
  needs: mayUpdate,
  body: { priority: oneOf(...PRIORITIES) },
  run: ({ data, caller, param, body }) => {
    const task = requireRow(data.tasks, param("id"), "Task");
    const eventData = { oldPriority: task.priority, newPriority: body.priority };
    update(task, { priority: body.priority });
    addActivity(data, {
      taskId: task.id,
      userId: caller.userId,
      type: "priority_changed",
      eventData,
    });
    return task;
  },
});

const assignee = route({
  method: "PUT",
  path: "/api/task/assignee/:id",
  access,
  needs: { task: ["assign"] },
  body: { userId: nullable(text()) },
  run: ({ data, caller, param, body }) => {
    const task = requireRow(data.tasks, param("id"), "Task");
    const userId = body.userId || null;
    if (task.userId === userId) return task;
    if (!isUser(data, userId)) throw crash();
    update(task, { userId });
    noteAssignee(data, task, caller.userId);
    return task;
  },
});

const dueDate = route({
  method: "PUT",
  path: "/api/task/due-date/:id",
  access,
  needs: mayUpdate,
  body: { dueDate: optional(text()) },
  run: ({ data, caller, param, body }) => {
    const newDueDate = body.dueDate ? parseDate(body.dueDate, "dueDate") : null;
    const task = requireRow(data.tasks, param("id"), "Task");
    const eventData = { oldDueDate: task.dueDate, newDueDate };
    update(task, { dueDate: newDueDate });
    addActivity(data, {
      taskId: task.id,
      userId: caller.userId,
      type: "due_date_changed",
      eventData,
    });
    return task;
  },
});

const title = route({
  method: "PUT",
  path: "/api/task/title/:id",
  access,
  needs: mayUpdate,
  body: { title: text() },
  run: ({ data, caller, param, body }) => {
    const task = requireRow(data.tasks, param("id"), "Task");
    if (task.title === body.title) return task;
    const eventData = { oldTitle: task.title, newTitle: body.title };
    update(task, { title: body.title });
    addActivity(data, { taskId: task.id, userId: caller.userId, type: "title_changed", eventData });
    return task;
  },
});

const description = route({
  method: "PUT",
  path: "/api/task/description/:id",
  access,
  needs: mayUpdate,
  body: { description: text() },
  run: ({ data, param, body }) => update(requireRow(data.tasks, param("id"), "Task"), body),
});

const move = route({
  method: "PUT",
  path: "/api/task/move/:id",
  access,
  needs: mayUpdate,
  body: { destinationProjectId: text(), destinationStatus: optional(text()) },
  run: ({ data, caller, param, body }) => {
    const task = requireRow(data.tasks, param("id"), "Task");
    const source = data.projects.get(task.projectId);
    const destination = data.projects.get(body.destinationProjectId);
    if (source === destination) throw new Refusal(400, "Task is already in that project");
    if (!source || !destination) throw new Refusal(404, "Project not found");
    if (source.workspaceId !== destination.workspaceId) {
      throw new Refusal(400, "Tasks can only be moved within the same workspace");
    }
    const oldStatus = task.status;
    const column = destinationColumn(data, destination.id, [body.destinationStatus, oldStatus]);
    const position = lastPosition(data, column.id) + 1;
    const place = { projectId: destination.id, columnId: column.id, status: column.slug };
    update(task, { ...place, position, number: nextNumber(data, destination.id) });
    const from = { fromProjectId: source.id, fromProjectName: source.name };
    const to = { toProjectId: destination.id, toProjectName: destination.name };
    const eventData = { ...from, ...to, oldStatus, newStatus: task.status };
    addActivity(data, { taskId: task.id, userId: caller.userId, type: "moved", eventData });
    return { task, sourceProjectId: source.id, destinationProjectId: destination.id };
  },
});

export const taskFieldRoutes = [status, priority, assignee, dueDate, title, description, move];

/** The column asked for, else the one like the present status, else the first. */
function destinationColumn(
  data: SandboxData,
  projectId: string,
  [requested, current]: [string | undefined, string],
) {
  const columns = columnsOf(data, projectId);
  const [first] = columns;
  if (!first) throw new Refusal(400, "Destination project does not have a workflow");
  const found = columns.find(({ slug }) => slug === (requested || current));
  if (requested && !found) {
    throw new Refusal(400, "Selected status is not valid for the destination project");
  }
  return found ?? first;
}

function lastPosition(data: SandboxData, column: string): number {
  const tasks = where(data.tasks, (task) => task.columnId === column);
  return Math.max(0, ...tasks.map(({ position }) => position));
}
