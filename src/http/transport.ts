import type { Dispatcher } from "undici";
import Pool from "undici/lib/dispatcher/pool.js";
import { decompress } from "./decompress.ts";
import { exchange } from "./exchange.ts";
import type { HttpRequest, HttpResponse } from "./http.ts";
import { hasTooManyContainers, parseBody } from "./json.ts";
import type { ProxySettings } from "./proxy-env.ts";

/** One request as it goes over the wire. */
export interface Message {
  method: HttpRequest["method"];
  path: string;
  headers: Record<string, string>;
  body: string | null;
}

/** No usable answer came. */
export interface Undelivered {
  /**
   * The reason of the signal, "too_large", "too_many_parts", "unknown_encoding", or the code of an error of undici, Node
   * or zlib.
   */
  code: string;
  cause?: unknown;
  /** Whether the request was handed to an open socket: only if not, it certainly had no effect. */
  wasSent: boolean;
  /** Whether the head of an answer came. */
  wasAnswered: boolean;
}

/** Sends messages to one origin over kept-alive connections, each message once. */
export interface Transport {
  send(message: Message, signal: AbortSignal): Promise<HttpResponse | Undelivered>;
  /** Closes every connection at once; requests under way fail. */
  destroy(): Promise<void>;
}

export interface TransportOptions {
  origin: string;
  /** Limits the body, compressed and decoded. */
  maxBytes: number;
  proxies: ProxySettings | undefined;
}

// Kaneo closes idle sockets after 5 s. One that is about to be closed must not carry a write any more: whether that
// write arrived could not be told.
const idleMs = 4_000;

const connectionOptions = {
  connections: 16,
  keepAliveTimeout: idleMs,
  keepAliveMaxTimeout: idleMs,
  // The caller's signal limits everything; a timeout between two bytes never ends a trickle.
  headersTimeout: 0,
  bodyTimeout: 0,
} as const;

/**
 * Opens the way to `origin`; nothing is connected before the first message. Importing this module loads undici.
 *
 * @throws KaneoMcpError "config" when a proxy variable cannot be used.
 */
export async function openTransport(options: TransportOptions): Promise<Transport> {
  const { origin, maxBytes, proxies } = options;
  const dispatcher: Dispatcher = proxies
    ? (await import("./proxy.ts")).openProxyDispatcher(proxies, connectionOptions)
    : new Pool(origin, connectionOptions);

  return {
    send: async (message, signal) => {
      const received = await exchange(dispatcher, { origin, ...message }, { maxBytes, signal });
      if ("code" in received) return received;

      const { status, headers } = received;
      const decoded = await decompress(received.bytes, headers["content-encoding"], maxBytes);
      if ("code" in decoded) return { ...decoded, wasSent: true, wasAnswered: true };
      if (hasTooManyContainers(decoded.bytes)) {
        return { code: "too_many_parts", cause: undefined, wasSent: true, wasAnswered: true };
      }
      const body = parseBody(decoded.bytes.toString("utf8"), headers["content-type"]);
      return { status, headers, body };
    },
    destroy: () => dispatcher.destroy(),
  };
}
