// Apart from the tools, so that the configuration is read and the tools are listed without loading them.

/** The groups of tools, in the order in which they are listed. */
const groupNames = [
  "projects",
  "tasks",
  "comments",
  "labels",
  "time",
  "notifications",
  "board",
] as const;

/** A group of tools that KANEO_TOOLSETS can name; those of the session are always there. */
export type ToolGroup = (typeof groupNames)[number] | "session";

/** What KANEO_TOOLSETS may hold. */
export const toolsetNames: readonly string[] = ["default", "all", ...groupNames];

/** Something about a tool, with the group that the tool is in. */
export interface Grouped<T> {
  group: ToolGroup;
  tool: T;
}

/** Which tools there are, as the configuration has it. */
export interface ToolSelection {
  toolsets: readonly string[];
  /** Whether only those exist that read. */
  isReadOnly: boolean;
}

/** Those that exist: of the named toolsets, and always those of the session, which change nothing in Kaneo. */
export function selectTools<T extends { annotations: { readOnlyHint: boolean } }>(
  all: readonly Grouped<T>[],
  { toolsets, isReadOnly }: ToolSelection,
): T[] {
  const isNamed = (group: ToolGroup) =>
    toolsets.includes(group) ||
    toolsets.includes("all") ||
    (group !== "board" && toolsets.includes("default"));
  return all
    .filter(
      ({ group, tool }) =>
        group === "session" || (isNamed(group) && (tool.annotations.readOnlyHint || !isReadOnly)),
    )
    .map(({ tool }) => tool);
}
