import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import {
  ErrorCode,
  type InitializeResult,
  LATEST_PROTOCOL_VERSION,
  SUPPORTED_PROTOCOL_VERSIONS,
} from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";
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
 * Serves tools over the Model Context Protocol. Framing, `ping` and cancellation are the SDK's; requests about tools
 * take the SDK's fallback, since its own handlers answer a malformed request with a raw dump of the validator.
 */
export function createMcpServer(options: McpServerOptions): McpServer {
  const { version, instructions, log } = options;
  const listTools = createToolListing(options.loadTools);
  const callTool = createToolCaller(options);
  const serverInfo = { name: "kaneo-mcp", title: "Kaneo", version };
  const capabilities = { tools: {} };
  const server = new Server(serverInfo, { capabilities, jsonSchemaValidator: noElicitation });
  server.onerror = (error) => log.debug(`MCP: ${error.message}`);
  server.setRequestHandler(initializeRequest, ({ params }): InitializeResult => {
    const asked = params?.protocolVersion ?? LATEST_PROTOCOL_VERSION;
    return {
      protocolVersion: SUPPORTED_PROTOCOL_VERSIONS.includes(asked)
        ? asked
        : LATEST_PROTOCOL_VERSION,
      capabilities,
      serverInfo,
      instructions,
    };
  });
  server.fallbackRequestHandler = async (request, call) => {
    if (request.method === "tools/list") return { tools: await listTools() };
    if (request.method === "tools/call") return callTool(request.params, call);
    throw protocolError(ErrorCode.MethodNotFound, `kaneo-mcp has no method "${request.method}".`);
  };
  return { connect: (transport) => server.connect(transport) };
}

/** Takes the place of the SDK's own, which insists on fields that this server has no use for. */
const initializeRequest = z.object({
  method: z.literal("initialize"),
  params: z.object({ protocolVersion: z.string().optional().catch(undefined) }).optional(),
});

/** Given so that the SDK does not set up ajv, which it needs only to check the answers of a form. */
const noElicitation = {
  getValidator(): never {
    throw new Error("kaneo-mcp asks for no forms.");
  },
};
