import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type {
  InitializeResult,
  JSONRPCMessage,
  JSONRPCRequest,
} from "@modelcontextprotocol/sdk/types.js";
import type { ProtocolOptions } from "./protocol.ts";

/** Those of the SDK, the latest first. */
export const PROTOCOL_VERSIONS = [
  "2025-11-25",
  "2025-06-18",
  "2025-03-26",
  "2024-11-05",
  "2024-10-07",
] as const;

export interface McpServerOptions extends ProtocolOptions {
  version: string;
  /** What a model should know before its first call. */
  instructions: string;
}

export interface McpServer {
  connect(transport: Transport): Promise<void>;
}

/**
 * Serves tools over the Model Context Protocol. Every start waits for `initialize`, so that is answered here; what
 * serves the rest is loaded with the next message.
 */
export function createMcpServer(options: McpServerOptions): McpServer {
  return {
    async connect(transport) {
      let rest: Promise<Transport> | undefined;
      transport.onmessage = (message) => {
        if (isInitialize(message)) {
          const result = introduce(message.params?.["protocolVersion"], options);
          void transport.send({ jsonrpc: "2.0", id: message.id, result });
          return;
        }
        rest ??= connectProtocol(transport, options);
        void rest.then(({ onmessage }) => onmessage?.(message));
      };
      transport.onclose = () => void rest?.then(({ onclose }) => onclose?.());
      await transport.start();
    },
  };
}

function isInitialize(message: JSONRPCMessage): message is JSONRPCRequest {
  return "method" in message && "id" in message && message.method === "initialize";
}

function introduce(
  asked: unknown,
  { version, instructions }: Pick<McpServerOptions, "version" | "instructions">,
): InitializeResult {
  const spoken = PROTOCOL_VERSIONS.find((version) => version === asked);
  return {
    protocolVersion: spoken ?? PROTOCOL_VERSIONS[0],
    capabilities: { tools: {} },
    serverInfo: { name: "kaneo-mcp", title: "Kaneo", version },
    instructions,
  };
}

/** Gives what takes the messages after `initialize`. */
async function connectProtocol(transport: Transport, options: ProtocolOptions): Promise<Transport> {
  const { createProtocol } = await import("./protocol.ts");
  const rest: Transport = {
    start: async () => {},
    send: (message, sending) => transport.send(message, sending),
    close: () => transport.close(),
  };
  await createProtocol(options).connect(rest);
  return rest;
}
