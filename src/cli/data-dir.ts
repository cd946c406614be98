import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import envPaths from "env-paths";

/** The platform's place for data that stays on this machine and must not be purged. */
export function findDataDir(): string {
  const { data } = envPaths("kaneo-mcp", { suffix: "" });
  // The XDG Base Directory Specification has a relative XDG_DATA_HOME ignored; it would lead into any folder.
  return isAbsolute(data) ? data : join(homedir(), ".local", "share", "kaneo-mcp");
}
