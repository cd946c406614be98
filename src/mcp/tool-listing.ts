import type { Tool } from "../tools/tool.ts";

type ListedTool = Omit<Tool, "call">;

/** The tools as `tools/list` shows them: made at the first request, then always the same array. */
export function createToolListing(
  loadTools: () => Promise<readonly Tool[]>,
): () => Promise<ListedTool[]> {
  let listing: Promise<ListedTool[]> | undefined;
  return () => {
    listing ??= loadTools().then((tools) => tools.map(listed));
    return listing;
  };
}

function listed({ name, title, description, annotations, inputSchema }: Tool): ListedTool {
  return { name, title, description, inputSchema, annotations };
}
