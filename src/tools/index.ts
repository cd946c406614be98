import { boardTools } from "./board.ts";
import { commentTools } from "./comments.ts";
import { labelTools } from "./labels.ts";
import { notificationTools } from "./notifications.ts";
import { projectTools } from "./projects.ts";
import { relationTools } from "./relations.ts";
import { searchTools } from "./search.ts";
import { sessionTools } from "./session-tools.ts";
import { taskBatchTools } from "./task-batches.ts";
import { taskListingTools } from "./task-listing.ts";
import { taskMassUpdateTools } from "./task-mass-update.ts";
import { taskReadingTools } from "./task-reading.ts";
import { taskWritingTools } from "./task-writing.ts";
import { timeTools } from "./time.ts";
import type { Tool } from "./tool.ts";

/** Every tool, in the order in which they are listed. */
export const allTools: readonly Tool[] = [
  ...sessionTools,
  ...projectTools,
  ...taskListingTools,
  ...taskReadingTools,
  ...searchTools,
  ...taskWritingTools,
  ...taskBatchTools,
  ...taskMassUpdateTools,
  ...relationTools,
  ...commentTools,
  ...labelTools,
  ...timeTools,
  ...notificationTools,
  ...boardTools,
];
