import type { Tool } from "../../src/tools/tool.ts";

/** The tool of this name in a toolset. */
export function toolNamed(tools: readonly Tool[], name: string): Tool {
  const tool = tools.find((candidate) => candidate.name === name);
  if (tool === undefined) throw new Error(`No tool ${name}.`);
  return tool;
}
