import { Protocol } from "@modelcontextprotocol/sdk/shared/protocol.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import {
  ErrorCode,
  type InitializeResult,
  LATEST_PROTOCOL_VERSION,
  type Result,
  type ServerNotification,
  type ServerRequest,
  SUPPORTED_PROTOCOL_VERSIONS,
} from "@modelcontextprotocol/sdk/types.js";
import { protocolError } from "./protocol-error.ts";
import { createToolCaller, type ToolCallOptions } from "./tool-calls.ts";
import { createToolListing } from "./tool-listing.ts";

export interface McpServerOptions extends ToolCallOptions {
  version: string;
  /** What a model should know before its first call. */
  instructions: string;
}

export interface McpServer {
  connect(transport: Transport): Promise<void>;
}

/**
 * Serves tools over the Model Context Protocol. Framing, `ping` and cancellation are the SDK's; every other request
 * takes its fallback, since its own handlers answer a malformed request with a raw dump of the validator.
 */
export function createMcpServer(options: McpServerOptions): McpServer {
  const { version, instructions, loadTools, log } = options;
  const listTools = createToolListing(loadTools);
  const callTool = createToolCaller(options);

  const protocol = new ServerProtocol();
  protocol.onerror = (error) => log.debug(`MCP: ${error.message}`);
  protocol.fallbackRequestHandler = async ({ method, params }, call) => {
    switch (method) {
      case "initialize":
        return introduce(params?.["protocolVersion"], { version, instructions });
      case "tools/list":
        return { tools: await listTools() };
      case "tools/call":
        return callTool(params, call);
      default:
        throw protocolError(ErrorCode.MethodNotFound, `kaneo-mcp has no method "${method}".`);
    }
  };
  return { connect: (transport) => protocol.connect(transport) };
}

function introduce(
  asked: unknown,
  { version, instructions }: Pick<McpServerOptions, "version" | "instructions">,
): InitializeResult {
  const spoken = SUPPORTED_PROTOCOL_VERSIONS.find((supported) => supported === asked);
  return {
    protocolVersion: spoken ?? LATEST_PROTOCOL_VERSION,
    capabilities: { tools: {} },
    serverInfo: { name: "kaneo-mcp", title: "Kaneo", version },
    instructions,
  };
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
