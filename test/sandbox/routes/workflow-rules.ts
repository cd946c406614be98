/** /api/workflow-rule: which column an event of an integration moves a task to. */
import { created, createId, now, where } from "../data.ts";
import { Refusal, requireRow } from "../refusal.ts";
import { route } from "../router.ts";
import { text } from "../shape.ts";

const ofProject = { from: "project", key: "projectId" } as const;
const needs = { project: ["update"] };

const list = route({
  method: "GET",
  path: "/api/workflow-rule/:projectId",
  access: ofProject,
  run: ({ data, param }) =>
    where(data.workflowRules, (rule) => rule.projectId === param("projectId")).map((rule) => {
      const column = data.columns.get(rule.columnId);
      return { ...rule, columnName: column?.name ?? null, columnSlug: column?.slug ?? null };
    }),
});

/** One rule for each event of an integration. */
const put = route({
  method: "PUT",
  path: "/api/workflow-rule/:projectId",
  body: { integrationType: text(), eventType: text(), columnId: text() },
  access: ofProject,
  needs,
  run: ({ data, param, body }) => {
    const projectId = param("projectId");
    if (data.columns.get(body.columnId)?.projectId !== projectId) {
      throw new Refusal(400, "Column does not belong to the provided project");
    }
    const [existing] = where(
      data.workflowRules,
      (rule) =>
        rule.projectId === projectId &&
        rule.integrationType === body.integrationType &&
        rule.eventType === body.eventType,
    );
    if (existing) return Object.assign(existing, { columnId: body.columnId, updatedAt: now() });
    const rule = { id: createId(), projectId, ...body, ...created() };
    data.workflowRules.set(rule.id, rule);
    return rule;
  },
});

const remove = route({
  method: "DELETE",
  path: "/api/workflow-rule/:id",
  access: { from: "workflowRule", key: "id" },
  needs,
  run: ({ data, param }) => {
    const rule = requireRow(data.workflowRules, param("id"), "Workflow rule");
    data.workflowRules.delete(rule.id);
    return rule;
  },
});

export const workflowRuleRoutes = [list, put, remove];
