/** Which tool reaches which operation of Kaneo, or why none does: docs/coverage.md. */
import { whyForbidden } from "../src/kaneo/operations/operation-limits.ts";
import { grouped } from "../src/text/text.ts";
import { type RecordedOperation, recordedOperations } from "../test/sandbox/openapi.ts";
import { table } from "./tool-docs.ts";

/** The operations that tools of their own reach; `test/coverage.test.ts` holds this to what the tools really ask for. */
export const OWN_TOOLS: Readonly<Record<string, string>> = {
  getSession: "whoami",
  getAsset: "get_image",
  listProjects: "list_projects, and whatever names a project",
  createProject: "create_project",
  getProject: "list_activity, report_time",
  updateProject: "update_project",
  deleteProject: "delete_project",
  archiveProject: "update_project",
  unarchiveProject: "update_project",
  listTasks: "list_tasks, get_project, show_board",
  createTask: "create_task, create_tasks",
  getTask: "get_task",
  updateTask: "update_task, update_tasks",
  deleteTask: "delete_task",
  moveTask: "update_task",
  updateTaskStatus: "update_task, update_tasks",
  updateTaskPriority: "update_task, update_tasks",
  updateTaskAssignee: "update_task, update_tasks",
  updateTaskDueDate: "update_task, update_tasks",
  updateTaskTitle: "update_task, update_tasks",
  updateTaskDescription: "update_task, attach_image",
  createTaskImageUpload: "attach_image",
  finalizeTaskImageUpload: "attach_image",
  getColumns: "get_project",
  createColumn: "create_column, create_project",
  reorderColumns: "reorder_columns, create_project",
  updateColumn: "update_column",
  deleteColumn: "delete_column, create_project",
  getActivities: "get_task, list_activity",
  getTaskComments: "get_task",
  createTaskComment: "add_comment, update_task, update_tasks",
  updateTaskComment: "edit_comment",
  deleteTaskComment: "delete_comment",
  getTaskTimeEntries: "get_task, report_time",
  getTimeEntry: "update_time_entry",
  updateTimeEntry: "update_time_entry, log_time",
  createTimeEntry: "log_time",
  getTaskLabels: "get_task",
  getWorkspaceLabels: "get_project",
  getLabel: "create_task, update_task",
  createLabel: "create_label, create_task, update_task",
  updateLabel: "update_label",
  deleteLabel: "delete_label",
  detachLabelFromTask: "update_task",
  listNotifications: "list_notifications",
  markNotificationAsRead: "mark_notifications_read",
  markAllNotificationsAsRead: "mark_notifications_read",
  clearAllNotifications: "clear_notifications",
  getNotificationPreferences: "get_preferences",
  updateNotificationPreferences: "set_preferences",
  upsertNotificationPreferenceWorkspaceRule: "set_preferences",
  deleteNotificationPreferenceWorkspaceRule: "set_preferences",
  globalSearch: "search, list_activity",
  getGitHubAppInfo: "connect_integration",
  verifyGitHubInstallation: "connect_integration",
  importGitHubIssues: "import_issues",
  importGiteaIssues: "import_issues",
  ...integrationTools("GitHub", "Gitea", "GenericWebhook", "Discord", "Slack", "Telegram"),
  getTaskRelations: "get_task",
  createTaskRelation: "link_tasks, create_task",
  deleteTaskRelation: "unlink_tasks",
  getExternalLinksByTask: "get_task",
  getWorkflowRules: "get_project",
  upsertWorkflowRule: "set_workflow_rule",
  deleteWorkflowRule: "delete_workflow_rule",
  getInvitationDetails: "answer_invitation",
  getWorkspaceMembers: "list_members, get_project",
  createOrganization: "create_workspace",
  updateOrganization: "update_workspace",
  listOrganization: "whoami, and whatever names a workspace",
  inviteOrganizationMember: "invite_member",
  cancelOrganizationInvitation: "cancel_invitation",
  acceptOrganizationInvitation: "answer_invitation",
  rejectOrganizationInvitation: "answer_invitation",
  listOrganizationInvitations: "list_members",
  listOrganizationUserInvitations: "list_invitations",
  removeOrganizationMember: "remove_member",
  updateOrganizationMemberRole: "change_role",
  leaveOrganization: "remove_member",
  listOrganizationMembers: "change_role, remove_member",
  listOrganizationRoles: "list_members",
  hasOrganizationPermission: "invite_member, change_role, remove_member",
};

function integrationTools(...names: string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => [
      [`get${name}Integration`, "list_integrations"],
      [`create${name}Integration`, "connect_integration"],
      [`update${name}Integration`, "update_integration"],
      [`delete${name}Integration`, "disconnect_integration"],
    ]),
  );
}

export function coveragePage(): string {
  const all = recordedOperations();
  const own = all.filter(({ id }) => id in OWN_TOOLS).length;
  const refused = all.filter((one) => !(one.id in OWN_TOOLS) && reasonOf(one) !== undefined).length;
  const published = all.filter(({ unpublished }) => !unpublished).length;
  return `# How much of Kaneo is reached

Written by \`npm run docs\`: every operation that Kaneo 2.22 names at \`/api/openapi\`, ${all.length} in all, of which ${published} are in the document that it
publishes (the others are marked with ¹). ${own} are reached by tools of their own, ${refused} by none, for the reason given, and all others by \`read_operation\` and
\`call_operation\` of the toolset \`api\`, which find in the instance's own document what a later Kaneo adds.

${grouped(all, ({ tag }) => [tag, tag])
  .map(({ key, members }) => `## ${key}\n\n${operationTable(members)}`)
  .join("\n\n")}
`;
}

function operationTable(operations: readonly RecordedOperation[]): string {
  const rows = operations.map((operation) => {
    const { id, method, path, unpublished } = operation;
    return [`\`${id}\`${unpublished ? " ¹" : ""}`, `${method} \`${path}\``, reachOf(operation)];
  });
  return table([["Operation", "Route", "Reached by"], ...rows]);
}

function reachOf(operation: RecordedOperation): string {
  const tools = OWN_TOOLS[operation.id];
  if (tools !== undefined)
    return tools.replaceAll(/\b[a-z]+(?:_[a-z]+)+\b|\b(?:whoami|search)\b/g, "`$&`");
  const reason = reasonOf(operation);
  if (reason !== undefined) return `none: ${reason.replaceAll(/\b[a-z]+_[a-z_]+\b/g, "`$&`")}`;
  return operation.method === "GET" ? "`read_operation`" : "`call_operation`";
}

function reasonOf({ path, body = {} }: RecordedOperation): string | undefined {
  const fields = Object.keys(body).map((name) => name.replace("?", ""));
  return whyForbidden({ body: fields.map((name) => ({ name, type: "", isNeeded: false })) }, path);
}
