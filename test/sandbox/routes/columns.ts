/** /api/column. */
import { columnsOf, created, createId, now, where } from "../data.ts";
import { Refusal, requireRow } from "../refusal.ts";
import { route } from "../router.ts";
import { flag, list as listOf, nullable, number, optional, record, text } from "../shape.ts";

const ofProject = { from: "project", key: "projectId" } as const;
const ofColumn = { from: "column", key: "id" } as const;
const needs = { project: ["update"] };

const list = route({
  method: "GET",
  path: "/api/column/:projectId",
  access: ofProject,
  run: ({ data, param }) => columnsOf(data, param("projectId")),
});

const create = route({
  method: "POST",
  path: "/api/column/:projectId",
  body: {
    name: text(),
    icon: optional(text()),
    color: optional(text()),
    isFinal: optional(flag()),
  },
  access: ofProject,
  needs,
  run: ({ data, param, body }) => {
    const projectId = param("projectId");
    const columns = columnsOf(data, projectId);
    const slug = freeSlug(
      body.name,
      columns.map((column) => column.slug),
    );
    const column = {
      id: createId(),
      projectId,
      name: body.name,
      slug,
      position: Math.max(-1, ...columns.map(({ position }) => position)) + 1,
      icon: body.icon || null,
      color: body.color || null,
      isFinal: body.isFinal ?? false,
      ...created(),
    };
    data.columns.set(column.id, column);
    return column;
  },
});

const reorder = route({
  method: "PUT",
  path: "/api/column/reorder/:projectId",
  body: { columns: listOf(record({ id: text(), position: number() })) },
  access: ofProject,
  needs,
  run: ({ data, param, body }) => {
    for (const { id, position } of body.columns) {
      const column = data.columns.get(id);
      if (column?.projectId !== param("projectId")) {
        throw new Refusal(400, `Column ${id} does not belong to this project`);
      }
      Object.assign(column, { position, updatedAt: now() });
    }
    return columnsOf(data, param("projectId"));
  },
});

/** A new name leaves the slug as it is. */
const change = route({
  method: "PUT",
  path: "/api/column/:id",
  body: {
    name: optional(text()),
    icon: optional(nullable(text())),
    color: optional(nullable(text())),
    isFinal: optional(flag()),
  },
  access: ofColumn,
  needs,
  run: ({ data, param, body }) =>
    Object.assign(requireRow(data.columns, param("id"), "Column"), body, { updatedAt: now() }),
});

const remove = route({
  method: "DELETE",
  path: "/api/column/:id",
  access: ofColumn,
  needs,
  run: ({ data, param }) => {
    const column = requireRow(data.columns, param("id"), "Column");
    if (where(data.tasks, (task) => task.columnId === column.id).length > 0) {
      const advice = "Move or delete tasks first.";
      throw new Refusal(409, `Cannot delete column that contains tasks. ${advice}`);
    }
    data.columns.delete(column.id);
    for (const [id, rule] of data.workflowRules) {
      if (rule.columnId === column.id) data.workflowRules.delete(id);
    }
    return column;
  },
});

/** `/reorder/` must come before `/:id`. */
export const columnRoutes = [list, create, reorder, change, remove];

function freeSlug(name: string, taken: string[]): string {
  const slug = name
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, "-")
    .replace(/^-+|-+$/g, "");
  if (!/[\p{L}\p{N}]/u.test(slug)) {
    throw new Refusal(400, "Column name must contain at least one alphanumeric character");
  }
  if (slug === "planned" || slug === "archived") {
    throw new Refusal(409, `Column slug "${slug}" is reserved for virtual task statuses`);
  }
  if (taken.includes(slug)) {
    throw new Refusal(409, `Column with slug "${slug}" already exists in this project`);
  }
  return slug;
}
