import { homedir, userInfo } from "node:os";
import { isAbsolute, join } from "node:path";
import envPaths from "env-paths";

/** The platform's place for data that stays on this machine and must not be purged. */
export function findDataDir(): string {
  // The XDG Base Directory Specification has a relative XDG_DATA_HOME ignored; it would lead into any folder.
  return absolute(paths().data, ".local", "share");
}

function paths() {
  return envPaths("kaneo-mcp", { suffix: "" });
}

/** An empty HOME, too, would lead into any folder. */
function absolute(path: string, ...otherwise: string[]): string {
  if (isAbsolute(path)) return path;
  const home = isAbsolute(homedir()) ? homedir() : userInfo().homedir;
  return join(home, ...otherwise, "kaneo-mcp");
}
