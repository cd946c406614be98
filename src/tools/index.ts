import { listActivityTools } from "./activity/list-activity.ts";
import { reportTimeTools } from "./activity/report-time.ts";
import { waitTools } from "./activity/wait-for-changes.ts";
import { showBoard } from "./board/show-board.ts";
import { boardReadingTools } from "./board/view-reads.ts";
import { boardWritingTools } from "./board/view-writes.ts";
import { columnTools } from "./columns.ts";
import { commentTools } from "./comments.ts";
import { fileTools } from "./files.ts";
import { integrationTools } from "./integrations/integrations.ts";
import { invitationTools } from "./invitations.ts";
import { boardLabelTools, labelTools } from "./labels.ts";
import { memberTools } from "./members.ts";
import { notificationTools } from "./notifications.ts";
import { apiTools } from "./operations/operations.ts";
import { preferenceTools } from "./preferences.ts";
import { copySetupTools } from "./projects/copy-project-setup.ts";
import { boardProjectTools, projectTools } from "./projects/projects.ts";
import { relationTools } from "./relations.ts";
import { searchTools } from "./search.ts";
import { sessionTools } from "./session.ts";
import { taskWriteTools } from "./tasks/create-task.ts";
import { taskCreationTools } from "./tasks/create-tasks.ts";
import { taskGetTools } from "./tasks/get-task.ts";
import { taskListTools } from "./tasks/list-tasks.ts";
import { taskUpdateTools } from "./tasks/update-tasks.ts";
import { timeTools } from "./time.ts";
import type { Tool } from "./tool.ts";
import { copyTaskTools } from "./transfer/copy-tasks.ts";
import { exportTools } from "./transfer/export-project.ts";
import { importTools } from "./transfer/import-tasks.ts";
import { workflowRuleTools } from "./workflow-rules.ts";
import { workspaceTools } from "./workspaces.ts";

/** Every tool, in the order in which they are listed: those that are there by default, then the others. */
export const allTools: readonly Tool[] = [
  ...sessionTools,
  ...projectTools,
  showBoard,
  ...waitTools,
  ...taskListTools,
  ...taskGetTools,
  ...searchTools,
  ...listActivityTools,
  ...taskWriteTools,
  ...taskCreationTools,
  ...taskUpdateTools,
  ...relationTools,
  ...commentTools,
  ...labelTools,
  ...timeTools,
  ...reportTimeTools,
  ...notificationTools,
  ...columnTools,
  ...workflowRuleTools,
  ...boardLabelTools,
  ...boardProjectTools,
  ...memberTools,
  ...invitationTools,
  ...workspaceTools,
  ...fileTools,
  ...preferenceTools,
  ...integrationTools,
  ...apiTools,
  ...exportTools,
  ...importTools,
  ...copyTaskTools,
  ...copySetupTools,
];

/** What only the board's view calls; no model knows of them. */
export const appTools: readonly Tool[] = [...boardReadingTools, ...boardWritingTools];
