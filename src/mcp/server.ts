import type {
  InitializeResult,
  JSONRPCMessage,
  JSONRPCNotification,
  JSONRPCRequest,
  RequestId,
  Result,
} from "@modelcontextprotocol/sdk/types.js";
import { KaneoMcpError } from "../errors.ts";
import type { ListedTool } from "../tools/tool.ts";
import { createToolCaller, isMissingPart, ProtocolError, type ToolCallOptions } from "./calls.ts";

/** The versions spoken, the latest first. */
export const PROTOCOL_VERSIONS = [
  "2025-11-25",
  "2025-06-18",
  "2025-03-26",
  "2024-11-05",
  "2024-10-07",
] as const;

export interface McpServerOptions extends ToolCallOptions {
  version: string;
  /** What a model should know before its first call. */
  instructions: string;
  /** The answer to `tools/list`. */
  listTools(): Promise<readonly ListedTool[]>;
  /** Ends what the calls work with. */
  close(): Promise<void>;
}

/** Takes the messages of one client. */
export interface McpServer {
  /** Acts on a message; resolves when its answer has gone to `send`, or when it gets none. */
  receive(message: JSONRPCMessage, send: Send): Promise<void>;
  /** Stops all that is under way, unanswered. */
  close(): Promise<void>;
}

type Send = (message: JSONRPCMessage) => void;

/** A request as a method sees it. */
export interface MethodRequest {
  params: Record<string, unknown>;
  /** Aborted when the client cancels the request or goes away. */
  signal: AbortSignal;
  notify(method: string, params: Record<string, unknown>): void;
}

type Method = (request: MethodRequest) => Result | Promise<Result>;

/** Serves tools over the Model Context Protocol. */
export function createMcpServer(options: McpServerOptions): McpServer {
  const methods = methodsOf(options);
  const inFlight = new Set<{ id: RequestId; over: AbortController }>();

  const answer = async ({ id, method, params = {} }: JSONRPCRequest, send: Send): Promise<void> => {
    const request = { id, over: new AbortController() };
    inFlight.add(request);
    const { signal } = request.over;
    const notify: MethodRequest["notify"] = (name, about) =>
      send({ jsonrpc: "2.0", method: name, params: about });
    const outcome = await Promise.race([
      outcomeOf(methods.get(method), { method, params, signal, notify }),
      aborted(signal),
    ]);
    inFlight.delete(request);
    if (outcome !== undefined) send({ jsonrpc: "2.0", id, ...outcome });
  };

  const stop = (reason: string, isMeant: (id: RequestId) => boolean): void => {
    for (const { id, over } of inFlight) {
      if (isMeant(id)) over.abort(new KaneoMcpError("cancelled", reason));
    }
  };

  return {
    async receive(message, send) {
      if (!("method" in message)) return;
      if ("id" in message) return answer(message, send);
      const cancelled = cancelledId(message);
      stop("The client cancelled this call.", (id) => id === cancelled);
    },
    async close() {
      stop("The client has gone.", () => true);
      await options.close();
    },
  };
}

/** Every method that there is. Clients take a list method that is missing for a failed connection. */
function methodsOf(options: McpServerOptions): ReadonlyMap<string, Method> {
  return new Map<string, Method>([
    ["initialize", ({ params }) => introduce(params["protocolVersion"], options)],
    ["ping", () => ({})],
    ["tools/list", async () => ({ tools: await options.listTools() })],
    ["tools/call", createToolCaller(options)],
    ["resources/list", () => ({ resources: [] })],
    ["resources/templates/list", () => ({ resourceTemplates: [] })],
    ["prompts/list", () => ({ prompts: [] })],
    ["completion/complete", () => ({ completion: { values: [] } })],
  ]);
}

function introduce(asked: unknown, { version, instructions }: McpServerOptions): InitializeResult {
  const spoken = PROTOCOL_VERSIONS.find((known) => known === asked);
  return {
    protocolVersion: spoken ?? PROTOCOL_VERSIONS[0],
    capabilities: { tools: {} },
    serverInfo: { name: "kaneo-mcp", title: "Kaneo", version },
    instructions,
  };
}

type Outcome = { result: Result } | { error: { code: number; message: string } };

/** JSON-RPC 2.0 §5.1. */
const METHOD_NOT_FOUND = -32601;
const INTERNAL_ERROR = -32603;

async function outcomeOf(
  run: Method | undefined,
  { method, ...request }: MethodRequest & { method: string },
): Promise<Outcome> {
  if (run === undefined) {
    const message = `kaneo-mcp has no method "${method.slice(0, 64)}".`;
    return { error: { code: METHOD_NOT_FOUND, message } };
  }
  try {
    return { result: await run(request) };
  } catch (error) {
    if (error instanceof ProtocolError) {
      return { error: { code: error.code, message: error.message } };
    }
    const message = isMissingPart(error)
      ? "kaneo-mcp was updated while it ran: restart the client."
      : "Something went wrong inside kaneo-mcp.";
    return { error: { code: INTERNAL_ERROR, message } };
  }
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
}

function cancelledId({ method, params }: JSONRPCNotification): unknown {
  return method === "notifications/cancelled" ? params?.["requestId"] : undefined;
}
