import envPaths from "env-paths";

/** The platform's place for data that stays on this machine and must not be purged. */
export function findDataDir(): string {
  return envPaths("kaneo-mcp", { suffix: "" }).data;
}
