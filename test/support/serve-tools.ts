import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
// Loaded at the first need, which would take longer than these tests wait for it.
import "../../src/kaneo/events/project-watch.ts";
import "../../src/mcp/elicitation.ts";
import "../../src/mcp/parts.ts";
import "../../src/resources/choices.ts";
import type { Kaneo } from "../../src/kaneo/api/kaneo.ts";
import type { McpServerOptions } from "../../src/mcp/protocol.ts";
import { createMcpServer } from "../../src/mcp/server.ts";
import type { Session } from "../../src/session.ts";
import type { Tool, ToolContext } from "../../src/tools/tool.ts";
import { createDeferred } from "./deferred.ts";
import { FakeClock } from "./fake-clock.ts";
import { createRecordingLog } from "./recording-log.ts";
import { transportTo } from "./server-transport.ts";

type Run = (args: unknown, context: ToolContext) => Promise<string>;

/** A tool that reads, which does what `run` does. */
export function tool(name: string, run: Run = async () => "done"): Tool {
  const hints = { readOnlyHint: true, destructiveHint: false, idempotentHint: true };
  return {
    name,
    toolset: "tasks",
    title: `The ${name}`,
    description: `Does ${name}.`,
    annotations: { title: `The ${name}`, ...hints, openWorldHint: true },
    inputSchema: { type: "object", properties: {} },
    example: {},
    call: async (args, context) => ({ text: await run(args, context), images: [], beside: {} }),
  };
}

/** A tool that never answers, and what it notices: that it began, and why it was stopped. */
export function waitingTool() {
  const stopped = createDeferred<unknown>();
  const started = createDeferred<void>();
  const waiting = tool("wait", (_args, { signal }) => {
    signal?.addEventListener("abort", () => stopped.resolve(signal.reason));
    started.resolve();
    return new Promise(() => {});
  });
  return { waiting, started: started.promise, stopped: stopped.promise };
}

/** The tools of these tests look at the signal only, and what else asks sees that nobody is signed in. */
export function contextOf(signal: AbortSignal, wasWritten = false): ToolContext {
  const kaneo = { writesSent: () => wasWritten } as Kaneo;
  return { signal, session: signedOut, kaneo } as ToolContext;
}

const signedOut = { state: async () => ({ kind: "signed_out" }) } as Session;

/** A server of these tools, behind the SDK's own checks. */
export function serve(tools: readonly Tool[], options: Partial<McpServerOptions> = {}) {
  const log = createRecordingLog();
  const server = createMcpServer({
    listTools: async () =>
      tools.map(({ call: _call, example: _example, toolset: _toolset, ...listed }) => listed),
    loadTools: async () => tools,
    selection: { toolsets: ["default"], isReadOnly: false },
    createContext: (signal) => contextOf(signal),
    version: "1.2.3",
    icon: "data:image/svg+xml;base64,PHN2Zy8+",
    instructions: "How it all fits.",
    hideSecrets: (text) => text.replaceAll("s3cret", "[redacted]"),
    clock: new FakeClock({ byHand: true }),
    log,
    close: async () => {},
    waitingFor: () => undefined,
    ...options,
  });
  return { transport: transportTo(server), server, log };
}

/** The SDK's client, connected to a server of these tools. */
export async function connect(...parameters: Parameters<typeof serve>) {
  const { transport, log } = serve(...parameters);
  const client = new Client({ name: "test", version: "1" });
  await client.connect(transport);
  return { client, log, [Symbol.asyncDispose]: () => client.close() };
}

/** Everything that comes after a message, up to its answer. */
export async function exchangeAll(
  message: Record<string, unknown>,
  ...parameters: Parameters<typeof serve>
): Promise<JSONRPCMessage[]> {
  const { transport } = serve(...parameters);
  const received: JSONRPCMessage[] = [];
  return new Promise((resolve) => {
    transport.onmessage = (answer) => {
      received.push(answer);
      if (!("method" in answer)) resolve(received);
    };
    // Some of these messages are wrong on purpose.
    void transport.send({ jsonrpc: "2.0", id: 1, ...message } as JSONRPCMessage);
  });
}

/** The answer to one message. */
export async function exchange(
  tools: Tool[],
  message: Record<string, unknown>,
): Promise<JSONRPCMessage | undefined> {
  return (await exchangeAll(message, tools)).at(-1);
}
