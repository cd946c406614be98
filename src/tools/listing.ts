import { allTools } from "./index.ts";
import type { ListedTool, Tool } from "./tool.ts";
import { isByName, type Toolset } from "./toolsets.ts";

/** A tool as `tools/list` shows it, with the toolset by which it is chosen. */
export type Listing = readonly (ListedTool & { toolset: Toolset })[];

/** The listing of these tools, whose schemas it makes. */
export function listingOf(tools: readonly Tool[]): Listing {
  return tools.map(({ name, toolset, title, description, inputSchema, annotations, _meta }) => {
    return { name, toolset, title, description, inputSchema, annotations, ...(_meta && { _meta }) };
  });
}

/**
 * The tools that are there by default. The published program has this list ready-made: most processes list the tools and
 * call none, and making the schemas takes longer than all else. Those of the other toolsets are in a part of their own.
 */
export const listing = listingOf(allTools.filter((tool) => !isByName(tool)));
