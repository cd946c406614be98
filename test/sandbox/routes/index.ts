/** Every route of Kaneo's own that the sandbox has. */
import type { Route } from "../router.ts";
import { assetRoutes } from "./assets.ts";
import { columnRoutes } from "./columns.ts";
import { commentRoutes } from "./comments.ts";
import { integrationRoutes } from "./integrations.ts";
import { invitationRoutes } from "./invitations.ts";
import { labelRoutes } from "./labels.ts";
import { notificationRoutes } from "./notifications.ts";
import { preferenceRoutes } from "./preferences.ts";
import { projectRoutes } from "./projects.ts";
import { relationRoutes } from "./relations.ts";
import { searchRoutes } from "./search.ts";
import { taskBulkRoutes } from "./task-bulk.ts";
import { taskFieldRoutes } from "./task-fields.ts";
import { taskRoutes } from "./tasks.ts";
import { timeEntryRoutes } from "./time-entries.ts";
import { workflowRuleRoutes } from "./workflow-rules.ts";

export const routes: readonly Route[] = [
  ...taskBulkRoutes,
  ...taskFieldRoutes,
  ...taskRoutes,
  ...projectRoutes,
  ...columnRoutes,
  ...labelRoutes,
  ...commentRoutes,
  ...timeEntryRoutes,
  ...relationRoutes,
  ...workflowRuleRoutes,
  ...notificationRoutes,
  ...invitationRoutes,
  ...integrationRoutes,
  ...preferenceRoutes,
  ...searchRoutes,
  ...assetRoutes,
];
