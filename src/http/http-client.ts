import type { Clock } from "../clock.ts";
import { isLoopback } from "./base-url.ts";
import { openDeliveries } from "./delivery.ts";
import type { Http, HttpRequest, HttpResponse } from "./http.ts";
import { toJsonText } from "./json.ts";
import { failureOf } from "./network-failure.ts";
import { type ProxyEnv, readProxySettings } from "./proxy-env.ts";
import { redirectFailure } from "./redirect-failure.ts";

export interface HttpOptions {
  /** As `readBaseUrl` gives it. */
  baseUrl: string;
  userAgent: string;
  /** For the waits between attempts. */
  clock: Clock;
  /** Over everything: connecting, retries, waits and the whole body. Default 30 s. */
  timeoutMs?: number;
  /** Of a decoded body. Default 32 MiB. */
  maxBytes?: number;
  /** Where the proxy variables stand; undefined uses no proxy. */
  proxyEnv?: ProxyEnv;
  /** Go along with every request; lower-case names. */
  extraHeaders?: Record<string, string>;
  /** From 0 to 1, like `Math.random`. */
  random?: () => number;
}

export interface ClosableHttp extends Http {
  /** Closes every connection at once; requests under way fail. */
  close(): Promise<void>;
}

/**
 * The way to one Kaneo instance: a deadline over everything, reads repeated when that can help, writes only when they
 * certainly did not leave, no redirect, no cookie. Undici is loaded at the first request.
 */
export function createHttp(options: HttpOptions): ClosableHttp {
  const { baseUrl, clock, timeoutMs = 30_000, maxBytes = 32 * 2 ** 20 } = options;
  const { random = Math.random } = options;
  const { origin, host, hostname, pathname } = new URL(baseUrl);
  // Undici would send this machine's own requests to the proxy, too, where NO_PROXY does not name it.
  const proxies = isLoopback(hostname) ? undefined : readProxySettings(options.proxyEnv ?? {});
  const isProxied = proxies !== undefined;
  const headers = {
    ...options.extraHeaders,
    accept: "application/json",
    "accept-encoding": "gzip",
    "user-agent": options.userAgent,
  };
  const deliveries = openDeliveries({
    open: async () => (await import("./transport.ts")).openTransport({ origin, maxBytes, proxies }),
    clock,
    timeoutMs,
    random,
  });

  const http = async (request: HttpRequest): Promise<HttpResponse> => {
    const { method, path, body, signal } = request;
    const result = await deliveries.deliver(
      {
        method,
        path: pathname === "/" ? path : pathname + path,
        headers: headersFor(request, headers),
        body: body === undefined ? null : toJsonText(body),
      },
      signal,
    );
    if ("code" in result) {
      throw failureOf(result, { method, host, isProxied, timeoutMs, maxBytes });
    }
    if (result.status >= 300 && result.status < 400) throw redirectFailure(baseUrl, path, result);
    return result;
  };

  return Object.assign(http, { close: deliveries.close });
}

function headersFor(
  { body, headers }: HttpRequest,
  own: Record<string, string>,
): Record<string, string> {
  if (body === undefined) return { ...own, ...headers };
  return { ...own, "content-type": "application/json", ...headers };
}
