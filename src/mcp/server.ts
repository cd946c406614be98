import type {
  JSONRPCMessage,
  JSONRPCRequest,
  JSONRPCResponse,
  RequestId,
  Result,
} from "@modelcontextprotocol/sdk/types.js";
import { isMissingPart, KaneoMcpError, UPDATED } from "../errors.ts";
import { mapTexts } from "../json.ts";
import { identityOf, methodsOf } from "./methods.ts";
import {
  type Ask,
  createEraReader,
  ERROR_CODES,
  type Era,
  type McpServerOptions,
  META_KEYS,
  type Method,
  type MethodRequest,
  missingKey,
  ProtocolError,
} from "./protocol.ts";

/** Takes the messages of one client. */
export type McpServer = ReturnType<typeof createMcpServer>;

type Send = (message: JSONRPCMessage) => void;

/** Each takes memory until it is answered. What needs no Kaneo is answered before so many can have come. */
const MOST_AT_ONCE = 2_000;
const TOO_MANY = `${MOST_AT_ONCE} requests are under way, and no more are taken: nothing was done. Ask again when some are answered.`;

/** Serves tools over the Model Context Protocol, in both of its eras. */
export function createMcpServer(options: McpServerOptions) {
  const replyTo = createDispatch(options);
  const inFlight = new Set<{ id: RequestId; end: AbortController }>();
  const inputEnd = new AbortController();
  const questions = createQuestions();

  const answer = async (request: JSONRPCRequest, send: Send): Promise<void> => {
    const { id } = request;
    const running = { id, end: new AbortController() };
    inFlight.add(running);
    const { signal } = running.end;
    // Heard before all others: what is stopped gets no answer.
    const stopped = new Promise<undefined>((resolve) => {
      signal.addEventListener("abort", () => resolve(undefined), { once: true });
    });
    const notify: Channel["notify"] = (method, params) => send({ jsonrpc: "2.0", method, params });
    const channel = { signal, inputEnd: inputEnd.signal, notify, ask: questions.askBy(send) };
    const reply = await Promise.race([replyTo(request, channel), stopped]);
    inFlight.delete(running);
    if (reply !== undefined) send({ jsonrpc: "2.0", id, ...reply });
  };

  const stop = (reason: string, isMeant: (id: RequestId) => boolean): void => {
    const why = new KaneoMcpError("cancelled", reason);
    for (const { id, end } of inFlight) if (isMeant(id)) end.abort(why);
  };

  return {
    /** Acts on a message; resolves when its answer has gone to `send`, or when it gets none. */
    async receive(message: JSONRPCMessage, send: Send): Promise<void> {
      if (!("method" in message)) return questions.settle(message);
      if ("id" in message) {
        if (inFlight.size < MOST_AT_ONCE) return answer(message, send);
        const error = { code: ERROR_CODES.internal, message: TOO_MANY };
        return send({ jsonrpc: "2.0", id: message.id, error });
      }
      if (message.method !== "notifications/cancelled") return;
      stop("The client cancelled this call.", (id) => id === message.params?.["requestId"]);
    },
    /** The client will say nothing more: answers what would wait for that. */
    endInput: () => inputEnd.abort(),
    /** Stops all that is under way, unanswered. */
    async close(): Promise<void> {
      stop("The client has gone.", () => true);
      await options.close();
    },
  };
}

type Reply = { result: Result } | { error: { code: number; message: string; data?: unknown } };

/** What ties a request to its client. */
type Channel = Pick<MethodRequest, "signal" | "inputEnd" | "notify"> & { ask: Ask };

/** Makes the function that runs a request's method, as its era wants it. */
function createDispatch(options: McpServerOptions) {
  const methods = methodsOf(options);
  const eraOf = createEraReader();
  const identity = identityOf(options.version);

  const run = async (request: JSONRPCRequest, { ask, ...channel }: Channel): Promise<Result> => {
    const { id, params = {} } = request;
    const era = eraOf(request);
    // 2026-07-28, "Logging": for a request that does not ask for it there are no log messages.
    if (era.isModern) options.log.listen(undefined);
    const method = methodFor(request.method, methods, era);
    const opensLinks = !era.canOpenLinks ? undefined : era.isModern ? "by_result" : ask;
    const result = await method.run({ id, params, ...channel, ...era, opensLinks });
    if (!era.isModern) return result;
    const { ttlMs } = method;
    return {
      resultType: "complete",
      ...(ttlMs !== undefined && { ttlMs, cacheScope: "private" }),
      ...result,
      _meta: { [META_KEYS.server]: identity, ...result._meta },
    };
  };

  return async (request: JSONRPCRequest, channel: Channel): Promise<Reply> => {
    try {
      return { result: await run(request, channel) };
    } catch (error) {
      if (error instanceof ProtocolError) {
        const { code, message, data } = error;
        const told = { code, message, ...(data !== undefined && { data }) };
        return { error: mapTexts(told, options.hideSecrets) };
      }
      const message = isMissingPart(error) ? UPDATED : "Something went wrong inside kaneo-mcp.";
      return { error: { code: ERROR_CODES.internal, message } };
    }
  };
}

function methodFor(name: string, methods: ReadonlyMap<string, Method>, { isModern }: Era): Method {
  const method = methods.get(name);
  if (method?.only === "modern" && !isModern) throw missingKey(META_KEYS.version);
  if (method && !(method.only === "legacy" && isModern)) return method;
  const where = method ? "MCP 2026-07-28" : "kaneo-mcp";
  throw new ProtocolError(
    ERROR_CODES.methodNotFound,
    `${where} has no method "${name.slice(0, 64)}".`,
  );
}

/** What the client was asked and has not answered. */
function createQuestions() {
  const open = new Map<RequestId, (result: Result | undefined) => void>();
  let count = 0;
  return {
    askBy:
      (send: Send): Ask =>
      (method, params, signal) =>
        new Promise((resolve) => {
          count += 1;
          const id = `kaneo-${count}`;
          open.set(id, resolve);
          const takeBack = { jsonrpc: "2.0", method: "notifications/cancelled" } as const;
          signal.addEventListener("abort", () => {
            if (open.delete(id)) send({ ...takeBack, params: { requestId: id } });
          });
          send({ jsonrpc: "2.0", id, method, params });
        }),
    /** An answer to nothing that was asked is overlooked. */
    settle(message: JSONRPCResponse): void {
      const { id = "" } = message;
      open.get(id)?.("result" in message ? message.result : undefined);
      open.delete(id);
    },
  };
}
