import { apiTools } from "./api.ts";
import { boardReadingTools } from "./board-read.ts";
import { boardWritingTools } from "./board-write.ts";
import { columnTools } from "./columns.ts";
import { commentTools } from "./comments.ts";
import { copySetupTools } from "./copy-setup.ts";
import { copyTaskTools } from "./copy-tasks.ts";
import { taskCreationTools } from "./create-many.ts";
import { exportTools } from "./export-project.ts";
import { fileTools } from "./files.ts";
import { importTools } from "./import-tasks.ts";
import { integrationTools } from "./integrations.ts";
import { invitationTools } from "./invitations.ts";
import { boardLabelTools, labelTools } from "./labels.ts";
import { listActivityTools } from "./list-activity.ts";
import { memberTools } from "./members.ts";
import { notificationTools } from "./notifications.ts";
import { preferenceTools } from "./preferences.ts";
import { boardProjectTools, projectTools } from "./projects.ts";
import { relationTools } from "./relations.ts";
import { reportTimeTools } from "./report-time.ts";
import { searchTools } from "./search.ts";
import { sessionTools } from "./session.ts";
import { showBoard } from "./show-board.ts";
import { taskGetTools } from "./task-get.ts";
import { taskListTools } from "./task-list.ts";
import { taskWriteTools } from "./task-write.ts";
import { timeTools } from "./time.ts";
import type { Tool } from "./tool.ts";
import { taskUpdateTools } from "./update-many.ts";
import { waitTools } from "./wait-for-changes.ts";
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
