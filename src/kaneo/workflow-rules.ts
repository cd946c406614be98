/** Rules that move a task when something happens on a code platform. */
import { z } from "zod";
import { KaneoMcpError } from "../errors.ts";
import { kaneoId, optional, word } from "./answer-fields.ts";
import type { Kaneo } from "./client.ts";
import { endpoint } from "./endpoint.ts";
import type { Column, Project } from "./schemas.ts";

export const INTEGRATIONS = ["github", "gitea"] as const;
export type Integration = (typeof INTEGRATIONS)[number];

/** What Kaneo's web app offers (workflow-editor.tsx); the API takes any text. */
export const RULE_EVENTS = [
  "branch_push",
  "pr_opened",
  "pr_merged",
  "issue_opened",
  "issue_closed",
] as const;
export type RuleEvent = (typeof RULE_EVENTS)[number];

export interface WorkflowRule {
  id: string;
  integration: string;
  event: string;
  columnId: string;
  /** Undefined in the answers of writes. */
  columnSlug: string | undefined;
}

const workflowRuleSchema = z
  .object({
    id: kaneoId,
    integrationType: word,
    eventType: word,
    columnId: kaneoId,
    columnSlug: optional(word),
  })
  .transform(
    ({ integrationType: integration, eventType: event, ...rest }): WorkflowRule => ({
      ...rest,
      integration,
      event,
    }),
  );

/** The workflow rules of a project (`GET /api/workflow-rule/:projectId`). */
export function workflowRulesOf(kaneo: Kaneo, projectId: string): Promise<WorkflowRule[]> {
  return kaneo.get(endpoint`/api/workflow-rule/${projectId}`, z.array(workflowRuleSchema));
}

export interface RuleTrigger {
  integration: Integration;
  event: RuleEvent;
}

/** Makes the rule of a trigger, or replaces its column. */
export function setWorkflowRule(
  kaneo: Kaneo,
  projectId: string,
  { integration, event, column }: RuleTrigger & { column: Column },
): Promise<WorkflowRule> {
  return kaneo.put(endpoint`/api/workflow-rule/${projectId}`, workflowRuleSchema, {
    integrationType: integration,
    eventType: event,
    columnId: column.id,
  });
}

/** Deletes the rule of a trigger. @throws KaneoMcpError "not_found", naming the rules there are. */
export async function deleteWorkflowRule(
  kaneo: Kaneo,
  project: Project,
  { integration, event }: RuleTrigger,
): Promise<WorkflowRule> {
  const rules = await workflowRulesOf(kaneo, project.id);
  const rule = rules.find((rule) => rule.integration === integration && rule.event === event);
  if (rule === undefined) {
    const known = rules.map((rule) => `${rule.integration} ${rule.event}`).join(", ");
    throw new KaneoMcpError(
      "not_found",
      `${project.slug} has no rule for ${integration} ${event}. ${known === "" ? "It has none at all." : `It has rules for: ${known}.`}`,
      { hint: "get_project lists the rules of a project." },
    );
  }
  await kaneo.delete(endpoint`/api/workflow-rule/${rule.id}`, workflowRuleSchema);
  return rule;
}
