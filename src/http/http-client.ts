import type { Clock } from "../clock.ts";
import { KaneoMcpError } from "../errors.ts";
import { isLoopback } from "./base-url.ts";
import { toJsonText } from "./body.ts";
import { failureOf } from "./failures.ts";
import {
  changesNothing,
  type Http,
  type HttpRequest,
  type HttpResponse,
  type OpenSocket,
} from "./http.ts";
import { replacement } from "./redactor.ts";
import { repeat } from "./retry.ts";
import type { ProxySettings, Transport } from "./transport.ts";
import { redirectFailure } from "./who-answered.ts";

export interface HttpOptions {
  /** As `readBaseUrl` gives it. */
  baseUrl: string;
  userAgent: string;
  clock: Clock;
  /** What something in front of Kaneo wants, sent with every request; as `readHeaders` gives it. */
  extraHeaders?: Record<string, string> | undefined;
  /** Takes the secrets in use out of every answer, before anything can cut one in two. */
  hide?: (text: string) => string;
  /** The environment variables, of which those about proxies are looked at; undefined uses no proxy. */
  proxyEnv?: Readonly<Record<string, string | undefined>>;
  /** From 0 to 1, like `Math.random`. */
  random?: () => number;
  /** What failures call the other side where that is not Kaneo. Then no write is one whose outcome somebody must look at. */
  name?: string;
}

export interface ClosableHttp extends Http {
  /** By the same way, with the same headers. */
  openSocket: OpenSocket;
  /** Closes every connection at once; requests under way fail. */
  close(): Promise<void>;
}

/**
 * The way to one Kaneo instance: a deadline over everything, reads repeated when that can help, writes only when they
 * certainly did not leave, no redirect, no cookie. Undici is loaded at the first request.
 */
export function createHttp(options: HttpOptions): ClosableHttp {
  const { baseUrl, clock, extraHeaders = {}, random = Math.random } = options;
  const { hiderFor, assertWhole } = hiding(options.hide);
  const { origin, host, hostname, pathname } = new URL(baseUrl);
  const root = pathname === "/" ? "" : pathname;
  // Undici would send this machine's own requests to the proxy, too, where NO_PROXY does not name it.
  const proxies = isLoopback(hostname) ? undefined : readProxySettings(options.proxyEnv ?? {});
  const fixed = {
    accept: "application/json",
    "accept-encoding": "gzip",
    "user-agent": options.userAgent,
  };
  let opening: Promise<Transport> | undefined;
  const transport = () => {
    opening ??= import("./transport.ts").then((it) => it.openTransport(origin, proxies));
    return opening;
  };

  const http = async (request: HttpRequest): Promise<HttpResponse> => {
    const { method, path, beforeSend, isRaw = false } = request;
    const { mayRedirect, timeoutMs = 20_000, maxBytes = 4 * 2 ** 20 } = request;
    const { body, type } = payloadOf(request);
    assertWhole(body);
    const hide = hiderFor(path);
    const headers = { ...extraHeaders, ...fixed, ...type, ...request.headers };
    using limit = limitTime(timeoutMs, request.signal);
    const message = { method, path: root + path, headers, body, isRaw, maxBytes, hide, beforeSend };
    const { signal } = limit;
    const again = { method, timeoutMs, signal, clock, random };
    const result = await repeat(async () => (await transport()).send(message, signal), again);
    if ("code" in result) {
      throw failureOf(result, {
        isWrite: !changesNothing(request) && options.name === undefined,
        host,
        timeoutMs,
        maxBytes,
        isProxied: proxies !== undefined,
        name: options.name,
      });
    }
    const isRedirect = result.status >= 300 && result.status < 400;
    if (!isRedirect || mayRedirect) return result;
    const location = hide(result.headers["location"] ?? "");
    throw redirectFailure({ baseUrl, path }, result.status, location);
  };

  const openSocket: OpenSocket = async ({ path, headers, ...request }) => {
    const all = { ...extraHeaders, "user-agent": options.userAgent, ...headers };
    return (await transport()).openSocket({ ...request, path: root + path, headers: all });
  };
  const close = async () => (await opening?.catch(() => undefined))?.destroy();
  return Object.assign(http, { openSocket, close });
}

/** What was read with a secret hidden must not be written back so: Kaneo would lose what stood there. */
function hiding(hide: HttpOptions["hide"] = (text) => text) {
  let hasHidden = false;
  const hideIn = (text: string): string => {
    const clean = hide(text);
    hasHidden ||= clean !== text;
    return clean;
  };
  // An answer about a session holds its token, and nothing that anybody wrote.
  const hiderFor = (path: string) => (path.startsWith("/api/auth/") ? hide : hideIn);
  const assertWhole = (body: unknown): void => {
    if (!hasHidden || typeof body !== "string" || !body.includes(replacement)) return;
    const why = `What was to be written has ${replacement} where one of this server's secrets stands, and Kaneo would lose it. Nothing was sent.`;
    throw new KaneoMcpError("forbidden", why, {
      hint: "The person takes the secret out of that text, or changes it, on Kaneo's own page.",
    });
  };
  return { hiderFor, assertWhole };
}

/** What is sent, with the header that says what it is. */
function payloadOf({ body }: HttpRequest) {
  if (Buffer.isBuffer(body)) return { body, type: {} };
  const type = body === undefined ? {} : { "content-type": "application/json" };
  return { body: toJsonText(body), type };
}

/**
 * A signal that aborts with the reason "timeout", or as `outer` does. It runs on real time, not on a `Clock`: it waits for a
 * real network.
 */
function limitTime(timeoutMs: number, outer: AbortSignal | undefined) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort("timeout"), timeoutMs);
  const cancel = () => controller.abort(outer?.reason);
  if (outer?.aborted) cancel();
  else outer?.addEventListener("abort", cancel);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      clearTimeout(timer);
      outer?.removeEventListener("abort", cancel);
    },
  };
}

/** `ALL_PROXY` stands for the two that are not set; lower case wins, as in curl. Undefined when no proxy is set. */
function readProxySettings(env: NonNullable<HttpOptions["proxyEnv"]>): ProxySettings | undefined {
  // Undici knows SOCKS by this name only, and always leaves names to the proxy, as the h asks.
  const read = (name: string) =>
    (env[name.toLowerCase()] ?? env[name])?.replace(/^socks5h:/i, "socks5:");
  const httpProxy = read("HTTP_PROXY") ?? read("ALL_PROXY") ?? "";
  const httpsProxy = read("HTTPS_PROXY") ?? read("ALL_PROXY") ?? "";
  if (!httpProxy && !httpsProxy) return undefined;
  return { httpProxy, httpsProxy, noProxy: read("NO_PROXY") ?? "" };
}

/**
 * Lets reads and the sign-in through and refuses everything else before it leaves.
 *
 * @throws KaneoMcpError "forbidden" for a request that could change something.
 */
export function readOnlyHttp(http: Http): Http {
  return async (request) => {
    if (changesNothing(request)) return http(request);
    throw new KaneoMcpError(
      "forbidden",
      "Changes are switched off here (KANEO_READ_ONLY is set), so nothing was sent to Kaneo.",
      { hint: "Only the person who configured this server can unset KANEO_READ_ONLY." },
    );
  };
}

/** Passes requests on, and `note`s of each what was asked, without its query, what came of it, and how long that took. */
export function notedHttp(http: Http, clock: Clock, note: (line: string) => void): Http {
  return async (request) => {
    const began = clock.elapsed();
    const [path] = request.path.split("?");
    const say = (outcome: unknown) =>
      note(`${request.method} ${path}: ${outcome}, ${Math.round(clock.elapsed() - began)} ms`);
    try {
      const answer = await http(request);
      say(answer.status);
      return answer;
    } catch (error) {
      say(error instanceof KaneoMcpError ? error.kind : error);
      throw error;
    }
  };
}
