import type { Clock } from "../clock.ts";
import type { Config } from "../config.ts";
import type { Redactor } from "../http/redactor.ts";
import type { Log } from "../log.ts";
import type { ToolContext } from "../tools/tool.ts";
import type { OpenConnection } from "./open-connection.ts";

export interface ConnectionOptions {
  config: Config;
  version: string;
  clock: Clock;
  log: Log;
  redactor: Redactor;
  /** Where the proxy variables are looked up. */
  env: Record<string, string | undefined>;
}

/** The way to Kaneo. Until the first call it is not there: no module of it is loaded and no file or lock is touched. */
export interface Connection {
  contextFor(signal: AbortSignal): Promise<ToolContext>;
  /** What calls wait for when that is a person. */
  waitingFor(): string | undefined;
  close(): Promise<void>;
}

/** Makes the {@link Connection} of a process. */
export function createConnection(options: ConnectionOptions): Connection {
  let opening: Promise<OpenConnection> | undefined;
  let open: OpenConnection | undefined;

  const openOnce = async (): Promise<OpenConnection> => {
    opening ??= import("./open-connection.ts").then((module) => module.openConnection(options));
    try {
      open = await opening;
      return open;
    } catch (error) {
      // A key file that is missing now may be there at the next call.
      opening = undefined;
      throw error;
    }
  };

  return {
    contextFor: async (signal) => (await openOnce()).contextFor(signal),
    waitingFor: () => open?.waitingFor(),
    close: async () => open?.close(),
  };
}
