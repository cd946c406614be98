import { columnsOf, created, createId, type SandboxData } from "../sandbox/data.ts";
import type { Sandbox } from "../sandbox/start-sandbox.ts";
import { projectOf } from "./scenario-state.ts";

/**
 * For every tool of the catalogue, by name, the arguments of a call by alice that does what the tool is for. Adds to the
 * demo's data what these calls need.
 */
export function plausibleCalls(sandbox: Sandbox): Map<string, Record<string, unknown>> {
  addWorkflowRule(sandbox);
  const ids = idsOf(sandbox.data, sandbox.people.alice.id);
  // Nothing works after sign_out.
  const sessionCalls = { sign_in: {}, sign_out: {} };
  return new Map(Object.entries({ ...readingCalls, ...writingCalls(ids), ...sessionCalls }));
}

const trigger = { project: "WEB", integration: "github", event: "branch_push" };

function addWorkflowRule(sandbox: Sandbox): void {
  const { data } = sandbox;
  const { id: projectId } = projectOf(sandbox, "WEB");
  const [column] = columnsOf(data, projectId);
  const on = { integrationType: trigger.integration, eventType: trigger.event };
  const rule = { id: createId(), projectId, columnId: column?.id ?? "", ...on, ...created() };
  data.workflowRules.set(rule.id, rule);
}

const readingCalls = {
  whoami: {},
  list_projects: { include_archived: true },
  get_project: { project: "WEB" },
  list_tasks: { project: "WEB", state: "all", labels: ["bug"] },
  get_task: { task: "WEB-4", include: ["comments", "activity", "relations", "time", "links"] },
  search: { query: "login" },
  list_notifications: {},
};

interface Ids {
  comment: string;
  entry: string;
  notification: string;
}

function writingCalls({ comment, entry, notification }: Ids) {
  return {
    ...taskCalls,
    ...boardCalls,
    link_tasks: { task: "WEB-5", relation: "blocks", other: "WEB-14" },
    unlink_tasks: { task: "WEB-1", other: "WEB-6" },
    add_comment: { task: "WEB-4", content: "Seen again." },
    edit_comment: { comment, content: "Seen again." },
    delete_comment: { comment },
    log_time: { task: "WEB-4", minutes: 30 },
    update_time_entry: { entry, ended: "now" },
    mark_notifications_read: { notifications: [notification] },
  };
}

const taskCalls = {
  create_task: { project: "WEB", title: "New", assignee: "me", labels: ["bug"], parent: "WEB-1" },
  create_tasks: { project: "WEB", tasks: [{ title: "One" }, { title: "Two", parent: "#1" }] },
  update_task: { task: "WEB-4", status: "done", priority: "low", due: "none", start: "2026-03-01" },
  update_tasks: { tasks: ["WEB-4", "OPS-3"], priority: "low", add_labels: ["feature"] },
  delete_task: { task: "WEB-5", confirm_title: "Write alt texts for all product pictures" },
};

const boardCalls = {
  create_project: { name: "Mobile app", slug: "APP", workspace: "acme" },
  update_project: { project: "WEB", name: "Web shop", archived: true },
  create_label: { name: "ios", workspace: "acme" },
  create_column: { project: "WEB", name: "Testing" },
  update_column: { project: "WEB", column: "to-do", name: "Open" },
  reorder_columns: { project: "OPS", columns: ["done", "in-review", "in-progress", "to-do"] },
  delete_column: { project: "CABIN", column: "in-review" },
  set_workflow_rule: { ...trigger, column: "in-progress" },
  delete_workflow_rule: trigger,
  update_label: { label: "bug", name: "defect", workspace: "acme" },
  delete_label: { label: "a11y", workspace: "acme" },
  delete_project: { project: "CABIN", confirm_slug: "CABIN" },
};

/** Of things that have no other name: alice's own, as far as somebody owns them. */
function idsOf(data: SandboxData, alice: string): Ids {
  const comment = data.comments().find(({ userId }) => userId === alice);
  const entry = [...data.timeEntries.values()].find(({ userId }) => userId === alice);
  const notification = [...data.notifications.values()].find(({ userId }) => userId === alice);
  if (!comment || !entry || !notification) throw new Error("The demo has too little of alice's.");
  return { comment: comment.id, entry: entry.id, notification: notification.id };
}
