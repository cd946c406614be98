/** /api/label: workspace labels, and the copies of them on tasks. */
import {
  created,
  createId,
  type Label,
  now,
  type SandboxData,
  where,
  workspaceOfTask,
} from "../data.ts";
import { crash, Refusal, requireRow } from "../refusal.ts";
import { route } from "../router.ts";
import { optional, text } from "../shape.ts";

const access = { from: "label", key: "id" } as const;
const mayUpdate = { label: ["update"] };

const ofTask = route({
  method: "GET",
  path: "/api/label/task/:taskId",
  access: { from: "task", key: "taskId" },
  run: ({ data, param }) => where(data.labels, (label) => label.taskId === param("taskId")),
});

/** With every copy on every task. */
const ofWorkspace = route({
  method: "GET",
  path: "/api/label/workspace/:workspaceId",
  access: { from: "path" },
  run: ({ data, workspaceId }) => where(data.labels, (label) => label.workspaceId === workspaceId),
});

const create = route({
  method: "POST",
  path: "/api/label",
  body: { name: text(), color: text(), workspaceId: text(), taskId: optional(text()) },
  access: { from: "body" },
  needs: { label: ["create"] },
  run: ({ data, body: { taskId = null, ...body } }) => {
    if (taskId && workspaceOfTask(data, taskId) !== body.workspaceId) {
      throw new Refusal(404, "Task not found");
    }
    return addLabel(data, { ...body, taskId: taskId || null });
  },
});

const read = route({
  method: "GET",
  path: "/api/label/:id",
  access,
  run: ({ data, param }) => requireRow(data.labels, param("id"), "Label"),
});

const attach = route({
  method: "PUT",
  path: "/api/label/:id/task",
  body: { taskId: text() },
  access,
  needs: mayUpdate,
  run: ({ data, param, body: { taskId } }) => {
    const label = requireRow(data.labels, param("id"), "Label");
    const workspaceId = workspaceOfTask(data, taskId);
    if (workspaceId === undefined) throw new Refusal(404, "Task not found");
    if (label.workspaceId !== workspaceId) {
      throw new Refusal(400, "Label and task must belong to the same workspace");
    }
    if (label.taskId === taskId) return label;
    // The copy of another task is taken off that task.
    if (label.taskId !== null) data.labels.delete(label.id);
    return addLabel(data, { name: label.name, color: label.color, workspaceId, taskId });
  },
});

const detach = route({
  method: "DELETE",
  path: "/api/label/:id/task",
  access,
  needs: mayUpdate,
  run: ({ data, param }) => {
    const label = requireRow(data.labels, param("id"), "Label");
    if (label.taskId === null) throw new Refusal(400, "Label is not assigned to a task");
    data.labels.delete(label.id);
    return label;
  },
});

const change = route({
  method: "PUT",
  path: "/api/label/:id",
  body: { name: text(), color: text() },
  access,
  needs: mayUpdate,
  run: ({ data, param, body }) => {
    const label = requireRow(data.labels, param("id"), "Label");
    const same = findLabel(data, { ...label, name: body.name });
    if (same && same !== label) throw crash();
    const copies = label.taskId === null ? copiesOf(data, label) : [];
    for (const row of [label, ...copies]) Object.assign(row, body, { updatedAt: now() });
    return label;
  },
});

const remove = route({
  method: "DELETE",
  path: "/api/label/:id",
  access,
  needs: { label: ["delete"] },
  run: ({ data, param }) => {
    const label = requireRow(data.labels, param("id"), "Label");
    const copies = label.taskId === null ? copiesOf(data, label) : [];
    for (const { id } of [label, ...copies]) data.labels.delete(id);
    return label;
  },
});

export const labelRoutes = [ofTask, ofWorkspace, create, read, attach, detach, change, remove];

type Place = Pick<Label, "name" | "workspaceId" | "taskId">;

/** Adds a label; a label of that name in that place is returned as it is instead. */
export function addLabel(data: SandboxData, fields: Place & { color: string }): Label {
  const existing = findLabel(data, fields);
  if (existing) return existing;
  const { name, color, taskId, workspaceId } = fields;
  const label: Label = { id: createId(), name, color, ...created(), taskId, workspaceId };
  data.labels.set(label.id, label);
  return label;
}

/** The label of that name on that task, or of that workspace when the place names no task. */
export function findLabel(data: SandboxData, place: Place): Label | undefined {
  const { name, workspaceId, taskId } = place;
  const [found] = where(
    data.labels,
    (label) =>
      label.name === name &&
      label.taskId === taskId &&
      (taskId !== null || label.workspaceId === workspaceId),
  );
  return found;
}

function copiesOf(data: SandboxData, { name, workspaceId }: Label): Label[] {
  return where(
    data.labels,
    (label) => label.workspaceId === workspaceId && label.name === name && label.taskId !== null,
  );
}
