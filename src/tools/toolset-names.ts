/** The groups of tools, in the order in which they are listed. */
export const groupNames = [
  "projects",
  "tasks",
  "comments",
  "labels",
  "time",
  "notifications",
  "board",
] as const;

/** What KANEO_TOOLSETS may hold. Apart from the tools, so that the configuration is read without loading them. */
export const toolsetNames: readonly string[] = ["default", "all", ...groupNames];
