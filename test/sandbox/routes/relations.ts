/** /api/task-relation and /api/external-link. */
import { requireMember, requirePermission } from "../access.ts";
import {
  createId,
  now,
  type Relation,
  type SandboxData,
  userName,
  where,
  workspaceOfTask,
} from "../data.ts";
import { Refusal, requireRow } from "../refusal.ts";
import { type Call, route } from "../router.ts";
import { oneOf, text } from "../shape.ts";

const list = route({
  method: "GET",
  path: "/api/task-relation/:taskId",
  access: { from: "task", key: "taskId" },
  run: ({ data, param }) => {
    const taskId = param("taskId");
    return where(
      data.relations,
      (relation) => relation.sourceTaskId === taskId || relation.targetTaskId === taskId,
    ).map((relation) => ({
      ...relation,
      sourceTask: summary(data, relation.sourceTaskId),
      targetTask: summary(data, relation.targetTaskId),
    }));
  },
});

const create = route({
  method: "POST",
  path: "/api/task-relation",
  body: {
    sourceTaskId: text(),
    targetTaskId: text(),
    relationType: oneOf("subtask", "blocks", "related"),
  },
  run: (call) => {
    const { data, body } = call;
    const workspaceId = workspaceOfTask(data, body.sourceTaskId);
    if (workspaceId === undefined) throw new Refusal(404, "Source task not found");
    authorize(call, workspaceId);
    if (body.sourceTaskId === body.targetTaskId) {
      throw new Refusal(400, "Cannot create a relation between a task and itself");
    }
    if (workspaceOfTask(data, body.targetTaskId) !== workspaceId) {
      throw new Refusal(404, "Target task not found");
    }
    if (exists(data, body)) throw new Refusal(409, "This relation already exists");
    return addRelation(data, body);
  },
});

const remove = route({
  method: "DELETE",
  path: "/api/task-relation/:id",
  run: (call) => {
    const relation = requireRow(call.data.relations, call.param("id"), "Task relation");
    const workspaceId = workspaceOfTask(call.data, relation.sourceTaskId);
    if (workspaceId === undefined) throw new Refusal(404, "Task not found");
    authorize(call, workspaceId);
    call.data.relations.delete(relation.id);
    return relation;
  },
});

const externalLinks = route({
  method: "GET",
  path: "/api/external-link/task/:taskId",
  access: { from: "task", key: "taskId" },
  run: ({ data, param }) => where(data.externalLinks, ({ taskId }) => taskId === param("taskId")),
});

export const relationRoutes = [list, create, remove, externalLinks];

type NewRelation = Omit<Relation, "id" | "createdAt">;

export function addRelation(data: SandboxData, fields: NewRelation): Relation {
  const relation: Relation = { id: createId(), ...fields, createdAt: now() };
  data.relations.set(relation.id, relation);
  return relation;
}

/** These routes find their workspace by themselves, so that unknown tasks are a 404 here. */
function authorize({ data, caller }: Call<unknown, unknown>, workspaceId: string): void {
  requireMember(data, workspaceId, caller.userId);
  requirePermission(data, caller, { workspaceId, needs: { task: ["update"] } });
}

/** In either direction. */
function exists(data: SandboxData, wanted: NewRelation): boolean {
  const ends = [wanted.sourceTaskId, wanted.targetTaskId];
  const same = where(
    data.relations,
    ({ relationType, sourceTaskId, targetTaskId }) =>
      relationType === wanted.relationType &&
      ends.includes(sourceTaskId) &&
      ends.includes(targetTaskId),
  );
  return same.length > 0;
}

function summary(data: SandboxData, taskId: string) {
  const task = data.tasks.get(taskId);
  if (!task) return null;
  const { id, title, status, priority, number, projectId, userId } = task;
  const assigneeName = userName(data, userId);
  return { id, title, status, priority, number, projectId, userId, assigneeName };
}
