import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import envPaths from "env-paths";

/** The platform's place for data that stays on this machine and must not be purged. */
export function findDataDir(): string {
  // The XDG Base Directory Specification has a relative XDG_DATA_HOME ignored; it would lead into any folder.
  return absolute(paths().data, ".local", "share");
}

/** The platform's place for what can be made again. */
export function findCacheDir(): string {
  return absolute(paths().cache, ".cache");
}

function paths() {
  return envPaths("kaneo-mcp", { suffix: "" });
}

function absolute(path: string, ...otherwise: string[]): string {
  return isAbsolute(path) ? path : join(homedir(), ...otherwise, "kaneo-mcp");
}
