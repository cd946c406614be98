import type { WorkflowRule } from "../kaneo/workflow-rules.ts";
import { inline } from "./untrusted.ts";

/** `github pr_merged -> done`. */
export function renderWorkflowRule({ integration, event, columnSlug, columnId }: WorkflowRule) {
  return `${inline(integration, 40)} ${inline(event, 40)} -> ${columnSlug ?? columnId}`;
}
