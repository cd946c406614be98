import type { RequestHandlerExtra } from "@modelcontextprotocol/sdk/shared/protocol.js";
import {
  type CallToolResult,
  ErrorCode,
  type ServerNotification,
  type ServerRequest,
} from "@modelcontextprotocol/sdk/types.js";
import type { Clock } from "../clock.ts";
import { KaneoMcpError } from "../errors.ts";
import type { Tool, ToolContext } from "../tools/tool.ts";
import type { Log } from "./log.ts";
import { nearestNames } from "./nearest-names.ts";
import { startProgress } from "./progress.ts";
import { protocolError } from "./protocol-error.ts";

export interface ToolCallOptions {
  /** Those that can be called; asked for when one is. */
  loadTools(): Promise<readonly Tool[]>;
  /** Makes what one call works with; `signal` aborts when the client cancels it or goes away. */
  createContext(signal: AbortSignal): ToolContext | Promise<ToolContext>;
  /** What a call that takes long is waiting for; undefined when that is Kaneo's answer. */
  waitingFor(): string | undefined;
  /** Takes the credentials in use out of a text: Kaneo, or what stands before it, may have repeated them. */
  hideSecrets(text: string): string;
  clock: Clock;
  log: Log;
}

type Call = Pick<
  RequestHandlerExtra<ServerRequest, ServerNotification>,
  "signal" | "_meta" | "sendNotification"
>;
type Params = Record<string, unknown> | undefined;

/** Makes the function that answers `tools/call`. */
export function createToolCaller(
  options: ToolCallOptions,
): (params: Params, call: Call) => Promise<CallToolResult> {
  return async (params, call) => {
    const tool = findTool(params, await options.loadTools());
    const progress = progressOf(call, options);
    const result = await answer(
      async () => tool.call(params?.["arguments"], await options.createContext(call.signal)),
      options,
    );
    await progress?.stop();
    return result;
  };
}

/** Runs a tool. The one place where failures become text: whatever is thrown below ends here. */
async function answer(
  run: () => Promise<string>,
  { log, hideSecrets }: Pick<ToolCallOptions, "log" | "hideSecrets">,
): Promise<CallToolResult> {
  try {
    return { content: [{ type: "text", text: hideSecrets(await run()) }] };
  } catch (error) {
    if (!(error instanceof KaneoMcpError)) log.debug(`Unexpected: ${describe(error)}`);
    // Loaded here, since most processes that a client starts are never told to call anything.
    const { renderFailure } = await import("../text/failure.ts");
    return { content: [{ type: "text", text: hideSecrets(renderFailure(error)) }], isError: true };
  }
}

/**
 * MCP 2025-11-25, "Tools", "Error handling": an unknown tool and a request without a name are protocol errors; what a
 * tool makes of its arguments is a result.
 */
function findTool(params: Params, tools: readonly Tool[]): Tool {
  const name = params?.["name"];
  if (typeof name !== "string" || name === "") {
    throw protocolError(ErrorCode.InvalidParams, 'tools/call needs "name", the name of a tool.');
  }
  const found = tools.find((tool) => tool.name === name);
  if (found) return found;
  const names = tools.map((tool) => tool.name);
  const nearest = nearestNames(name, names).join(", ");
  throw protocolError(
    ErrorCode.InvalidParams,
    `Unknown tool "${name.slice(0, 64)}". The nearest names are ${nearest}; tools/list names all.`,
  );
}

function progressOf(
  { _meta, sendNotification }: Call,
  { clock, waitingFor }: Pick<ToolCallOptions, "clock" | "waitingFor">,
): ReturnType<typeof startProgress> | undefined {
  const progressToken = _meta?.progressToken;
  if (progressToken === undefined) return undefined;
  return startProgress({
    clock,
    notify: (seconds) =>
      sendNotification({
        method: "notifications/progress",
        params: { progressToken, progress: seconds, message: waitingFor() ?? "Waiting for Kaneo" },
      }),
  });
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
