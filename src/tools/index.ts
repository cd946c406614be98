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
import type { groupNames } from "./toolset-names.ts";

/** A group of tools that KANEO_TOOLSETS can name. */
export interface Toolset {
  name: (typeof groupNames)[number];
  tools: readonly Tool[];
  /** Whether `default` includes it. */
  isDefault: boolean;
}

/** Every group, in the order in which its tools are listed. */
const toolsets: readonly Toolset[] = [
  { name: "projects", tools: projectTools, isDefault: true },
  {
    name: "tasks",
    tools: [
      ...taskListingTools,
      ...taskReadingTools,
      ...searchTools,
      ...taskWritingTools,
      ...taskBatchTools,
      ...taskMassUpdateTools,
      ...relationTools,
    ],
    isDefault: true,
  },
  { name: "comments", tools: commentTools, isDefault: true },
  { name: "labels", tools: labelTools, isDefault: true },
  { name: "time", tools: timeTools, isDefault: true },
  { name: "notifications", tools: notificationTools, isDefault: true },
  { name: "board", tools: boardTools, isDefault: false },
];

/**
 * The tools that exist in this configuration: those of the named toolsets, and always those of the session, less, in
 * read-only mode, all that write to Kaneo.
 */
export function selectTools(selection: {
  toolsets: readonly string[];
  isReadOnly: boolean;
}): Tool[] {
  const named = new Set(selection.toolsets);
  const chosen = toolsets.filter(
    ({ name, isDefault }) =>
      named.has(name) || named.has("all") || (isDefault && named.has("default")),
  );
  const tools = chosen.flatMap((toolset) => toolset.tools);
  const allowed = selection.isReadOnly
    ? tools.filter(({ annotations }) => annotations.readOnlyHint)
    : tools;
  return [...sessionTools, ...allowed];
}
