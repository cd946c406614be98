/** Rules that move a task when something happens on a code platform. */
import { z } from "zod";
import { KaneoMcpError } from "../errors.ts";
import { endpoint, type Kaneo } from "../kaneo/api/kaneo.ts";
import { confirmed, confirmGone } from "../kaneo/api/outcomes.ts";
import { type Column, columnsOf, kaneoId, list, optional, word } from "../kaneo/api/schemas.ts";
import { findColumn } from "../kaneo/columns.ts";
import { whatThereIs } from "../kaneo/names/matching.ts";
import { findProject } from "../kaneo/projects/find.ts";
import { stacked } from "../text/text.ts";
import { inline } from "../untrusted.ts";
import * as fields from "./fields.ts";
import { defineTool } from "./tool.ts";

const workflowRuleSchema = z
  .object({
    id: kaneoId,
    integrationType: word,
    eventType: word,
    columnId: kaneoId,
    columnSlug: optional(word),
  })
  .transform(({ integrationType: integration, eventType: event, ...rest }) => {
    return { ...rest, integration, event };
  });
const workflowRuleListSchema = list(workflowRuleSchema);

/** `columnSlug` is undefined in the answers of writes. */
export type WorkflowRule = z.infer<typeof workflowRuleSchema>;

/** The workflow rules of a project (`GET /api/workflow-rule/:projectId`). */
export function workflowRulesOf(kaneo: Kaneo, projectId: string): Promise<WorkflowRule[]> {
  return kaneo.get(endpoint`/api/workflow-rule/${projectId}`, workflowRuleListSchema);
}

/** `github pr_merged → done`. */
export function renderWorkflowRule({ integration, event, columnSlug, columnId }: WorkflowRule) {
  return `${inline(integration, 40)} ${inline(event, 40)} → ${columnSlug ?? columnId}`;
}

/** Sets the rule of an event. */
export async function putRule(
  kaneo: Kaneo,
  projectId: string,
  { integration, event, column }: Pick<WorkflowRule, "integration" | "event"> & { column: Column },
): Promise<WorkflowRule> {
  const body = { integrationType: integration, eventType: event, columnId: column.id };
  const route = endpoint`/api/workflow-rule/${projectId}`;
  const rule = await confirmed(await kaneo.put(route, workflowRuleSchema, body), {
    what: `The rule for ${integration} ${event}`,
    fields: { integration, event, columnId: column.id },
    rows: () => workflowRulesOf(kaneo, projectId),
  });
  return { ...rule, columnSlug: column.slug };
}

const trigger = {
  integration: z.enum(["github", "gitea"]),
  /** What Kaneo acts on. Its web page does not offer issue_reopened (workflow-editor.tsx), which it honours all the same. */
  event: z.enum([
    "branch_push",
    "pr_opened",
    "pr_merged",
    "issue_opened",
    "issue_reopened",
    "issue_closed",
  ]),
};

const setRule = defineTool({
  name: "set_workflow_rule",
  toolset: "board",
  description:
    "Sets the column that tasks move to when something happens to their branch, pull request or issue; replaces the rule of that event.",
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true },
  input: z.object({ ...fields.inProject, ...trigger, column: fields.column }),
  example: { project: "WEB", integration: "github", event: "pr_opened", column: "in-progress" },
  run: async ({ integration, event, column: named, ...reference }, { kaneo }) => {
    const project = await findProject(kaneo, reference);
    const columns = await kaneo.fresh(columnsOf(project.id));
    const column = findColumn(project, columns, named);
    const rules = await workflowRulesOf(kaneo, project.id);
    const old = ruleFor(rules, { integration, event });
    const rule = await putRule(kaneo, project.id, { integration, event, column });
    return { project, rule, old };
  },
  text: ({ project, rule, old }) =>
    stacked([
      `Rule of ${project.slug}: ${renderWorkflowRule(rule)}`,
      old && `Before: ${renderWorkflowRule(old)}`,
    ]),
});

const deleteRule = defineTool({
  name: "delete_workflow_rule",
  toolset: "board",
  description: "Deletes the rule of an event; get_project lists the rules.",
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
  input: z.object({ ...fields.inProject, ...trigger }),
  example: { project: "WEB", integration: "github", event: "pr_merged" },
  run: async ({ integration, event, ...reference }, { kaneo }) => {
    const project = await findProject(kaneo, reference);
    const rules = await workflowRulesOf(kaneo, project.id);
    const rule = ruleFor(rules, { integration, event });
    if (rule === undefined) {
      const known = whatThereIs(rules, { show: (one) => `${one.integration} ${one.event}` });
      const why = `${inline(project.slug)} has no rule for ${integration} ${event}. ${known}`;
      throw new KaneoMcpError("not_found", why, {
        hint: "get_project lists the rules of a project.",
      });
    }
    const route = endpoint`/api/workflow-rule/${rule.id}`;
    await confirmGone(await kaneo.delete(route, workflowRuleSchema), {
      what: `The rule for ${integration} ${event}`,
      id: rule.id,
      rows: () => workflowRulesOf(kaneo, project.id),
    });
    return { project, rule };
  },
  text: ({ project, rule }) => `Deleted from ${project.slug}: ${renderWorkflowRule(rule)}`,
});

export const workflowRuleTools = [setRule, deleteRule];

/** The rule of an event among these. */
export function ruleFor(
  rules: readonly WorkflowRule[],
  { integration, event }: Pick<WorkflowRule, "integration" | "event">,
): WorkflowRule | undefined {
  return rules.find((rule) => rule.integration === integration && rule.event === event);
}
