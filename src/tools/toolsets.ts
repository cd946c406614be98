// Apart from the tools, so that the configuration is read and the tools are listed without loading them.

const byDefault = ["projects", "tasks", "comments", "labels", "time", "notifications"] as const;

/** Those that are there when they are named, or with `all`. */
const byName = [
  "board",
  "members",
  "files",
  "preferences",
  "integrations",
  "api",
  "transfer",
] as const;

/** A group of tools that KANEO_TOOLSETS can name; those of the session are always there. */
export type Toolset = (typeof byDefault)[number] | (typeof byName)[number] | "session";

/** What KANEO_TOOLSETS may hold. */
export const toolsetNames: readonly string[] = ["default", "all", ...byDefault, ...byName];

/** Puts tools in the order of their toolsets, those of the session first. */
export function byToolset(a: { toolset: Toolset }, b: { toolset: Toolset }): number {
  return toolsetNames.indexOf(a.toolset) - toolsetNames.indexOf(b.toolset);
}

/** Whether tools are among those that are not there by default. */
export function isByName({ toolset }: { toolset: string }): boolean {
  const names: readonly string[] = byName;
  return names.includes(toolset);
}

/** Whether any of them is chosen. */
export function choosesByName({ toolsets }: ToolSelection): boolean {
  return toolsets.some((toolset) => toolset === "all" || isByName({ toolset }));
}

/** Which tools there are, as the configuration has it. */
export interface ToolSelection {
  toolsets: readonly string[];
  isReadOnly: boolean;
}

/** Those that exist: of the named toolsets, and always those of the session, which change nothing in Kaneo. */
export function selectTools<T extends { toolset: Toolset; annotations: { readOnlyHint: boolean } }>(
  all: readonly T[],
  { toolsets, isReadOnly }: ToolSelection,
): T[] {
  const isNamed = (toolset: Toolset) =>
    toolsets.includes(toolset) ||
    toolsets.includes("all") ||
    (toolsets.includes("default") && !isByName({ toolset }));
  return all.filter(
    ({ toolset, annotations }) =>
      toolset === "session" || (isNamed(toolset) && (annotations.readOnlyHint || !isReadOnly)),
  );
}
