import { Protocol } from "@modelcontextprotocol/sdk/shared/protocol.js";
import {
  ErrorCode,
  type Result,
  type ServerNotification,
  type ServerRequest,
} from "@modelcontextprotocol/sdk/types.js";
import type { ListedTool } from "../tools/tool.ts";
import { protocolError } from "./protocol-error.ts";
import { createToolCaller, type ToolCallOptions } from "./tool-calls.ts";

export interface ProtocolOptions extends ToolCallOptions {
  /** The answer to `tools/list`. */
  listTools(): Promise<readonly ListedTool[]>;
}

/**
 * Makes what answers every message behind `initialize`. Framing, `ping` and cancellation are the SDK's; every other
 * request takes its fallback, since its own handlers answer a malformed request with a raw dump of the validator.
 */
export function createProtocol(
  options: ProtocolOptions,
): Protocol<ServerRequest, ServerNotification, Result> {
  const callTool = createToolCaller(options);

  const protocol = new ServerProtocol();
  protocol.onerror = (error) => options.log.debug(`MCP: ${error.message}`);
  protocol.fallbackRequestHandler = async ({ method, params }, call) => {
    switch (method) {
      case "tools/list":
        return { tools: await options.listTools() };
      case "tools/call":
        return callTool(params, call);
      default:
        throw protocolError(ErrorCode.MethodNotFound, `kaneo-mcp has no method "${method}".`);
    }
  };
  return protocol;
}

/**
 * What the SDK's `Server` adds to this is for servers that ask their clients for something, and takes longer to load. No
 * capability has to be checked: nothing is asked here, and a request that wants to become an MCP task is answered as
 * any other, as MCP 2025-11-25, "Tasks", demands of a server that has none.
 */
class ServerProtocol extends Protocol<ServerRequest, ServerNotification, Result> {
  protected override assertCapabilityForMethod(): void {}
  protected override assertNotificationCapability(): void {}
  protected override assertRequestHandlerCapability(): void {}
  protected override assertTaskCapability(): void {}
  protected override assertTaskHandlerCapability(): void {}
}
