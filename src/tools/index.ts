import { listActivity } from "./activity/list-activity.ts";
import { reportTime } from "./activity/report-time.ts";
import { waitForChanges } from "./activity/wait-for-changes.ts";
import { showBoard } from "./board/show-board.ts";
import { boardReadingTools } from "./board/view-reads.ts";
import { boardWritingTools } from "./board/view-writes.ts";
import { columnTools } from "./columns.ts";
import { commentTools } from "./comments.ts";
import { imageTools } from "./images.ts";
import { integrationTools } from "./integrations/integrations.ts";
import { invitationTools } from "./invitations.ts";
import { labelTools } from "./labels.ts";
import { memberTools } from "./members.ts";
import { notificationTools } from "./notifications.ts";
import { apiTools } from "./operations/operations.ts";
import { preferenceTools } from "./preferences.ts";
import { copyProjectSetup } from "./projects/copy-project-setup.ts";
import { projectTools } from "./projects/projects.ts";
import { relationTools } from "./relations.ts";
import { search } from "./search.ts";
import { sessionTools } from "./session.ts";
import { createTask } from "./tasks/create-task.ts";
import { createTasks } from "./tasks/create-tasks.ts";
import { deleteTask } from "./tasks/delete-task.ts";
import { getTask } from "./tasks/get-task.ts";
import { listTasks } from "./tasks/list-tasks.ts";
import { updateTask } from "./tasks/update-task.ts";
import { updateTasks } from "./tasks/update-tasks.ts";
import { timeTools } from "./time.ts";
import type { Tool } from "./tool.ts";
import { byToolset } from "./toolsets.ts";
import { copyTasks } from "./transfer/copy-tasks.ts";
import { exportProject } from "./transfer/export-project.ts";
import { importTasks } from "./transfer/import-tasks.ts";
import { workflowRuleTools } from "./workflow-rules.ts";
import { workspaceTools } from "./workspaces.ts";

/** Every tool, in the order in which they are listed: toolset by toolset, first those that are there by default. */
export const allTools: readonly Tool[] = [
  ...sessionTools,
  ...columnTools,
  ...workflowRuleTools,
  ...labelTools,
  ...projectTools,
  showBoard,
  waitForChanges,
  listTasks,
  getTask,
  search,
  listActivity,
  createTask,
  updateTask,
  deleteTask,
  createTasks,
  updateTasks,
  ...relationTools,
  ...commentTools,
  ...timeTools,
  reportTime,
  ...notificationTools,
  ...memberTools,
  ...invitationTools,
  ...workspaceTools,
  ...imageTools,
  ...preferenceTools,
  ...integrationTools,
  ...apiTools,
  exportProject,
  importTasks,
  copyTasks,
  copyProjectSetup,
].sort(byToolset);

/** What only the board's view calls; no model knows of them. */
export const appTools: readonly Tool[] = [...boardReadingTools, ...boardWritingTools];
