/**
 * Logging, as it was up to 2025-11-25. In 2026-07-28 it is deprecated in favour of stderr, "new implementations SHOULD NOT
 * adopt it", and a server need not send what a request asks for in `_meta`: there it is neither declared nor sent.
 */
import type { LoggingLevel, Result } from "@modelcontextprotocol/sdk/types.js";
import type { Log } from "../log.ts";
import { invalidParams, type MethodRequest } from "./protocol.ts";

/** RFC 5424 §6.2.1, from the most urgent on. */
const LEVELS: readonly unknown[] = [
  "emergency",
  "alert",
  "critical",
  "error",
  "warning",
  "notice",
  "info",
  "debug",
] satisfies LoggingLevel[];

/**
 * Has the client told of what is logged, at that level and above. Before it asks it is told nothing, which MCP leaves to the
 * server: what it does not ask for is on stderr, and some clients would show it to their person.
 */
export function setLevel({ params, notify }: MethodRequest, log: Log): Result {
  const least = LEVELS.indexOf(params["level"]);
  if (least === -1) throw invalidParams(`"level" must be one of ${LEVELS.join(", ")}.`);
  log.listen((own, data) => {
    const level = own === "warn" ? "warning" : own;
    if (LEVELS.indexOf(level) > least) return;
    notify("notifications/message", { level, logger: "kaneo-mcp", data });
  });
  return {};
}
