import { allTools } from "./index.ts";
import type { ListedTool } from "./tool.ts";
import type { Grouped } from "./toolsets.ts";

/**
 * Every tool as `tools/list` shows it. The published file has this list ready-made (scripts/build/listing.mjs): most
 * processes list the tools and call none, and making the schemas takes longer than all else.
 */
export const listing: readonly Grouped<ListedTool>[] = allTools.map(({ group, tool }) => {
  const { name, title, description, inputSchema, annotations } = tool;
  return { group, tool: { name, title, description, inputSchema, annotations } };
});
