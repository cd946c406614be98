import { allTools } from "./index.ts";
import type { ListedTool } from "./tool.ts";
import type { Toolset } from "./toolsets.ts";

/**
 * Every tool as `tools/list` shows it, with the toolset by which it is chosen. The published program has this list
 * ready-made: most processes list the tools and call none, and making the schemas takes longer than all else.
 */
export const listing: readonly (ListedTool & { toolset: Toolset })[] = allTools.map((tool) => {
  const { name, toolset, title, description, inputSchema, annotations } = tool;
  return { name, toolset, title, description, inputSchema, annotations };
});
