import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import {
  CallToolResultSchema,
  CancelledNotificationSchema,
  CompleteResultSchema,
  ElicitationCompleteNotificationSchema,
  ElicitRequestSchema,
  EmptyResultSchema,
  GetPromptResultSchema,
  InitializeResultSchema,
  type JSONRPCMessage,
  JSONRPCMessageSchema,
  ListPromptsResultSchema,
  ListResourcesResultSchema,
  ListResourceTemplatesResultSchema,
  ListToolsResultSchema,
  ProgressNotificationSchema,
  ReadResourceResultSchema,
  ResourceUpdatedNotificationSchema,
  ResultSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { ERROR_CODES } from "../../src/mcp/protocol.ts";
import type { McpServer } from "../../src/mcp/server.ts";

/** What the specification says of the answer to each method. */
const RESULTS = new Map([
  ["initialize", InitializeResultSchema],
  ["ping", EmptyResultSchema.strict()],
  ["tools/list", ListToolsResultSchema],
  ["tools/call", CallToolResultSchema],
  ["resources/list", ListResourcesResultSchema],
  ["resources/templates/list", ListResourceTemplatesResultSchema],
  ["resources/read", ReadResourceResultSchema],
  ["resources/subscribe", EmptyResultSchema.strict()],
  ["resources/unsubscribe", EmptyResultSchema.strict()],
  ["prompts/get", GetPromptResultSchema],
  ["prompts/list", ListPromptsResultSchema],
  ["completion/complete", CompleteResultSchema],
  ["logging/setLevel", EmptyResultSchema.strict()],
  // Of 2026-07-28, which the SDK does not have yet.
  ["server/discover", ResultSchema],
  ["subscriptions/listen", ResultSchema],
]);

/** What it says of the messages that a server sends by itself. */
const OUR_MESSAGES = new Map<string, { parse(message: unknown): unknown }>([
  ["notifications/progress", ProgressNotificationSchema],
  ["notifications/cancelled", CancelledNotificationSchema],
  ["notifications/resources/updated", ResourceUpdatedNotificationSchema],
  ["elicitation/create", ElicitRequestSchema],
  ["notifications/elicitation/complete", ElicitationCompleteNotificationSchema],
]);

/** The way from the SDK's client to a server in this process. Every message that leaves is held to the SDK's schemas. */
export function transportTo(server: McpServer): Transport {
  const asked = new Map<unknown, string>();
  const transport: Transport = {
    start: async () => {},
    send: async (message) => {
      // As it arrives over a wire.
      const copy: JSONRPCMessage = JSON.parse(JSON.stringify(message));
      if ("method" in copy && "id" in copy) asked.set(copy.id, copy.method);
      void server.receive(copy, (answer) => {
        const sent: JSONRPCMessage = JSON.parse(JSON.stringify(answer));
        try {
          transport.onmessage?.(held(sent, asked));
        } catch (error) {
          // Who waits for the answer need not wait until the test is given up.
          const told = { code: ERROR_CODES.internal, message: String(error) };
          if ("id" in sent) transport.onmessage?.({ jsonrpc: "2.0", id: sent.id, error: told });
          throw error;
        }
      });
    },
    close: async () => {
      await server.close();
      transport.onclose?.();
    },
  };
  return transport;
}

function held(message: unknown, asked: ReadonlyMap<unknown, string>): JSONRPCMessage {
  const parsed = JSONRPCMessageSchema.parse(message);
  if ("method" in parsed) OUR_MESSAGES.get(parsed.method)?.parse(parsed);
  if ("result" in parsed) schemaOf(asked.get(parsed.id)).parse(parsed.result);
  return parsed;
}

function schemaOf(method = "no request") {
  const schema = RESULTS.get(method);
  if (schema === undefined) throw new Error(`There is no schema here of the answer to ${method}.`);
  return schema;
}
