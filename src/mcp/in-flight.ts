import type { JSONRPCMessage, RequestId } from "@modelcontextprotocol/sdk/types.js";

/** The requests of the client that have no answer yet. */
export interface InFlight {
  received(message: JSONRPCMessage): void;
  answered(message: JSONRPCMessage): void;
  /** Resolves as soon as there is none. */
  idle(): Promise<void>;
}

/** Makes an empty {@link InFlight}. */
export function createInFlight(): InFlight {
  const ids = new Set<RequestId>();
  let waiting: (() => void)[] = [];

  const remove = (id: RequestId): void => {
    if (!ids.delete(id) || ids.size > 0) return;
    for (const resolve of waiting) resolve();
    waiting = [];
  };

  return {
    received(message) {
      if (!("method" in message)) return;
      if ("id" in message) ids.add(message.id);
      // The SDK gives no answer to a request that was cancelled.
      const cancelled = cancelledId(message);
      if (cancelled !== undefined) remove(cancelled);
    },
    answered(message) {
      if (!("method" in message) && message.id !== undefined) remove(message.id);
    },
    idle: () =>
      ids.size === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve)),
  };
}

function cancelledId(message: JSONRPCMessage): RequestId | undefined {
  if (!("method" in message) || message.method !== "notifications/cancelled") return undefined;
  const id: unknown = message.params?.["requestId"];
  return typeof id === "string" || typeof id === "number" ? id : undefined;
}
