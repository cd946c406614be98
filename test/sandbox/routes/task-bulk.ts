/** PATCH /api/task/bulk: the same change to many tasks. */
import { membership, type Permissions } from "../access.ts";
import type { SandboxData, Task } from "../data.ts";
import { addActivity, noteAssignee, noteStatus } from "../events.ts";
import { crash, Refusal, requireRow } from "../refusal.ts";
import { route } from "../router.ts";
import { list, nullable, oneOf, optional, text } from "../shape.ts";
import { addLabel, findLabel } from "./labels.ts";
import { columnId, deleteTask, isUser, PRIORITIES, requireStatus, update } from "./tasks.ts";

const OPERATIONS = [
  "updateStatus",
  "updatePriority",
  "updateAssignee",
  "delete",
  "addLabel",
  "removeLabel",
  "updateDueDate",
] as const;
type Operation = (typeof OPERATIONS)[number];

const bulk = route({
  method: "PATCH",
  path: "/api/task/bulk",
  body: {
    taskIds: list(text(), 1),
    operation: oneOf(...OPERATIONS),
    value: optional(nullable(text())),
  },
  access: { from: "tasks" },
  needs: ({ body }) => NEEDS[body.operation],
  run: ({ data, caller, workspaceId, body: { taskIds, operation, value } }) => {
    const mayBeOmitted = operation === "delete" || operation === "updateDueDate";
    if (value === undefined && !mayBeOmitted) {
      throw new Refusal(400, "Value is required for this operation");
    }
    if (!membership(data, workspaceId, caller.userId)) {
      throw new Refusal(403, "You don't have access to this workspace");
    }
    const found = new Set(taskIds.flatMap((id) => data.tasks.get(id) ?? []));
    const change = { data, tasks: [...found], value: value ?? "", userId: caller.userId };
    return { success: true, updatedCount: CHANGES[operation](change) };
  },
});

export const taskBulkRoutes = [bulk];

const mayUpdate = { task: ["update"] };
const mayLabel = { label: ["update"] };
const NEEDS: Readonly<Record<Operation, Permissions>> = {
  updateStatus: mayUpdate,
  updatePriority: mayUpdate,
  updateAssignee: { task: ["assign"] },
  delete: { task: ["delete"] },
  addLabel: mayLabel,
  removeLabel: mayLabel,
  updateDueDate: mayUpdate,
};

interface Change {
  readonly data: SandboxData;
  readonly tasks: readonly Task[];
  /** Empty for null: Kaneo takes both as "clear". */
  readonly value: string;
  readonly userId: string;
}

/** Each returns the number of changed rows. */
const CHANGES: Readonly<Record<Operation, (change: Change) => number>> = {
  updateStatus: ({ data, tasks, value, userId }) => {
    if (value === "") throw new Refusal(400, "Status value is required");
    for (const { projectId } of tasks) requireStatus(data, projectId, value);
    for (const task of tasks) {
      update(task, { status: value, columnId: columnId(data, task.projectId, value) });
      noteStatus(data, task, { oldStatus: undefined, userId });
    }
    return tasks.length;
  },
  updatePriority: ({ data, tasks, value, userId }) => {
    if (value === "") throw new Refusal(400, "Priority value is required");
    if (!PRIORITIES.some((priority) => priority === value)) {
      const valid = PRIORITIES.join(", ");
      throw new Refusal(400, `Invalid priority "${value}". Valid values: ${valid}`);
    }
    for (const task of tasks) {
      update(task, { priority: value });
      const eventData = { newPriority: value };
      addActivity(data, { taskId: task.id, userId, type: "priority_changed", eventData });
    }
    return tasks.length;
  },
  updateAssignee: ({ data, tasks, value, userId }) => {
    const assignee = value || null;
    if (!isUser(data, assignee)) throw crash();
    for (const task of tasks) {
      update(task, { userId: assignee });
      noteAssignee(data, task, userId);
    }
    return tasks.length;
  },
  delete: ({ data, tasks }) => {
    for (const { id } of tasks) deleteTask(data, id);
    return tasks.length;
  },
  addLabel: ({ data, tasks, value }) => {
    const { name, color, workspaceId } = requireLabelFor(data, value, tasks);
    let added = 0;
    for (const { id } of tasks) {
      const copy = { name, color, workspaceId, taskId: id };
      if (findLabel(data, copy)) continue;
      addLabel(data, copy);
      added += 1;
    }
    return added;
  },
  removeLabel: ({ data, tasks, value }) => {
    const { name, workspaceId } = requireLabelFor(data, value, tasks);
    const copies = tasks.flatMap(
      ({ id }) => findLabel(data, { name, workspaceId, taskId: id }) ?? [],
    );
    for (const { id } of copies) data.labels.delete(id);
    return copies.length;
  },
  updateDueDate: ({ data, tasks, value, userId }) => {
    const date = value === "" ? null : new Date(value);
    if (date && Number.isNaN(date.getTime())) {
      throw new Refusal(400, `Invalid date value "${value}"`);
    }
    const newDueDate = date?.toISOString() ?? null;
    for (const task of tasks) {
      const eventData = { oldDueDate: task.dueDate, newDueDate };
      update(task, { dueDate: newDueDate });
      addActivity(data, { taskId: task.id, userId, type: "due_date_changed", eventData });
    }
    return tasks.length;
  },
};

function requireLabelFor(data: SandboxData, id: string, [task]: readonly Task[]) {
  if (id === "") throw new Refusal(400, "Label ID is required");
  const label = requireRow(data.labels, id, "Label");
  if (task && label.workspaceId !== data.projects.get(task.projectId)?.workspaceId) {
    throw new Refusal(400, "Label and tasks must belong to the same workspace");
  }
  return label;
}
