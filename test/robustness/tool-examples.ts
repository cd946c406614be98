import type { SandboxData } from "../sandbox/data.ts";
import type { Sandbox } from "../sandbox/start-sandbox.ts";

/** Ids of the demo that have no human name. */
export interface DemoIds {
  /** A comment of alice's. */
  comment: string;
  /** A time entry that is still running. */
  entry: string;
  /** A notification of alice's. */
  notification: string;
}

export function demoIds({ data, people }: Sandbox): DemoIds {
  const { id: alice } = people.alice;
  const first = <Row extends { id: string }>(rows: Iterable<Row>, fits: (row: Row) => boolean) =>
    [...rows].find(fits)?.id ?? "";
  return {
    comment: first(data.comments(), ({ userId }) => userId === alice),
    entry: first(data.timeEntries.values(), ({ endTime }) => endTime === null),
    notification: first(data.notifications.values(), ({ userId }) => userId === alice),
  };
}

/** Arguments for each tool with which it succeeds in a fresh demo, and does all that it can. */
export function toolExamples(sandbox: Sandbox): Record<string, Record<string, unknown>> {
  const { comment, entry, notification } = demoIds(sandbox);
  const [web, label] = [{ project: "WEB" }, { workspace: "acme", label: "bug" }];
  const rule = { ...web, integration: "github", event: "pr_merged" };
  return {
    whoami: {},
    sign_in: {},
    sign_out: {},
    list_projects: { workspace: "acme" },
    get_project: web,
    create_project: { name: "Fresh", workspace: "acme" },
    update_project: { project: "OPS", name: "Operations, new", archived: true },
    list_tasks: { ...web, labels: ["bug"], sort: "due" },
    get_task: { task: "WEB-4", include: ["comments", "activity", "relations", "time", "links"] },
    search: { query: "login", workspace: "acme" },
    ...taskExamples(sandbox.data),
    add_comment: { task: "WEB-4", content: "Fresh comment" },
    edit_comment: { comment, content: "Changed comment" },
    delete_comment: { comment },
    create_label: { name: "fresh", workspace: "acme" },
    log_time: { task: "WEB-4", minutes: 30, note: "Fresh entry" },
    update_time_entry: { entry, ended: "now" },
    list_notifications: {},
    mark_notifications_read: { notifications: [notification] },
    create_column: { ...web, name: "Fresh column", final: true },
    update_column: { ...web, column: "in-review", name: "Under review", color: "#123456" },
    reorder_columns: { ...web, columns: ["empty", "done", "in-review", "in-progress", "to-do"] },
    delete_column: { ...web, column: "empty" },
    set_workflow_rule: { ...rule, event: "pr_opened", column: "in-progress" },
    delete_workflow_rule: rule,
    update_label: { ...label, name: "defect", color: "#111111" },
    delete_label: label,
    delete_project: { project: "OPS", confirm_slug: "OPS" },
  };
}

function taskExamples(data: SandboxData): Record<string, Record<string, unknown>> {
  const doomed = [...data.tasks.values()].find(({ title }) => title === "Dark mode contrast");
  return {
    create_task: {
      project: "WEB",
      title: "Fresh task",
      status: "in-progress",
      assignee: "me",
      due: "2026-10-01",
      labels: ["bug", "search"],
      parent: "WEB-1",
    },
    update_task: {
      task: "WEB-4",
      title: "Changed task",
      status: "done",
      priority: "low",
      assignee: "me",
      due: "2026-10-01",
      start: "2026-09-01",
      add_labels: ["search"],
      remove_labels: ["bug"],
    },
    delete_task: { task: "WEB-6", confirm_title: doomed?.title },
    create_tasks: {
      project: "WEB",
      tasks: [{ title: "Fresh one" }, { title: "Fresh two", parent: "#1", labels: ["bug"] }],
    },
    update_tasks: { tasks: ["WEB-5", "WEB-7"], status: "done", add_labels: ["search"] },
    link_tasks: { task: "WEB-2", relation: "blocks", other: "WEB-3" },
    unlink_tasks: { task: "WEB-4", other: "WEB-7" },
  };
}
